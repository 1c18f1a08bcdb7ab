"""Written to spoken text in languages without rules of their own here: numbers by num2words, the rest as it stands."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PAUSES = str.maketrans({
    "…": ".", "。": ".", "．": ".", "।": ".", "۔": ".", "！": "!", "？": "?", "؟": "?", "¡": " ", "¿": " ", "、": ",",
    "，": ",", "،": ",", "؛": ",", ";": ",", ":": ",", "–": ",", "—": ",", "(": ",", ")": ",", "«": " ", "»": " ",
    "“": " ", "”": " ", "„": " ", '"': " ", "’": "'", "ʼ": "'", "‘": "'",
})  # fmt: skip
_THOUSANDS = {  # by the mark before decimals: the marks between groups of three digits are others
    decimal: re.compile(rf"(?<![\d.,])[1-9]\d{{0,2}}(?:[{group}'’\u00a0\u202f]\d{{3}})+(?!\d)")
    for decimal, group in ((".", ","), (",", "."))
}
_NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,9})?")
_MARKS = re.compile(r"[ ,.?!]*[,.?!][ ,.?!]*")
# The scripts that languages are written in (ISO 15924), by how Unicode's character names begin. Latin is read by all.
_SCRIPTS = {
    "Jpan": ("HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "CJK", "IDEOGRAPHIC"), "Kore": ("HANGUL", "CJK"),
    "Hans": ("CJK", "IDEOGRAPHIC"), "Hant": ("CJK", "IDEOGRAPHIC", "BOPOMOFO"), "Cher": ("CHEROKEE",),
    "Cyrl": ("CYRILLIC",), "Grek": ("GREEK",), "Arab": ("ARABIC",), "Hebr": ("HEBREW",), "Deva": ("DEVANAGARI",),
    "Beng": ("BENGALI",), "Geor": ("GEORGIAN",), "Armn": ("ARMENIAN",), "Thai": ("THAI",), "Ethi": ("ETHIOPIC",),
    "Taml": ("TAMIL",), "Telu": ("TELUGU",), "Knda": ("KANNADA",), "Mlym": ("MALAYALAM",), "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",), "Orya": ("ORIYA",), "Sinh": ("SINHALA",), "Mymr": ("MYANMAR",), "Laoo": ("LAO",),
    "Khmr": ("KHMER",),
}  # fmt: skip


def spoken(text: str, language: str) -> str:
    """Return the words of a text with `, . ? !` between them; "" where half its letters are of a foreign script."""
    letters = sum(map(str.isalpha, text))
    if not letters and not any(map(str.isdigit, text)):
        return ""
    lost = unreadable(text, language)
    if letters and letters <= 2 * len(lost):
        return ""
    kept = unicodedata.normalize("NFC", text)
    for letter in set(lost):
        kept = kept.replace(letter, " ")
    kept = _THOUSANDS[_decimal(language)].sub(lambda match: re.sub(r"\D", "", match[0]), kept)
    kept = _NUMBER.sub(lambda match: f" {_number(match[0], language)} ", kept).translate(_PAUSES)
    kept = "".join(c if c in " ,.?!'-" or unicodedata.category(c)[0] in "LMN" else " " for c in kept)
    kept = re.sub(r"(?<!\w)['-]+|['-]+(?!\w)", " ", kept)
    kept = _MARKS.sub(lambda match: f"{next(mark for mark in '?!.,' if mark in match[0])} ", kept)
    return " ".join(kept.split()).lstrip(" ,.?!")


def unreadable(text: str, language: str) -> str:
    """Return the letters that belong neither to the language's script nor to Latin, in order."""
    own = ("LATIN", *_SCRIPTS.get(_script(language), ()))
    return "".join(c for c in unicodedata.normalize("NFC", text) if c.isalpha() and not _is_of(c, own))


@lru_cache(maxsize=8192)
def _is_of(character: str, scripts: tuple[str, ...]) -> bool:
    name = unicodedata.name(character, "")
    return name.startswith(scripts) or not name or name.startswith(("MODIFIER", "FEMININE", "MASCULINE"))


@lru_cache(maxsize=64)
def _script(language: str) -> str:
    from babel.core import get_global

    tag = _tag(language)
    likely = get_global("likely_subtags")
    found = likely.get(tag) or likely.get(tag.partition("_")[0], "")
    return next((part for part in found.split("_") if len(part) == 4), "Latn")


@lru_cache(maxsize=64)
def _decimal(language: str) -> str:
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol

    try:
        symbol = get_decimal_symbol(Locale.parse(_tag(language)))
    except (UnknownLocaleError, ValueError):
        return ","
    return symbol if symbol in _THOUSANDS else ","


def _tag(language: str) -> str:
    """Return a language as Babel writes it, which calls Mandarin Chinese."""
    first, _, rest = language.partition("-")
    return f"{first}_{rest}".rstrip("_") if rest or first != "cmn" else "zh"


@lru_cache(maxsize=8192)
def _number(written: str, language: str) -> str:
    from num2words import num2words

    try:
        whole = written.replace(",", ".")
        return str(num2words(float(whole) if "." in whole else int(whole), lang=language.replace("-", "_")))
    except Exception:  # many of its languages are incomplete; the speech engine reads the digits then
        return written
