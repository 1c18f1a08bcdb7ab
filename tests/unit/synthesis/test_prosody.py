from __future__ import annotations

import numpy as np
import pytest

from voiceover.durations import EMPHASIS_STRETCH
from voiceover.synthesis.prosody import EMPHASIS_GAIN, shape

RATE = 100.0  # frames a second
FLOOR = -11.0


def speech() -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Return a mel of three words, 20 frames each, of which the second and third are 10 silent frames apart."""
    mel = np.full((4, 80), FLOOR, np.float32)
    for start in (5, 25, 55):
        mel[:, start : start + 20] = -1.0
    return mel, [(5, 25), (25, 45), (55, 75)]


def test_nothing_asked_for_changes_nothing() -> None:
    mel, words = speech()
    shaped = shape(mel, words, breaks=(), stressed=(), frames_per_second=RATE)
    assert np.array_equal(shaped.mel, mel)
    assert [shaped.moved(frame) for frame in (0, 13, 80)] == [0, 13, 80]


def test_a_break_amid_speech_is_silence_of_its_length() -> None:
    mel, words = speech()
    shaped = shape(mel, words, breaks=[(1, 0.5)], stressed=(), frames_per_second=RATE)
    assert shaped.mel.shape[1] == 80 + 50
    quiet = np.flatnonzero(shaped.mel.mean(axis=0) < FLOOR + 0.1).tolist()
    inside = [frame for frame in quiet if words[0][1] - 3 <= frame < words[1][0] + 53]
    assert len(inside) >= 50 - 6  # all but the fades at both ends
    assert shaped.moved(words[2][0]) == words[2][0] + 50
    assert shaped.moved(words[0][0]) == words[0][0]


def test_silence_that_is_there_counts_towards_a_break() -> None:
    mel, words = speech()
    assert shape(mel, words, breaks=[(2, 0.3)], stressed=(), frames_per_second=RATE).mel.shape[1] == 80 + 20
    assert shape(mel, words, breaks=[(2, 0.05)], stressed=(), frames_per_second=RATE).mel.shape[1] == 80


def test_an_emphasised_word_is_longer_and_louder_and_the_others_are_not() -> None:
    mel, words = speech()
    shaped = shape(mel, words, breaks=(), stressed=[(1, 2)], frames_per_second=RATE)
    longer = round(20 * EMPHASIS_STRETCH)
    assert shaped.mel.shape[1] == 80 + longer - 20
    assert shaped.mel[:, 25 : 25 + longer].mean().item() == pytest.approx(-1.0 + EMPHASIS_GAIN, abs=0.02)
    assert np.array_equal(shaped.mel[:, :25], mel[:, :25])
    assert np.array_equal(shaped.mel[:, 25 + longer :], mel[:, 45:])
    assert shaped.moved(55) == 55 + longer - 20


def test_words_move_in_order_whatever_is_asked_for() -> None:
    mel, words = speech()
    shaped = shape(mel, words, breaks=[(1, 0.2), (2, 1.0), (3, 0.4)], stressed=[(0, 1), (1, 3)], frames_per_second=RATE)
    moved = [shaped.moved(edge) for word in words for edge in word]
    assert moved == sorted(moved)
    assert max(moved) <= shaped.mel.shape[1]
    assert np.isfinite(shaped.mel).all()


def test_words_without_frames_are_no_trouble() -> None:
    mel, _ = speech()
    words = [(0, 0), (0, 0), (80, 80)]
    shaped = shape(mel, words, breaks=[(1, 0.1), (2, 0.1), (3, 0.1)], stressed=[(0, 2)], frames_per_second=RATE)
    assert np.isfinite(shaped.mel).all()
