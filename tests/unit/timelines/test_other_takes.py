"""Takes that are not heard, in every format that has a place for them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio
import pytest
from cutting_room import TAKES, heard, kdenlive_tracks, laid, make, placed, shotcut_tracks, value
from lxml import etree

from voiceover import timelines
from voiceover.timelines.base import Timeline


def written(path: Path, at: str = "25", **options: Any) -> tuple[Timeline, Any]:
    told = replace(make(path, at, film=options.pop("film", True), takes=True), **options)
    timelines.write(told)
    return told, etree.parse(path).getroot() if path.suffix not in {".otio", ".edl"} else None


def muted(root: Any) -> list[int]:
    """Return which of the tracks are: Kdenlive says it on both of a track's playlists, and forgets it elsewhere."""
    tractors = {item.get("id"): item for item in root.findall("tractor")}
    found = []
    for place, row in enumerate(root.findall("tractor")[-1].findall("track")):
        inside = tractors[row.get("producer")].findall("track") if row.get("producer") in tractors else [row]
        if all(item.get("hide") == "both" for item in inside):
            found.append(place)
    return found


def is_take(row: tuple[str, ...]) -> bool:
    return row[0].startswith("Takes")


def test_takes_stand_where_their_line_does_on_as_few_tracks_as_hold_them(tmp_path: Path) -> None:
    assert laid(make(tmp_path / "cut.xml", takes=True).takes) == TAKES
    assert make(tmp_path / "cut.xml").takes == ()


def test_in_final_cut_7_their_clips_are_disabled(tmp_path: Path) -> None:
    told, root = written(tmp_path / "cut.xml")
    found = [
        (track.get("MZ.TrackName"), *(item.findtext(tag) for tag in ("name", "start", "end", "in", "enabled")))
        for track in root.findall("sequence/media/audio/track")
        for item in track.findall("clipitem")
    ]
    wanted = [(*row[:2], str(row[2]), str(row[2] + row[3]), str(row[4]), "FALSE") for row in TAKES]
    assert [row for row in found if is_take(row)] == wanted
    assert {row[-1] for row in found if not is_take(row)} == {"TRUE"}
    assert len([row for row in found if row[0] in {"ANNA", "Борис"}]) == len(heard(told))


@pytest.mark.parametrize("at", ["25", "29.97 DF"])
def test_in_fcpxml_they_are_disabled_clips_with_a_role_of_their_own(tmp_path: Path, at: str) -> None:
    told, root = written(tmp_path / "cut.fcpxml", at)
    frame = 1 / told.rate.rate
    clips = root.findall(".//spine/asset-clip/asset-clip")
    takes = [clip for clip in clips if clip.get("enabled") == "0"]
    assert {clip.get("audioRole") for clip in takes} == {"Takes"}
    found = [
        (
            clip.get("lane"),
            clip.get("name"),
            *(Fraction(clip.get(name)[:-1]) / frame for name in ("offset", "duration")),
        )
        for clip in takes
    ]
    assert found == [(f"-{2 + int(row[0][-1])}", row[1], told.first + row[2], row[3]) for row in TAKES]
    assert len(clips) - len(takes) == len(heard(told))


@pytest.mark.parametrize(
    ("suffix", "tracks", "label"),
    [(".mlt", shotcut_tracks, "shotcut:caption"), (".kdenlive", kdenlive_tracks, "kdenlive:clipname")],
)
def test_in_mlt_and_kdenlive_their_tracks_are_muted(tmp_path: Path, suffix: str, tracks: Any, label: str) -> None:
    told, root = written(tmp_path / f"cut{suffix}")
    found = placed(root, tracks(root), label)
    assert sorted(row for row in found if is_take(row)) == sorted(TAKES)
    assert sorted(row for row in found if row[0] in {"ANNA", "Борис"}) == heard(told)
    names = list(tracks(root))
    assert [names[place - 1] for place in muted(root)] == [name for name in names if is_take((name,))]


def test_kdenlives_picture_and_sound_stay_tied_above_the_takes(tmp_path: Path) -> None:
    _, root = written(tmp_path / "cut.kdenlive")
    names = list(kdenlive_tracks(root))
    assert names == ["Takes 3", "Takes 2", "Takes 1", "Борис", "ANNA", "Original sound", "Picture"]
    groups = value(root.find("playlist[@id='main_bin']"), "kdenlive:docproperties.groups")
    assert f'"{names.index("Original sound")}:0"' in groups
    assert f'"{names.index("Picture")}:0"' in groups


@pytest.mark.parametrize("suffix", [".mlt", ".kdenlive"])
def test_added_to_a_project_they_are_muted_and_what_was_there_is_not(tmp_path: Path, suffix: str) -> None:
    project = tmp_path / f"theirs{suffix}"
    timelines.write(make(project))
    _, root = written(tmp_path / f"ours{suffix}", film=False, project=project)
    assert len(root.findall("tractor")[-1].findall("track")) == 1 + 4 + 2 + 3
    assert muted(root) == ([1, 2, 3] if suffix == ".kdenlive" else [7, 8, 9])


def test_in_opentimelineio_they_are_other_media_of_their_clip(tmp_path: Path) -> None:
    told, _ = written(tmp_path / "cut.otio")
    read = opentimelineio.adapters.read_from_file(str(told.path))
    clips = {clip.name: clip for track in read.tracks for clip in track.find_clips()}
    first = clips["First, of 57 frames"]
    assert list(first.media_references()) == ["DEFAULT_MEDIA", "take 2", "take 5"]
    assert first.media_reference.name == "0001 ÄNNE & Co.wav"
    other = first.media_references()["take 5"]
    assert other.name == "0001-take5 ÄNNE & Co.wav"
    assert other.available_range.duration.to_frames() == 70
    assert other.available_range.start_time == first.media_reference.available_range.start_time
    assert list(clips["Third <line> & “quotes” 'n' all"].media_references()) == ["DEFAULT_MEDIA"]


def test_an_edit_list_names_them_in_comments(tmp_path: Path) -> None:
    told, _ = written(tmp_path / "cut.edl")
    rows = told.path.read_text(encoding="utf-8").splitlines()
    assert f"* COMMENT: take 3 is {tmp_path}/cut.media/0002-take3 ÄNNE & Co.wav" in rows
    assert sum(row[:3].isdecimal() for row in rows) == 2 + len(heard(told)), "they are no events"
