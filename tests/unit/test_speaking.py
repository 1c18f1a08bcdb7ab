from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from doubles import BeepVoice, CachedBeepVoice, MuteVoice, WordBeepVoice

from voiceover import warping
from voiceover.casting import Role
from voiceover.config import CacheSettings
from voiceover.progress import Progress
from voiceover.speaking import Part, Spoken, respeaker, speak
from voiceover.types import Audio, Line, Reading, Speech
from voiceover.voices.base import Voice
from voiceover.warping import TimeMap

LINES = [Line(index, index * 2.0, index * 2.0 + 1, f"words of line {index}") for index in range(1, 6)]


def run(voice: Voice, folder: Path, lines: Sequence[Line] = LINES, *, merge: bool = True) -> Spoken:
    parts = [Part(line, voice, Role(voice.name)) for line in lines]
    return speak(parts, seed=0, cache=CacheSettings(folder=folder), progress=Progress(io.StringIO()), merge=merge)


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


SENTENCE = [
    Line(1, 0.0, 2.0, "He knew"),
    Line(2, 2.2, 4.0, "that it rained"),
    Line(3, 4.2, 6.0, "in the spring."),
    Line(4, 7.0, 8.0, "Next."),
]


def test_a_sentence_over_cues_is_asked_for_once_and_cut_into_its_cues(tmp_path: Path) -> None:
    voice = WordBeepVoice()
    spoken = run(voice, tmp_path, SENTENCE)
    assert sorted(voice.texts) == ["He knew that it rained in the spring.", "Next."]
    assert [speech.line for speech in spoken.speeches] == SENTENCE
    assert [speech.spoken_text for speech in spoken.speeches] == [line.text for line in SENTENCE]
    assert spoken.joined == ((1, 2, 3), (1, 2, 3), (1, 2, 3), ())
    for speech in spoken.speeches:
        assert speech.words[0].start == pytest.approx(speech.onset, abs=0.04)


def test_no_merge_asks_for_each_cue(tmp_path: Path) -> None:
    voice = WordBeepVoice()
    run(voice, tmp_path, SENTENCE, merge=False)
    assert sorted(voice.texts) == sorted(line.text for line in SENTENCE)


def test_a_voice_without_word_times_is_asked_for_each_cue(tmp_path: Path) -> None:
    voice = BeepVoice()
    run(voice, tmp_path, SENTENCE)
    assert sorted(voice.asked) == [1, 2, 3, 4]


def test_a_sentence_is_cached_as_one_and_edited_as_one(tmp_path: Path) -> None:
    run(WordBeepVoice(), tmp_path, SENTENCE)
    edited = [SENTENCE[0], Line(2, 2.2, 4.0, "that it snowed"), *SENTENCE[2:]]
    voice = WordBeepVoice()
    spoken = run(voice, tmp_path, edited)
    assert voice.texts == ["He knew that it snowed in the spring."]
    assert spoken.cached == 1
    again = run(WordBeepVoice(), tmp_path, edited)
    assert again.cached == 4
    assert np.array_equal(again.speeches[1].audio.samples, spoken.speeches[1].audio.samples)


def test_each_role_has_its_voice_pace_and_gain_and_no_sentence_crosses_two(tmp_path: Path) -> None:
    high, low = WordBeepVoice("high"), WordBeepVoice("low")
    parts = [
        Part(SENTENCE[0], high, Role("high", 1.1, -3.0)),
        Part(SENTENCE[1], low, Role("low")),
        Part(SENTENCE[2], low, Role("low", 0.9)),
    ]
    spoken = speak(parts, seed=0, cache=CacheSettings(folder=tmp_path), progress=Progress(io.StringIO()))
    assert [(s.voice, s.pace, s.gain_db) for s in spoken.speeches] == [
        (high.name, 1.1, -3.0),
        (low.name, 1.0, 0.0),
        (low.name, 0.9, 0.0),
    ]
    assert high.texts == ["He knew"]
    assert sorted(low.texts) == ["in the spring.", "that it rained"]


def test_a_line_of_which_letters_are_lost_is_said_and_flagged(tmp_path: Path) -> None:
    class Forgetting(BeepVoice):
        def read(self, text: str) -> Reading:
            kept = "".join(c for c in text if c.isascii())
            return Reading(kept if any(map(str.isalpha, kept)) else "", "".join(c for c in text if not c.isascii()))

    lines = [Line(1, 0.0, 1.0, "Emo 太郎"), Line(2, 2.0, 3.0, "Emo")]
    spoken = run(Forgetting(), tmp_path, lines)
    assert [speech.flags for speech in spoken.speeches] == [("unreadable",), ()]
    assert [reading.lost for reading in spoken.readings] == ["太郎", ""]


def test_clips_are_spoken_again_by_the_voice_of_their_line(tmp_path: Path) -> None:
    class Again(BeepVoice):
        def respeak(self, speech: Speech, times: TimeMap) -> Audio | None:
            return Audio(np.full(round(times.seconds * self.rate), 0.1, np.float32), self.rate)

    again, once = Again(), BeepVoice()
    parts = [Part(line, voice, Role(voice.name)) for line, voice in zip(LINES[:2], (again, once), strict=True)]
    spoken = speak(parts, seed=0, cache=CacheSettings(folder=tmp_path), progress=Progress(io.StringIO()))
    respeak = respeaker(parts)
    first, second = (respeak(speech, warping.even((0.0, 1.0), 1.25)) for speech in spoken.speeches)
    assert first is not None
    assert first.seconds == pytest.approx(0.8, abs=1e-4)
    assert second is None
