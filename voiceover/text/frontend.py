"""The text front-end a voice names in its bundle: written text -> spoken text -> tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from voiceover.text import english, lexicon, symbols

_STRENGTH = ("", ",", ".", "!", "?")  # of several marks in a row, the last of these counts
_PIECE = re.compile(r"[A-Za-z']+|[,.?!]")


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A word and the tokens that spell it: `start` inclusive, `stop` exclusive."""

    word: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the acoustic model reads: symbol numbers, and which of them belong to which word."""

    ids: tuple[int, ...]
    words: tuple[WordSpan, ...]


@dataclass(frozen=True, slots=True)
class EnglishFrontEnd:
    """US English as IPA phonemes with stress, word spaces and four pauses (`, . ? !`)."""

    name: str = "en-us-gruut"
    version: int = 1

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbol table, index = embedding row."""
        return symbols.SYMBOLS

    @property
    def silent(self) -> frozenset[int]:
        """The tokens that need not take any time: spaces, pauses, the end."""
        return frozenset(symbols.ID[symbol] for symbol in (symbols.SPACE, *symbols.PAUSES, symbols.END))

    def spoken(self, text: str) -> str:
        """Write out a text as it is read aloud."""
        return english.spoken(text)

    def phonemes(self, text: str) -> str:
        """Return the phonemes of a written text as one IPA string."""
        tokens = self.tokens(self.spoken(text))
        return "".join(symbols.SYMBOLS[i] for i in tokens.ids if symbols.SYMBOLS[i] != symbols.END)

    def tokens(self, spoken: str) -> Tokens:
        """Turn spoken text into tokens.

        Every utterance ends in a sentence mark and the end token, whatever the text ended in: a decoder that
        never saw an unfinished line in training does not know when to stop on one.

        Returns:
            Tokens; without ids when the text holds nothing that can be pronounced.
        """
        words, pauses = _split(spoken)
        ids: list[int] = []
        spans = []
        for word, phonemes, pause in zip(words, lexicon.pronounce(words), pauses, strict=True):
            if ids:
                ids.append(symbols.ID[symbols.SPACE])
            start = len(ids)
            ids.extend(symbols.ID[phoneme] for phoneme in phonemes if phoneme in symbols.ID)
            spans.append(WordSpan(word, start, len(ids)))
            if pause:
                ids.append(symbols.ID[pause])
        if not any(span.stop > span.start for span in spans):
            return Tokens((), ())
        if not pauses[-1]:
            ids.append(symbols.ID["."])
        return Tokens((*ids, symbols.ID[symbols.END]), tuple(spans))


def _split(spoken: str) -> tuple[list[str], list[str]]:
    """Return the words and, for each, the strongest pause that follows it ('' for none)."""
    words: list[str] = []
    pauses: list[str] = []
    for piece in _PIECE.findall(spoken.replace("’", "'")):
        if piece in symbols.PAUSES:
            if pauses:
                pauses[-1] = max(pauses[-1], piece, key=_STRENGTH.index)
        elif word := piece.strip("'"):
            words.append(word)
            pauses.append("")
    if pauses and pauses[-1] == ",":
        pauses[-1] = "."
    return words, pauses
