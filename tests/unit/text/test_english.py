from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voiceover.text import english
from voiceover.text.english import spoken, unreadable

GOLDEN = Path(__file__).parents[2] / "golden" / "english-spoken.csv"
ALPHABET = re.compile(r"[A-Za-z',.?! -]*")


def golden_pairs() -> list[tuple[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return [(row["written"], row["spoken"]) for row in csv.DictReader(file)]


def test_golden_table_is_large_enough() -> None:
    pairs = golden_pairs()
    assert len(pairs) >= 120
    assert len({written for written, _ in pairs}) == len(pairs)


@pytest.mark.parametrize(("written", "words"), golden_pairs())
def test_golden(written: str, words: str) -> None:
    assert spoken(written) == words


@pytest.mark.parametrize("words", [words for _, words in golden_pairs()])
def test_spoken_text_is_left_as_it_is(words: str) -> None:
    assert spoken(words) == words


def test_rules_have_distinct_names() -> None:
    names = [rule.name for rule in english.RULES]
    assert len(set(names)) == len(names)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=80))
@example("\ud800 lone surrogate 5")
@example("\x00'tis \x00 5°")
@example("²³¹ ½½ ٣٤ Ⅷ ㎞ ﷺ")
def test_any_text_yields_only_readable_characters(text: str) -> None:
    words = spoken(text)
    assert ALPHABET.fullmatch(words)
    assert words == words.strip()
    assert "  " not in words


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789 .,-/:%$£°'#&+=apmkIVX1stSDr(", max_size=40))
def test_any_mixture_of_numbers_and_signs_is_read(text: str) -> None:
    words = spoken(text)
    assert ALPHABET.fullmatch(words)
    if re.search("[0-9]", text):
        assert re.search("[a-z]{3}", words)


@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "—", "♪", "😀", "日本語", "- -", "( )"])
def test_nothing_to_read(text: str) -> None:
    assert spoken(text) == ""


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("plain text, 5 km", ""),
        ("café Straße Łódź œuvre", ""),
        ("Привет, Emo!", "Привет"),
        ("日本 and 語", "日本語"),
        ("Ελλάδα", "Ελλάδα"),
        ("5 μm and 3 kΩ, π", ""),
        ("♪ 😀 °", ""),
        ("ª º", ""),
    ],
)
def test_unreadable_names_the_letters_that_are_lost(text: str, lost: str) -> None:
    assert unreadable(text) == lost


@pytest.mark.parametrize(
    "part", ["1", "a", ".", "... ", "'", "1,", "1-", "1/2 ", "$1 ", "A.", "Dr. ", "ABC ", "_ ", "-"]
)
def test_long_texts_take_time_in_proportion(part: str) -> None:
    def seconds(length: int) -> float:
        text = part * (length // len(part))
        started = time.perf_counter()
        spoken(text)
        return time.perf_counter() - started

    seconds(1000)
    # quadratic work would be 64 times as much for 8 times the length; the constant covers a busy machine
    assert seconds(40_000) < 24 * seconds(5_000) + 0.5


def test_a_film_of_subtitles_is_quick() -> None:
    lines = [written for written, _ in golden_pairs()]
    lines = (lines * (1500 // len(lines) + 1))[:1500]
    spoken(lines[0])
    started = time.process_time()  # other work on the machine is not what is measured
    for line in lines:
        spoken(line)
    assert time.process_time() - started < 1.0
