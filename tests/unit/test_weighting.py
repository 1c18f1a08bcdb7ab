from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import sosfilt
from signals import bursts

from voiceover.weighting import KWeighting, _k_weighting


@pytest.mark.parametrize("rate", [48_000, 44_100, 22_050])
@pytest.mark.parametrize("pieces", [[1], [47, 1, 48, 5], [31_000, 4_800, 7]])
def test_it_is_the_recursive_filter(rate: int, pieces: list[int]) -> None:
    samples = bursts(5) + np.float32(0.2)  # a constant is what a filter with poles near 1 remembers
    wanted = sosfilt(_k_weighting(rate), samples.astype(np.float64))
    weighting, found, at = KWeighting(rate), [], 0
    for length in [*pieces, len(samples)]:
        found.append(weighting.apply(samples[at : at + length]))
        at += length
    np.testing.assert_allclose(np.concatenate(found), wanted, atol=3e-6)


def test_a_film_of_an_hour_is_filtered_as_its_first_second() -> None:
    """The same sound again and again settles, and what is found then does not drift."""
    weighting, second = KWeighting(48_000), bursts(5) + np.float32(0.3)
    first = [weighting.apply(second) for _ in range(3)][-1]
    for _ in range(300):
        last = weighting.apply(second)
    np.testing.assert_allclose(last, first, atol=1e-6)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_its_filters_are_pyloudnorms(rate: int) -> None:
    stages = pyloudnorm.Meter(rate)._filters.values()
    expected = [np.concatenate((stage.b, stage.a)) / stage.a[0] for stage in stages]
    np.testing.assert_allclose(_k_weighting(rate), expected, rtol=0, atol=1e-14)


def test_a_mix_needs_no_signals_of_scipys() -> None:
    program = """
import sys
import numpy as np
from voiceover import loudness
loudness.measure_energies(np.zeros((48_100, 2), np.float32), 48_000)
print(sorted({"scipy.signal", "pyloudnorm"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
