from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest

from voiceover.errors import BadInputError
from voiceover.loudness import (
    PRESETS,
    Target,
    amplify,
    integrate,
    limit,
    measure,
    measure_energies,
    measure_true_peak,
    normalise,
    parse_target,
)
from voiceover.types import Samples

RATE = 48_000


def sine(hertz: float, seconds: float, amplitude: float = 1.0) -> Samples:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def bursts(seconds: float, seed: int = 1) -> Samples:
    """Noise with the ups, downs and peaks of speech."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    syllables = np.clip(np.sin(2 * np.pi * 3.7 * time) + 0.2, 0, None) * (np.sin(2 * np.pi * 0.31 * time) > -0.6)
    return (0.1 * syllables * rng.laplace(size=len(time))).astype(np.float32)


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


@pytest.mark.parametrize("shape", ["mono", "stereo"])
def test_the_limiter_keeps_the_ceiling_and_leaves_the_rest_alone(shape: str) -> None:
    samples = np.clip(bursts(4), -0.6, 0.6)
    samples[2 * RATE - 3 : 2 * RATE + 3] = [1.5, -1.5, 1.5, 2.0, -2.0, 1.5]  # across a block border
    if shape == "stereo":
        samples = np.stack([samples, -0.5 * samples], axis=1)
    before = samples.copy()
    assert limit(samples, RATE, -3.0)
    assert measure_true_peak(samples, RATE) <= -3.0 + 0.1
    around = slice(2 * RATE - 2000, 2 * RATE + 2000)
    loud = np.abs(before).reshape(len(before), -1)[around, 0] > 1e-4
    gain = (samples[around][loud] / before[around][loud]).reshape(loud.sum(), -1)[:, 0]
    assert gain.min() < 0.4
    assert np.abs(np.diff(gain)).max() < 0.02  # no step at the border, no click
    assert np.array_equal(samples[: RATE // 10], before[: RATE // 10])


def test_the_limiter_changes_nothing_below_the_ceiling() -> None:
    samples = sine(440, 3, 0.5)
    before = samples.copy()
    assert not limit(samples, RATE, -5.0)
    assert np.array_equal(samples, before)


@pytest.mark.parametrize("name", sorted(PRESETS))
@pytest.mark.parametrize("level", [0.03, 1.0, 4.0])
def test_every_preset_is_met(name: str, level: float) -> None:
    target = PRESETS[name]
    samples = np.stack([bursts(12, 1), bursts(12, 2)], axis=1) * np.float32(level)
    result = normalise(samples, RATE, target)
    checked = pyloudnorm.Meter(RATE).integrated_loudness(samples)
    assert checked == pytest.approx(target.lufs, abs=0.5)
    assert result.lufs == pytest.approx(checked, abs=0.05)
    assert result.peak_dbtp <= target.peak_dbtp - 1.0 + 0.1
    assert result.peak_dbtp == pytest.approx(measure_true_peak(samples, RATE))


def test_silence_stays_silence() -> None:
    samples = np.zeros((RATE, 2), np.float32)
    assert normalise(samples, RATE, Target(-14, -1)).lufs == -np.inf
    assert not samples.any()


def test_amplify_is_a_gain_in_place() -> None:
    samples = sine(100, 2.5, 0.1)
    before = samples.copy()
    amplify(samples, 6.0, RATE)
    np.testing.assert_allclose(samples, before * 10 ** (6 / 20), rtol=1e-6)


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
