"""Pictures of what a network does, as RGB tensors for TensorBoard or files on disk."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor


def attention(weights: Tensor) -> Tensor:
    """Draw attention weights (steps, tokens) with the steps to the right; returns (3, height, width)."""
    figure, axes = _figure(1, (6, 3.5))
    image = axes[0].imshow(weights.T.cpu().numpy(), origin="lower", aspect="auto", interpolation="nearest")
    axes[0].set(xlabel="decoder step", ylabel="token")
    figure.colorbar(image)
    return _rgb(figure)


def mels(recorded: Tensor, predicted: Tensor) -> Tensor:
    """Draw two log-mels (bands, frames) one above the other; returns (3, height, width)."""
    figure, axes = _figure(2, (6, 4.5))
    for axis, mel, title in zip(axes, (recorded, predicted), ("recorded", "predicted"), strict=True):
        axis.imshow(mel.numpy(), origin="lower", aspect="auto", interpolation="nearest", vmin=-11.5, vmax=1.5)
        axis.set(title=title, ylabel="mel band")
    axes[-1].set_xlabel("frame")
    return _rgb(figure)


def _figure(rows: int, size: tuple[float, float]) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, squeeze=False)[:, 0]


def _rgb(figure: Any) -> Tensor:
    figure.canvas.draw()
    return torch.from_numpy(np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()).permute(2, 0, 1)
