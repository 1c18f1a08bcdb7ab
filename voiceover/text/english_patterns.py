"""Patterns that the English rules share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from voiceover.text.english_numbers import MONTHS
from voiceover.text.english_tables import STARTERS

LEFT = r"(?<![0-9])(?<![0-9][.,])"  # where a number may begin
NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}(?![0-9])|[0-9]{1,15})(?:\.[0-9]{1,15})?"
WORD_START = r"(?<![A-Za-z0-9])"
WORD_END = r"(?![A-Za-z0-9])"
DASH = r" ?[-–—] ?"
# an abbreviation's period ends the sentence too
ENDS = rf"(?=[\"'”)\]]{{0,3}}$|[\"'”)\]]{{0,3}} (?:{STARTERS})\b)"
MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|" + "|".join(MONTHS) + r")"


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def letters(word: str) -> str:
    """Say a word letter by letter: fbi -> F B I."""
    return " ".join(word.upper())
