"""Speaker labels: `ANNA:`, `- Anna:`, `>> ANNA (whispering):`, `[ANNA]` and what only looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_DASH = re.compile(r"(?:[-–—‐]+(?:\s+|(?=\D))|>{2,}\s*)")  # but not the minus of "-5"
_CHEVRONS = re.compile(r"(?:^|(?<=[.!?…\"”’)\]]))\s*>{2,}\s*(?=\S)")  # news captions change speakers within a row
# sound descriptions that may stand before a label
_ASIDES = re.compile(r"(?:(?:\[[^\[\]\n]*\]|\([^()\n]*\))\s*)*")
_LABEL = re.compile(
    r"([^:：\n\[\]()]{1,40})((?:[\[(][^\[\]():\n]{0,60}[\])]\s?)?)[:：](?!//)(?=\s|\D|$)",
)
_BRACKETED = re.compile(r"[\[(（【]\s?([^\[\]()（）【】:\n]{1,40})[\])）】]\s?([:：]?)")
# screenplays name the speaker on a row of its own, without a colon
_SCREENPLAY = re.compile(r"([^:\n\[\]()]{1,40})(\((?:V\.?\s?O\.?|O\.?\s?[SC]\.?|CONT['’]?D\.?)\))", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w .'’&#/-]*")
_MOST_WORDS = 3

# words that join the parts of a name: "MAN ON THE RADIO", "Anna and Ben"
_JOINING = frozenset("on over in at of the and & / # no. de la le van von der den".split())
# capitals with a colon that are a sentence's, and never a name's
_SENTENCE = frozenset(
    "is are was were be am i you we he she it they this that these those what who why how when where there here my "
    "your our not do don't does did will would can could should must have has had to for with from if but or because "
    "please".split()
)
# what opens a sentence in lessons and scripts as a label would
_NO_NAMES = frozenset(
    "note|notes|remember|warning|caution|danger|tip|hint|example|for example|exercise|task|question|answer|step|part|"
    "chapter|episode|lesson|section|scene|act|result|results|conclusion|summary|important|attention|ps|p.s|fyi|todo|"
    "fact|myth|pro|con|pros|cons|first|firstly|second|secondly|third|finally|next|then|also|now|today|tomorrow|"
    "tonight|yesterday|yes|no|okay|ok|well|so|and|but|level|day|week|month|year|rule|number|problem|solution|input|"
    "output|error|time|date|place|location|address|phone|email|website|price|total|url|http|https|goal|idea|reason|"
    "definition|spoiler|update|edit|breaking|breaking news|live|translation|ingredients|option|figure|table|version|"
    "point|lesson one|one|two|three|four|five|message|sign|caption|title|subtitle|subject|quote|monday|tuesday|"
    "wednesday|thursday|friday|saturday|sunday|remember this|the end|reminder|disclaimer|good news|bad news|"
    "best of all|at".split("|")
)
_NUMBER = re.compile(r"\s#?\d+$")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a cue, taken apart."""

    turns: bool  # begins with a dash or chevrons: perhaps another speaker's
    label: str | None  # the name before the words
    note: str  # how the words are said, as in `ANNA (whispering):`, brackets included
    words: str
    whole: str  # label and words, for where the label turns out to be words


def split_speaker(text: str) -> tuple[str | None, str]:
    """Split `SPEAKER: words` into the speaker and the words.

    A speaker is a label of one to three words, all in capitals. Without one, or without words after it, the speaker
    is None and the text is returned as it is.
    """
    match = _LABEL.match(text)
    if match is None:
        return None, text
    name, rest = match[1].strip(), text[match.end() :].strip()
    if not rest or match[2] or not _is_capitals(name):
        return None, text
    return name, rest


def turns(row: str) -> list[str]:
    """Split a row before the chevrons (`>>`) that tell of another speaker."""
    if ">>" not in row:
        return [row]
    parts = [part.strip() for part in _CHEVRONS.split(row)]
    return [part if number == 0 else f">>{part}" for number, part in enumerate(parts) if part]


