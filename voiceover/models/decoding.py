"""Free-running decoding of many lines at once, with the guards that keep Tacotron 2 on its text.

Shapes: B lines, N tokens, r frames per step, M mel bands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from voiceover.models.tacotron2 import DecoderState, Tacotron2, length_mask


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """The guards around free running."""

    batch_size: int = 32  # lines decoded together
    window_back: int = 2  # tokens behind the last step's peak that the attention may look at
    window_ahead: int = 4  # tokens ahead of it
    gate_threshold: float = 0.5  # stop when the gate rises above ...
    end_tokens: int = 3  # ... and the attention's peak is among the last so many
    rest_seconds: float = 0.4  # or when it has rested among them for so long, whatever the gate says
    cap_seconds_per_token: float = 0.35  # no line may take longer than tokens * this
    cap_seconds: float = 1.0  # + this
    min_focus: float = 0.3  # below: the attention was lost
    min_coverage: float = 0.9  # below: words were skipped
    max_stall_seconds: float = 1.0  # above: the attention stood still on one token


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """One line's mel and how its attention went."""

    mel: Tensor  # log-mel after the post-net, (M, frames)
    alignment: NDArray[np.float32]  # (steps, N)
    stopped: bool  # by itself, not by the cap
    focus: float  # mean over steps of the largest weight
    coverage: float  # share of the sounding tokens whose weights sum to something
    stall_seconds: float  # longest stay on one token
    repeats: int = 0  # how often the attention went back, further than its window, over tokens it had left
    skips: int = 0  # sounding tokens whose weights sum to next to nothing

    def flawed(self, options: DecodingOptions) -> bool:
        """Say whether this attempt should be repeated with another seed."""
        return self.failed(options) or self.repeats > 0 or self.skips > 0

    def failed(self, options: DecodingOptions) -> bool:
        """Say whether somebody should listen to this attempt, if no other is better."""
        return (
            not self.stopped
            or self.focus < options.min_focus
            or self.coverage < options.min_coverage
            or self.stall_seconds > options.max_stall_seconds
        )

    @property
    def score(self) -> float:
        """Rank attempts at one line: higher is better."""
        flaws = self.repeats + self.skips
        return self.coverage + 0.2 * self.focus + self.stopped - 0.2 * self.stall_seconds - 0.1 * flaws


@dataclass(slots=True)
class _Trace:
    """What a line in the batch has produced so far."""

    frames: list[Tensor] = field(default_factory=list)  # (M * r,) each
    weights: list[Tensor] = field(default_factory=list)  # (N,) each
    stopped: bool = False


@torch.inference_mode()
def decode(
    model: Tacotron2,
    lines: Sequence[Sequence[int]],
    seeds: Sequence[int],
    step_seconds: float,
    options: DecodingOptions,
    *,
    silent: frozenset[int] = frozenset(),
) -> list[Decoded]:
    """Decode lines of similar length as one batch; each line's randomness comes from its own seed alone.

    Args:
        model: on its device, in eval mode.
        lines: token numbers of each line, none empty.
        seeds: one per line.
        step_seconds: length of one decoder step.
        options: the guards.
        silent: token numbers that may take no time (spaces, pauses, the end) and so do not count as skipped.

    Returns:
        One result per line, in order.
    """
    device = next(model.parameters()).device
    lengths = torch.tensor([len(line) for line in lines])
    tokens = torch.nn.utils.rnn.pad_sequence([torch.tensor(line) for line in lines], batch_first=True)
    memory = model.encode(tokens.to(device), lengths, isolate=True)
    lengths = lengths.to(device)
    caps = torch.ceil((lengths * options.cap_seconds_per_token + options.cap_seconds) / step_seconds).long().tolist()
    traces = [_Trace() for _ in lines]
    masks = _dropout_masks(model, seeds, max(caps), device)
    _run(model, memory, lengths, masks, caps, traces, step_seconds, options)
    return [
        _finish(model, trace, line, silent, step_seconds, options) for trace, line in zip(traces, lines, strict=True)
    ]


def _dropout_masks(model: Tacotron2, seeds: Sequence[int], steps: int, device: torch.device) -> Tensor:
    """Draw each line's pre-net dropout for the whole run: (steps, 2, B, prenet_dim), 0 or 2."""
    dim = model.config.prenet_dim
    drawn = [
        torch.randint(0, 2, (steps, 2, dim), generator=torch.Generator().manual_seed(seed), dtype=torch.uint8)
        for seed in seeds
    ]
    return torch.stack(drawn, dim=2).to(device) * 2


