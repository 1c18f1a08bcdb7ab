"""Which device a voice runs on, found out without importing torch where it can be avoided."""

from __future__ import annotations

import ctypes
import sys
from importlib.util import find_spec

from voiceover.errors import BadInputError, MissingError


def resolve(name: str) -> str:
    """Turn what a user wrote after `--device` into cpu, cuda or cuda:N, which is there.

    Raises:
        BadInputError: not auto, cpu, cuda or cuda:N.
        MissingError: this machine has no such GPU, or not what it takes to use it.
    """
    kind, _, number = name.partition(":")
    if name not in ("auto", "cpu", "cuda") and not (kind == "cuda" and number.isdecimal()):
        raise BadInputError(f"--device {name}: no such device.", "Use auto, cpu, cuda or cuda:N.")
    if name == "cpu" or (name == "auto" and not (_gpus() and find_spec("torch"))):
        return "cpu"
    if not find_spec("torch"):
        raise MissingError(f"--device {name} needs torch.", "pip install 'voiceover[train]', or use --device cpu.")
    from voiceover.models import device

    return str(device.resolve(name))


def _gpus() -> int:
    """Count the GPUs that NVIDIA's driver tells of; 0 where there is no driver."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return 0
    count = ctypes.c_int(0)
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
        return 0
    return count.value
