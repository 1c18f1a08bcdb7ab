from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceover.text import espeak, german_symbols, symbols
from voiceover.text.ipa import symbols as symbols_of
from voiceover.text.ipa import unknown

TABLES = {"english": symbols.SYMBOLS, "german": german_symbols.SYMBOLS, "espeak": espeak.SYMBOLS}


def spelled(pronunciation: str, language: str) -> str:
    return " ".join(symbols_of(pronunciation, TABLES[language]))


@pytest.mark.parametrize(
    ("written", "english", "german", "any_language"),
    [
        ("nəˈwɪn", "n ə w ˈɪ n", "n ə v ˈɪ n", "n ə w ˈ ɪ n"),
        ("rɛd", "ɹ ɛ d", "ʁ ɛ d", "r ɛ d"),
        ("ɹɛd", "ɹ ɛ d", "ʁ ɛ d", "ɹ ɛ d"),
        ("ʁoːt", "ɹ oʊ t", "ʁ oː t", "ʁ o ː t"),
        ("gɪg", "ɡ ɪ ɡ", "ɡ ɪ ɡ", "ɡ ɪ ɡ"),
        ("ɡɪɡ", "ɡ ɪ ɡ", "ɡ ɪ ɡ", "ɡ ɪ ɡ"),
        ("tʃɪn", "t͡ʃ ɪ n", "t͡ʃ ɪ n", "t ʃ ɪ n"),
        ("t͡ʃɪn", "t͡ʃ ɪ n", "t͡ʃ ɪ n", "t ʃ ɪ n"),
        ("t͜ʃɪn", "t͡ʃ ɪ n", "t͡ʃ ɪ n", "t ʃ ɪ n"),
        ("ʧɪn", "t͡ʃ ɪ n", "t͡ʃ ɪ n", "t ʃ ɪ n"),
        ("dʒɪn", "d͡ʒ ɪ n", "d͡ʒ ɪ n", "d ʒ ɪ n"),
        ("ʤɪn", "d͡ʒ ɪ n", "d͡ʒ ɪ n", "d ʒ ɪ n"),
        ("pfal", "p f ɑ l", "p͡f a l", "p f a l"),
        ("tsal", "t s ɑ l", "t͡s a l", "t s a l"),
        ("ɪç", "ɪ ʃ", "ɪ ç", "ɪ ç"),
        ("ɪc\u0327", "ɪ ʃ", "ɪ ç", "ɪ ç"),
        ("bax", "b ɑ k", "b a x", "b a x"),
        ("θɪs", "θ ɪ s", "s ɪ s", "θ ɪ s"),
        ("ðə", "ð ə", "z ə", "ð ə"),
        ("sɪːn", "s ɪ n", "s ɪ n", "s ɪ ː n"),
        ("siːn", "s i n", "s iː n", "s i ː n"),
        ("sin", "s i n", "s iː n", "s i n"),
        ("bɔɪ", "b ɔɪ", "b ɔʏ", "b ɔ ɪ"),
        ("bɔʏ̯", "b ɔɪ", "b ɔʏ", "b ɔ ʏ ̯"),
        ("maɪ̯n", "m aɪ n", "m aɪ n", "m a ɪ ̯ n"),
        ("hɛˈləʊ", "h ɛ l ˈoʊ", "h ɛ l ˈoː", "h ɛ l ˈ ə ʊ"),
        ("fyːr", "f u ɹ", "f yː ʁ", "f y ː r"),
        ("eə", "ɛ ɹ", "ɛː ɐ", "e ə"),
        ("bɔ̃", "b ɔ", "b ɔ", "b ɔ ̃"),
        ("pʰɑ", "p ɑ", "p a", "p ʰ ɑ"),
        ("ʔa", "ɑ", "a", "ʔ a"),
        ("ɲa", "n j ɑ", "n j a", "ɲ a"),
        ("a‿b.c-d e|f", "ɑ b k d eɪ f", "a b k d eː f", "a b c d e f"),
    ],
)
def test_sounds(written: str, english: str, german: str, any_language: str) -> None:
    assert spelled(written, "english") == english
    assert spelled(written, "german") == german
    assert spelled(written, "espeak") == any_language


