"""The one part of teacher forcing that is a loop: the attention LSTM and the attention, step after step.

Nothing else depends on the step before. What this loop needs is prepared for all steps at once (the input's part of
the gates, dropout, the casts of autocast), and its weights' gradient is formed for all steps at once afterwards.

Shapes: K steps, B lines, N tokens, H units, E the memory's width. Gates, cell state, hidden state and attention
weights are float32; only the operands of the large products have the precision that autocast asks for.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from voiceover.models.attention import AttentionState, LocationSensitiveAttention


class Carried(NamedTuple):
    """What one step hands to the next."""

    hidden: Tensor  # (B, H), after dropout
    cell: Tensor  # (B, H)
    weights: Tensor  # (B, N), the last step's
    cumulative: Tensor  # (B, N), the sum of all steps'
    context: Tensor  # (B, E), in the memory's type


class Lines(NamedTuple):
    """What stays the same for all steps."""

    memory: Tensor  # (B, N, E), in the products' precision
    keys: Tensor  # (B, N, attention_dim), float32
    mask: Tensor  # (B, N), True at real tokens
    recurrent: Tensor  # (E + H, 4H): what context and hidden state add to the gates; in the products' precision


class Attended(NamedTuple):
    """What the loop gives."""

    hiddens: Tensor  # (K, B, H), before dropout
    contexts: Tensor  # (K, B, E)
    alignments: Tensor  # (K, B, N)


def start(lines: Lines, units: int) -> Carried:
    """Return what the first step begins with: nothing seen, nothing said."""
    batch, tokens, width = lines.memory.shape
    nothing = lines.keys.new_zeros(batch, units)
    nowhere = lines.keys.new_zeros(batch, tokens)
    return Carried(nothing, nothing, nowhere, nowhere, lines.memory.new_zeros(batch, width))


def attend(
    layer: LocationSensitiveAttention, gates_in: Tensor, keep: Tensor | None, lines: Lines, carried: Carried
) -> tuple[Attended, Carried]:
    """Run the loop.

    Args:
        layer: the attention.
        gates_in: the input's and the biases' part of the gates, (K, B, 4H).
        keep: dropout of the hidden state that is handed on, (K, B, H), zero or the reciprocal of what is kept.
        lines: see `Lines`.
        carried: see `Carried`.
    """
    hidden, cell, weights, cumulative, context = carried
    hiddens, contexts, alignments = [], [], []
    dropout = [None] * len(gates_in) if keep is None else keep.unbind(0)
    with torch.autocast(gates_in.device.type, enabled=False):
        # one gradient for all steps: indexing would fill a whole one for each
        for gates_step, keep_step in zip(gates_in.unbind(0), dropout, strict=True):
            loop_input = torch.cat([context, hidden.to(context.dtype)], dim=1)
            hidden, cell = lstm_update(gates_step + loop_input @ lines.recurrent, cell)
            state = AttentionState(lines.memory, lines.keys, lines.mask, weights, cumulative, context)
            _, _, _, weights, cumulative, context = layer(hidden, state)
            hiddens.append(hidden)
            contexts.append(context)
            alignments.append(weights)
            if keep_step is not None:
                hidden = hidden * keep_step
    attended = Attended(torch.stack(hiddens), torch.stack(contexts), torch.stack(alignments))
    return attended, Carried(hidden, cell, weights, cumulative, context)


def lstm_update(gates: Tensor, cell_state: Tensor) -> tuple[Tensor, Tensor]:
    """Apply an LSTM's gates (B, 4H; torch's order i, f, g, o) to its cell state, which stays in float32."""
    update, forget, candidate, output = gates.float().chunk(4, dim=1)
    cell_state = torch.sigmoid(forget) * cell_state + torch.sigmoid(update) * torch.tanh(candidate)
    return torch.sigmoid(output) * torch.tanh(cell_state), cell_state


def loop_inputs(attended: Attended, keep: Tensor | None) -> Tensor:
    """Return what each step of the loop multiplied with its weights, (K, B, E + H), without gradient."""
    handed = attended.hiddens if keep is None else attended.hiddens * keep
    inputs = torch.cat([attended.contexts, handed.to(attended.contexts.dtype)], dim=2).detach()
    return torch.cat([torch.zeros_like(inputs[:1]), inputs[:-1]])


def defer(gates_in: Tensor, weight: Tensor, inputs: list[Tensor]) -> Tensor:
    """Have the loop's weight get its gradient from one product; `inputs` is to hold `loop_inputs` after the loop."""
    passed: Tensor = _DeferredWeightGradient.apply(gates_in, weight, inputs)
    return passed


class _DeferredWeightGradient(torch.autograd.Function):
    """Pass the loop's gate inputs through and, when their gradients are known, form the weight's in one product.

    The gate of step t is gates_in[t] + x[t] @ W.T, so the gradient of gates_in is that of the whole gate, and
    W's is the sum over t of outer products with x[t]: one large product in place of T small ones. The loop
    itself uses W detached. (Measured in docs/performance.md.)
    """

    @staticmethod
    def forward(ctx, gates_in: Tensor, weight: Tensor, inputs: list[Tensor]) -> Tensor:  # type: ignore[no-untyped-def]
        ctx.inputs = inputs  # filled after the loop, which is after this
        ctx.weight_dtype = weight.dtype
        return gates_in.view_as(gates_in)

    @staticmethod
    def backward(ctx, gradient: Tensor):  # type: ignore[no-untyped-def]
        inputs = ctx.inputs.pop().flatten(0, 1)
        weight_gradient = gradient.flatten(0, 1).to(inputs.dtype).t() @ inputs
        return gradient, weight_gradient.to(ctx.weight_dtype), None
