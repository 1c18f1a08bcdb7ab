from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from voiceover import preflight
from voiceover.config import NarrateSettings
from voiceover.errors import BadInputError
from voiceover.frames import FrameRate
from voiceover.media import Media, Stream
from voiceover.progress import Progress

SETTINGS = NarrateSettings(source=Path("film.srt"), output=Path("n.wav"), timelines=(Path("cut.otio"),))


class Warned(Progress):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def warn(self, message: str, **about: object) -> None:
        self.said.append(message)


def film(fps: float, timecode: str | None = None) -> Media:
    return Media(Path("film.mov"), "mov", 10.0, (Stream(0, "video", "h264", fps=fps),), 0, timecode)


@pytest.mark.parametrize(
    ("fps", "timecode", "rate", "first"),
    [
        (23.98, "01:00:00:00", FrameRate(Fraction(24000, 1001)), 86400),
        (29.97, "01:00:00;00", FrameRate(Fraction(30000, 1001), drop=True), 107892),
        (50.0, None, FrameRate(Fraction(50)), 0),
    ],
)
def test_a_films_rate_and_time_code_count(fps: float, timecode: str | None, rate: FrameRate, first: int) -> None:
    shown = Warned()
    assert preflight.find_clock(SETTINGS, shown, film(fps, timecode)) == (rate, first)
    assert shown.said == []


def test_what_the_user_says_counts_more() -> None:
    settings = replace(SETTINGS, fps="25", timecode="10:00:00:00")
    assert preflight.find_clock(settings, Warned(), film(50.0, "01:00:00:00")) == (FrameRate(Fraction(25)), 900_000)
    assert preflight.find_clock(SETTINGS, Warned()) == (FrameRate(Fraction(25)), 0)


def test_a_rate_that_editors_do_not_know_is_told_where_there_is_a_timeline() -> None:
    shown = Warned()
    assert preflight.find_clock(SETTINGS, shown, film(24.17))[0] == FrameRate(Fraction(24))
    assert "24.17 frames a second is no rate that editors know" in shown.said[0]
    shown = Warned()
    preflight.find_clock(replace(SETTINGS, timelines=()), shown, film(24.17))
    assert shown.said == []


def test_a_films_time_code_that_no_frame_has_is_told_and_left() -> None:
    shown = Warned()
    assert preflight.find_clock(SETTINGS, shown, film(25.0, "01:00:00:29")) == (FrameRate(Fraction(25)), 0)
    assert "film.mov: 01:00:00:29: no frame has this time code at 25" in shown.said[0]


def test_a_projects_rate_counts_and_another_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "film.kdenlive"
    project.write_text("<mlt><profile frame_rate_num='50' frame_rate_den='1'/></mlt>")
    settings = replace(SETTINGS, source=project)
    assert preflight.find_clock(settings, Warned())[0] == FrameRate(Fraction(50))
    assert preflight.find_clock(replace(settings, fps="50"), Warned())[0] == FrameRate(Fraction(50))
    with pytest.raises(BadInputError, match="has 50 frames a second"):
        preflight.find_clock(replace(settings, fps="25"), Warned())
