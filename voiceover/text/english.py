"""Written English to spoken English: what a narrator would read, in plain words.

`RULES` is the whole of it: named steps, applied in that order. Names that contain digits and marks come first, then
dates and amounts, then whatever numbers are left; abbreviations and capitals follow, and punctuation comes last.
"""

from __future__ import annotations

import re

from voiceover.text import folding
from voiceover.text.english_amounts import AMOUNTS, LABELS, LONG_DIGITS, NUMBERS, PHONES
from voiceover.text.english_dates import DATES, YEAR_RANGES, YEARS
from voiceover.text.english_links import LINKS
from voiceover.text.english_names import NAMES, ROMAN
from voiceover.text.english_tables import ELISIONS
from voiceover.text.rules import Rule, apply, rule


def _rewrite_ellipses(text: str) -> str:
    text = re.sub(r"(?<!\.)\.{2,}+(?: \.{2,}+)+", "...", text)  # a line that trails off, the next one that takes up
    text = re.sub(r"(?<!\.)\.{2,}+ ?(?=[a-z])", ", ", text)  # a sentence goes on
    return re.sub(r"\.{2,}", ". ", text)


def _say_marks(match: re.Match[str]) -> str:
    """Return the one mark that a run of them stands for: the strongest."""
    marks = match[0]
    strongest = next((mark for mark in "?!.," if mark in marks), "")
    return f"{strongest} " if strongest else " "


_SYMBOLS = {
    "&": "and", "+": "plus", "=": "equals", "@": "at", "°": "degrees", "€": "euros", "£": "pounds", "$": "dollars",
    "¥": "yen", "÷": "divided by", "×": "times", "≈": "about",
}  # fmt: skip

COPYRIGHT = rule("copyright", r"(?:©|\([cC]\)) ?(?=(?:19|20)[0-9]{2})|© ?(?=[A-Z])", "copyright ", needs_digit=False)

PUNCTUATION: tuple[Rule, ...] = (
    rule("symbols", r" ?([&+=@#°£€¥₹¢$÷×±≈≤≥²³µΩ]) ?", lambda m: f" {_SYMBOLS.get(m[1], '')} ", needs_digit=False),
    rule("slashes", r" ?/+ ?", lambda m: " slash ", needs_digit=False),
    rule("quotes and brackets", r"[()\[\]{}|]+", ", ", needs_digit=False),
    rule("other marks", r"[\"“”<>\\^*~_`]+", " ", needs_digit=False),
    rule("dashes", r" ?[–—−]+ ?|--+| -+(?= |$)|^-+ ?", ", ", needs_digit=False),
    rule("colons", r"[:;]+", ", ", needs_digit=False),
    Rule("ellipses", _rewrite_ellipses, needs_digit=False),
    rule("rock 'n' roll", r"(?<= )'n'(?= )", "and", needs_digit=False),
    rule("elisions", rf"(?i)(?<![A-Za-z])'(?=(?:{ELISIONS})(?![A-Za-z]))", "\x00", needs_digit=False),
    rule("quotation apostrophes", r"(?<![A-Za-z])'+|'+(?![A-Za-z])", "", needs_digit=False),
    rule("elisions kept", "\x00", "'", needs_digit=False),
    rule("hyphens outside words", r"(?<![A-Za-z'])-+|-+(?![A-Za-z'])", " ", needs_digit=False),
    rule("everything else", r"[^A-Za-z',.?! -]+", " ", needs_digit=False),
    rule("marks", r"[ ,.?!]+", _say_marks, needs_digit=False),
)

RULES: tuple[Rule, ...] = (
    COPYRIGHT,
    *LINKS,
    LONG_DIGITS,
    *DATES,
    *PHONES,
    *YEAR_RANGES,
    *AMOUNTS,
    *ROMAN,
    *LABELS,
    *YEARS,
    *NUMBERS,
    *NAMES,
    *PUNCTUATION,
)


def spoken(text: str) -> str:
    """Return what a narrator would read of a written line: words and `' , . ? ! -`, or "" where nothing can be read.

    Case is kept, so that a letter said by its name is a single capital (FBI -> F B I). Letters with diacritics become
    their base letters; those of other scripts are dropped, see `unreadable`. A line of which half the letters or more
    would be dropped is not read at all: its numbers and foreign names alone would make no sense.
    """
    if not text.isascii() and 0 < sum(map(str.isalpha, text)) <= 2 * len(unreadable(text)):
        return ""
    words = apply(RULES, folding.fold(text)).strip().lstrip(" ,.?!-")
    return words if any(character.isalpha() for character in words) else ""


def unreadable(text: str) -> str:
    """Return the letters of `text` that `spoken` drops because they belong to scripts it cannot read, in order."""
    return folding.unreadable(text)
