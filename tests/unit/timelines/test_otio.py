from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import opentimelineio
import pytest
from cutting_room import FOLDER, RATES, heard, make

from voiceover.timelines.otio import OtioWriter


@pytest.mark.parametrize("at", RATES)
def test_clips_are_where_they_belong_to_the_frame(tmp_path: Path, at: str) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    told = make(folder / "cut.otio", at)
    OtioWriter().write(told, told.path)
    read = opentimelineio.adapters.read_from_file(str(told.path))
    assert read.global_start_time.value == told.first
    assert read.global_start_time.rate == float(told.rate.rate)
    assert [track.name for track in read.tracks] == ["Picture", "Original sound", "ANNA", "Борис"]
    found = []
    for track in list(read.tracks)[2:]:
        for clip in track.find_clips():
            span, whole = clip.range_in_parent(), clip.available_range()
            source = clip.source_range.start_time - whole.start_time
            found.append((track.name, clip.name, span.start_time.value, span.duration.value, source.value))
            assert unquote(clip.media_reference.target_url).startswith(f"file://{folder}/cut.media/000")
    assert sorted(found) == heard(told)
    film = next(iter(read.tracks[0].find_clips()))
    assert film.source_range.start_time.value == told.first
    assert film.duration().value == 1500


def test_flags_are_markers(tmp_path: Path) -> None:
    told = make(tmp_path / "cut.otio")
    OtioWriter().write(told, told.path)
    read = opentimelineio.adapters.read_from_file(str(told.path))
    (clip,) = (clip for clip in read.find_clips() if clip.markers)
    (marker,) = clip.markers
    assert (marker.name, marker.comment) == ("over-speed", "too fast: cut a word")
    assert marker.marked_range.start_time.value == clip.source_range.start_time.value + 2
    assert [(gap.name, gap.marked_range.start_time.value) for gap in read.tracks.markers] == [("unsaid", 400)]


def test_a_narration_without_film_is_tracks_of_narration(tmp_path: Path) -> None:
    told = make(tmp_path / "cut.otio", film=False)
    OtioWriter().write(told, told.path)
    read = opentimelineio.adapters.read_from_file(str(told.path))
    assert [track.name for track in read.tracks] == ["ANNA", "Борис"]
