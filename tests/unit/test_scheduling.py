from __future__ import annotations

import numpy as np
import pytest

from voiceover.scheduling import MAX_SHIFT, Order, schedule

GAP = 0.1


def shifts(
    cues: list[float], lengths: list[float], *, others: tuple[int, ...] = (), film: float | None = None
) -> list[float]:
    """Schedule lines one after the other; those whose position is in `others` follow a line of another voice."""
    orders = [Order(i - 1, i, same_voice=i not in others) for i in range(1, len(cues))]
    found = schedule(np.array(cues), np.array(lengths), orders, gap=GAP, film_seconds=film)
    return [round(float(start - cue), 6) for start, cue in zip(found.starts, cues, strict=True)]


def test_what_fits_is_on_time() -> None:
    assert shifts([1.0, 3.0, 5.0], [1.9, 1.9, 9.0]) == [0.0, 0.0, 0.0]


def test_a_short_delay_is_borne_late_and_made_up_for() -> None:
    assert shifts([1.0, 3.0, 5.0], [2.1, 1.7, 1.0]) == [0.0, 0.2, 0.0]


def test_a_longer_delay_is_parted_between_late_and_early() -> None:
    assert shifts([1.0, 3.0, 8.0], [2.4, 1.0, 1.0]) == [-0.2, 0.3, 0.0]


def test_one_early_line_is_better_than_four_late_ones() -> None:
    lengths = [2.0, 1.9, 1.9, 1.9, 1.0]
    assert shifts([1.0, 3.0, 5.0, 7.0, 9.0], lengths) == [-0.1, 0.0, 0.0, 0.0, 0.0]
    assert shifts([1.0, 3.0, 5.0], lengths[:3]) == [0.0, 0.1, 0.1]


def test_what_cannot_be_avoided_is_an_overrun_and_ends_soon() -> None:
    assert shifts([0.0, 2.0, 4.0, 6.0], [3.0, 1.5, 1.5, 1.5]) == [0.0, 1.1, 0.7, 0.3]


def test_nothing_starts_before_the_film() -> None:
    assert shifts([0.1, 1.0], [2.0, 1.0]) == [-0.1, 1.1]


def test_a_line_runs_into_that_of_another_voice_rather_than_delay_it_for_long() -> None:
    found = schedule(
        np.array([0.0, 1.0]), np.array([2.0, 1.0]), [Order(0, 1, same_voice=False)], gap=GAP, film_seconds=None
    )
    assert found.starts[1] - 1.0 == pytest.approx(MAX_SHIFT)
    assert list(found.over_other.values()) == [pytest.approx(0.8)]


def test_the_last_line_comes_early_to_end_with_the_film() -> None:
    assert shifts([1.0], [2.2], film=3.0) == [-0.2]
    found = schedule(np.array([1.0]), np.array([2.5]), [], gap=GAP, film_seconds=3.0)
    assert (found.starts[0], found.past_end[0]) == (pytest.approx(0.7), pytest.approx(0.2))
