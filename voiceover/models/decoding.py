"""Free-running decoding of many lines at once, in torch: what other devices than processors do.

Shapes: B lines, N tokens, r frames per step, M mel bands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from voiceover.models.tacotron2 import DecoderState, Tacotron2, length_mask
from voiceover.synthesis.attempts import Decoded, DecodingOptions, dropout_masks, judge


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
    caps = [options.cap(len(line), step_seconds) for line in lines]
    traces = [_Trace() for _ in lines]
    masks = _dropout_masks(model, seeds, max(caps), device)
    _run(model, memory, lengths, masks, caps, traces, step_seconds, options)
    return [
        _finish(model, trace, line, silent, step_seconds, options) for trace, line in zip(traces, lines, strict=True)
    ]


def _dropout_masks(model: Tacotron2, seeds: Sequence[int], steps: int, device: torch.device) -> Tensor:
    """Draw each line's pre-net dropout for the whole run: (steps, 2, B, prenet_dim), 0 or 2."""
    drawn = [torch.from_numpy(dropout_masks(seed, steps, model.config.prenet_dim)) for seed in seeds]
    return torch.stack(drawn, dim=2).to(device)


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
    rest_steps = options.rest_steps(step_seconds)
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
    mel = torch.cat([f.reshape(model.config.frames_per_step, -1) for f in trace.frames]).T
    refined = model.unscale(mel + model.postnet(mel[None])[0])
    return judge(
        refined.float().cpu().numpy(),
        torch.stack(trace.weights)[:, : len(line)].float().cpu().numpy(),
        line,
        stopped=trace.stopped,
        silent=silent,
        step_seconds=step_seconds,
        options=options,
    )
