from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from cutting_room import FOLDER, RATES, heard, make

from voiceover import timelines
from voiceover.errors import MissingError
from voiceover.timelines.aaf import AafWriter

opentimelineio = pytest.importorskip("opentimelineio")
aaf2 = pytest.importorskip("aaf2", reason="pyaaf2 is not installed (pip install 'voiceover[aaf]')")
pytest.importorskip("otio_aaf_adapter", reason="the AAF adapter is not installed (pip install 'voiceover[aaf]')")


@pytest.mark.parametrize("film", [True, False])
@pytest.mark.parametrize("at", RATES)
def test_clips_are_where_they_belong_to_the_frame(tmp_path: Path, at: str, film: bool) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    told = make(folder / "cut.aaf", at, film=film)
    AafWriter().write(told, told.path)
    read = opentimelineio.adapters.read_from_file(str(told.path), adapter_name="AAF")
    assert read.global_start_time.value == told.first
    tracks = list(read.tracks)[2 if film else 0 :]
    found = []
    for told_track, track in zip(told.narration, tracks, strict=True):
        for clip in track.find_clips():
            span = clip.range_in_parent()
            assert clip.source_range.start_time.value == told.first + span.start_time.value
            assert unquote(clip.media_reference.target_url).startswith(f"file://{folder}/cut.media/000")
            found.append((told_track.name, clip.name, span.start_time.value, span.duration.value))
    assert sorted(found) == [row[:4] for row in heard(told)]


@pytest.mark.parametrize("at", ["25", "29.97 DF"])
def test_the_file_itself_tells_tracks_time_code_and_bits(tmp_path: Path, at: str) -> None:
    told = make(tmp_path / "cut.aaf", at)
    AafWriter().write(told, told.path)
    with aaf2.open(str(told.path), "r") as file:
        (cut,) = file.content.toplevel()
        assert [slot.name for slot in cut.slots] == ["Picture", "Original sound", "ANNA", "Борис", "TC"]
        codes = [
            s.segment for mob in file.content.mobs for s in mob.slots if isinstance(s.segment, aaf2.components.Timecode)
        ]
        assert {code.drop for code in codes} == {told.rate.drop}
        assert {code.fps for code in codes} == {told.rate.nominal}
        bits = sorted(
            mob.descriptor["QuantizationBits"].value
            for mob in file.content.sourcemobs()
            if isinstance(mob.descriptor, aaf2.essence.PCMDescriptor)
        )
    assert bits == [16, 24, 24, 24, 24]


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voiceover.timelines.aaf.find_spec", lambda name: None)
    with pytest.raises(MissingError, match="AAF") as caught:
        timelines.check([Path("cut.aaf")], force=False, others=[])
    assert "voiceover[aaf]" in caught.value.remedy
