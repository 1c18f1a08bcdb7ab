from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from signals import RATE, bursts, sine

from voiceover.loudness import PRESETS, Target, measure, measure_true_peak
from voiceover.mastering import Master, limit, normalise


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
    normalise(samples, RATE, target, headroom_db=1.0)
    result = measure(samples, RATE)
    checked = pyloudnorm.Meter(RATE).integrated_loudness(samples)
    assert checked == pytest.approx(target.lufs, abs=0.5)
    assert result.lufs == pytest.approx(checked, abs=0.05)
    assert result.peak_dbtp <= target.peak_dbtp - 1.0 + 0.1


def test_silence_stays_silence() -> None:
    samples = np.zeros((RATE, 2), np.float32)
    normalise(samples, RATE, Target(-14, -1))
    assert not samples.any()


@pytest.mark.parametrize("name", sorted(PRESETS))
@pytest.mark.parametrize("level", [0.03, 1.0, 4.0])
def test_what_is_aimed_at_is_what_is_written(name: str, level: float) -> None:
    """The curve is solved on points a millisecond apart: the levelled samples must measure what it foretold."""
    target = PRESETS[name]
    samples = np.stack([bursts(12.3, 1), bursts(12.3, 2)], axis=1) * np.float32(level)
    before = samples.copy()
    master = Master(samples, RATE)
    foretold = master.aim(target.lufs, target.peak_dbtp)
    master.settle(target.peak_dbtp)
    assert np.array_equal(samples, before)
    written = np.concatenate([master.level(samples[at : at + 7001], at) for at in range(0, len(samples), 7001)])
    found = measure(written, RATE)
    assert found.lufs == pytest.approx(foretold.lufs, abs=0.05)
    assert found.lufs == pytest.approx(target.lufs, abs=0.2)
    assert found.peak_dbtp <= target.peak_dbtp + 0.05


def test_another_aim_starts_from_the_mix_again() -> None:
    samples = bursts(6)
    first, again = Master(samples, RATE), Master(samples, RATE)
    again.aim(-14.0, -6.0)
    assert again.aim(-20.0, -1.0) == first.aim(-20.0, -1.0)
    assert np.array_equal(again.level(samples, 0), first.level(samples, 0))


def test_a_loudness_that_the_peaks_forbid_leaves_the_peaks_alone() -> None:
    clicks = np.zeros(4 * RATE, np.float32)
    clicks[RATE // 2 :: RATE] = 0.5
    master = Master(clicks, RATE)
    master.aim(-10.0, -1.0)
    assert measure_true_peak(master.level(clicks, 0), RATE) <= -1.0 + 0.05


def test_what_is_softened_is_softened_there_alone() -> None:
    samples = bursts(6)
    master = Master(samples, RATE)
    master.aim(-20.0, -1.0)
    before = master.level(samples, 0)
    changed = master.soften([(2.0, 1.5), (4.5, 0.5)])
    after = master.level(samples, 0)
    places = np.flatnonzero(after != before)
    inside = np.zeros(len(samples), np.bool_)
    for start, end in changed:
        inside[start:end] = True
    assert inside[places].all()
    assert inside.sum() < 0.3 * RATE
    spot = slice(2 * RATE - 480, 2 * RATE + 480)
    loud = np.abs(before[spot]) > 1e-3
    np.testing.assert_allclose(after[spot][loud] / before[spot][loud], 10 ** (-1.5 / 20), rtol=1e-3)
