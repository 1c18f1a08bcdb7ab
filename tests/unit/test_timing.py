from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceover.timing import MAX_SHIFT, MIN_GAP, plan
from voiceover.types import Audio, Line, Placed, Speech

SILENCE = Audio(np.zeros(0, np.float32), 22_050)


def speech(index: int, start: float, natural: float, *, voice: str = "", flags: tuple[str, ...] = ()) -> Speech:
    """A speech that the plan sees: it never looks at samples."""
    line = Line(index, start, start + 1.0, "words")
    return Speech(line, SILENCE, "words", onset=0.05, offset=0.05 + natural, flags=flags, voice=voice)


def test_a_line_with_room_is_natural_and_at_its_cue() -> None:
    (placed,) = plan([speech(1, 2.0, 1.5)])
    assert (placed.start, placed.end, placed.speed, placed.shift, placed.flags) == (2.0, 3.5, 1.0, 0.0, ())


def test_a_long_line_runs_into_the_free_gap_after_it() -> None:
    placed = plan([speech(1, 0.0, 4.0), speech(2, 5.0, 1.0)])
    assert [item.speed for item in placed] == [1.0, 1.0]


def test_a_line_is_sped_up_only_as_far_as_needed() -> None:
    first, second = plan([speech(1, 0.0, 2.1), speech(2, 2.08, 1.0)])
    assert first.speed == pytest.approx(2.1 / 2.0)
    assert first.end == pytest.approx(2.0)
    assert first.flags == ()
    assert (second.start, second.shift) == (2.08, 0.0)


def test_over_speed_is_flagged_above_the_soft_limit() -> None:
    first, _ = plan([speech(1, 0.0, 2.3), speech(2, 2.08, 1.0)])
    assert first.speed == pytest.approx(1.15)
    assert first.flags == ("over-speed",)


def test_what_speed_cannot_absorb_shifts_the_next_line_and_the_gap_after_it_restores_time() -> None:
    first, second, third = plan([speech(1, 0.0, 2.75), speech(2, 2.08, 1.0), speech(3, 4.0, 1.0)])
    assert first.speed == 1.25
    assert second.start == pytest.approx(2.2 + MIN_GAP)
    assert second.shift == pytest.approx(0.2)
    assert "shifted" in second.flags
    assert "overrun" not in second.flags
    assert (third.shift, third.flags) == (0.0, ())


def test_a_shift_beyond_the_limit_is_an_overrun() -> None:
    _, second = plan([speech(1, 0.0, 3.0), speech(2, 2.0, 1.0)])
    assert second.shift > MAX_SHIFT
    assert second.flags[-2:] == ("shifted", "overrun")


def test_hurry_is_spread_over_neighbours() -> None:
    speeches = [speech(1, 0.0, 1.9), speech(2, 2.0, 2.4), speech(3, 4.0, 1.9), speech(4, 30.0, 1.0)]
    speeds = [item.speed for item in plan(speeches)]
    assert speeds[1] == 1.25
    assert speeds[0] == pytest.approx(1.15)
    assert speeds[2] == pytest.approx(1.15)
    assert speeds[3] == 1.0


def test_voices_may_overlap_one_another_where_their_cues_do() -> None:
    placed = plan([speech(1, 0.0, 3.0, voice="A"), speech(2, 1.0, 3.0, voice="B")])
    assert [(item.start, item.speed) for item in placed] == [(0.0, 1.0), (1.0, 1.0)]


def test_the_last_line_is_sped_up_then_brought_forward_to_end_with_the_film() -> None:
    (fast,) = plan([speech(1, 8.0, 2.2)], film_seconds=10.0)
    assert (fast.start, fast.speed) == (8.0, pytest.approx(1.1))
    (early,) = plan([speech(1, 8.0, 2.75)], film_seconds=10.0)
    assert early.speed == 1.25
    assert early.start == pytest.approx(7.8)
    assert early.end == pytest.approx(10.0)
    assert early.flags == ("over-speed", "shifted")


