from __future__ import annotations

from pathlib import Path

import pytest

from voiceover import timelines
from voiceover.errors import BadInputError


def test_every_format_has_a_writer_that_says_what_it_is() -> None:
    for suffix in timelines.SUFFIXES:
        writer = timelines.find_writer(Path(f"cut{suffix.upper()}"))
        assert writer.suffix == suffix
        assert writer.title


@pytest.mark.parametrize("name", ["cut.prproj", "cut", ".otio"])
def test_an_unknown_format_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(BadInputError, match="no timeline is written as") as caught:
        timelines.find_writer(Path(name))
    assert ".fcpxml" in caught.value.remedy


def test_formats_of_other_packages_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "vegas_timelines-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: vegas-timelines\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[voiceover.timelines]\nveg = voiceover.timelines.edl:EdlWriter\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert timelines.find_writer(Path("cut.veg")).needs_media
    with pytest.raises(BadInputError) as caught:
        timelines.find_writer(Path("cut.prproj"))
    assert ".veg" in caught.value.remedy


def test_a_timeline_replaces_nothing_else(tmp_path: Path) -> None:
    cut, subs = tmp_path / "cut.otio", tmp_path / "film.srt"
    subs.write_text("")
    with pytest.raises(BadInputError, match=r"would replace .*film\.srt"):
        timelines.check([subs], force=True, others=[subs])
    with pytest.raises(BadInputError, match="names it twice"):
        timelines.check([cut, cut], force=True, others=[])
    cut.write_text("somebody's work")
    with pytest.raises(BadInputError, match="exists"):
        timelines.check([cut], force=False, others=[])
    timelines.check([cut], force=True, others=[subs])


def test_clips_lie_beside_the_first_timeline_that_needs_them() -> None:
    paths = [Path("a/cut.srt"), Path("a/cut.edl"), Path("b/cut.otio")]
    assert timelines.media_folder(paths, None) == Path("a/cut.media")
    assert timelines.media_folder(paths, Path("stems")) == Path("stems")
    assert timelines.media_folder(paths[:1], None) is None
