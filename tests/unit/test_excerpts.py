from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile

from voiceover import media
from voiceover.excerpts import Excerpts
from voiceover.mixdown import RATE, Clip, Span


def tone(index: int, seconds: float, pitch: float) -> Clip:
    moments = np.arange(round(seconds * RATE)) / RATE
    samples = (0.4 * np.sin(2 * np.pi * pitch * moments)).astype(np.float32)
    return Clip(Span(index, "v", 0, 0, len(samples), len(samples), -23.0), samples)


def test_each_clip_is_whole_and_holds_nothing_of_its_neighbours(tmp_path: Path) -> None:
    excerpts = Excerpts(tmp_path)
    made = {7: (1.234, 300.0), 3: (0.2, 900.0), 12: (2.0, 500.0)}
    for index, (seconds, pitch) in made.items():
        excerpts.keep(tone(index, seconds, pitch))
    clips = excerpts.encode()
    assert list(clips) == [7, 3, 12]
    for index, (seconds, pitch) in made.items():
        samples, rate = soundfile.read(io.BytesIO(clips[index]))
        assert rate == media.MP3_RATE
        assert seconds <= len(samples) / rate <= seconds + 0.1
        loud = np.flatnonzero(np.abs(samples) > 0.05) / rate
        assert abs(loud[-1] - loud[0] - seconds) < 0.01
        spectrum = np.abs(np.fft.rfft(samples))
        assert abs(spectrum.argmax() / len(samples) * rate - pitch) < 5.0
        for other in {300.0, 900.0, 500.0} - {pitch}:
            assert spectrum[round(other * len(samples) / rate)] < 0.01 * spectrum.max()


def test_without_a_folder_nothing_is_kept() -> None:
    excerpts = Excerpts(None)
    excerpts.keep(tone(1, 0.1, 300.0))
    assert excerpts.encode() == {}
