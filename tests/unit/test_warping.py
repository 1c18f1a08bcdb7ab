from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceover import warping
from voiceover.types import Pause
from voiceover.warping import TimeMap

RATE = 48_000


def test_an_even_map_places_every_moment_at_one_speed_but_for_the_pauses() -> None:
    times = warping.even((1.0, 1.1, 3.0, 3.2), 1.25, (Pause(1.5, 1.9, 0.1), Pause(2.0, 2.4, 0.4)))
    assert times.seconds == pytest.approx((2.2 - 0.3) / 1.25)
    np.testing.assert_allclose(times.to_placed(np.array([1.0, 1.1, 1.5, 1.9, 3.2])) * 1.25, [0, 0.1, 0.5, 0.6, 1.9])
    np.testing.assert_allclose(times.to_natural(np.array([0.0, 0.6, 1.9]) / 1.25), [1.0, 1.9, 3.2])


def test_a_pause_that_is_cut_out_whole_leaves_a_map_that_rises() -> None:
    times = warping.even((0.0, 2.0), 1.0, (Pause(0.5, 1.5, 0.0),))
    assert np.all(np.diff(times.placed) > 0)
    assert times.seconds == pytest.approx(1.0, abs=1e-5)


def test_pauses_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        warping.even((0.0, 2.0), 1.0, (Pause(0.8, 1.0, 0.1), Pause(0.2, 0.9, 0.1)))


@pytest.mark.parametrize(
    ("pause", "seconds"),
    [
        (Pause(0.5, 0.9, 0.5), 2.0),  # kept longer than it is
        (Pause(-0.1, 0.3, 0.1), 1.8),
        (Pause(1.9, 2.1, 0.0), 1.9),
        (Pause(2.1, 2.5, 0.0), 2.0),
        (Pause(0.9, 1.3, 0.1), 1.7),  # over an edge
    ],
)
def test_pauses_count_as_far_as_they_are_there(pause: Pause, seconds: float) -> None:
    times = warping.even((0.0, 1.2, 2.0), 1.0, (pause,))
    assert times.seconds == pytest.approx(seconds, abs=1e-5)
    assert np.all(np.diff(times.placed) > 0)
    assert (times.natural[0], times.natural[-1]) == (0.0, 2.0)


@given(
    st.floats(0.5, 2.0),
    st.lists(st.floats(0.05, 1.0), min_size=3, max_size=200),
    st.floats(0.01, 0.99),
    st.floats(-0.3, 0.3),
)
def test_bending_keeps_every_knot_and_the_order_of_moments(
    speed: float, give: list[float], share: float, begin: float
) -> None:
    finish = len(give) * 0.01
    onset = finish * share
    pause = (Pause(onset / 2, onset, onset / 8),)
    times = warping.even((0.0, onset, finish), speed, pause)
    bent = warping.bend(times, begin + np.arange(len(give)) * 0.01, np.array(give))
    np.testing.assert_allclose(bent.to_placed(times.natural), times.placed, atol=1e-9)
    assert np.all(np.diff(bent.natural) > 0)
    assert np.all(np.diff(bent.placed) > 0)


def test_what_changes_keeps_its_pace_while_the_steady_gives_way() -> None:
    mel = np.zeros((8, 100))
    mel[:, 50:60] = np.linspace(0, 6, 10)  # a consonant between two vowels
    mel[:, 60:] = 6.0
    mel += 0.01 * np.arange(100)
    grid = np.arange(100) * 0.01
    for speed in (0.9, 1.25):
        times = warping.bend(warping.even((0.0, 1.0), speed), grid, warping.steadiness(mel))
        vowel = (times.to_placed(0.45) - times.to_placed(0.05)) / 0.4
        consonant = (times.to_placed(0.59) - times.to_placed(0.51)) / 0.08
        assert consonant == pytest.approx(1.0, abs=0.02)
        assert abs(np.log(vowel)) > abs(np.log(speed))


@pytest.mark.parametrize("apart", [0.0, 1e-16, 1e-13])
def test_next_to_nothing_to_distribute_is_no_trouble(apart: float) -> None:
    times = TimeMap(np.array([0.0, 1.0]), np.array([0.0, 1.0 + apart]))
    bent = warping.bend(times, np.arange(100) * 0.01, np.linspace(0.05, 1, 100))
    np.testing.assert_allclose(bent.placed, bent.natural, atol=1e-9)


def test_in_a_clip_of_silence_with_a_word_the_silence_gives_way() -> None:
    mel = np.full((8, 100), -11.5)
    mel[:, 40:60] += np.random.default_rng(0).uniform(3, 9, (8, 20))
    give = warping.steadiness(mel)
    assert give[:38].min() == 1.0
    assert 0 < give[45:55].max() < 0.6


def test_an_even_mel_gives_way_evenly() -> None:
    times = warping.even((0.0, 1.0), 1.25)
    bent = warping.bend(times, np.arange(100) * 0.01, warping.steadiness(np.zeros((8, 100))))
    np.testing.assert_allclose(bent.placed, bent.natural / 1.25)


@pytest.mark.parametrize("keep", [0.0, 0.004, 0.1, 0.3])
def test_a_pause_is_shortened_to_the_sample_where_it_is_quietest(keep: float) -> None:
    rng = np.random.default_rng(1)
    speech = rng.normal(0, 0.1, 3 * RATE).astype(np.float32)
    speech[RATE : RATE + RATE // 2] *= 0.01
    breath = slice(RATE + 2000, RATE + 4000)
    speech[breath] *= 20
    pause = Pause(1.0, 1.5, keep)
    made = warping.shorten(speech, RATE, (pause,))
    assert made.dtype == np.float32
    assert len(made) == len(speech) - round((0.5 - keep) * RATE)
    fade = round(warping.JOIN_SECONDS * RATE)
    assert np.array_equal(made[: RATE - fade], speech[: RATE - fade])
    assert np.array_equal(made[-3 * RATE // 2 + fade :], speech[-3 * RATE // 2 + fade :])


def test_pauses_are_counted_from_where_the_samples_begin() -> None:
    samples = np.arange(RATE, dtype=np.float32)
    made = warping.shorten(samples, RATE, (Pause(2.2, 2.4, 0.1), Pause(2.6, 2.7, 0.1)), begin=2.0)
    assert len(made) == RATE - round(0.1 * RATE)
    assert np.array_equal(made[: round(0.19 * RATE)], samples[: round(0.19 * RATE)])
    assert np.array_equal(made[round(0.31 * RATE) :], samples[round(0.41 * RATE) :])
