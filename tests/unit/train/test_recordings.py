"""Recordings of any format, rate and number of channels."""

import numpy as np
import pytest
import soundfile

from voiceover.errors import BadInputError
from voiceover.media.ffmpeg import run
from voiceover.train import recordings

RATE = 44100


def tone(hertz=220.0, seconds=1.0, level=0.3):
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def test_what_soundfile_cannot_read_ffmpeg_does(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(), RATE)
    run(["-i", str(tmp_path / "a.wav"), "-c:a", "aac", "-y", str(tmp_path / "a.m4a")])
    read = recordings.read(tmp_path / "a.m4a")
    assert read.rate == RATE
    assert len(read.samples) == pytest.approx(RATE, abs=3000)
    assert np.abs(read.samples).max() == pytest.approx(0.3, abs=0.05)


def test_what_is_no_sound_is_refused(tmp_path):
    (tmp_path / "a.mp3").write_bytes(b"this is not sound")
    with pytest.raises(BadInputError, match=r"a\.mp3"):
        recordings.read(tmp_path / "a.mp3")


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [(1.0, 1.0, 0.3), (1.0, 0.0, 0.3), (1.0, -1.0, 0.3), (0.02, 1.0, 0.3), (1.0, 0.5, 0.225)],
)
def test_channels_become_one_without_losing_the_voice(left, right, level):
    pair = np.stack([left * tone(), right * tone()], axis=1)
    mixed = recordings.mono(recordings.Recording(pair, RATE))
    assert np.abs(mixed.samples).max() == pytest.approx(level, abs=0.01)


def test_resampling_keeps_the_length_in_seconds():
    from voiceover.types import Audio

    assert len(recordings.resampled(Audio(tone(), RATE), 22050)) == pytest.approx(22050, abs=2)
