from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote

import pytest
from cutting_room import FOLDER, RATES, heard, make
from lxml import etree

from voiceover.timelines.base import Timeline
from voiceover.timelines.fcpxml import FcpxmlWriter


def written(folder: Path, at: str = "25", *, film: bool = True) -> tuple[Timeline, etree._Element]:
    folder.mkdir(exist_ok=True)
    told = make(folder / "cut.fcpxml", at, film=film)
    FcpxmlWriter().write(told, told.path)
    return told, etree.parse(told.path).getroot()


@pytest.mark.parametrize("film", [True, False])
@pytest.mark.parametrize("at", RATES)
def test_times_are_whole_frames_and_clips_where_they_belong(tmp_path: Path, at: str, film: bool) -> None:
    told, root = written(tmp_path, at, film=film)
    frame = Fraction(root.find("resources/format").get("frameDuration")[:-1])
    assert frame == 1 / told.rate.rate

    def count(element: etree._Element, name: str) -> int:
        frames = Fraction(element.get(name)[:-1]) / frame
        assert frames.denominator == 1
        return frames.numerator

    sequence = root.find("event/project/sequence")
    assert count(sequence, "tcStart") == told.first
    assert count(sequence, "duration") == told.frames
    (base,) = sequence.find("spine")
    assert base.tag == ("asset-clip" if film else "gap")
    assert count(base, "start") == count(base, "offset") == told.first
    assets = {asset.get("id"): asset for asset in root.iter("asset")}
    found = []
    for clip in base.findall("asset-clip"):
        start = count(clip, "offset") - count(base, "start")  # in the base's own time
        source = count(clip, "start") - count(assets[clip.get("ref")], "start")
        found.append((clip.get("audioRole").split(".")[1], clip.get("name"), start, count(clip, "duration"), source))
        assert count(clip, "start") == told.first + start, "a stem's time stamp is its place"
    assert sorted(found) == heard(told)


def test_addresses_lanes_and_flags(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    _, root = written(folder, "29.97 DF")
    addresses = [unquote(media.get("src")) for media in root.iter("media-rep")]
    assert addresses[0] == f"file://{folder}/fïlm & co.mp4"
    assert root.find(".//sequence").get("tcFormat") == "DF"
    clips = root.findall(".//spine/asset-clip/asset-clip")
    assert [clip.get("lane") for clip in clips] == ["-1", "-1", "-1", "-2"]
    (marker,) = clips[2].findall("marker")
    assert (marker.get("value"), marker.get("completed")) == ("over-speed", "0")
    assert [marker.get("value") for marker in root.findall(".//spine/asset-clip/marker")] == ["unsaid"]
