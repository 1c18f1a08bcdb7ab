from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from voiceover import subtitles
from voiceover.errors import BadInputError

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"
ASS = "[Script Info]\n\n[Events]\nFormat: Start, End, Text\nDialogue: 0:00:03.00,0:00:04.00,Styled\n"
PROFILE = "<profile frame_rate_num='30000' frame_rate_den='1001'/>"


def project(path: Path, inside: str = "") -> Path:
    path.write_text(f"<mlt>{PROFILE}{inside}</mlt>", encoding="utf-8")
    return path


def test_kdenlives_subtitles_lie_beside_the_project(tmp_path: Path) -> None:
    film = project(tmp_path / "film.kdenlive")
    (tmp_path / "film.kdenlive.srt").write_text(SRT)
    assert [cue.text for cue in subtitles.read(film)] == ["Hello"]
    (tmp_path / "film.kdenlive.ass").write_text(ASS)  # as Kdenlive 24.08 and later write them
    assert [cue.text for cue in subtitles.read(film)] == ["Styled"]


def test_of_several_subtitle_tracks_the_first_is_read(tmp_path: Path) -> None:
    listed = '[{"file":"film.kdenlive-1.ass","id":1,"name":"English"},{"file":"x.ass","id":2}]'
    name = "kdenlive:sequenceproperties.subtitlesList"
    film = project(tmp_path / "film.kdenlive", f"<tractor><property name='{name}'>{listed}</property></tractor>")
    (tmp_path / "film.kdenlive-1.ass").write_text(ASS)
    (tmp_path / "film.kdenlive.srt").write_text(SRT)
    assert [cue.text for cue in subtitles.read(film)] == ["Styled"]


def test_shotcuts_subtitles_are_in_the_project(tmp_path: Path) -> None:
    feed = (
        f"<filter><property name='mlt_service'>subtitle_feed</property><property name='text'>{SRT}</property></filter>"
    )
    (cue,) = subtitles.read(project(tmp_path / "film.mlt", f"<tractor>{feed}</tractor>"))
    assert (cue.text, cue.start) == ("Hello", 1.0)


def test_a_filter_may_name_the_subtitles(tmp_path: Path) -> None:
    (tmp_path / "some words.srt").write_text(SRT)
    service = "<property name='mlt_service'>avfilter.subtitles</property>"
    named = f"<filter>{service}<property name='av.filename'>some words.srt</property></filter>"
    assert len(subtitles.read(project(tmp_path / "film.mlt", named))) == 1


def test_a_project_tells_its_frame_rate(tmp_path: Path) -> None:
    assert subtitles.read_project_rate(project(tmp_path / "film.mlt")) == Fraction(30000, 1001)
    (tmp_path / "film.mlt").write_text("<mlt/>")
    with pytest.raises(BadInputError, match="no frame rate"):
        subtitles.read_project_rate(tmp_path / "film.mlt")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"<mlt>{PROFILE}</mlt>", "has no subtitles"),
        ("<mlt><property name='kdenlive:docproperties.subtitlesList'>[{]</property></mlt>", "has no subtitles"),
        ("<html></html>", "not a project of Kdenlive or Shotcut, but <html>"),
        ("<mlt>\n<broken", "line 2: not a project"),
        ("", "not a project"),
    ],
)
def test_what_is_no_project_with_subtitles_is_refused(tmp_path: Path, content: str, message: str) -> None:
    film = tmp_path / "film.kdenlive"
    film.write_text(content)
    with pytest.raises(BadInputError, match=message) as caught:
        subtitles.read(film)
    assert str(film) in caught.value.message
    assert caught.value.remedy


def test_a_project_cannot_read_other_files_by_entities(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    film = tmp_path / "film.mlt"
    feed = "<filter><property name='mlt_service'>subtitle_feed</property><property name='text'>&x;</property></filter>"
    film.write_text(f"<!DOCTYPE mlt [<!ENTITY x SYSTEM 'secret.txt'>]><mlt>{PROFILE}{feed}</mlt>")
    with pytest.raises(BadInputError, match="has no subtitles"):
        subtitles.read(film)
