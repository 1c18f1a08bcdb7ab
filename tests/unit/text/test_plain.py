from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceover.text.plain import spoken, unreadable


@pytest.mark.parametrize(
    ("language", "written", "words"),
    [
        ("fr-fr", "Il a 21 ans.", "Il a vingt et un ans."),
        ("fr-fr", "3,14", "trois virgule un quatre"),
        ("fr-fr", "1.000.000 et 12\u202f000", "un million et douze mille"),
        ("es", "1.234,5", "mil doscientos treinta y cuatro punto cinco"),
        ("es", "¿Qué? ¡Ya!", "Qué? Ya!"),
        ("ja", "1,000円", "千 円"),
        ("ja", "0.125", "零点一二五"),
        ("fr-fr", "0,125", "zéro virgule un deux cinq"),
        ("ru", "Ему 5 лет", "Ему пять лет"),
        ("cmn", "他有1,000元。", "他有 1000 元."),  # num2words has no Chinese: the engine reads digits
        ("fr-fr", "«Oui» (non) : “peut-être”…", "Oui, non, peut-être."),
        ("fr-fr", "l’été d'or 'ici' - là", "l'été d'or ici là"),
        ("fr-fr", "...et puis ?!", "et puis?"),
        ("fr-fr", "Un—deux; trois", "Un, deux, trois"),
        ("fr-fr", "e\u0301te\u0301", "été"),
        ("ar", "كيف؟ نعم، لا؛", "كيف? نعم, لا,"),
        ("hi", "नमस्ते।", "नमस्ते."),
        ("fr-fr", "a\n\tb  c", "a b c"),
        ("fr-fr", "♪ # @ €", ""),
        ("fr-fr", "", ""),
        ("fr-fr", "?!", ""),
        ("xx", "5 words", "5 words"),
    ],
)
def test_spoken(language: str, written: str, words: str) -> None:
    assert spoken(written, language) == words


@pytest.mark.parametrize(
    ("language", "text", "lost"),
    [
        ("fr-fr", "Été œuvre ﬁn 1ª", ""),
        ("fr-fr", "Oui, Привет 日", "Привет日"),
        ("ru", "Привет, Emo", ""),
        ("ru", "Ελ", "Ελ"),
        ("ja", "時々ひらカタカナー Emo", ""),
        ("ja", "ｶﾀｶﾅ", ""),
        ("ja", "한", "한"),
        ("cmn", "中国 Emo", ""),
        ("cmn", "ひ", "ひ"),
        ("yue", "中國", ""),
        ("ko", "\u1112\u1161\u11ab", ""),
        ("el", "Ωδή", ""),
        ("chr-US-Qaaa-x-west", "ᏣᎳᎩ", ""),
        ("hyw", "Հայ", ""),
        ("xx", "Привет", "Привет"),
    ],
)
def test_unreadable(language: str, text: str, lost: str) -> None:
    assert unreadable(text, language) == lost


@pytest.mark.parametrize(
    ("text", "words"),
    [("Oui Дай", ""), ("Oui Да", "Oui"), ("Oui, Д!", "Oui!"), ("Да 5", ""), ("Non да", "Non"), ("日本語", "")],
)
def test_a_text_that_is_half_foreign_is_not_read(text: str, words: str) -> None:
    assert spoken(text, "fr-fr") == words


LANGUAGES = st.sampled_from(["fr-fr", "es", "ja", "cmn", "ru", "ar", "ko", "pt-br", "xx", "cmn-latn-pinyin"])


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(st.text(max_size=60), st.text(st.sampled_from("ab1290.,:'’-—() éд\u00a0"), max_size=40)),
    language=LANGUAGES,
)
def test_any_text_yields_only_readable_characters(text: str, language: str) -> None:
    words = spoken(text, language)
    assert all(c in " ,.?!'-" or unicodedata.category(c)[0] in "LMN" for c in words)
    assert words == " ".join(words.split())
    assert not re.search(r"[,.?!] ?[,.?!]", words)
    assert unreadable(words, language) == ""