def test_a_line_that_cannot_end_with_the_film_overruns_and_is_not_cut() -> None:
    (placed,) = plan([speech(1, 8.0, 5.0)], film_seconds=10.0)
    assert placed.start == pytest.approx(7.7)
    assert placed.end == pytest.approx(7.7 + 4.0)
    assert "overrun" in placed.flags


def test_a_line_is_not_brought_forward_over_the_line_before_it() -> None:
    first, second = plan([speech(1, 6.0, 1.9), speech(2, 8.0, 3.2)], film_seconds=10.0)
    assert second.start == pytest.approx(first.end + MIN_GAP)
    assert 7.7 < second.start < 8.0


def test_a_cue_after_the_film_is_flagged_and_takes_no_time() -> None:
    placed = plan([speech(1, 12.0, 1.0), speech(2, 1.0, 1.0)], film_seconds=10.0)
    assert placed[0].flags == ("beyond-end",)
    assert placed[0].start == placed[0].end == 12.0
    assert placed[1].flags == ()


def test_an_unsaid_line_takes_no_time_and_keeps_its_flags() -> None:
    placed = plan([speech(1, 0.0, 0.0, flags=("unsaid",)), speech(2, 0.0, 1.0, flags=("attention-failure",))])
    assert placed[0].start == placed[0].end == 0.0
    assert placed[0].flags == ("unsaid",)
    assert placed[1].start == 0.0
    assert placed[1].flags == ("attention-failure",)


def test_a_cap_below_natural_speed_is_refused() -> None:
    with pytest.raises(ValueError, match="max_speed"):
        plan([], max_speed=0.9)


def check_promises(placed: list[Placed], speeches: list[Speech], max_speed: float, film: float | None) -> None:
    assert [item.speech.line.index for item in placed] == sorted(item.line.index for item in speeches)
    by_voice: defaultdict[str, list[Placed]] = defaultdict(list)
    for item in placed:
        assert 1.0 <= item.speed <= max_speed
        assert item.shift == pytest.approx(item.start - item.speech.line.start)
        if item.end > item.start:
            assert item.end - item.start == pytest.approx(item.speech.natural_seconds / item.speed)
            by_voice[item.speech.voice].append(item)
        else:
            assert {"unsaid", "beyond-end"} & set(item.flags)
        if film is None:
            assert item.shift >= 0.0
    for own in by_voice.values():
        own.sort(key=lambda item: (item.speech.line.start, item.speech.line.index))
        for before, after in pairwise(own):
            assert after.start >= before.end + MIN_GAP - 1e-9


lines = st.lists(
    st.tuples(
        st.floats(0, 30).map(lambda value: round(value, 3)),
        st.floats(0.01, 8.0),
        st.sampled_from(["", "A", "B"]),
        st.booleans(),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(lines, st.floats(1.0, 1.5), st.one_of(st.none(), st.floats(0.5, 40.0)))
def test_nothing_is_lost_reordered_or_overlapped(
    rows: list[tuple[float, float, str, bool]], max_speed: float, film: float | None
) -> None:
    speeches = [
        speech(index, start, 0.0 if unsaid else natural, voice=voice, flags=("unsaid",) if unsaid else ())
        for index, (start, natural, voice, unsaid) in enumerate(rows, 1)
    ]
    placed = plan(speeches, max_speed=max_speed, film_seconds=film)
    check_promises(placed, speeches, max_speed, film)
    again = plan(speeches[::-1], max_speed=max_speed, film_seconds=film)
    assert [(p.start, p.end, p.flags) for p in again] == [(p.start, p.end, p.flags) for p in placed]


def test_1500_cues_at_once_and_in_a_row() -> None:
    crowd = [speech(index, index / 1500, 2.0) for index in range(1, 1501)]
    check_promises(plan(crowd), crowd, 1.25, None)
    film = [speech(index, index * 4.8, 3.0 + index % 3) for index in range(1500)]
    placed = plan(film, film_seconds=7200.0)
    check_promises(placed, film, 1.25, 7200.0)
    assert max(abs(item.shift) for item in placed) <= MAX_SHIFT
