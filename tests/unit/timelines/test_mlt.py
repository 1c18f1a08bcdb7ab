from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cutting_room import FOLDER, RATES, heard, kdenlive_tracks, make, placed, shotcut_tracks, value
from lxml import etree

from voiceover.timelines.base import Timeline, Writer
from voiceover.timelines.kdenlive import KdenliveWriter
from voiceover.timelines.mlt import MltWriter


def written(folder: Path, writer: Writer, at: str = "25", *, film: bool = True) -> tuple[Timeline, Any]:
    folder.mkdir(exist_ok=True)
    told = make(folder / f"cut{writer.suffix}", at, film=film)
    writer.write(told, told.path)
    return told, etree.parse(told.path).getroot()


@pytest.mark.parametrize(
    ("writer", "tracks", "label"),
    [(MltWriter(), shotcut_tracks, "shotcut:caption"), (KdenliveWriter(), kdenlive_tracks, "kdenlive:clipname")],
)
@pytest.mark.parametrize("film", [True, False])
@pytest.mark.parametrize("at", RATES)
def test_clips_are_where_they_belong(
    tmp_path: Path, at: str, film: bool, writer: Writer, tracks: Callable[[Any], dict[str, Any]], label: str
) -> None:
    told, root = written(tmp_path / FOLDER, writer, at, film=film)
    profile = root.find("profile")
    assert (profile.get("frame_rate_num"), profile.get("frame_rate_den")) == (
        str(told.rate.rate.numerator),
        str(told.rate.rate.denominator),
    )
    found = placed(root, tracks(root), label)
    assert sorted(row for row in found if row[0] not in {"Picture", "Original sound"}) == heard(told)
    whole = [(row[0], *row[2:]) for row in found if row[0] in {"Picture", "Original sound"}]
    assert sorted(whole) == ([("Original sound", 0, 1500, 0), ("Picture", 0, 1500, 0)] if film else [])
    resources = {value(item, "resource") for item in root.iter("chain", "producer")}
    assert resources >= {"cut.media/0001 ÄNNE & Co.wav", "cut.media/0004 ÄNNE & Co.wav"}, "a moved folder still plays"


def test_shotcut_sees_a_project_with_markers(tmp_path: Path) -> None:
    _, root = written(tmp_path, MltWriter())
    (tractor,) = root.findall("tractor")
    assert value(tractor, "shotcut") == "1"
    markers = [value(item, "text") for item in tractor.find("properties")]
    assert markers == ["over-speed: Third <line> & “quotes” 'n' all", "unsaid: ♪♪ (could not be said)"]
    assert value(tractor.find("properties")[1], "start") == "00:00:16.000"


def test_picture_and_original_sound_can_be_muted_by_themselves(tmp_path: Path) -> None:
    _, root = written(tmp_path, MltWriter())
    film = [item for item in root.findall("chain") if value(item, "resource") == "fïlm & co.mp4"]
    assert [(value(item, "astream"), value(item, "vstream")) for item in film] == [("-1", ""), ("", "-1")]


def test_kdenlives_tracks_stand_from_the_bottom_up(tmp_path: Path) -> None:
    _, root = written(tmp_path, KdenliveWriter())
    assert list(kdenlive_tracks(root)) == ["Борис", "ANNA", "Original sound", "Picture"]
    (main_bin,) = (item for item in root.findall("playlist") if item.get("id") == "main_bin")
    assert value(main_bin, "kdenlive:docproperties.groups").count('"2:0"') == 1
    assert '"pos": 400' in value(main_bin, "kdenlive:docproperties.guides")
    marked = [value(item, "kdenlive:markers") for item in root.findall("producer") if value(item, "kdenlive:markers")]
    assert len(marked) == 1
    assert '"pos": 2' in marked[0]
    numbers = [value(item, "kdenlive:id") for item in root.findall("producer") if item.get("id").startswith("bin")]
    assert numbers == ["2", "3", "4", "5", "6"]
