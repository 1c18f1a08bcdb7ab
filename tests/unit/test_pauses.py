from __future__ import annotations

import numpy as np
import pytest

from voiceover import markup
from voiceover.pauses import FLOOR, find
from voiceover.types import Audio, Line, Pause, Speech, WordTime

RATE = 22_050


def spoken(*bounds: float, level: float = 0.3, floor: float = 0.0, words: tuple[WordTime, ...] = ()) -> Speech:
    """Noise of a level between the bounds taken in pairs (seconds), of another level elsewhere, 0.1 s around all."""
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(round((bounds[-1] + 0.1) * RATE)).astype(np.float32)
    samples = noise * np.float32(floor)
    for begin, end in zip(bounds[::2], bounds[1::2], strict=True):
        samples[round(begin * RATE) : round(end * RATE)] = noise[round(begin * RATE) : round(end * RATE)] * level
    return Speech(Line(1, 0.0, 1.0, "words"), Audio(samples, RATE), "words", bounds[0], bounds[-1], words)


def test_a_silence_within_a_line_is_a_pause_and_the_edges_are_not() -> None:
    (pause,) = find(spoken(0.1, 0.6, 1.0, 1.5))
    assert pause.start == pytest.approx(0.6, abs=0.006)
    assert pause.end == pytest.approx(1.0, abs=0.006)
    assert pause.seconds == FLOOR
    assert pause.lost == pytest.approx(pause.end - pause.start - FLOOR)


@pytest.mark.parametrize("level", [0.5, 0.005])
def test_silence_is_measured_against_the_clip_itself(level: float) -> None:
    assert len(find(spoken(0.1, 0.6, 1.0, 1.5, level=level, floor=level / 1000))) == 1
    assert find(spoken(0.1, 0.6, 1.0, 1.5, level=level, floor=level / 30)) == ()


def test_the_closure_of_a_consonant_is_no_pause() -> None:
    assert find(spoken(0.1, 0.6, 0.7, 1.5)) == ()


def test_a_pause_lies_between_two_words_where_they_are_known() -> None:
    between = (WordTime("one", 0.1, 0.62), WordTime("two", 0.97, 1.5))
    within = (WordTime("one", 0.1, 0.3), WordTime("two", 0.3, 1.5))
    assert len(find(spoken(0.1, 0.6, 1.0, 1.5, words=between))) == 1
    assert find(spoken(0.1, 0.6, 1.0, 1.5, words=within)) == ()


def test_a_break_that_the_text_asks_for_is_kept() -> None:
    speech = spoken(0.1, 0.6, 1.0, 1.5)
    asked = Speech(speech.line, speech.audio, markup.parse("one <break 0.4s> two"), speech.onset, speech.offset)
    assert find(asked) == ()


def test_nothing_is_found_in_nothing() -> None:
    silence = Audio(np.zeros(0, np.float32), RATE)
    assert find(Speech(Line(1, 0.0, 1.0, "w"), silence, "w", 0.0, 0.0)) == ()


def test_pauses_are_the_same_at_any_rate() -> None:
    speech = spoken(0.1, 0.6, 1.0, 1.5)
    slow = Speech(speech.line, Audio(speech.audio.samples[::2].copy(), RATE // 2), "words", 0.1, 1.5)
    (one,), (two,) = find(speech), find(slow)
    assert isinstance(two, Pause)
    assert (two.start, two.end) == (pytest.approx(one.start, abs=0.006), pytest.approx(one.end, abs=0.006))
