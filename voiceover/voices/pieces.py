"""A line's text, cut into what is spoken in one go: its sentences, and what of those the attention can hold.

Corpora are mostly of single sentences, so a voice knows how one begins and ends, but not how to go on to the next: of
two in one breath it slurs both. The pause between them comes with the cut.
"""

from __future__ import annotations

import re
from itertools import pairwise

from voiceover import markup
from voiceover.text.frontend import TextFrontEnd, Tokens

LONGEST = 150  # tokens; a longer sentence is cut at punctuation where there is any
_SENTENCE_END = re.compile(rf"[.?!](?:[^\w\s{markup.MARKS}]|{markup.STRESSED})*(?:\s*{markup.PAUSE.pattern})*\s+")


def pieces(front_end: TextFrontEnd, spoken: str) -> list[Tokens]:
    """Tokenise a spoken text piece by piece; nothing where there is nothing to say."""
    return [piece for sentence in _sentences(spoken) for piece in _short(front_end, sentence)]


def _sentences(spoken: str) -> list[str]:
    """Cut a text after each sentence that has words; a break goes with the sentence before it, emphasis stays whole."""
    cuts = [0]
    for match in _SENTENCE_END.finditer(_masked(spoken, markup.SAYING)):
        head = spoken[cuts[-1] : match.end()]
        if head.count(markup.STRESS) == head.count(markup.STRESSED) and _has_words(head):
            cuts.append(match.end())
    if len(cuts) > 1 and not _has_words(spoken[cuts[-1] :]):
        cuts.pop()
    return [spoken[start:stop].strip() for start, stop in pairwise([*cuts, len(spoken)])]


def _short(front_end: TextFrontEnd, spoken: str) -> list[Tokens]:
    tokens = front_end.tokens(spoken)
    if not tokens.ids:
        return []
    if len(tokens.ids) <= LONGEST:
        return [tokens]
    left, right = _halves(spoken)
    return [*_short(front_end, left), *_short(front_end, right)] if right else [tokens]


def _halves(spoken: str) -> tuple[str, str]:
    """Cut a text near its middle: after a sentence that is still in it, else at a comma, else between words."""
    middle = len(spoken) / 2
    whole = _masked(_masked(spoken, markup.SAYING), markup.PAUSE)  # a mark is never cut
    for marks in (".?!", ",", " "):
        cuts = [i + 1 for i, char in enumerate(whole[:-1]) if char in marks and whole[i + 1 :].strip(" ,.?!")]
        if cuts:
            cut = min(cuts, key=lambda i: abs(i - middle))
            if marks == " " or min(cut, len(spoken) - cut) > len(spoken) / 5:
                return spoken[:cut].strip(), spoken[cut:].strip()
    return spoken, ""


def _masked(text: str, mark: re.Pattern[str]) -> str:
    return mark.sub(lambda match: "x" * len(match[0]), text)


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, markup.plain(text)))