def known(cues: Iterable[Sequence[str]], named: Iterable[str]) -> dict[str, str]:
    """Find the speakers of a file: each name as first written, by the name in small letters.

    `cues` are the rows of each cue, `named` the speakers that the file names outside its text. A label that is not in
    capitals is one only where it opens rows of two cues, each time before the beginning of a sentence.
    """
    names: dict[str, str] = {}
    for given in named:
        names.setdefault(given.casefold(), given)
    opened: dict[str, int] = {}
    spelled: dict[str, str] = {}
    for rows in cues:
        of_cue: set[str] = set()
        for row in rows:
            name, rest, bracketed = _candidate(row)
            if name is None:
                continue
            if _is_capitals(name):
                names.setdefault(name.casefold(), name)
            elif _is_title(name) and (bracketed or _begins_sentence(rest)):
                of_cue.add(name.casefold())
                spelled.setdefault(name.casefold(), name)
        for key in of_cue:
            opened[key] = opened.get(key, 0) + 1
    for key, count in opened.items():
        if count > 1:
            names.setdefault(key, spelled[key])
    return names


def parse(row: str, names: Mapping[str, str]) -> Row:
    """Take a row apart; `names` are the speakers that `known` found. The label is written as it is there."""
    turning, words = _without_dash(row)
    asides = _ASIDES.match(words)
    lead = asides[0] if asides else ""
    bracketed = _BRACKETED.match(words)
    if bracketed:
        name = " ".join(bracketed[1].split())
        colon = bool(bracketed[2])
        if name.casefold() in names or (colon and _is_name(name)):
            rest = words[bracketed.end() :].strip()
            return Row(turning, names.get(name.casefold(), name), "", rest, words)
    match = _LABEL.match(words[len(lead) :])
    if match:
        name = " ".join(match[1].split())
        if _is_capitals(name) or (name.casefold() in names and _is_name(name)):
            rest = f"{lead}{words[len(lead) + match.end() :].strip()}"
            return Row(turning, names.get(name.casefold(), name), match[2].strip(), rest, words)
    screenplay = _SCREENPLAY.fullmatch(words)
    if screenplay and _is_capitals(screenplay[1].strip()):
        name = " ".join(screenplay[1].split())
        return Row(turning, names.get(name.casefold(), name), screenplay[2], "", words)
    return Row(turning, None, "", words, words)


def _without_dash(row: str) -> tuple[bool, str]:
    row = row.strip()
    turning = False
    for _ in range(2):  # "- >> ANNA:"
        match = _DASH.match(row)
        if match is None:
            break
        turning, row = True, row[match.end() :]
    return turning, row


def _candidate(row: str) -> tuple[str | None, str, bool]:
    """Return what may be a label, the words after it and whether it is in brackets."""
    _turning, words = _without_dash(row)
    bracketed = _BRACKETED.match(words)
    if bracketed and bracketed[2]:
        return " ".join(bracketed[1].split()), words[bracketed.end() :], True
    asides = _ASIDES.match(words)
    words = words[asides.end() :] if asides else words
    match = _LABEL.match(words)
    return (" ".join(match[1].split()), words[match.end() :], False) if match else (None, "", False)


def _begins_sentence(rest: str) -> bool:
    rest = rest.lstrip(" \t\"'“‘([-–—…♪*.")
    return not rest or not rest[0].islower()


def _is_capitals(name: str) -> bool:
    return name.isupper() and _is_name(name)


def _is_title(name: str) -> bool:
    words = name.split()
    return _is_name(name) and all(
        word.casefold() in _JOINING or word[0].isupper() or not word[0].isalpha() for word in words
    )


def _is_name(name: str) -> bool:
    words = name.casefold().split()
    plain = _NUMBER.sub("", name.casefold()).strip(" .")
    if not _NAME.fullmatch(name) or plain in _NO_NAMES:
        return False
    if len(words) > 1 and any(word in _SENTENCE for word in words):
        return False
    if words[0] in ("at", "in", "on", "and", "or", "over"):
        return False
    return len(words) <= 2 * _MOST_WORDS and sum(word not in _JOINING for word in words) <= _MOST_WORDS
