from __future__ import annotations

import numpy as np
import pytest

from voiceover.onsets import measure_lags, measure_onsets
from voiceover.types import Samples

RATE = 48_000
STARTS = [0.0, 1.5, 3.0, 3.9, 6.0]
ENDS = [1.0, 2.6, 3.82, 5.0, 7.0]


def narration(shift: float = 0.0, noise_db: float = -80.0) -> Samples:
    """Lines of noise with word gaps; the third and fourth are only 80 ms apart."""
    rng = np.random.default_rng(3)
    samples = rng.normal(size=8 * RATE) * 10 ** (noise_db / 20)
    for start, end in zip(STARTS, ENDS, strict=True):
        low, high = round((start + shift) * RATE), round((end + shift) * RATE)
        time = np.arange(high - low) / RATE
        words = np.where((time % 0.4) < 0.34, 1.0, 0.001)  # pauses of 60 ms
        samples[max(low, 0) : high] += (0.2 * words * rng.normal(size=len(time)))[max(0, -low) :]
    return samples.astype(np.float32)


def errors(shift: float, **options: float) -> list[float]:
    found = measure_onsets(narration(shift, **options), RATE, STARTS, ENDS)
    assert None not in found
    return [value - start for value, start in zip(found, STARTS, strict=True) if value is not None]


@pytest.mark.parametrize("shift", [0.0, 0.01, 0.05, 0.12, -0.03, -0.09])
def test_a_shift_is_seen_for_what_it_is(shift: float) -> None:
    measured = errors(shift)
    np.testing.assert_allclose(measured[1:], shift, atol=0.003)
    assert measured[0] == pytest.approx(max(shift, 0.0), abs=0.006)  # before the film there is nothing


def test_background_noise_40_db_down_does_not_move_an_onset() -> None:
    np.testing.assert_allclose(errors(0.02, noise_db=-60.0), 0.02, atol=0.004)


def test_a_missing_line_is_none() -> None:
    samples = narration()
    samples[round(5.2 * RATE) :] = 0.0
    assert measure_onsets(samples, RATE, STARTS, ENDS)[-1] is None


def test_a_click_is_no_onset() -> None:
    samples = np.zeros(3 * RATE, np.float32)
    samples[round(0.9 * RATE)] = 1.0
    samples[RATE : 2 * RATE] = 0.3 * np.random.default_rng(0).normal(size=RATE)
    assert measure_onsets(samples, RATE, [1.0], [2.0])[0] == pytest.approx(1.0, abs=0.003)


@pytest.mark.parametrize("shift", [0, 1, 480, -4000])
def test_lags_are_found_under_a_bed_to_the_sample(shift: int) -> None:
    reference = narration()
    bed = 0.1 * np.random.default_rng(9).normal(size=len(reference)).astype(np.float32)
    lags = measure_lags(np.roll(reference, shift) + bed, reference, RATE, STARTS[1:])
    np.testing.assert_allclose(lags, shift / RATE, atol=0.5 / RATE)
