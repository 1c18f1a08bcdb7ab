from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from signals import RATE, bursts

from voiceover import beds, loudness, media
from voiceover.errors import BadInputError
from voiceover.media.ffmpeg import run
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


def test_a_damaged_film_is_heard_from_its_beginning_again(tmp_path: Path) -> None:
    """The quick way ends at the damage, and what it heard until then does not count."""
    whole, film = tmp_path / "whole.wav", tmp_path / "film.mkv"
    media.write_wav(whole, Audio(bursts(12.3), RATE))
    run(["-i", f"file:{whole}", "-c:a", "flac", f"file:{film}"])
    data = bytearray(film.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 5000] = bytes(5000)
    film.write_bytes(data)
    with pytest.raises(media.FailedError):
        list(media.stream_audio(film, quick=True)[0])
    with beds.decode_meanwhile(film, rate=RATE, stream=0, seconds=12.3, scratch=tmp_path) as coming:
        bed = coming.result()
    slow = np.concatenate(list(media.stream_audio(film)[0]))
    assert len(slow) > 11 * RATE
    assert np.array_equal(bed.samples[: len(slow)], slow)
    wanted = loudness.measure_energies(bed.samples, RATE)
    np.testing.assert_allclose(bed.energies, wanted, rtol=1e-3, atol=1e-7)
