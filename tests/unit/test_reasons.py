from __future__ import annotations

import numpy as np
import pytest

from voiceover import reasons, timing
from voiceover.types import Audio, Line, Pause, Placed, Speech

SILENCE = Audio(np.zeros(0, np.float32), 22_050)


def speech(index: int, start: float, natural: float, end: float, *, voice: str = "", pace: float = 1.0) -> Speech:
    return Speech(Line(index, start, end, "words"), SILENCE, "words", 0.0, natural, voice=voice, pace=pace)


def explain(*speeches: Speech, film_seconds: float | None = None) -> list[str]:
    placed = timing.plan(speeches, film_seconds=film_seconds)
    return [reasons.explain(placed, film_seconds=film_seconds)[item.line.index] for item in speeches]


def test_a_line_that_needed_nothing_is_on_time() -> None:
    assert explain(speech(1, 0.0, 1.0, 1.2)) == ["on time"]


def test_what_is_past_the_cue_is_borrowed() -> None:
    assert explain(speech(1, 0.0, 1.5, 1.1), speech(2, 3.0, 1.02, 4.0)) == [
        "borrowed 0.4 s of the gap after it",
        "on time",
    ]


def test_speed_says_what_it_is_for() -> None:
    assert explain(speech(1, 0.0, 2.24, 1.9), speech(2, 2.08, 1.0, 3.1)) == [
        "borrowed 0.1 s of the gap after it; spoken 1.12 times as fast: 2.24 s of speech for 2.00 s of room",
        "spoken 1.02 times as fast: the line before it takes 1.12",
    ]


def test_a_late_line_names_what_it_waits_for_and_only_that() -> None:
    first, second, third = explain(speech(1, 60.0, 2.75, 62.0), speech(2, 62.08, 1.0, 63.1), speech(3, 66.0, 1.0, 67.0))
    assert first.startswith("borrowed 0.2 s of the gap after it; spoken 1.25 times as fast: 2.75 s of speech")
    assert second.startswith("200 ms late: the line before it ends at 0:01:02.200; ")
    assert third == "on time"


def test_an_early_line_says_what_for() -> None:
    assert explain(speech(1, 10.0, 3.1, 12.0), speech(2, 12.0, 1.0, 13.0))[0].startswith(
        "260 ms early to make room for the line after it; "
    )
    assert explain(speech(1, 8.0, 2.75, 9.9), film_seconds=10.0) == [
        "200 ms early to end with the film; borrowed 0.1 s of the gap after it; "
        "spoken 1.25 times as fast: 2.75 s of speech for 2.20 s of room before the film ends"
    ]


def test_what_runs_past_the_film_says_so() -> None:
    (told,) = explain(speech(1, 8.0, 3.5, 9.9), film_seconds=10.0)
    assert "runs 0.50 s past the end of the film" in told


def test_a_line_over_that_of_another_voice_names_it() -> None:
    first, second = explain(speech(1, 0.0, 3.75, 1.9, voice="A"), speech(2, 2.0, 1.0, 3.0, voice="B"))
    assert "speaks 0.70 s over line 2 of another voice" in first
    assert second.startswith("300 ms late")


def test_a_pace_is_no_hurry() -> None:
    assert explain(speech(1, 0.0, 1.0, 1.2, pace=1.1)) == ["its speaker's pace of 1.1"]


def test_takes_and_pauses_are_told() -> None:
    retaken = Speech(Line(1, 0.0, 2.0, "words"), SILENCE, "words", 0.0, 2.2, takes=5)
    one = Placed(retaken, 0.0, 2.02, pauses=(Pause(0.5, 1.0, 0.32),))
    assert reasons.explain([one]) == {1: "the best of 5 takes; pause shortened by 0.18 s"}
    two = Placed(retaken, 0.0, 1.84, pauses=(Pause(0.5, 1.0, 0.32), Pause(1.2, 1.5, 0.12)))
    assert reasons.explain([two]) == {1: "the best of 5 takes; 2 pauses shortened by 0.36 s"}


@pytest.mark.parametrize(("flag", "told"), [("beyond-end", "starts after the end of the film"), ("unsaid", "not said")])
def test_what_does_not_sound_says_why(flag: str, told: str) -> None:
    assert reasons.explain([Placed(speech(4, 9.0, 0.0, 10.0), 9.0, 9.0, flags=(flag,))]) == {4: told}
