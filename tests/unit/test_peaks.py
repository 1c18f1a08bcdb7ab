from __future__ import annotations

import numpy as np
import pytest
import soxr
from signals import RATE, bursts

from voiceover.peaks import PeakMeter, near, sample_peaks, true_peaks


def test_the_wave_is_the_one_that_a_resampler_draws() -> None:
    samples = soxr.resample(bursts(3), 32_000, RATE, "VHQ")  # nothing close to half the rate, where filters differ
    drawn = np.abs(soxr.resample(samples, RATE, 4 * RATE, "VHQ"))
    starts = np.arange(48, len(samples) - 96, 48)
    wanted = np.array([drawn[4 * start : 4 * (start + 48)].max() for start in starts])
    found = true_peaks(samples, starts, 48)
    np.testing.assert_allclose(found, wanted, atol=0.02 * wanted.max())
    assert found.max() == pytest.approx(wanted.max(), rel=0.01)


def test_beyond_the_ends_is_silence() -> None:
    samples = np.zeros((20, 2), np.float32)
    samples[0, 1] = samples[-1, 0] = 0.5
    np.testing.assert_allclose(true_peaks(samples, np.array([0, 10]), 10), 0.5, atol=0.01)


def test_a_tail_counts_as_a_node() -> None:
    samples = np.array([0.1, -0.5, 0.2, 0.3, -0.9], np.float32)
    np.testing.assert_array_equal(sample_peaks(samples, 2), np.array([0.5, 0.3, 0.9], np.float32))
    np.testing.assert_array_equal(near(np.array([1, 5, 2, 0], np.float32)), [5, 5, 5, 2])


@pytest.mark.parametrize("length", [1, 47, 4_800, 100_001])
def test_blocks_of_any_length_tell_the_same(length: int) -> None:
    samples = np.clip(np.stack([bursts(4, 1), bursts(4, 2)], axis=1), -0.5, 0.5)
    samples = samples[: 40 * length]
    samples[len(samples) // 2] = 1.5
    meter = PeakMeter(RATE, 2, ceiling_dbtp=0.0)
    for start in range(0, len(samples), length):
        meter.add(samples[start : start + length])
    peak, over = meter.finish()
    assert peak == pytest.approx(20 * np.log10(1.5), abs=0.3)
    assert over
    for seconds, height in over:
        assert seconds == pytest.approx(len(samples) / 2 / RATE, abs=0.003)
        assert 0.0 < height <= peak


def test_a_wave_that_rises_between_two_samples_is_found_whatever_else_there_is() -> None:
    tone = (0.6 * np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)).astype(np.float32)  # no sample over 0.43
    samples = (tone * np.hanning(len(tone)))[:, None].astype(np.float32)
    samples[100] = 0.5
    meter = PeakMeter(RATE, 1)
    meter.add(samples)
    assert meter.finish()[0] == pytest.approx(20 * np.log10(0.6), abs=0.05)
