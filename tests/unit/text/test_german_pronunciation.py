from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceover.text import german_pronunciation, german_symbols
from voiceover.text.german import spoken
from voiceover.text.german_numbers import cardinal, ordinal, year
from voiceover.text.german_pronunciation import known, pronounce
from voiceover.text.german_tables import CORRECTIONS, LETTER_NAMES


def said(word: str) -> str:
    return "".join(pronounce([word])[0])


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("der", "dˈeːɐ̯"), ("die", "dˈiː"), ("das", "dˈas"), ("und", "ʊnt"), ("ich", "ˈɪç"), ("nicht", "nˈɪçt"),
        ("Haus", "hˈaʊs"), ("HAUS", "hˈaʊs"), ("Straße", "ʃtʁˈaːsə"), ("weiß", "vˈaɪs"), ("über", "ˌyːbɐ"),
        ("schön", "ʃˈøːn"), ("Tag", "tˈaːk"), ("Tage", "tˈaːɡə"), ("Hund", "hˈʊnt"), ("Hunde", "hˈʊndə"),
        ("Vater", "fˈaːtɐ"), ("Jahr", "jˈaːɐ̯"), ("Berg", "bˈɛɐ̯k"), ("Sprache", "ʃpʁˈaːxə"), ("Stein", "ʃtˈaɪn"),
        ("König", "kˈøːnɪç"), ("Zeitung", "t͡sˈaɪtˌʊŋ"), ("Pferd", "p͡fˈeːɐ̯t"), ("Deutsch", "dˈɔʏt͡ʃ"),
        ("zwei", "t͡svˈaɪ"), ("zwanzig", "t͡svˈant͡sɪç"), ("Bücher", "bˈyːçɐ"), ("Vögel", "fˈøːɡəl"),
        ("Füße", "fˈyːsə"), ("süß", "zˈyːs"), ("Europa", "ɔʏʁˈoːpaː"), ("gehört", "ɡəhˈøːɐ̯t"), ("sag", "zˈaːk"),
        ("geht's", "ɡˈeːts"), ("W's", "vˈeːs"), ("Straßenbahn", "ʃtʁˈaːsənbˌaːn"), ("A", "ˈaː"), ("B", "bˈeː"),
        ("ß", "ɛst͡sˈɛt"), ("Milliarden", "mɪljˈaɐ̯dən"), ("sechste", "zˈɛkstə"), ("dreißigsten", "dʁˈaɪsɪçstən"),
        ("neunzehnhundertneunundneunzig", "nˈɔʏnt͡seːnhˌʊndɐtnˌɔʏnʊntnˌɔʏnt͡sɪç"),
        ("Donaudampfschifffahrt", "dˈoːnaʊdˌamp͡fʃɪfˌaːɐ̯t"),
        ("Straßenbahnhaltestelle", "ʃtʁˈaːsənbˌaːnhˌaltɛʃtˌɛlə"),
    ],
)  # fmt: skip
def test_pronunciation(word: str, sounds: str) -> None:
    assert said(word) == sounds


@pytest.mark.parametrize("word", ["Haus", "Straßenbahnhaltestelle", "sag", "dreißigsten", "B", "geht's"])
def test_dictionary_words_and_compounds_are_known(word: str) -> None:
    assert known(word)


@pytest.mark.parametrize("word", ["xqsaab", "Brxlt", ""])
def test_guessed_words_are_not_known(word: str) -> None:
    assert not known(word)


def test_number_words_are_known() -> None:
    values = [*range(1, 1000), 1000, 1234, 2000, 9999, 21_000, 100_000, 999_999, 10**6, 2 * 10**9]
    words = {word for value in values for word in cardinal(value).split()}
    words |= {word for value in range(1100, 2100) for word in year(value).split()}
    words |= {ordinal(value, end) for value in range(1, 101) for end in ("e", "en", "er", "es")}
    words |= {f"{cardinal(value)}er" for value in range(10, 100, 10)}
    assert [word for word in sorted(words) if not known(word)] == []


@pytest.mark.parametrize("tens", [20, 30, 40, 50, 60, 70, 80, 90])
def test_the_parts_of_numbers_sound_as_they_do_alone(tens: int) -> None:
    for unit in range(1, 10):
        sounds = said(cardinal(tens + unit)).replace("ˌ", "").replace("ˈ", "")
        assert sounds.endswith(said(cardinal(tens)).replace("ˈ", ""))
        first = said("ein" if unit == 1 else cardinal(unit)).replace("ˈ", "")
        assert sounds.startswith(first.removesuffix("ɐ̯"))


def test_every_sound_of_the_lexicon_has_a_symbol() -> None:
    lexicon = german_pronunciation._lexicon()
    sounds = {sound for entry in lexicon.values() for sound in german_pronunciation._rewritten(entry)}
    sounds |= {sound for entry in (*CORRECTIONS.values(), *LETTER_NAMES.values()) for sound in entry.split()}
    assert sounds <= set(german_symbols.SYMBOLS)


def test_symbols_are_frozen() -> None:
    """A voice's embedding rows: to change this number is to make a new front-end version."""
    assert len(german_symbols.SYMBOLS) == len(set(german_symbols.SYMBOLS)) == 89
    assert german_symbols.SYMBOLS[:7] == ("_", "~", " ", ",", ".", "?", "!")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüßABCÄÖÜ'", min_size=1, max_size=30))
def test_any_word_is_pronounced_in_the_symbols(word: str) -> None:
    (sounds,) = pronounce([word])
    assert set(sounds) <= set(german_symbols.SYMBOLS)
    if word.strip("'"):
        assert sounds


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_survived(word: str) -> None:
    assert len(pronounce([word, word])) == 2


def test_a_very_long_word_is_quick() -> None:
    started = time.process_time()
    known("donaudampfschiff" * 3)
    known("e" * 5000)
    assert time.process_time() - started < 0.5


def test_a_film_is_quick() -> None:
    pronounce(["warm"])
    lines = [f"Am {day}. Mai 19{year_:02} ging es um {day},5 km." for day in range(1, 31) for year_ in range(50)]
    started = time.process_time()
    for line in lines:
        pronounce(spoken(line).replace(".", "").replace(",", "").replace("-", " ").split())
    assert time.process_time() - started < 3.0
