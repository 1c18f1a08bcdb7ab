from __future__ import annotations

import json

import pytest

from voiceover import durations, timing
from voiceover.casting import Role
from voiceover.durations import LETTERS, Durations
from voiceover.forecast import Forecast, LineForecast, Part, Status, forecast
from voiceover.types import Line, Placed, Reading
from voiceover.voices.reader import Estimate, Reader


def reader(name: str = "tenths", *, times_words: bool = False) -> Reader:
    """Return a voice that takes a tenth of a second for each letter, and cannot read digits."""

    def read(text: str) -> Reading:
        spoken = "".join(letter for letter in text if not letter.isdigit()).strip()
        return Reading(spoken, "".join(filter(str.isdigit, text)))

    times = Durations(LETTERS, {durations.ANY_SOUND: 0.1})
    return Reader(name, "en", times_words, read, durations.from_letters, times, Estimate(name, name, True, 5.0, 12.0))


def foretell(*cues: tuple[float, float, str], max_speed: float = 1.25, speed: float = 1.0) -> list[LineForecast]:
    voice = reader()
    parts = [
        Part(Line(place, start, end, text), voice, Role(voice.name, speed))
        for place, (start, end, text) in enumerate(cues, start=1)
    ]
    return list(forecast(parts, max_speed=max_speed))


def test_a_line_with_room_fits() -> None:
    (line,) = foretell((1.0, 3.0, "ten letters"))
    assert (line.status, line.natural_seconds, line.speed) == (Status.FITS, pytest.approx(1.0), pytest.approx(1.0))
    assert (line.start, line.end) == (pytest.approx(1.0), pytest.approx(2.0))
    assert line.room_seconds is None  # nothing comes after it
    assert line.cut is None
    assert line.characters_per_second == pytest.approx(11 / 2)
    assert line.words_per_second == pytest.approx(1.0)


def test_the_gap_after_a_cue_is_room_too() -> None:
    first, second = foretell((0.0, 0.5, "ten letters"), (2.0, 3.0, "next"))
    assert first.status is Status.FITS
    assert first.room_seconds == pytest.approx(2.0 - timing.MIN_GAP)
    assert second.held_up_by is None


def test_a_tight_line_says_what_to_cut() -> None:
    line, _ = foretell((0.0, 1.0, "seven letters here"), (1.0 + 0.5, 3.0, "next"))
    assert line.natural_seconds == pytest.approx(1.6)
    assert line.status is Status.TIGHT
    assert 1.02 < line.speed <= 1.25
    assert line.over_seconds == pytest.approx(1.6 - (1.5 - timing.MIN_GAP))
    assert line.cut is not None
    assert (line.cut.count, line.cut.words) == (1, "here")
    assert line.over_seconds_at_max_speed == 0.0
    assert line.cut_at_max_speed is None


def test_an_impossible_line_needs_more_cut_and_holds_up_the_next() -> None:
    line, late, _ = foretell((0.0, 1.0, "aaaa bbbb cccc dddd eeee"), (1.0, 1.8, "eight ok"), (5.0, 6.0, "fine"))
    assert line.status is Status.IMPOSSIBLE
    assert line.cut is not None
    assert line.cut_at_max_speed is not None
    assert line.cut.words == "cccc dddd eeee"  # 0.92 s of room are nine letters at natural speed
    assert line.cut_at_max_speed.words == "cccc dddd eeee"  # and eleven at 1.25
    assert line.over_seconds_at_max_speed == pytest.approx(2.0 / 1.25 - (1.0 - timing.MIN_GAP))
    assert late.held_up_by == 1
    assert late.status is Status.IMPOSSIBLE  # more than 0.3 s late


def test_a_line_without_room_fits_with_no_word() -> None:
    line, _ = foretell((1.0, 2.0, "hello you"), (1.2, 3.0, "next"))
    assert line.cut is not None
    assert (line.cut.count, line.cut.is_all) == (2, True)


