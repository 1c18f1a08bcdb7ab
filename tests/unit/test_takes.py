from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from doubles import BeepVoice, MoodyVoice

from voiceover import takes, timing
from voiceover.casting import Role
from voiceover.config import CacheSettings
from voiceover.progress import Progress
from voiceover.speaking import Part, Spoken, speak
from voiceover.types import Line
from voiceover.voices import catalog
from voiceover.voices.base import Voice

LINES = [
    Line(1, 0.0, 2.0, "twenty letters or so"),
    Line(2, 0.9, 3.0, "and as many hereafter"),
    Line(3, 9.0, 12.0, "this one has all the room"),
]


def run(voice: Voice, folder: Path, lines: Sequence[Line] = LINES, role: Role | None = None) -> tuple[Spoken, Spoken]:
    parts = [Part(line, voice, role or Role(voice.name)) for line in lines]
    cache, progress = CacheSettings(folder=folder), Progress(io.StringIO())
    spoken = speak(parts, seed=7, cache=cache, progress=progress)
    placed = timing.plan(spoken.speeches)
    return spoken, takes.retake(spoken, placed, parts, seed=7, cache=cache, progress=progress)


def test_the_shortest_take_of_a_tight_line_is_kept_and_other_lines_are_left_alone(tmp_path: Path) -> None:
    voice = MoodyVoice()
    before, after = run(voice, tmp_path)
    seeds = [takes.take_seed(7, number) for number in range(1, 6)]
    lengths = [voice.take(replace(LINES[0], text=before.readings[0].spoken), seed).natural_seconds for seed in seeds]
    assert after.speeches[0].natural_seconds == pytest.approx(min(lengths))
    assert (after.speeches[0].takes, after.speeches[0].attempts) == (5, 5)
    assert after.speeches[0].line == LINES[0]
    assert after.speeches[2] is before.speeches[2]
    assert sorted(set(voice.seeds)) == sorted(seeds)
    assert after.audio_seconds > before.audio_seconds


def test_of_takes_that_fit_alike_the_best_attended_is_kept(tmp_path: Path) -> None:
    voice = MoodyVoice()
    text = "As it was said before."
    first = voice.take(replace(LINES[0], text=text), 7).natural_seconds
    others = [voice.take(replace(LINES[0], text=text), takes.take_seed(7, number)) for number in range(2, 6)]
    fitting = [take for take in others if take.natural_seconds <= 0.88 * first]
    assert len(fitting) > 1, "the seed makes no case to test"
    lines = [Line(1, 0.0, 1.0, text), Line(2, 0.88 * first + 0.08, 9.0, "Short.")]
    _, after = run(voice, tmp_path, lines)
    best = max(fitting, key=lambda take: take.attention.focus if take.attention else 0.0)
    assert after.speeches[0].natural_seconds == pytest.approx(best.natural_seconds)


def test_a_take_that_lost_a_sound_is_not_taken_for_its_shortness(tmp_path: Path) -> None:
    voice = MoodyVoice()
    voice.slips = 1
    before, after = run(voice, tmp_path)
    for old, new in zip(before.speeches[:2], after.speeches[:2], strict=True):
        assert new.attention is not None
        assert old.attention is not None
        assert new.attention.skips <= old.attention.skips


def test_takes_are_cached_and_the_same_from_the_cache(tmp_path: Path) -> None:
    _, first = run(MoodyVoice(), tmp_path)
    voice = MoodyVoice()
    _, again = run(voice, tmp_path)
    assert voice.seeds == []
    assert again.audio_seconds == 0.0
    for old, new in zip(first.speeches, again.speeches, strict=True):
        assert np.array_equal(old.audio.samples, new.audio.samples)
        assert (old.takes, old.attempts, old.flags) == (new.takes, new.attempts, new.flags)


def test_takes_are_the_same_in_whatever_batches_they_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, together = run(MoodyVoice(), tmp_path / "one")
    monkeypatch.setattr(takes, "_AT_ONCE", 1)
    _, apart = run(MoodyVoice(), tmp_path / "two")
    assert [s.natural_seconds for s in together.speeches] == [s.natural_seconds for s in apart.speeches]


def test_a_sentence_over_cues_is_retaken_as_a_whole(tmp_path: Path) -> None:
    lines = [
        Line(1, 0.0, 2.0, "He knew"),
        Line(2, 2.2, 2.6, "that it rained"),
        Line(3, 2.7, 6.0, "in the spring."),
    ]
    voice = MoodyVoice()
    before, after = run(voice, tmp_path, lines)
    assert before.joined[0] == (1, 2, 3)
    assert set(voice.texts) == {"He knew that it rained in the spring."}
    assert [speech.takes for speech in after.speeches] == [5, 5, 5]
    assert [speech.line for speech in after.speeches] == lines
    assert after.speeches[1].natural_seconds < before.speeches[1].natural_seconds


def test_the_role_stays(tmp_path: Path) -> None:
    lines = [LINES[0], replace(LINES[1], start=0.6)]
    _, after = run(MoodyVoice(), tmp_path, lines, role=Role("moody", speed=1.1, gain_db=-3.0))
    assert after.speeches[0].takes == 5
    assert {(speech.pace, speech.gain_db) for speech in after.speeches} == {(1.1, -3.0)}


def test_a_voice_that_always_says_the_same_is_not_asked_twice(tmp_path: Path) -> None:
    before, after = run(BeepVoice(), tmp_path)
    assert after is before


def test_the_bundled_voice_draws_takes_that_are_what_each_seed_gives_alone(tmp_path: Path) -> None:
    voice = catalog.open_voice("narrator", "cpu")
    line = Line(1, 0.0, 1.0, "Follow me!")
    drawn = {speech.line.index: speech for speech in voice.speak_takes([line, replace(line, index=2)], [3, 4])}  # type: ignore[attr-defined]
    for index, seed in ((1, 3), (2, 4)):
        (alone,) = voice.speak([line], seed=seed)
        assert len(drawn[index].audio.samples) == len(alone.audio.samples)
        assert np.allclose(drawn[index].audio.samples, alone.audio.samples, atol=1e-3)
    one, two = (drawn[index].audio.samples for index in (1, 2))
    length = min(len(one), len(two))
    assert not np.allclose(one[:length], two[:length], atol=1e-2)
