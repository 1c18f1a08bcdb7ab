from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from doubles import BeepVoice, CachedBeepVoice, MuteVoice

from voiceover.config import CacheSettings
from voiceover.progress import Progress
from voiceover.speaking import Spoken, speak
from voiceover.types import Line, Speech
from voiceover.voices.base import Voice

LINES = [Line(index, index * 2.0, index * 2.0 + 1, f"words of line {index}") for index in range(1, 6)]


def run(voice: Voice, folder: Path, lines: Sequence[Line] = LINES) -> Spoken:
    return speak(voice, lines, seed=0, cache=CacheSettings(folder=folder), progress=Progress(io.StringIO()))


def test_speech_comes_in_the_order_of_the_lines(tmp_path: Path) -> None:
    spoken = run(BeepVoice(), tmp_path)
    assert [speech.line for speech in spoken.speeches] == LINES
    assert spoken.audio_seconds == pytest.approx(sum(speech.audio.seconds for speech in spoken.speeches))
    assert spoken.cached == 0


def test_after_editing_one_line_exactly_one_is_spoken(tmp_path: Path) -> None:
    before = run(CachedBeepVoice(), tmp_path)
    edited = [*LINES[:2], Line(3, 6.0, 7.0, "other words"), *LINES[3:]]
    voice = CachedBeepVoice()
    after = run(voice, tmp_path, edited)
    assert voice.asked == [3]
    assert after.cached == 4
    assert after.audio_seconds == pytest.approx(after.speeches[2].audio.seconds)
    assert np.array_equal(after.speeches[0].audio.samples, before.speeches[0].audio.samples)


def test_an_interrupted_run_keeps_the_lines_that_were_ready(tmp_path: Path) -> None:
    class Interrupted(CachedBeepVoice):
        def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
            for line in lines[:3]:
                yield self.speak_line(line)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Interrupted(), tmp_path)
    voice = CachedBeepVoice()
    run(voice, tmp_path)
    assert sorted(voice.asked) == [4, 5]


def test_a_voice_without_fingerprint_leaves_no_cache(tmp_path: Path) -> None:
    run(BeepVoice(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_lines_left_unsaid_stay_in_their_place(tmp_path: Path) -> None:
    spoken = run(MuteVoice(), tmp_path)
    assert [speech.flags for speech in spoken.speeches] == [(), ("unsaid",), (), ("unsaid",), ()]


def test_a_line_the_voice_forgets_is_unsaid_not_lost(tmp_path: Path) -> None:
    class Forgetful(BeepVoice):
        def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
            yield self.speak_line(lines[0])

    spoken = run(Forgetful(), tmp_path)
    assert [speech.line.index for speech in spoken.speeches] == [1, 2, 3, 4, 5]
    assert [speech.flags for speech in spoken.speeches[1:]] == [("unsaid",)] * 4