def test_a_lower_limit_makes_more_lines_impossible() -> None:
    cues = ((0.0, 1.0, "aaaa bbbb cccc dd"), (1.0, 3.0, "next"))
    assert foretell(*cues, max_speed=1.5)[0].status is Status.TIGHT
    assert foretell(*cues, max_speed=1.0)[0].status is Status.IMPOSSIBLE


def test_a_role_that_speaks_faster_by_itself_is_not_hurried() -> None:
    line, _ = foretell((0.0, 1.0, "aaaa bbbb cc"), (1.0, 3.0, "next"), speed=1.2)
    assert line.speed == pytest.approx(1.2)
    assert (line.status, line.over_seconds) == (Status.FITS, 0.0)
    line, _ = foretell((0.0, 1.0, "aaaa bbbb cc"), (1.0, 3.0, "next"))
    assert line.status is Status.TIGHT


def test_the_planner_of_a_dub_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def plan(speeches: list[object], *, max_speed: float) -> list[Placed]:
        asked.append(max_speed)
        return timing_plan(speeches, max_speed=max_speed)  # type: ignore[arg-type]

    timing_plan = timing.plan
    monkeypatch.setattr(timing, "plan", plan)
    foretell((0.0, 1.0, "hello"), max_speed=1.1)
    assert asked == [1.1]


def test_two_voices_do_not_hold_each_other_up_where_their_cues_overlap() -> None:
    slow, other = reader("slow"), reader("other")
    lines = [Line(1, 0.0, 1.1, "a long line of thirty letters or so"), Line(2, 1.0, 2.0, "other")]
    first, second = forecast([Part(lines[0], slow, Role("slow")), Part(lines[1], other, Role("other"))], max_speed=1.25)
    assert first.status is second.status is Status.FITS
    assert (first.room_seconds, second.held_up_by) == (None, None)


def test_a_line_that_cannot_be_read_is_impossible() -> None:
    line, after = foretell((0.0, 1.0, "123"), (1.0, 2.0, "fine 4"))
    assert (line.status, line.lost, line.start) == (Status.IMPOSSIBLE, "123", None)
    assert (after.status, after.lost) == (Status.FITS, "4")


def test_a_sentence_over_several_cues_is_foretold_in_one_go() -> None:
    voice = reader(times_words=True)
    lines = [Line(1, 0.0, 2.0, "When it rains,"), Line(2, 2.1, 4.0, "it pours.")]
    parts = [Part(line, voice, Role(voice.name)) for line in lines]
    assert [line.spoken_with for line in forecast(parts, max_speed=1.25)] == [(1, 2), (1, 2)]
    assert [line.spoken_with for line in forecast(parts, max_speed=1.25, merge=False)] == [(), ()]
    assert [line.natural_seconds for line in forecast(parts, max_speed=1.25)] == pytest.approx([1.1, 0.7])


def test_the_whole_is_told_as_json() -> None:
    lines = foretell((0.0, 1.0, "seven letter here"), (1.5, 3.0, "next"))
    whole = Forecast("film.srt", 1.25, tuple(lines), (Estimate("tenths", "tenths", True, 5.0, 12.0),))
    told = json.loads(json.dumps(whole.to_json(), allow_nan=False))
    assert told["format"] == 1
    assert told["totals"] == {"lines": 2, "fits": 1, "tight": 1, "impossible": 0}
    assert told["voices"] == [
        {
            "voice": "tenths",
            "spec": "tenths",
            "calibrated": True,
            "median_error_percent": 5.0,
            "p90_error_percent": 12.0,
        }
    ]
    assert told["lines"][0]["status"] == "tight"
    assert told["lines"][0]["cut"] == {"count": 1, "words": "here", "is_all": False}
    assert told["lines"][1]["room_seconds"] is None
    assert [line.index for line in whole.flagged] == [1]
