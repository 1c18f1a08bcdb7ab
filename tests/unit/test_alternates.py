from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from doubles import MoodyVoice

from voiceover import alternates, fitting, takes, timing
from voiceover.alternates import Alternate
from voiceover.casting import Role
from voiceover.config import CacheSettings
from voiceover.fitting import RATE, Clip
from voiceover.progress import Progress
from voiceover.speaking import Part, Spoken, speak
from voiceover.types import Line, Placed

LINES = [
    Line(1, 0.0, 2.0, "twenty letters or so"),
    Line(2, 0.9, 3.0, "and as many hereafter"),
    Line(3, 9.0, 12.0, "this one has all the room"),
]


def offer(
    voice: MoodyVoice, folder: Path, lines: Sequence[Line] = LINES, *, max_speed: float = 1.25
) -> tuple[Spoken, list[Placed], list[Clip], list[Alternate]]:
    """Speak lines and return what was said, the plan, the clips that are heard, and the other takes."""
    parts = [Part(line, voice, Role(voice.name)) for line in lines]
    cache, progress = CacheSettings(folder=folder), Progress(io.StringIO())
    spoken = speak(parts, seed=7, cache=cache, progress=progress)
    placed = timing.plan(spoken.speeches)
    spoken = takes.retake(spoken, placed, parts, seed=7, cache=cache, progress=progress)
    placed = timing.plan(spoken.speeches)
    clips = list(fitting.fit_clips(placed))
    others = alternates.fit(
        spoken, placed, [clip.span for clip in clips], parts, seed=7, cache=cache, max_speed=max_speed
    )
    return spoken, placed, clips, list(others)


def test_the_other_takes_of_tight_lines_begin_where_the_line_does(tmp_path: Path) -> None:
    spoken, placed, clips, others = offer(MoodyVoice(), tmp_path)
    heard = {clip.span.index: clip.span for clip in clips}
    (retaken,) = spoken.retaken
    assert len(others) == 4
    assert [other.take for other in others] == list(retaken.others)
    for other in others:
        assert other.clip.span.index == 1
        assert other.clip.span.onset == heard[1].onset
        assert heard[1].start <= other.clip.span.start <= other.clip.span.onset
        assert len(other.clip.samples) == other.clip.span.end - other.clip.span.start
    assert {item.speech.takes for item in placed} == {1, 5}


def test_they_are_as_fast_as_they_have_to_be_and_no_faster_than_allowed(tmp_path: Path) -> None:
    _, placed, _, others = offer(MoodyVoice(), tmp_path)
    room = {item.speech.line.index: item.room for item in placed}
    lengths = [(other.clip.span.offset - other.clip.span.onset) / RATE for other in others]
    rooms = [room[other.clip.span.index] for other in others]
    assert any(length == pytest.approx(room, abs=0.002) for length, room in zip(lengths, rooms, strict=True))
    _, _, _, slow = offer(MoodyVoice(), tmp_path, max_speed=1.0)
    assert sum(len(other.clip.samples) for other in slow) > sum(len(other.clip.samples) for other in others)


def test_a_take_that_lost_a_sound_is_not_offered(tmp_path: Path) -> None:
    voice = MoodyVoice()
    voice.slips = 1  # in takes that are shorter than natural
    lines = [Line(1, 0.0, 2.0, "some twenty letters"), *LINES[1:]]
    spoken, _, _, others = offer(voice, tmp_path, lines)
    drawn = [voice.take(lines[0], takes.take_seed(7, take)) for take in range(1, 6)]
    sound = [take for take, speech in enumerate(drawn, 1) if speech.attention and not speech.attention.skips]
    assert sound == [1, 3, 4], "the seed makes this case"
    assert spoken.speeches[0].natural_seconds == drawn[3].natural_seconds
    assert [other.take for other in others] == [1, 3]


def test_nothing_is_spoken_for_them_and_what_the_cache_lost_is_left_out(tmp_path: Path) -> None:
    offer(MoodyVoice(), tmp_path)
    voice = MoodyVoice()
    _, _, _, others = offer(voice, tmp_path)
    assert voice.seeds == []
    parts = [Part(line, voice, Role(voice.name)) for line in LINES]
    spoken, placed, clips, _ = offer(voice, tmp_path)
    lost = alternates.fit(
        spoken, placed, [clip.span for clip in clips], parts, seed=7, cache=CacheSettings(folder=tmp_path / "other"),
        max_speed=1.25,
    )  # fmt: skip
    assert (len(others), list(lost)) == (4, [])


def test_a_sentence_over_cues_gives_each_of_its_lines_its_part(tmp_path: Path) -> None:
    lines = [
        Line(1, 0.0, 2.0, "He knew"),
        Line(2, 2.2, 2.6, "that it rained"),
        Line(3, 2.7, 6.0, "in the spring."),
    ]
    spoken, _, _, others = offer(MoodyVoice(), tmp_path, lines)
    (retaken,) = spoken.retaken
    assert retaken.places == (0, 1, 2)
    assert [other.clip.span.index for other in others] == [1, 2, 3] * 4


def test_a_voice_without_a_name_for_its_clips_has_none_to_offer(tmp_path: Path) -> None:
    voice = MoodyVoice()
    del voice.fingerprint
    _, _, _, others = offer(voice, tmp_path)
    assert others == []


def test_another_take_is_levelled_like_all_clips(tmp_path: Path) -> None:
    _, _, clips, others = offer(MoodyVoice(), tmp_path)
    level = {round(clip.span.lufs, 0) for clip in clips} | {round(other.clip.span.lufs, 0) for other in others}
    assert max(level) - min(level) <= 2
    assert all(np.isfinite(other.clip.samples).all() for other in others)
