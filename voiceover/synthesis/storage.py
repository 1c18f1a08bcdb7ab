"""Networks' weights out of safetensors: as they are, in half precision, or a byte for each.

In bytes, every row of a matrix (an output's weights) is int8 times the row's scale, which stands beside it as
`NAME.scale`; vectors are in half precision. `voiceover.models.weights` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load as load_arrays

SCALE = ".scale"

Weights = Mapping[str, NDArray[np.float32]]


def load(raw: bytes) -> dict[str, NDArray[np.float32]]:
    """Read weights, whichever way they were stored; floating-point ones come in float32.

    Raises:
        SafetensorError: these are no safetensors.
        ValueError: bytes without their scale.
    """
    stored = load_arrays(raw)
    scales = {name + SCALE for name, array in stored.items() if array.dtype == np.int8}
    weights = {}
    for name, values in stored.items():
        if name in scales:
            continue
        weights[name] = values.astype(np.float32) if values.dtype.kind == "f" or values.dtype == np.int8 else values
        if values.dtype == np.int8:
            scale = stored.get(name + SCALE)
            if scale is None or len(scale) != len(values):
                raise ValueError(f"{name} lacks its scale")
            weights[name] *= scale.astype(np.float32).reshape(-1, *[1] * (values.ndim - 1))
    return weights
