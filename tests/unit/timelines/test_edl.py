from __future__ import annotations

import re
from pathlib import Path

import opentimelineio
import pycmx
import pytest
from cutting_room import FOLDER, RATES, make

from voiceover.timelines.edl import EdlWriter

EVENT = re.compile(r"(\d{3})  AX       (\S+) +C        (\S+) (\S+) (\S+) (\S+)")


@pytest.mark.parametrize("film", [True, False])
@pytest.mark.parametrize("at", RATES)
def test_events_are_on_their_frames_with_sound(tmp_path: Path, at: str, film: bool) -> None:
    told = make(tmp_path / "cut.edl", at, film=film)
    EdlWriter().write(told, told.path)
    text = told.path.read_text(encoding="utf-8")
    assert ("FCM: DROP FRAME" in text) == told.rate.drop
    events = [EVENT.fullmatch(row) for row in text.splitlines() if re.match(r"\d{3} ", row)]
    assert all(events)
    assert [event[1] for event in events if event] == [f"{number:03d}" for number in range(1, len(events) + 1)]
    found = [(event[2], *map(told.rate.parse, event.groups()[2:])) for event in events if event]
    first = 3 if film else 1
    expected = [
        (f"A{place}" if place > 1 else "A", *(told.first + f for f in (clip.start, clip.end, clip.start, clip.end)))
        for place, track in enumerate(told.narration, first)
        for clip in track.clips
    ]
    whole = (told.first, told.first + 1500) * 2
    assert sorted(found) == sorted([*expected, *([("V", *whole), ("AA", *whole)] if film else [])])


@pytest.mark.parametrize("at", RATES)
def test_somebody_elses_reader_finds_the_same_events(tmp_path: Path, at: str) -> None:
    told = make(tmp_path / "cut.edl", at)
    EdlWriter().write(told, told.path)
    with told.path.open(encoding="utf-8") as file:
        read = pycmx.parse_cmx3600(file)
    assert read.title == "cut"
    edits = [edit for event in read.events for edit in event.edits]
    assert [edit.clip_name for edit in edits if edit.channels.video] == ["fïlm & co.mp4"]
    heard = [edit for edit in edits if not edit.channels.video]
    assert [sorted(edit.channels.channels) for edit in heard] == [[1, 2], [3], [3], [4], [3]]
    starts = [told.rate.parse(edit.record_in) - told.first for edit in heard]
    assert starts == [0, *(clip.start for clip in told.clips)]


@pytest.mark.parametrize("at", ["23.976", "24", "25", "29.97 DF", "29.97", "50"])
def test_opentimelineio_reads_it(tmp_path: Path, at: str) -> None:
    told = make(tmp_path / "cut.edl", at)
    EdlWriter().write(told, told.path)
    rate = float(told.rate.rate)
    read = opentimelineio.adapters.read_from_file(str(told.path), adapter_name="cmx_3600", rate=rate)
    (picture,) = (track for track in read.tracks if track.kind == "Video")
    (film,) = picture.find_clips()
    assert film.source_range.start_time.to_frames() == told.first
    assert film.duration().to_frames() == 1500


def test_paths_texts_and_flags_stand_in_comments(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    told = make(folder / "cut.edl")
    EdlWriter().write(told, told.path)
    text = told.path.read_text(encoding="utf-8")
    assert f"* SOURCE FILE: {folder}/fïlm & co.mp4" in text
    assert "* COMMENT: Четвёртая строка" in text
    assert "* LOC: 00:00:06:12 RED     over-speed: too fast: cut a word" in text
