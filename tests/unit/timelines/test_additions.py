from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cutting_room import heard, kdenlive_tracks, make, placed, shotcut_tracks, value
from lxml import etree

from voiceover import timelines
from voiceover.errors import BadInputError
from voiceover.timelines.kdenlive import KdenliveWriter
from voiceover.timelines.mlt import MltWriter


def a_project(folder: Path, suffix: str) -> Path:
    """Write a project with a film, two tracks of sound under it, and something that is nobody's business."""
    folder.mkdir(exist_ok=True)
    told = make(folder / f"theirs{suffix}")
    writer = KdenliveWriter() if suffix == ".kdenlive" else MltWriter()
    writer.write(told, told.path)
    text = told.path.read_text(encoding="utf-8")
    text = text.replace(
        '<playlist id="main_bin">', '<!-- kept --><playlist id="main_bin"><property name="x">  y\n</property>'
    )
    told.path.write_text(text, encoding="utf-8")
    return told.path


def added(project: Path, out: Path) -> tuple[Any, Any]:
    told = replace(make(out, film=False), project=project)
    timelines.write(told)
    return told, etree.parse(out).getroot()


def test_kdenlive_has_the_new_tracks_below_and_the_old_ones_as_they_were(tmp_path: Path) -> None:
    project = a_project(tmp_path, ".kdenlive")
    before = etree.parse(project).getroot()
    told, root = added(project, tmp_path / "ours.kdenlive")
    old, new = kdenlive_tracks(before), kdenlive_tracks(root)
    # the new tracks have the names of the old ones here, so these are told by where they are
    rows = root.find("tractor[@id='timeline']").findall("track")
    assert [row.get("producer") for row in rows[3:]] == [f"track_{n}" for n in ("a0", "a1", "a2", "v0")]
    assert [row.get("producer") for row in rows[1:3]] == ["track_voiceover1_0", "track_voiceover1_1"]
    playlists = {item.get("id"): item for item in root.findall("playlist")}
    ours = {name: playlists[f"playlist_voiceover1_{n}"] for n, name in enumerate(["Борис", "ANNA"])}
    assert sorted(placed(root, ours, "kdenlive:clipname")) == heard(told)
    theirs = {name: playlists[item.get("id")] for name, item in old.items()}
    assert placed(root, theirs, "kdenlive:clipname") == placed(before, old, "kdenlive:clipname")
    assert len(new) == 4


def test_what_is_told_by_a_tracks_number_is_told_anew(tmp_path: Path) -> None:
    project = a_project(tmp_path, ".kdenlive")
    _, root = added(project, tmp_path / "ours.kdenlive")
    main_bin = root.find("playlist[@id='main_bin']")
    (group,) = json.loads(value(main_bin, "kdenlive:docproperties.groups"))
    assert [leaf["data"] for leaf in group["children"]] == ["4:0", "5:0"]
    mixes = [
        (value(item, "mlt_service"), value(item, "a_track"), value(item, "b_track"))
        for item in root.find("tractor[@id='timeline']").findall("transition")
    ]
    assert sorted(mixes) == [*(("mix", "0", str(n)) for n in range(1, 6)), ("qtblend", "0", "6")]


def test_everything_else_of_a_project_is_kept(tmp_path: Path) -> None:
    project = a_project(tmp_path, ".kdenlive")
    (tmp_path / "theirs.kdenlive.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    _, root = added(project, tmp_path / "ours.kdenlive")
    assert b"<!-- kept -->" in etree.tostring(root)
    assert value(root.find("playlist[@id='main_bin']"), "x") == "  y\n"

    def parts(of: Any) -> Counter[tuple[str, ...]]:
        texts = ((item.text or "") if item.tag == "property" else "" for item in of.iter(etree.Element))
        tags = ((item.tag, *map(str, sorted(item.items()))) for item in of.iter(etree.Element))
        return Counter((*tag, text) for tag, text in zip(tags, texts, strict=True))

    lost = parts(etree.parse(project).getroot()) - parts(root)
    names = {re.sub(r"\W", "", part[1].removeprefix("('name', ")) for part in lost}
    assert names <= {"b_track", "kdenlivedocpropertiesgroups"}, "but for the numbers of tracks"
    assert (tmp_path / "ours.kdenlive.srt").read_text() == (tmp_path / "theirs.kdenlive.srt").read_text()


def test_bin_numbers_are_free_and_the_new_clips_lie_in_a_folder(tmp_path: Path) -> None:
    _, root = added(a_project(tmp_path, ".kdenlive"), tmp_path / "ours.kdenlive")
    main_bin = root.find("playlist[@id='main_bin']")
    (folder,) = (item for item in main_bin.findall("property") if item.get("name").startswith("kdenlive:folder.-1."))
    assert (folder.text, folder.get("name")) == ("Narration", "kdenlive:folder.-1.7")
    media = {item.get("id"): item for item in root.iter("producer")}
    numbers = [value(media[entry.get("producer")], "kdenlive:id") for entry in main_bin.findall("entry")]
    assert numbers == [str(number) for number in (2, 3, 4, 5, 6, 8, 9, 10, 11)]
    order = [item.get("id") for item in root]
    for entry in main_bin.findall("entry"):
        assert order.index(entry.get("producer")) < order.index("main_bin"), "media are described before they are used"


def test_a_project_can_be_narrated_twice(tmp_path: Path) -> None:
    _, _ = added(a_project(tmp_path, ".kdenlive"), tmp_path / "once.kdenlive")
    _, root = added(tmp_path / "once.kdenlive", tmp_path / "twice.kdenlive")
    names = [item.get("id") for item in root if item.get("id")]
    assert len(names) == len(set(names))
    assert len(root.find("tractor[@id='timeline']").findall("track")) == 1 + 4 + 2 + 2


def test_a_project_written_to_another_folder_still_finds_its_media(tmp_path: Path) -> None:
    project = a_project(tmp_path / "theirs", ".kdenlive")
    (tmp_path / "ours").mkdir()
    _, root = added(project, tmp_path / "ours" / "ours.kdenlive")
    assert root.get("root") == str(tmp_path / "theirs")
    resources = {value(item, "resource") for item in root.iter("producer")}
    assert "theirs.media/0001 ÄNNE & Co.wav" in resources
    assert f"{tmp_path}/ours/ours.media/0001 ÄNNE & Co.wav" in resources


def test_shotcut_has_the_new_tracks_at_the_end(tmp_path: Path) -> None:
    project = a_project(tmp_path, ".mlt")
    told, root = added(project, tmp_path / "ours.mlt")
    (tractor,) = root.findall("tractor")
    rows = [track.get("producer") for track in tractor.findall("track")]
    assert rows[-2:] == ["playlistvoiceover1_0", "playlistvoiceover1_1"]
    assert [track.get("hide") for track in tractor.findall("track")][-2:] == ["video", "video"]
    assert sorted(placed(root, dict(list(shotcut_tracks(root).items())[-2:]), "shotcut:caption")) == heard(told)
    mixes = [value(item, "b_track") for item in tractor.findall("transition") if value(item, "mlt_service") == "mix"]
    assert sorted(mixes) == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("suffix", [".kdenlive", ".mlt"])
def test_a_project_without_a_timeline_is_refused(tmp_path: Path, suffix: str) -> None:
    project = tmp_path / f"empty{suffix}"
    project.write_text("<mlt><profile frame_rate_num='25' frame_rate_den='1'/></mlt>")
    with pytest.raises(BadInputError, match="has no timeline"):
        added(project, tmp_path / f"ours{suffix}")
    assert not (tmp_path / f"ours{suffix}").exists()
