"""Which device the networks run on."""

from __future__ import annotations

import torch

from voiceover.errors import BadInputError, MissingError


def resolve(name: str) -> torch.device:
    """Turn what a user wrote after `--device` into a device that is there.

    Raises:
        BadInputError: not auto, cpu, cuda or cuda:N.
        MissingError: this machine has no such GPU.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        device = None
    if device is None or device.type not in ("cpu", "cuda"):
        raise BadInputError(f"--device {name}: no such device.", "Use auto, cpu, cuda or cuda:N.")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        message = f"--device {name}: this machine has {torch.cuda.device_count()} CUDA devices."
        raise MissingError(message, "Use --device cpu, or install the driver of your NVIDIA GPU.")
    return device


def has_bf16(device: torch.device) -> bool:
    """Say whether a device computes in bfloat16 itself: processors without it refuse LSTMs, older GPUs emulate it."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    there = bool(torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]
    return there and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
