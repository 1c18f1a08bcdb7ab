from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from signals import RATE, bursts

from voiceover import beds, loudness, media
from voiceover.errors import BadInputError
from voiceover.types import Audio


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    media.write_wav(tmp_path / "bed.wav", Audio(bursts(12.3), RATE))
    return tmp_path / "bed.wav"


def test_the_sound_and_its_energies_are_those_of_the_file(sound: Path, tmp_path: Path) -> None:
    with beds.decode_meanwhile(sound, rate=RATE, stream=0, seconds=14.0, scratch=tmp_path) as coming:
        bed = coming.result()
    wanted = media.decode_audio(sound, seconds=14.0)
    assert np.array_equal(bed.samples, wanted)
    np.testing.assert_allclose(bed.energies, loudness.measure_energies(wanted, RATE), rtol=1e-3, atol=1e-9)


def test_a_run_that_fails_does_not_wait_for_it(sound: Path, tmp_path: Path) -> None:
    before = threading.active_count()
    with (
        pytest.raises(ZeroDivisionError),
        beds.decode_meanwhile(sound, rate=RATE, stream=0, seconds=0.0, scratch=tmp_path),
    ):
        raise ZeroDivisionError
    assert threading.active_count() == before


def test_what_cannot_be_decoded_is_told_with_the_result(sound: Path, tmp_path: Path) -> None:
    with (
        beds.decode_meanwhile(sound, rate=RATE, stream=3, seconds=0.0, scratch=tmp_path) as coming,
        pytest.raises(BadInputError, match="no audio stream 3"),
    ):
        coming.result()