@pytest.mark.parametrize(
    ("written", "english", "german", "any_language"),
    [
        ("ˈstrɛs", "s t ɹ ˈɛ s", "s t ʁ ˈɛ s", "s t r ˈ ɛ s"),
        ("strˈɛs", "s t ɹ ˈɛ s", "s t ʁ ˈɛ s", "s t r ˈ ɛ s"),
        ("'strɛs", "s t ɹ ˈɛ s", "s t ʁ ˈɛ s", "s t r ˈ ɛ s"),
        ("ˌɪnˈtɛns", "ˌɪ n t ˈɛ n s", "ˌɪ n t ˈɛ n s", "ˌ ɪ n t ˈ ɛ n s"),
        (",ɪn'tɛns", "ˌɪ n t ˈɛ n s", "ˌɪ n t ˈɛ n s", "ˌ ɪ n t ˈ ɛ n s"),
        ("ˈtʃaɪ", "t͡ʃ ˈaɪ", "t͡ʃ ˈaɪ", "t ʃ ˈ a ɪ"),
        ("ˈwɜːd", "w ˈɚ d", "v ˈœ d", "w ˈ ɜ ː d"),
        ("ˈˌa", "ˌɑ", "ˌa", "ˌ a"),
        ("aˈ", "ɑ", "a", "a"),
        ("ˈs", "s", "s", "s"),
    ],
)
def test_stress_goes_to_the_next_vowel(written: str, english: str, german: str, any_language: str) -> None:
    assert spelled(written, "english") == english
    assert spelled(written, "german") == german
    assert spelled(written, "espeak") == any_language


@pytest.mark.parametrize(
    ("written", "german"),
    [
        ("ˈkʌmɪŋ", "k ˈa m ɪ ŋ"),
        ("ˈɐla", "ˈa l a"),
        ("ˈbəla", "b ˈœ l a"),
        ("ˈwɝkə", "v ˈœ ɐ k ə"),
        ("kʌˈmɪŋ", "k ɐ m ˈɪ ŋ"),
    ],
)
def test_a_vowel_that_has_no_stress_in_the_table_gives_way_to_one_that_has(written: str, german: str) -> None:
    assert spelled(written, "german") == german


@pytest.mark.parametrize("language", TABLES)
def test_every_sound_of_a_table_is_itself(language: str) -> None:
    silent = {symbols.PAD, symbols.END, symbols.SPACE, *symbols.PAUSES, "ˈ", "ˌ", "͡", "͜", "ʧ", "ʤ"}
    for symbol in TABLES[language]:
        if symbol not in silent and not unknown(symbol):
            assert symbols_of(symbol, TABLES[language]) == (symbol,)


@pytest.mark.parametrize("letter", "abdefhijklmnopstuvwzæðŋɑɔəɛɡɪɹʃʊʌʒθxçʁøœyʏɐɒɜɾɲʎβɣ")
@pytest.mark.parametrize("language", TABLES)
def test_every_common_sound_has_a_neighbour(letter: str, language: str) -> None:
    assert symbols_of(letter, TABLES[language])


@pytest.mark.parametrize(
    ("written", "foreign"),
    [
        ("nəˈwɪn", ""),
        ("ˌt͡ʃɛ.ləʊ", ""),
        ("pʰɔ̃ː ‿ a", ""),
        ("ça", ""),
        ("", ""),
        ("NUH", "NUH"),
        ("nə!wɪn?", "!?"),
        ("a5a5б", "5б"),
        ("nəˈwɪn\n", "\n"),
    ],
)
def test_unknown_characters(written: str, foreign: str) -> None:
    assert unknown(written) == foreign


def test_unknown_characters_are_left_out() -> None:
    assert spelled("n5əBwɪ!n", "english") == "n ə w ɪ n"


IPA_TEXT = st.text(st.sampled_from("ˈˌ'ːabdeəɪʊɔyœɐtʃʒdʒspfɡgrɹʁxç̯͜͡ .-ʧʤɝɜ"), max_size=30)


@pytest.mark.parametrize("language", TABLES)
@settings(max_examples=150)
@given(text=st.one_of(st.text(max_size=40), IPA_TEXT))
def test_any_text_gives_only_sounds_of_the_table(language: str, text: str) -> None:
    found = symbols_of(text, TABLES[language])
    silent = {symbols.PAD, symbols.END, symbols.SPACE, *symbols.PAUSES}
    assert set(found) <= set(TABLES[language]) - silent
    assert sum("ˈ" in symbol or "ˌ" in symbol for symbol in found) <= sum(map(text.count, "ˈˌ',"))
