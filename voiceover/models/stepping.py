"""Free-running steps in torch, many to a call and of fixed shapes, so that a GPU can replay them without waiting.

A GPU waits for the launches of a step's small kernels, and for every answer that goes back to the processor. So STEPS
steps are one CUDA graph, windows and stop tests included; what a line has made beyond its stop is thrown away.

Shapes: S = STEPS, B rows, N tokens, W the frame's width (r * M). Gates, cell states, attention and what is put out are
float32; only the operands of the large products have the precision that was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from voiceover.models.attention import AttentionState
from voiceover.models.forced import lstm_update
from voiceover.models.graphs import Captured
from voiceover.models.tacotron2 import Tacotron2
from voiceover.synthesis.attempts import DecodingOptions

STEPS = 16


class Lines(NamedTuple):
    """What stays the same for all steps of a row's line."""

    memory: Tensor  # (B, N, encoder_dim), in the products' precision
    keys: Tensor  # (B, N, attention_dim)
    mask: Tensor  # (B, N), True at real tokens, of which each row has at least one
    lengths: Tensor  # (B,)


class Carried(NamedTuple):
    """What one step hands to the next; zeros before the first."""

    frame: Tensor  # (B, W)
    attention_hidden: Tensor
    attention_cell: Tensor
    decoder_hidden: Tensor
    decoder_cell: Tensor
    weights: Tensor  # (B, N), the last step's
    cumulative: Tensor  # (B, N), the sum of all steps'
    context: Tensor  # (B, encoder_dim), in the products' precision
    peak: Tensor  # (B,), the token that was looked at most
    rested: Tensor  # (B,), for how many steps that was one of the last


class Steps(NamedTuple):
    """What the steps of one call came to."""

    frames: Tensor  # (S, B, W)
    weights: Tensor  # (S, B, N)
    stops: Tensor  # (S, B), True where a line may end


