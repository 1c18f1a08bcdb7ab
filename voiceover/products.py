"""Matrix products that stay on the thread that asks for them."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_SINGLE = 250_000  # multiplications; OpenBLAS starts further threads beyond 262,144
Number = TypeVar("Number", np.float32, np.float64)


def multiply(rows: NDArray[Number], matrix: NDArray[Number]) -> NDArray[Number]:
    """Return `rows @ matrix`, so few rows at a time that the linear algebra underneath starts no threads.

    They would wait for work in a loop, and take the processor from the decoder that the rows come from.
    """
    few = max(_SINGLE // matrix.size, 1)
    whole = len(rows) // few * few
    product = np.empty((len(rows), matrix.shape[1]), rows.dtype)
    np.matmul(rows[:whole].reshape(-1, few, len(matrix)), matrix, out=product[:whole].reshape(-1, few, matrix.shape[1]))
    np.matmul(rows[whole:], matrix, out=product[whole:])
    return product
