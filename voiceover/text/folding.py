"""Any Unicode text to the few characters that the rules of a Latin-script language know."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Symbols that a rule can read; everything else that is not ASCII becomes its base letter, a space or nothing.
READABLE_SYMBOLS = frozenset("°£€¥¢₹§¶©±×÷≈≤≥√²³\u00b5\u2126“”")  # the last but two: micro and ohm signs

_REPLACEMENTS = {
    "‘": "'", "’": "'", "‛": "'", "ʼ": "'", "`": "'", "´": "'", "′": "'", "＇": "'",
    "„": "“", "‟": "“", "«": "“", "‹": "“", "»": "”", "›": "”", "″": '"', "「": "“", "」": "”",
    "‐": "-", "‑": "-", "‒": " – ", "–": "–", "—": "—", "―": "—", "⸺": "—", "−": "−",
    "…": "...", "‥": "..", "。": ". ", "、": ", ", "،": ", ", "؛": "; ", "؟": "? ", "।": ". ", "·": " ", "•": ", ",
    "½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3", "⅛": " 1/8", "⅜": " 3/8", "⅝": " 5/8", "⅞": " 7/8",
    "⁄": "/", "∕": "/", "‰": " per thousand ", "№": "No. ", "™": "", "®": "", "℠": "",  "º": "°",
    "₤": "£", "∞": " infinity ", "→": " to ", "ß": "ss", "ẞ": "SS", "þ": "th", "Þ": "Th",
    "ð": "d", "Ð": "D", "ı": "i", "ŋ": "ng", "Ŋ": "Ng", "ƒ": "f",
}  # fmt: skip
_BASE_LETTER = re.compile(
    r"LATIN (?:(SMALL)|CAPITAL) (?:LETTER|LIGATURE) (?:SMALL CAPITAL )?([A-Z]{1,2})(?: WITH .*)?$"
)
# A Greek letter is a sign where it stands in a measure or alone, and part of a Greek word elsewhere.
_SIGNS = (
    (re.compile("\u03bc(?=[A-Za-z])"), "\u00b5"),
    (re.compile(r"(?<=[0-9kM ])\u03a9(?!\w)"), "\u2126"),
    (re.compile(r"(?<![^\W\d_])\u03c0(?![^\W\d_])"), " pi "),
)
# Raised digits are an exponent after a number or after a letter on its own; one ² or ³ has rules of its own.
_RAISED = re.compile(r"(?:(?<=[0-9)])|(?<![^\W\d_][A-Za-z])(?<=[A-Za-z]))(?![²³](?![⁰¹²³⁴-⁹]))[⁺⁻]?[⁰¹²³⁴-⁹]{1,15}")
_GROUPED_DIGITS = re.compile("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """Return what one character folds to: itself, base letters, a digit, a space, or nothing."""
    if character.isascii():
        return character if character.isprintable() else " "
    if character in _REPLACEMENTS:
        return _REPLACEMENTS[character]
    if character in READABLE_SYMBOLS:
        return character
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf", "Cs"}:  # accents on their own, direction marks, joiners
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    named = _BASE_LETTER.match(unicodedata.name(character, ""))
    if named:
        return named[2].lower() if named[1] else named[2].capitalize()
    parts = unicodedata.normalize("NFKD", character)
    if parts == character:
        return " "
    return "".join(part if part.isascii() and part.isprintable() else _folded(part) for part in parts)


def _signs(text: str) -> str:
    for pattern, sign in _SIGNS:
        text = pattern.sub(sign, text)
    return text


def fold(text: str, keep: frozenset[str] = frozenset()) -> str:
    """Return the text in ASCII, the dashes `–—−`, `READABLE_SYMBOLS` and the letters of `keep`, with single spaces.

    Letters with diacritics become their base letters, unless the language has them as its own (`keep`); digits of any
    script become 0 to 9. What has no reading (emoji, letters of other scripts) becomes a space.
    """
    raised = _RAISED.sub(lambda match: "^" + unicodedata.normalize("NFKD", match[0]), _signs(text))
    grouped = _GROUPED_DIGITS.sub(",", raised)  # 10 000 with a no-break space is one number
    folded = (character if character in keep else _folded(character) for character in grouped)
    return " ".join("".join(folded).split())


def unreadable(text: str) -> str:
    """Return the letters of `text` that folding would lose, in order: those of scripts other than Latin."""
    return "".join(
        character
        for character in _signs(text)
        if not character.isascii() and character.isalpha() and not _folded(character).strip()
    )