def _run(
    model: Tacotron2,
    memory: Tensor,
    lengths: Tensor,
    masks: Tensor,
    caps: list[int],
    traces: list[_Trace],
    step_seconds: float,
    options: DecodingOptions,
) -> None:
    decoder, config = model.decoder, model.config
    positions = torch.arange(memory.shape[1], device=memory.device)
    rows = list(range(len(traces)))  # which line each row of the batch is
    state = decoder.start(memory, length_mask(lengths, memory.shape[1]))
    frame = memory.new_zeros(len(rows), config.n_mels * config.frames_per_step)
    peak = torch.zeros(len(rows), dtype=torch.long, device=memory.device)
    rested = torch.zeros_like(peak)
    rest_steps = max(1, round(options.rest_seconds / step_seconds))
    for step in range(max(caps)):
        window = (positions >= (peak - options.window_back)[:, None]) & (
            positions <= (peak + options.window_ahead)[:, None]
        )
        drop = masks[step].to(memory.dtype)
        frame, gate, state = decoder.step(frame, state, (drop[0], drop[1]), window)
        peak = state.attention.weights.argmax(dim=1)
        at_end = peak >= lengths - options.end_tokens
        rested = torch.where(at_end, rested + 1, 0)
        stop = at_end & (torch.sigmoid(gate) > options.gate_threshold) | (rested >= rest_steps)
        stops = stop.tolist()
        going = []
        for row, line in enumerate(rows):
            trace = traces[line]
            trace.frames.append(frame[row])
            trace.weights.append(state.attention.weights[row])
            trace.stopped = stops[row]
            if not stops[row] and step + 1 < caps[line]:
                going.append(row)
        if not going:
            return
        if len(going) < len(rows):  # finished lines leave the batch
            keep = torch.tensor(going, device=memory.device)
            rows = [rows[row] for row in going]
            state, masks = _select(state, keep), masks[:, :, keep]
            frame, peak, rested, lengths = frame[keep], peak[keep], rested[keep], lengths[keep]


def _select(state: DecoderState, keep: Tensor) -> DecoderState:
    attention = type(state.attention)(*(part[keep] for part in state.attention))
    hidden, cell, decoder_hidden, decoder_cell = (part[keep] for part in state[:-1])
    return DecoderState(hidden, cell, decoder_hidden, decoder_cell, attention)


def _finish(
    model: Tacotron2,
    trace: _Trace,
    line: Sequence[int],
    silent: frozenset[int],
    step_seconds: float,
    options: DecodingOptions,
) -> Decoded:
    size = len(line)
    mel = torch.cat([f.reshape(model.config.frames_per_step, -1) for f in trace.frames]).T
    refined = model.unscale(mel + model.postnet(mel[None])[0])
    alignment = torch.stack(trace.weights)[:, :size].float().cpu().numpy()
    peaks = alignment.argmax(axis=1)
    attended = alignment.sum(axis=0) > 0.1
    sounding = [n for n, number in enumerate(line) if number not in silent] or [0]
    return Decoded(
        mel=refined.float().cpu(),
        alignment=alignment,
        stopped=trace.stopped,
        focus=float(alignment.max(axis=1).mean()),
        coverage=float(attended[sounding].mean()),
        stall_seconds=_longest_stay(peaks[peaks < size - options.end_tokens]) * step_seconds,
        repeats=count_repeats(peaks, options.window_back),
        skips=int((~attended[sounding]).sum()),
    )


def count_repeats(peaks: NDArray[np.intp], window_back: int) -> int:
    """Count the times that a path of attention peaks falls more than `window_back` tokens behind where it had been.

    The window holds each single step back; what counts is how far several of them lead. One return, however long it
    lasts, counts once: the path has to reach its front again before the next.
    """
    behind = np.maximum.accumulate(peaks) - peaks
    returns, away = 0, False
    for distance in behind.tolist():
        if distance > window_back and not away:
            returns, away = returns + 1, True
        elif distance == 0:
            away = False
    return returns


def _longest_stay(peaks: NDArray[np.intp]) -> int:
    longest = run = 0
    previous = -1
    for peak in peaks.tolist():
        run = run + 1 if peak == previous else 1
        previous = peak
        longest = max(longest, run)
    return longest
