from __future__ import annotations

import numpy as np
import pytest
from signals import RATE, bursts

from voiceover import loudness
from voiceover.curves import Curves, draw


@pytest.mark.parametrize("shape", ["mono", "stereo"])
def test_they_are_the_energy_and_the_peak_of_each_millisecond(shape: str) -> None:
    sound = bursts(4.3)[:-7]  # ends amid a millisecond
    if shape == "stereo":
        sound = np.stack([sound, -0.5 * sound[::-1]], axis=1)
    drawn = draw(sound, RATE)
    wanted = loudness.measure_energies(sound, RATE, hop_seconds=0.001)
    np.testing.assert_allclose(drawn.energies, wanted, rtol=1e-3, atol=1e-9)
    high = np.abs(sound).reshape(len(sound), -1).max(axis=1)
    assert np.array_equal(drawn.peaks, [high[start : start + 48].max() for start in range(0, len(high), 48)])


def test_they_are_the_same_however_the_sound_comes() -> None:
    sound = bursts(3)
    whole, pieces = Curves(RATE, 1), Curves(RATE, 1)
    whole.add(sound)
    for start in range(0, len(sound), 4_800):
        pieces.add(sound[start : start + 4_800])
    np.testing.assert_allclose(pieces.energies, whole.energies, rtol=1e-3, atol=1e-9)
    assert np.array_equal(pieces.peaks, whole.peaks)


def test_no_sound_has_none() -> None:
    assert len(draw(np.zeros((0, 2), np.float32), RATE).energies) == len(Curves(RATE, 2).peaks) == 0
