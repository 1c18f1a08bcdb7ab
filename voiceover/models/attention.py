"""Location-sensitive attention (Chorowski et al., 2015), as Tacotron 2 uses it.

Shapes: B lines, N tokens. Softmax and energies stay in float32 whatever the precision around them.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class AttentionState(NamedTuple):
    """What one step's attention hands to the next."""

    memory: Tensor  # (B, N, encoder_dim)
    keys: Tensor  # (B, N, attention_dim), the memory projected once
    mask: Tensor  # (B, N), True at real tokens
    weights: Tensor  # (B, N), the last step's
    cumulative: Tensor  # (B, N), the sum of all steps'
    context: Tensor  # (B, encoder_dim)


class LocationSensitiveAttention(nn.Module):
    """Additive attention that also sees where it looked before."""

    def __init__(self, query_dim: int, memory_dim: int, dim: int, filters: int, kernel: int) -> None:
        super().__init__()
        self.query_layer = nn.Linear(query_dim, dim, bias=False)
        self.memory_layer = nn.Linear(memory_dim, dim, bias=False)
        self.v = nn.Linear(dim, 1, bias=False)
        self.location_layer = _Location(filters, kernel, dim)
        for layer in (self.query_layer, self.memory_layer):
            nn.init.xavier_uniform_(layer.weight, gain=nn.init.calculate_gain("tanh"))
        nn.init.xavier_uniform_(self.v.weight)

    def start(self, memory: Tensor, mask: Tensor) -> AttentionState:
        """Return the state before the first step: no weights, no context."""
        zeros = torch.zeros(memory.shape[:2], device=memory.device)
        context = memory.new_zeros(memory.shape[0], memory.shape[2])
        with torch.autocast(memory.device.type, enabled=False):
            keys = self.memory_layer(memory.float())
        return AttentionState(memory, keys, mask, zeros, zeros, context)

    def forward(self, query: Tensor, state: AttentionState, window: Tensor | None = None) -> AttentionState:
        """Attend once with a query (B, query_dim); `window` (B, N) further limits where to look."""
        with torch.autocast(query.device.type, enabled=False):
            location = self.location_layer(torch.stack([state.weights, state.cumulative], dim=1))
            energies = self.v(torch.tanh(self.query_layer(query.float())[:, None] + location + state.keys)).squeeze(2)
            allowed = state.mask if window is None else state.mask & window
            weights = F.softmax(energies.masked_fill(~allowed, -torch.inf), dim=1)
        context = torch.bmm(weights[:, None].to(state.memory.dtype), state.memory).squeeze(1)
        return AttentionState(state.memory, state.keys, state.mask, weights, state.cumulative + weights, context)


class _Location(nn.Module):
    def __init__(self, filters: int, kernel: int, dim: int) -> None:
        super().__init__()
        self.location_conv = nn.Conv1d(2, filters, kernel, padding=(kernel - 1) // 2, bias=False)
        self.location_dense = nn.Linear(filters, dim, bias=False)
        nn.init.xavier_uniform_(self.location_conv.weight)
        nn.init.xavier_uniform_(self.location_dense.weight, gain=nn.init.calculate_gain("tanh"))

    def forward(self, weights: Tensor) -> Tensor:
        features: Tensor = self.location_conv(weights).transpose(1, 2)
        located: Tensor = self.location_dense(features)
        return located
