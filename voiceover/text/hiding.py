"""Marks of `markup` kept out of the way of the rules that write a text out, and put back into what they made of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from voiceover import markup

_ALONE = re.compile(rf"{markup.PAUSE.pattern}|{markup.EMPHASIS.pattern}")


class Hidden:
    """Marks taken out of a text as words that no rule touches, and put back into what the rules made of it."""

    def __init__(self, text: str) -> None:
        self._marks: list[str] = []
        self._stem = "xqs"
        while self._stem in text.lower():
            self._stem += "q"

    def put(self, mark: str) -> str:
        """Return the word that stands for a mark."""
        self._marks.append(mark)
        place = len(self._marks) - 1
        return f"{self._stem}{''.join('abcdefghij'[int(digit)] for digit in str(place))}x"

    def hide(self, text: str) -> str:
        """Return the text with words in the place of its breaks and emphasis."""
        text = markup.PAUSE.sub(lambda match: f" {self.put(match[0])} ", text)
        return markup.EMPHASIS.sub(lambda match: f" {self.put(match[0])} ", text)

    def restore(self, words: str, unmarked: str) -> str:
        """Put the marks back into a text as the rules made it; "" where nothing but marks is left.

        A hidden break or emphasis parts what a rule reads together (`*5* km`): `unmarked` is what the rules make of
        the text without them. Where the two differ, the marks go to the same words of that.
        """
        hidden = re.compile(rf"{self._stem}([a-j]+)x", re.IGNORECASE)

        def mark(match: re.Match[str]) -> str:
            return self._marks[int("".join(str("abcdefghij".index(letter)) for letter in match[1].lower()))]

        pieces = [hidden.sub(mark, piece) for piece in words.split()]
        bare = [piece for piece in pieces if not _ALONE.fullmatch(piece.rstrip(",.?!"))]
        whole = hidden.sub(mark, unmarked).split()
        if bare != whole:
            pieces = _transferred(pieces, bare, whole)
        restored = " ".join(pieces)
        restored = re.sub(rf" ({markup.STRESSED})", r"\1", re.sub(rf"({markup.STRESS}) ", r"\1", restored))
        return restored if any(map(str.isalnum, markup.plain(restored))) else ""


def _transferred(pieces: Sequence[str], bare: Sequence[str], whole: Sequence[str]) -> list[str]:
    """Return the words of `whole` with the marks between the words of `pieces`, which are those of `bare` and marks."""
    place = [0] * (len(bare) + 1)  # how many words of `whole` stand for the first n of `bare`
    for _, first, last, start, stop in SequenceMatcher(None, bare, whole, autojunk=False).get_opcodes():
        for n in range(first, last + 1):
            place[n] = max(place[n], min(start + n - first, stop) if n < last else stop)
    result = list(whole)
    read, added = 0, 0
    for piece in pieces:
        if found := _ALONE.match(piece):
            result.insert(place[read] + added, found[0])
            added += 1
        else:
            read += 1
    return result
