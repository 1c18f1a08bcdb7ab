"""ConvNeXt blocks over time (Liu et al., 2022; Siuzdak, "Vocos", 2023): the backbone of the ISTFT vocoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Block(nn.Module):
    """Depthwise convolution over time, then a two-layer perceptron per frame, added to the input."""

    def __init__(self, dim: int, expansion: int, layers: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(dim, dim, 7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim)
        self.expand = nn.Linear(dim, dim * expansion)
        self.contract = nn.Linear(dim * expansion, dim)
        self.scale = nn.Parameter(torch.full((dim,), 1.0 / layers))

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, frames, dim) to the same shape."""
        y = self.depthwise(x.transpose(1, 2)).transpose(1, 2)
        y = self.contract(F.gelu(self.expand(self.norm(y))))
        result: Tensor = x + self.scale * y
        return result


class Backbone(nn.Module):
    """A stack of blocks from mel frames to features."""

    def __init__(self, bands: int, dim: int, layers: int, expansion: int = 3) -> None:
        super().__init__()
        self.embed = nn.Conv1d(bands, dim, 7, padding=3)
        self.norm = nn.LayerNorm(dim)
        self.blocks = nn.ModuleList(Block(dim, expansion, layers) for _ in range(layers))
        self.final_norm = nn.LayerNorm(dim)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, bands, frames) to (B, frames, dim)."""
        x = self.norm(self.embed(x).transpose(1, 2))
        for block in self.blocks:
            x = block(x)
        features: Tensor = self.final_norm(x)
        return features
