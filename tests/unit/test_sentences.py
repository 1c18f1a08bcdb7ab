from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from voiceover import sentences
from voiceover.sentences import Sentence
from voiceover.types import Audio, Line, Speech, WordTime

RATE = 22_050


def cues(*texts: str, gap: float = 0.2, speakers: Sequence[str | None] = ()) -> list[Line]:
    """Return lines of 2 s each with a gap after each."""
    names = [*speakers, *[None] * len(texts)]
    return [
        Line(number + 1, number * (2 + gap), number * (2 + gap) + 2, text, names[number])
        for number, text in enumerate(texts)
    ]


def grouped(lines: Sequence[Line], *, merge: bool = True) -> list[list[int]]:
    found = sentences.group(lines, [line.text for line in lines], merge=merge)
    return [[line.index for line in one.lines] for one in found]


@pytest.mark.parametrize(
    "texts",
    [
        ("He had always known", "that the river would rise."),
        ("When I came home,", "Anna was gone."),
        ("If you go...", "...you will not come back."),
        ("If you go…", "you will not come back."),
        ("I gave it to the", "King of Spain."),
        ("“He said that", "he knew.”"),
        ("One", "two", "three."),
        ("Ich weiß, dass", "Anna kommt."),
    ],
)
def test_a_sentence_over_cues_is_one(texts: tuple[str, ...]) -> None:
    assert grouped(cues(*texts)) == [list(range(1, len(texts) + 1))]
    assert grouped(cues(*texts), merge=False) == [[number] for number in range(1, len(texts) + 1)]


@pytest.mark.parametrize(
    "texts",
    [
        ("It is over.", "we won."),
        ("Really?", "yes"),
        ("I just...", "Stop it."),
        ("Come here", "Anna"),
        ("Hello", "Goodbye"),
    ],
)
def test_sentences_of_their_own_stay_apart(texts: tuple[str, str]) -> None:
    assert grouped(cues(*texts)) == [[1], [2]]


def test_neither_another_speaker_nor_a_long_silence_goes_on() -> None:
    assert grouped(cues("I know that", "you know.", speakers=("A", "B"))) == [[1], [2]]
    assert grouped(cues("I know that", "you know.", gap=1.6)) == [[1], [2]]
    assert grouped(cues("I know that", "you know.", gap=-0.5)) == [[1], [2]]


def test_a_file_without_punctuation_is_no_endless_sentence() -> None:
    assert grouped(cues(*["and then we went on"] * 20)) == [[number] for number in range(1, 21)]


def test_long_sentences_are_parted_between_cues() -> None:
    parts = [f"and this is clause number {number} of a very long sentence," for number in range(9)]
    found = sentences.group(lines := cues(*parts), parts, merge=True)
    assert [line for one in found for line in one.lines] == lines
    assert all(len(one.text) <= sentences.MOST_CHARACTERS for one in found)
    assert len(found) < len(parts)


def test_lines_that_cannot_be_read_join_nothing() -> None:
    lines = cues("I know that", "日本", "you know.")
    found = sentences.group(lines, ["I know that", "", "you know."], merge=True)
    assert [len(one.lines) for one in found] == [1, 1, 1]


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        (("If you go.", "you will not."), "If you go, you will not."),
        (("He knew", "that it rains."), "He knew that it rains."),
        (("One,", "two,", "three!"), "One, two, three!"),
        (("Alone.",), "Alone."),
    ],
)
def test_only_the_last_part_ends_the_sentence(spoken: tuple[str, ...], text: str) -> None:
    assert Sentence(tuple(cues(*spoken)), spoken).text == text


def speech_of(words: Sequence[tuple[str, float, float]], seconds: float, *, late: float = 0.0) -> Speech:
    """Return a tone for each word; its word times are `late` seconds after the sound."""
    samples = np.zeros(round(seconds * RATE), np.float32)
    for _, start, end in words:
        time = np.arange(round((end - start) * RATE)) / RATE
        samples[round(start * RATE) :][: len(time)] = 0.5 * np.sin(2 * np.pi * 220 * time)
    times = tuple(WordTime(word, start + late, end + late) for word, start, end in words)
    return Speech(Line(1, 0, 1, ""), Audio(samples, RATE), "", words[0][1], words[-1][2], times)


@pytest.mark.parametrize("late", [-0.02, 0.0, 0.02])
def test_each_cue_gets_its_words_from_their_first_sound_on(late: float) -> None:
    words = [("we", 0.1, 0.4), ("know", 0.45, 0.8), ("that", 0.95, 1.2), ("she", 1.25, 1.5), ("left", 1.6, 2.0)]
    one = Sentence(tuple(cues("we know", "that", "she left")), ("we know", "that", "she left."))
    first, second, third = sentences.divide(speech_of(words, 2.1, late=late), one)
    assert [part.line.index for part in (first, second, third)] == [1, 2, 3]
    assert [[word.word for word in part.words] for part in (first, second, third)] == [
        ["we", "know"],
        ["that"],
        ["she", "left"],
    ]
    begin = 0.0
    for part, start, end in ((first, 0.1, 0.8), (second, 0.95, 1.2), (third, 1.25, 2.0)):
        assert begin + part.onset == pytest.approx(start, abs=0.012)
        assert begin + part.offset == pytest.approx(end, abs=0.012)
        assert begin + part.words[0].start == pytest.approx(start + late, abs=1e-3)
        begin += part.audio.seconds
    assert begin == pytest.approx(2.1)


def test_words_are_counted_by_their_letters_whatever_a_voice_takes_for_a_word() -> None:
    words = [("mid", 0.0, 0.2), ("nineteen", 0.2, 0.5), ("nineties", 0.5, 0.9), ("songs", 1.0, 1.5)]
    one = Sentence(tuple(cues("mid-nineteen", "nineties songs")), ("mid-nineteen", "nineties songs."))
    first, second = sentences.divide(speech_of(words, 1.6), one)
    assert [word.word for word in first.words] == ["mid", "nineteen"]
    assert [word.word for word in second.words] == ["nineties", "songs"]


def test_a_sentence_that_was_not_said_leaves_each_line_unsaid() -> None:
    silence = Speech(Line(1, 0, 1, ""), Audio(np.zeros(0, np.float32), RATE), "", 0.0, 0.0, flags=("unsaid",))
    parts = sentences.divide(silence, Sentence(tuple(cues("a", "b")), ("a", "b")))
    assert [part.flags for part in parts] == [("unsaid",), ("unsaid",)]
    assert [part.line.index for part in parts] == [1, 2]
