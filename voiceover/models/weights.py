"""Networks' weights in safetensors: as they are, in half precision, or a byte for each.

In bytes, every row of a matrix (an output's weights) is int8 times the row's scale, which stands beside it as
`NAME.scale`; vectors are in half precision. Rounded so, the acoustic model's mels differ by a thirtieth of what the
pre-net's dropout changes from one seed to the next (docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from voiceover.synthesis import storage
from voiceover.synthesis.storage import SCALE

_TOP = 127


class Storage(StrEnum):
    """How floating-point weights are stored."""

    WHOLE = "whole"
    HALF = "half"
    BYTES = "bytes"


def load(raw: bytes) -> dict[str, Tensor]:
    """Read weights, whichever way they were stored; floating-point ones come in float32.

    Raises:
        SafetensorError: these are no safetensors.
        ValueError: bytes without their scale.
    """
    return {name: torch.tensor(values) for name, values in storage.load(raw).items()}


def save(weights: Mapping[str, Tensor], path: Path, kind: Storage) -> None:
    """Write weights."""
    stored: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        if kind is Storage.WHOLE or not tensor.is_floating_point():
            stored[name] = tensor.contiguous()
        elif kind is Storage.BYTES and tensor.dim() > 1:
            rows = tensor.float().flatten(1)
            scale = (rows.abs().amax(dim=1) / _TOP).clamp_min(torch.finfo(torch.float32).tiny)
            rounded = (rows / scale[:, None]).round()
            stored[name], stored[name + SCALE] = rounded.to(torch.int8).view(tensor.shape).contiguous(), scale
        else:
            stored[name] = tensor.half().contiguous()
    save_file(stored, path)
    path.chmod(0o644)  # safetensors writes for the owner alone; a bundle is made to be passed on
