"""Words that are written short: Roman numerals, titles, abbreviations, initials and capitals."""

from __future__ import annotations

import re

from voiceover.text.capitals import is_pronounceable
from voiceover.text.english_numbers import cardinal, ordinal
from voiceover.text.english_patterns import ENDS, WORD_END, WORD_START, either, letters
from voiceover.text.english_tables import (
    ABBREVIATIONS,
    ACRONYMS,
    AMBIGUOUS,
    AMBIGUOUS_SHOUTED,
    BARE_TITLES,
    COUNTED,
    INITIALISMS,
    LONG_CODAS,
    NUMBERED,
    NUMBERED_IN_WORDS,
    ONSETS,
    RULERS,
    SHORT_WORDS,
    STARTERS,
    STREETS,
    TITLES,
)
from voiceover.text.rules import Rule, rule

_TITLES = (*TITLES, "Dr", "St")
_SHOUTED_TITLES = ("MR", "MRS", "DR", "PROF", "CAPT", "SGT", "LT", "GEN", "COL", "MAJ", "REV", "GOV", "SEN", "ST", "MT")


def _roman(written: str) -> int:
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    numeral = written.upper()
    total = 0
    for letter, following in zip(numeral, [*numeral[1:], ""], strict=True):
        value = values[letter]
        total += -value if value < values.get(following, 0) else value
    return total


def _say_rank(match: re.Match[str]) -> str:
    title, name, numeral = match[1], match[2], match[3]
    single = numeral in {"I", "V", "X"}
    surely = bool(title) and name in RULERS
    if (name not in RULERS and not title) or (single and not surely and match["end"] is None):
        return match[0]
    return f"{title or ''}{name} the {ordinal(_roman(numeral))}"


def _say_counted(match: re.Match[str]) -> str:
    return f"{match[1]} {cardinal(_roman(match[2]))}"


def _say_numbered(match: re.Match[str]) -> str:
    word = NUMBERED[match[1].lower()]
    return f"{word.capitalize() if match[1][0].isupper() else word} "


def _say_address(match: re.Match[str]) -> str:
    return f"{match[1]} {STREETS[match[2]]}{'.' if match['ends'] is not None else ''}"


def _say_title(match: re.Match[str]) -> str:
    title = match[1].capitalize()
    return {"Dr": "Doctor", "St": "Saint"}.get(title) or TITLES[title]


def _say_abbreviation(match: re.Match[str]) -> str:
    words = ABBREVIATIONS[match[1].lower()]
    if match[1][0].isupper() and not match[1].isupper():
        words = words[0].upper() + words[1:]
    return f"{words}{'.' if match['ends'] is not None and match[1].endswith('.') else ''}"


def _say_dotted(match: re.Match[str]) -> str:
    spoken_letters = letters(match[1].replace(".", ""))
    return f"{spoken_letters}{match[2] or ''}{'.' if match['ends'] is not None else ''}"


def _is_pronounceable(word: str) -> bool:
    return is_pronounceable(word, vowels="AEIOUY", onsets=ONSETS, codas=LONG_CODAS, longest=4)


def _is_said_as_word(word: str, before: str, *, shouted: bool) -> bool:
    """Tell whether capitals are a word, `before` being the few letters that precede them."""
    if word in AMBIGUOUS:
        spelled_after = AMBIGUOUS_SHOUTED.get(word, ()) if shouted else AMBIGUOUS[word]
        return not before.lower().endswith(spelled_after)
    if word in INITIALISMS:
        return False
    if word in ACRONYMS or word in SHORT_WORDS:
        return True
    return (shouted or len(word) > 3) and _is_pronounceable(word)


def _rewrite_capitals(text: str) -> str:
    # Where everything is in capitals they tell nothing, and only what cannot be a word is spelled out.
    shouted = text.isupper()

    def say(match: re.Match[str]) -> str:
        word, ending = match[1], match[2] or ""
        if word == "OK":
            return f"okay{ending}"
        if _is_said_as_word(word, text[max(match.start() - 4, 0) : match.start()], shouted=shouted):
            return match[0]
        return letters(word) + ("'s" if ending else "")

    return _CAPITALS.sub(say, text)


def _say_mixed_case(match: re.Match[str]) -> str:
    before, capitals = match[1], match[2]
    return f"{before.upper() if len(before) == 1 else before} {letters(capitals)}"


_CAPITALS = re.compile(r"(?<![A-Za-z'])([A-Z]{2,40})('?s(?![A-Za-z]))?(?![A-Za-z])")

