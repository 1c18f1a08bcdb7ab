from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceover import markup
from voiceover.errors import BadInputError, MissingError
from voiceover.text import espeak
from voiceover.text.symbols import END, PAD, PAUSES, SPACE

PACKAGES = ("espeakng_loader", "phonemizer", "phonemizer.backend", "phonemizer.backend.espeak.wrapper")
REASON = "needs the extra espeak: pip install 'voiceover[espeak]'"


@pytest.fixture
def installed() -> None:
    pytest.importorskip("espeakng_loader", reason=REASON)
    pytest.importorskip("phonemizer", reason=REASON)


@pytest.fixture
def _forgotten() -> Iterator[None]:
    """Let the backend be looked for anew, here and afterwards."""
    espeak._backend_class.cache_clear()
    yield
    espeak._backend_class.cache_clear()


def test_the_symbol_table_is_frozen() -> None:
    assert espeak.SYMBOLS[:7] == (PAD, END, SPACE, *PAUSES)
    assert len(espeak.SYMBOLS) == len(set(espeak.SYMBOLS)) == 149
    assert all(len(symbol) == 1 for symbol in espeak.SYMBOLS)
    assert zlib.crc32("".join(espeak.SYMBOLS).encode()) == 0x5AC18988


@pytest.mark.parametrize("package", PACKAGES[:3])
@pytest.mark.usefixtures("_forgotten")
def test_without_its_packages_the_extra_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PACKAGES[PACKAGES.index(package) :]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingError) as error:
        espeak.front_end("fr-fr")
    assert error.value.exit_code == 3
    assert error.value.message.startswith("Languages other than English and German need eSpeak NG (")
    assert error.value.remedy == "Install it: pip install 'voiceover[espeak]'"


@pytest.mark.parametrize(
    ("language", "tag"),
    [
        ("fr-fr", "fr-fr"),
        ("fr", "fr-fr"),
        ("fr-CA", "fr-fr"),
        ("pt_BR", "pt-br"),
        ("pt-ao", "pt"),
        ("ru", "ru"),
        ("ES-mx", "es"),
        ("zh", "cmn"),
        ("zh-Hans-CN", "cmn"),
        ("no", "nb"),
        ("chr", "chr-US-Qaaa-x-west"),
    ],
)
@pytest.mark.usefixtures("installed")
def test_languages(language: str, tag: str) -> None:
    front_end = espeak.front_end(language)
    assert (front_end.name, front_end.language) == (f"espeak-{tag}", tag)
    assert (front_end.version, front_end.symbols) == (1, espeak.SYMBOLS)


@pytest.mark.parametrize("language", ["tlh", "xx-yy", "", "-", "f", "francais"])
@pytest.mark.usefixtures("installed")
def test_an_unknown_language(language: str) -> None:
    with pytest.raises(BadInputError) as error:
        espeak.front_end(language)
    assert error.value.message == f"“{language}”: eSpeak NG knows no such language."
    assert error.value.remedy.startswith("It knows af, am, ")


@pytest.mark.parametrize(
    ("language", "word", "sounds"),
    [
        ("fr-fr", "bonjour", "bɔ\u0303ʒˈuʁ"),
        ("es", "perro", "pˈero"),
        ("ru", "привет", "prʲivʲˈet"),
        ("pt-br", "olá", "olˈa"),
        ("fr-fr", "'-", ""),
        ("fr-fr", "", ""),
    ],
)
@pytest.mark.usefixtures("installed")
def test_pronunciations(language: str, word: str, sounds: str) -> None:
    assert espeak.front_end(language).pronounce([word, word]) == [tuple(sounds)] * 2


@pytest.mark.usefixtures("installed")
def test_a_text_becomes_tokens() -> None:
    french = espeak.front_end("fr")
    spoken = french.spoken(markup.parse("Bonjour, [Emo](/ˈemo/) ! <break 1s> 2"))
    assert markup.show(spoken) == "Bonjour, [Emo](/ˈemo/)! <break 1s> deux"
    assert french.phonemes(spoken) == "bɔ\u0303ʒˈuʁ, ˈemo! dˈø."
    assert french.read("Oui, Да").lost == "Да"
    assert french.read("Oui, xqz").guessed == ()


@pytest.mark.usefixtures("installed")
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=30))
def test_any_text_gives_symbols_of_the_table(text: str) -> None:
    french = espeak.front_end("fr")
    tokens = french.tokens(french.spoken(text))
    assert all(0 <= number < len(espeak.SYMBOLS) for number in tokens.ids)
    sounds = [sound for word in tokens.words for sound in french.pronounce([word.word])[0]]
    assert not set(sounds) & {PAD, END, SPACE, *PAUSES}
