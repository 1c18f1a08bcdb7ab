from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib import colors, image

from voiceover import strip_chart
from voiceover.forecast import Forecast, LineForecast, Status
from voiceover.voices.reader import Estimate


def line(index: int, start: float, natural: float, status: Status) -> LineForecast:
    return LineForecast(
        index=index, cue_start=start, cue_end=start + 2.0, speaker=None, voice="v", text="t", spoken_text="t",
        spoken_with=(), status=status, start=start, end=start + natural, natural_seconds=natural, room_seconds=None,
        speed=1.0, shift=0.0, over_seconds=0.0, over_seconds_at_max_speed=0.0, cut=None, cut_at_max_speed=None,
        characters_per_second=1.0, words_per_second=1.0, held_up_by=None, lost="",
    )  # fmt: skip


def drawn(path: Path, *lines: LineForecast) -> np.ndarray:
    strip_chart.draw(Forecast("film.srt", 1.25, lines, (Estimate("v", "v", True),)), path)
    assert path.read_bytes().startswith(b"\x89PNG")
    return np.asarray(image.imread(path))[..., :3]


def amount(picture: np.ndarray, status: Status, *, above: int = 0) -> int:
    """Count the pixels of a status's bars: its colour, let through a little."""
    colour = np.array(colors.to_rgb(strip_chart.COLOURS[status]))
    cue = np.array(colors.to_rgb("#d5d9e0"))
    wanted = 0.85 * colour + 0.15 * cue
    return int((np.abs(picture[above:] - wanted).max(axis=2) < 0.02).sum())


def test_speech_is_drawn_in_the_colour_of_its_status_and_as_long_as_it_takes(tmp_path: Path) -> None:
    picture = drawn(
        tmp_path / "a.png",
        line(1, 1.0, 1.8, Status.FITS), line(2, 5.0, 0.9, Status.TIGHT), line(3, 9.0, 1.8, Status.IMPOSSIBLE),
    )  # fmt: skip
    fits, tight, impossible = (amount(picture, status) for status in Status)
    assert tight > 300
    assert fits == pytest.approx(impossible, rel=0.1)
    assert fits == pytest.approx(2 * tight, rel=0.15)
    only_fits = drawn(tmp_path / "b.png", line(1, 1.0, 1.8, Status.FITS))
    assert amount(only_fits, Status.TIGHT) == amount(only_fits, Status.IMPOSSIBLE) == 0


def test_a_long_film_gets_rows_that_show_more(tmp_path: Path) -> None:
    short = drawn(tmp_path / "a.png", line(1, 100.0, 1.0, Status.FITS))
    long = drawn(tmp_path / "b.png", *(line(i, i * 5.0, 1.0, Status.FITS) for i in range(1, 1500)))
    assert short.shape[1] == long.shape[1]
    assert long.shape[0] < 2000  # two hours, and still a picture that a screen can show


def test_a_bar_that_runs_over_the_end_of_a_row_goes_on_in_the_next() -> None:
    assert list(strip_chart._rows(29.0, 62.0, 30.0)) == [(0, 29.0, 30.0), (1, 0.0, 30.0), (2, 0.0, 2.0)]
    assert list(strip_chart._rows(30.0, 30.0, 30.0)) == []
