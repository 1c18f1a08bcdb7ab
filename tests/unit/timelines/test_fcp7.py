from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import opentimelineio
import pytest
from cutting_room import FOLDER, RATES, heard, make
from lxml import etree

from voiceover.timelines.fcp7 import Fcp7Writer


def written(folder: Path, at: str = "25", *, film: bool = True) -> Path:
    folder.mkdir(exist_ok=True)
    told = make(folder / "cut.xml", at, film=film)
    Fcp7Writer().write(told, told.path)
    return told.path


@pytest.mark.parametrize("at", RATES)
def test_opentimelineio_finds_every_clip_on_its_frame(tmp_path: Path, at: str) -> None:
    told = make(tmp_path / "cut.xml", at)
    Fcp7Writer().write(told, told.path)
    read = opentimelineio.adapters.read_from_file(str(told.path), adapter_name="fcp_xml")
    read = read if isinstance(read, opentimelineio.schema.Timeline) else read[0]
    assert read.global_start_time.value == told.first
    assert read.global_start_time.rate == pytest.approx(float(told.rate.rate), abs=1e-6)
    names = [track.metadata["fcp_xml"].get("@MZ.TrackName") for track in read.tracks]
    assert names == ["Picture", "Original sound 1", "Original sound 2", "ANNA", "Борис"]
    found = []
    for name, track in list(zip(names, read.tracks, strict=True))[3:]:
        for clip in track.find_clips():
            span = clip.range_in_parent()
            source = clip.source_range.start_time - clip.media_reference.available_range.start_time
            found.append((name, clip.name, span.start_time.value, span.duration.value, source.value))
    assert sorted(found) == heard(told)
    for track in list(read.tracks)[:3]:
        (film,) = track.find_clips()
        assert (film.range_in_parent().start_time.value, film.duration().value) == (0, 1500)


def test_names_addresses_time_codes_and_flags_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    path = written(folder, "29.97 DF")
    sequence = etree.parse(path).find("sequence")
    assert [sequence.findtext(f"timecode/{tag}") for tag in ("string", "displayformat")] == ["00:59:58;20", "DF"]
    assert (sequence.findtext("rate/timebase"), sequence.findtext("rate/ntsc")) == ("30", "TRUE")
    addresses = [unquote(address.text or "") for address in sequence.iter("pathurl")]
    assert addresses[0] == f"file://localhost{folder}/fïlm & co.mp4"
    assert all(address.startswith(f"file://localhost{folder}/cut.media/000") for address in addresses[1:])
    assert len(addresses) == 5, "each file is described once"
    item = next(item for item in sequence.iter("clipitem") if item.findtext("name", "").startswith("Third"))
    assert item.findtext("marker/name") == "over-speed"
    assert sequence.findtext("marker/in") == "400"


def test_picture_and_original_sound_are_tied_together(tmp_path: Path) -> None:
    path = written(tmp_path)
    media = etree.parse(path).find("sequence/media")
    film = [media.find("video/track/clipitem"), *media.findall("audio/track/clipitem[1]")[:2]]
    ids = [item.get("id") for item in film]
    assert [[link.text for link in item.iter("linkclipref")] for item in film] == [ids] * 3
    assert [item.findtext("sourcetrack/trackindex") for item in film] == ["1", "1", "2"]


def test_a_narration_without_film_has_an_empty_picture_track(tmp_path: Path) -> None:
    path = written(tmp_path, film=False)
    media = etree.parse(path).find("sequence/media")
    assert len(media.findall("video/track/clipitem")) == 0
    assert [track.get("MZ.TrackName") for track in media.findall("audio/track")] == ["ANNA", "Борис"]
