from __future__ import annotations

import numpy as np
import pytest

from voiceover.products import multiply


@pytest.mark.parametrize("count", [0, 1, 103, 104, 105, 5_000])
@pytest.mark.parametrize("shape", [(50, 48), (400, 700), (48, 4)])
def test_it_is_the_product(count: int, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    rows, matrix = rng.normal(size=(count, shape[0])), rng.normal(size=shape)
    np.testing.assert_allclose(multiply(rows, matrix), rows @ matrix, atol=1e-9)