ROMAN: tuple[Rule, ...] = (
    rule(
        "world wars",
        r"\bWW(II|I|2|1)\b",
        lambda m: f"World War {'two' if m[1] in {'II', '2'} else 'one'}",
        needs_digit=False,
    ),
    rule(
        "ranks of rulers",
        r"\b((?:King|Queen|Pope|Emperor|Tsar|Czar|Prince|Saint|Kaiser|Sultan|Pharaoh) (?:[A-Z][a-z]{1,20} )?)?"
        r"([A-Z][a-z]{1,20}) "
        r"([IVX]{1,6})(?![A-Za-z-])"
        rf"(?P<end>\.(?=,)|(?=[,;:?!)\"”']|\.(?! [A-Z])|\. (?:{STARTERS})\b|$| of | in | and | was | is ))?",
        _say_rank,
        needs_digit=False,
    ),
    rule(
        "numbered parts",
        rf"\b({COUNTED}) ([IVXLC]{{1,8}}|i{{2,3}}|iv|vi{{1,3}}|ix)(?![A-Za-z'-])"
        r"(?! (?:am|have|think|know|like|do)\b)",
        _say_counted,
        needs_digit=False,
    ),
    rule(
        "numbered abbreviations in words",
        rf"{WORD_START}(?i:({either(NUMBERED_IN_WORDS)}))\. (?=(?:one|two|three|four|five|six|seven|eight|nine|ten|"
        r"eleven|twelve|[a-z]{3,5}teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|[IVXLC]{1,8})\b)",
        _say_numbered,
        needs_digit=False,
    ),
    rule(
        "numerals after names",
        r"\b([A-Z][a-z]{1,20}|[A-Z]{1,4}[0-9]{1,3}) (I{2,3}|IV|VI{1,3}|IX|XI{1,3}|XIV|XVI{0,3})(?![A-Za-z-])",
        _say_counted,
        needs_digit=False,
    ),
)

NAMES: tuple[Rule, ...] = (
    rule(
        "streets",
        rf"(\b[A-Z][a-z]{{1,20}}(?:'s)?|\b[a-z]{{2,12}}(?:st|nd|rd|th)) ({either(STREETS)})\."
        rf"(?! (?!(?:{STARTERS})\b)[A-Z])(?P<ends>{ENDS})?",
        _say_address,
        needs_digit=False,
    ),
    rule("baronets", r"(?<=[a-z], )Bart\.", "Baronet", needs_digit=False),
    rule("titles", rf"(?<![A-Za-z0-9])({either(_TITLES)})\.(?= ?[A-Za-z&(]|$|,)", _say_title, needs_digit=False),
    rule("titles in capitals", rf"{WORD_START}({either(_SHOUTED_TITLES)})\.(?= [A-Z])", _say_title, needs_digit=False),
    rule(
        "titles without a period",
        rf"{WORD_START}({either(BARE_TITLES)})(?= [A-Z][a-z])",
        _say_title,
        needs_digit=False,
    ),
    rule(
        "abbreviations",
        rf"(?i:{WORD_START}({either(ABBREVIATIONS)}))(?![A-Za-z0-9])(?P<ends>{ENDS})?",
        _say_abbreviation,
        needs_digit=False,
    ),
    rule("versus", rf"{WORD_START}vs{WORD_END}", "versus", needs_digit=False),
    rule("court cases", r"(?<=[a-z]) v\. (?=[A-Z])", " versus ", needs_digit=False),
    rule(
        "dotted initialisms",
        rf"{WORD_START}((?:[A-Za-z]\.){{2,12}})('s)?(?![A-Za-z])(?P<ends>{ENDS})?",
        _say_dotted,
        needs_digit=False,
    ),
    rule(
        "middle initial I",
        rf"(\b[A-Z][a-z]{{1,20}} I)\.(?= [A-Z][a-z])(?! (?:{STARTERS})\b)",
        r"\1",
        needs_digit=False,
    ),
    rule(
        "initials",
        rf"(?<![A-Za-z0-9'])(?<![A-Z] )([A-HJ-Z]|I(?=\. [A-Z]\.))\.(?:(?= ?[A-Z])(?! ?(?:{STARTERS})\b)|(?=,))",
        r"\1 ",
        needs_digit=False,
    ),
    rule(
        "names of languages",
        r"(?<![A-Za-z])(?:C\+\+|[CF]#)",
        lambda m: f"{m[0][0]} {'plus plus' if '+' in m[0] else 'sharp'}",
        needs_digit=False,
    ),
    rule("character sets", r"(?<![A-Za-z])utf-?(?=[0-9 ])", lambda m: "UTF ", needs_digit=False),
    rule("capitals around a slash", r"(?<=[A-Z]{2})/(?=[A-Z]{2})", " ", needs_digit=False),
    rule("capitals around &", r"(?<=[A-Z])&(?=[A-Z])", " and ", needs_digit=False),
    rule(
        "capitals after small letters",
        r"(?<![A-Za-z'])([a-z](?=[A-Z]{2})|[a-z]{2,20}(?=[A-Z]{2})|[A-Z][a-z]{2,20})([A-Z]{1,5})(?![A-Za-z])",
        _say_mixed_case,
        needs_digit=False,
    ),
    Rule("capitals", _rewrite_capitals, needs_digit=False),
    rule("okay", r"\bO[Kk]\b|\bok\b", "okay", needs_digit=False),
)