class Stepper:
    """A decoder's steps, with its weights laid out for them: the gates of each LSTM are one product."""

    def __init__(
        self, model: Tacotron2, options: DecodingOptions, rest_steps: int, precision: torch.dtype, *, capture: bool
    ) -> None:
        decoder = model.decoder
        self._attention, self._config = decoder.attention_layer, model.config
        self._options, self._rest_steps, self._precision = options, rest_steps, precision
        self._prenet = [weight.to(precision) for weight in decoder.prenet.parameters()]
        self._attention_rnn = self._merged(decoder.attention_rnn)
        self._decoder_rnn = self._merged(decoder.decoder_rnn)
        outputs = decoder.linear_projection, decoder.gate_layer
        self._output = torch.cat([layer.weight for layer in outputs]).to(precision)
        self._output_bias = torch.cat([layer.bias for layer in outputs])
        self._capture = capture
        self.captured: dict[Any, Callable[..., tuple[Tensor, ...]]] = {}

    def _merged(self, cell: torch.nn.LSTMCell) -> tuple[Tensor, Tensor]:
        weight = torch.cat([cell.weight_ih, cell.weight_hh], dim=1)
        return weight.to(self._precision), cell.bias_ih + cell.bias_hh

    def start(self, rows: int, tokens: int) -> tuple[Lines, Carried]:
        """Return what rows without a line hold."""
        config, precise = self._config, self._output_bias.new_zeros
        whole = torch.zeros(rows, dtype=torch.long, device=self._output_bias.device)
        mask = torch.zeros(rows, tokens, dtype=torch.bool, device=whole.device)
        mask[:, 0] = True
        lines = Lines(
            precise(rows, tokens, config.encoder_dim).to(self._precision),
            precise(rows, tokens, config.attention_dim),
            mask,
            whole + 1,
        )
        carried = Carried(
            frame=precise(rows, config.frames_per_step * config.n_mels),
            attention_hidden=precise(rows, config.attention_rnn_dim),
            attention_cell=precise(rows, config.attention_rnn_dim),
            decoder_hidden=precise(rows, config.decoder_rnn_dim),
            decoder_cell=precise(rows, config.decoder_rnn_dim),
            weights=precise(rows, tokens),
            cumulative=precise(rows, tokens),
            context=precise(rows, config.encoder_dim).to(self._precision),
            peak=whole,
            rested=whole.clone(),
        )
        return lines, carried

    def run(self, drops: Tensor, lines: Lines, carried: Carried) -> tuple[Steps, Carried]:
        """Take STEPS steps with every row.

        Args:
            drops: the pre-net's dropout, 0 or 2 per unit, (S, 2, B, prenet_dim), any type.
            lines: see `Lines`.
            carried: see `Carried`.
        """
        given = (drops, *lines, *carried)
        results = self._for(given)(*given)
        return Steps(*results[:3]), Carried(*results[3:])

    def _for(self, given: Sequence[Tensor]) -> Callable[..., tuple[Tensor, ...]]:
        """Return the graph for tensors of these shapes, or what it was to be captured of, where it cannot be."""
        shape = given[1].shape  # of the lines' memory
        if self._capture and shape not in self.captured:
            try:
                self.captured[shape] = Captured(self._steps, given, None)
            except RuntimeError:
                self._capture = False
                self.captured.clear()
        return self.captured.get(shape, self._steps)

    def _steps(self, drops: Tensor, *given: Tensor) -> tuple[Tensor, ...]:
        lines, carried = Lines(*given[: len(Lines._fields)]), Carried(*given[len(Lines._fields) :])
        steps = []
        for drop in drops.to(self._precision).unbind(0):
            carried, stop = self._step(drop, lines, carried)
            steps.append((carried.frame, carried.weights, stop))
        return (*(torch.stack(parts) for parts in zip(*steps, strict=True)), *carried)

    def _step(self, drop: Tensor, lines: Lines, before: Carried) -> tuple[Carried, Tensor]:
        options, precision = self._options, self._precision
        x = before.frame.to(precision)
        for weight, kept in zip(self._prenet, drop.unbind(0), strict=True):
            x = F.relu(F.linear(x, weight)) * kept
        hidden, cell = self._lstm(
            self._attention_rnn, [x, before.context], before.attention_hidden, before.attention_cell
        )
        at = torch.arange(lines.mask.shape[1], device=x.device)
        window = (at >= (before.peak - options.window_back)[:, None]) & (
            at <= (before.peak + options.window_ahead)[:, None]
        )
        state = AttentionState(lines.memory, lines.keys, lines.mask, before.weights, before.cumulative, before.context)
        attended = self._attention(hidden, state, window)
        decoder_hidden, decoder_cell = self._lstm(
            self._decoder_rnn, [hidden.to(precision), attended.context], before.decoder_hidden, before.decoder_cell
        )
        joined = torch.cat([decoder_hidden.to(precision), attended.context], dim=1)
        output = F.linear(joined, self._output).float() + self._output_bias
        frame, gate = output[:, :-1], output[:, -1]
        peak = attended.weights.argmax(dim=1)
        at_end = peak >= lines.lengths - options.end_tokens
        rested = torch.where(at_end, before.rested + 1, 0)
        stop = at_end & (torch.sigmoid(gate) > options.gate_threshold) | (rested >= self._rest_steps)
        after = Carried(
            frame, hidden, cell, decoder_hidden, decoder_cell,
            attended.weights, attended.cumulative, attended.context, peak, rested,
        )  # fmt: skip
        return after, stop

    def _lstm(
        self, merged: tuple[Tensor, Tensor], inputs: list[Tensor], hidden: Tensor, cell: Tensor
    ) -> tuple[Tensor, Tensor]:
        weight, bias = merged
        gates = F.linear(torch.cat([*inputs, hidden.to(self._precision)], dim=1), weight).float() + bias
        return lstm_update(gates, cell)
