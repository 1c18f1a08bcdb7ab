from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voiceover.text import german
from voiceover.text.german import spoken, unreadable

GOLDEN = Path(__file__).parents[2] / "golden" / "german-spoken.csv"
ALPHABET = re.compile(r"[A-Za-zÄÖÜäöüß',.?! -]*")
MISSES_AT_MOST = 0.02


def golden_pairs(miss: bool | None = None) -> list[tuple[str, str]]:
    """Return the pairs that are read right (`miss` False), wrong (True), or all of them."""
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return [
            (row["written"], row["spoken"])
            for row in csv.DictReader(file)
            if miss is None or (row["miss"] == "yes") == miss
        ]


def test_golden_table_is_large_enough() -> None:
    pairs = golden_pairs()
    assert len(pairs) >= 220
    assert len({written for written, _ in pairs}) == len(pairs)


def test_misses_are_few() -> None:
    assert len(golden_pairs(miss=True)) <= MISSES_AT_MOST * len(golden_pairs())


@pytest.mark.parametrize(("written", "words"), golden_pairs(miss=False))
def test_golden(written: str, words: str) -> None:
    assert spoken(written) == words


def test_known_misses_are_still_missed() -> None:
    assert [written for written, words in golden_pairs(miss=True) if spoken(written) == words] == []


@pytest.mark.parametrize("words", [words for _, words in golden_pairs()])
def test_spoken_text_is_left_as_it_is(words: str) -> None:
    assert spoken(words) == words


def test_rules_have_distinct_names() -> None:
    names = [rule.name for rule in german.RULES]
    assert len(set(names)) == len(names)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=80))
@example("\ud800 lone surrogate 5")
@example("\x00'ne \x00 5°")
@example("²³¹ ½½ ٣٤ Ⅷ ㎞ ﷺ")
@example("Ärger u\u0308ber ẞ")
def test_any_text_yields_only_readable_characters(text: str) -> None:
    words = spoken(text)
    assert ALPHABET.fullmatch(words)
    assert words == words.strip()
    assert "  " not in words


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="0123456789 .,-/:%€$°'#&+=amkIVX1sStDruhlÜß*(", max_size=40))
def test_any_mixture_of_numbers_and_signs_is_read_once(text: str) -> None:
    words = spoken(text)
    assert ALPHABET.fullmatch(words)
    if re.search("[0-9]", text):
        assert re.search("[a-zäöüß]{3}", words)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from("usw. 5 S. Der Herr X. am 3. ca. A. B 'ne ' , - 1/2 NATO BRD Tag! im".split()), max_size=9)
)
def test_spoken_text_is_left_as_it_is_in_any_order(words: list[str]) -> None:
    once = spoken(" ".join(words))
    assert spoken(once) == once


@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "—", "♪", "😀", "日本語", "- -", "( )", "Привет, 5"])
def test_nothing_to_read(text: str) -> None:
    assert spoken(text) == ""


@pytest.mark.parametrize(
    ("text", "lost"),
    [("Größe, 5 km", ""), ("Привет, Emo!", "Привет"), ("日本 und 語", "日本語"), ("5 μm und 3 kΩ", ""), ("♪ 😀 °", "")],
)
def test_unreadable_names_the_letters_that_are_lost(text: str, lost: str) -> None:
    assert unreadable(text) == lost


@pytest.mark.parametrize("word", ["xqsaab", "xqsaac, xqsaad", "Er sah xqsaab. Dann xqsaac!", "zqvmkh"])
def test_placeholder_words_pass_untouched(word: str) -> None:
    assert spoken(word) == word


def test_umlauts_may_be_written_with_a_combining_mark() -> None:
    assert spoken("u\u0308ber A\u0308pfel") == "über Äpfel"


@pytest.mark.parametrize(
    "part",
    ["1", "a", ".", "... ", "'", "1,", "1-", "1/2 ", "$1 ", "A.", "Dr. ", "ABC ", "_ ", "-", "1. ", "z. ", "am 3. "],
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
    assert time.process_time() - started < 1.5
