from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from signals import RATE, bursts, sine

from voiceover.errors import BadInputError
from voiceover.loudness import (
    Target,
    integrate,
    measure,
    measure_energies,
    measure_true_peak,
    parse_target,
)


def test_a_full_scale_sine_of_997_hz_reads_minus_3_lufs() -> None:
    assert integrate(measure_energies(sine(997, 5), RATE)) == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("rate", [48_000, 44_100, 22_050])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_loudness_agrees_with_pyloudnorm(rate: int, channels: int) -> None:
    samples = np.stack([bursts(13.4, seed) for seed in range(channels)], axis=1)
    expected = pyloudnorm.Meter(rate).integrated_loudness(samples)
    assert integrate(measure_energies(samples, rate)) == pytest.approx(expected, abs=0.05)


def test_the_low_frequency_channel_of_surround_does_not_count() -> None:
    quiet = np.zeros((RATE, 6), np.float32)
    quiet[:, 3] = sine(997, 1)
    assert integrate(measure_energies(quiet, RATE)) == -np.inf


def test_silence_and_nothing_measure_minus_infinity() -> None:
    for samples in (np.zeros(RATE, np.float32), np.zeros(0, np.float32)):
        result = measure(samples, RATE)
        assert (result.lufs, result.peak_dbtp) == (-np.inf, -np.inf)


def test_the_true_peak_lies_between_the_samples() -> None:
    # a quarter of the sampling rate, 45 degrees off: every sample is at 0.707 of the peak
    tone = (0.5 * np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)).astype(np.float32)
    faded = tone * np.hanning(len(tone)).astype(np.float32)
    assert 20 * np.log10(np.abs(faded).max()) == pytest.approx(-9.03, abs=0.01)
    assert measure_true_peak(faded, RATE) == pytest.approx(-6.02, abs=0.15)


def test_the_loudest_moment_is_found_wherever_it_is() -> None:
    for position in (100, 3 * RATE - 1, 3 * RATE, 5 * RATE - 100):
        samples = bursts(5)
        samples[position] = 3.0
        assert measure_true_peak(samples, RATE) >= 20 * np.log10(3.0) - 1e-6


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("youtube", Target(-14, -1)),
        ("EBU", Target(-23, -1)),
        ("atsc", Target(-24, -2)),
        ("netflix", Target(-27, -2)),
        ("-16", Target(-16, -1)),
        ("-16 LUFS", Target(-16, -1)),
        ("off", None),
    ],
)
def test_loudness_option(text: str, target: Target | None) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize("text", ["loud", "3", "-100", "", "nan", "inf"])
def test_what_is_no_loudness_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(BadInputError, match="youtube, ebu, atsc, netflix, off"):
        parse_target(text)
