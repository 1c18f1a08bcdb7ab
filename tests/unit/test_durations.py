from __future__ import annotations

import pytest

from voiceover import durations, markup
from voiceover.durations import ANY_SOUND, LETTERS, Durations, Said, Stretch
from voiceover.text import languages
from voiceover.voices.pieces import pieces

ENGLISH = languages.named(languages.ENGLISH)


def said(text: str) -> tuple[Said, ...]:
    spoken = ENGLISH.read(markup.parse(text)).spoken
    return durations.from_tokens(pieces(ENGLISH, spoken), ENGLISH)


def test_words_have_their_sounds_and_the_marks_after_them() -> None:
    first, second, third = said("Well, go. Now!")
    assert (first.word, first.sounds, first.mark, first.is_last) == ("Well", ("w", "ˈɛ", "l"), ",", False)
    assert (second.mark, second.is_last) == (".", True)  # sentences are synthesised one by one
    assert (third.word, third.mark, third.is_last) == ("Now", "!", True)


def test_what_takes_time_is_counted() -> None:
    words = (Said("a", ("x", "y"), ","), Said("b", ("x",), ".", is_last=True), Said("c", ("z",), "."))
    assert durations.parts(Stretch(words)) == {
        "sound x": 2, "sound y": 1, "sound z": 1, "word": 3, "line": 1, "beginning": 1, "end": 1,
        "pause ,": 1, "pause between pieces": 1,
    }  # fmt: skip


def test_the_middle_of_a_sentence_neither_begins_nor_ends() -> None:
    words = (Said("a", ("x",)), Said("b", ("x",), ","))
    counts = durations.parts(Stretch(words, begins=False, ends=False))
    assert counts["beginning"] == counts["end"] == 0
    assert counts["end at a mark"] == 1
    assert durations.parts(Stretch(words[:1], begins=False, ends=False))["end at a mark"] == 0


def test_the_prediction_is_the_sum_of_what_is_known() -> None:
    times = Durations("any", {"sound x": 0.1, ANY_SOUND: 0.05, "word": 0.02, "end": 0.3})
    assert times.predict(Stretch((Said("a", ("x", "unheard")),))) == pytest.approx(0.1 + 0.05 + 0.02 + 0.3)
    assert times.predict(Stretch(())) == 0.0


def test_a_break_lasts_as_asked_with_the_silence_that_is_there_already() -> None:
    times = Durations("any", {"pause ,": 0.3})
    asked = [times.predict(Stretch((Said("a", (), ",", seconds), Said("b", ())))) for seconds in (0.0, 0.2, 1.0)]
    assert asked == pytest.approx([0.3, 0.3, 1.0])


def test_a_break_and_emphasis_in_a_text_reach_the_times() -> None:
    first, *_, last = said("Wait <break 0.8s> for *me*")
    assert (first.pause, last.stressed) == (0.8, True)
    plain, stressed = (durations.parts(Stretch((Said("a", ("x",), stressed=how),))) for how in (False, True))
    assert stressed["sound x"] / plain["sound x"] == pytest.approx(durations.EMPHASIS_STRETCH)


def test_letters_stand_in_for_sounds() -> None:
    first, second = durations.from_letters("Don't go!")
    assert (first.word, first.sounds) == ("Don't", ("d", "o", "n", "t"))
    assert (second.sounds, second.mark) == (("g", "o"), "!")
    assert durations.from_letters("你好")[0].sounds == ("syllable", "syllable")
    assert Durations(LETTERS, {ANY_SOUND: 0.1}).predict(Stretch((first, second))) == pytest.approx(0.6)
