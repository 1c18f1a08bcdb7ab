from __future__ import annotations

import pytest

from voiceover.errors import BadInputError
from voiceover.text import espeak, german_symbols, languages, symbols


@pytest.mark.parametrize("language", ["en", "EN", "en-us", "en_GB", "en-AU", " English "])
def test_english(language: str) -> None:
    front_end = languages.front_end(language)
    assert front_end is languages.named("en-us-gruut")
    assert (front_end.name, front_end.version, front_end.language) == ("en-us-gruut", 1, "en-us")
    assert front_end.symbols == symbols.SYMBOLS


@pytest.mark.parametrize("language", ["de", "DE", "de-de", "de_AT", "de-CH", "German", "deutsch"])
def test_german(language: str) -> None:
    front_end = languages.front_end(language)
    assert front_end is languages.named("de-de-gruut")
    assert (front_end.name, front_end.version, front_end.language) == ("de-de-gruut", 1, "de-de")
    assert front_end.symbols == german_symbols.SYMBOLS


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [("en", "Page 5.", "Page five."), ("de", "Seite 5.", "Seite fünf.")],
)
def test_each_has_rules_of_its_own(language: str, written: str, spoken: str) -> None:
    assert languages.front_end(language).spoken(written) == spoken


@pytest.mark.parametrize("language", ["en", "de"])
def test_all_that_is_pronounced_is_in_the_table(language: str) -> None:
    front_end = languages.front_end(language)
    sounds = front_end.pronounce("Anna xqzw Restaurant Jeans schöne Straße café".lower().split())
    assert {sound for word in sounds for sound in word} <= set(front_end.symbols)
    assert all(sounds)


def test_other_languages_are_read_by_espeak() -> None:
    pytest.importorskip("espeakng_loader", reason="needs the extra espeak")
    pytest.importorskip("phonemizer", reason="needs the extra espeak")
    front_end = languages.front_end("pt_BR")
    assert front_end.name == "espeak-pt-br"
    assert front_end.symbols == espeak.SYMBOLS
    assert languages.named("espeak-pt-br").name == "espeak-pt-br"


@pytest.mark.parametrize("language", ["tlh", "xx", "", "e", "english5"])
def test_an_unknown_language_is_refused(language: str) -> None:
    pytest.importorskip("espeakng_loader", reason="needs the extra espeak")
    pytest.importorskip("phonemizer", reason="needs the extra espeak")
    with pytest.raises(BadInputError, match=f"“{language}”: eSpeak NG knows no such language"):
        languages.front_end(language)
    with pytest.raises(BadInputError, match=f"“{language}”: eSpeak NG knows no such language"):
        languages.named(language)
