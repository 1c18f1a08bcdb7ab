"""The text front-end a voice names in its bundle: written text -> spoken text -> tokens.

What differs from language to language are the four functions and the symbol table that a `FrontEnd` is made of; see
`languages` for those there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from voiceover import markup
from voiceover.text import ipa
from voiceover.text.endings import sibilant
from voiceover.text.hiding import Hidden
from voiceover.text.symbols import END, PAUSES, SENTENCE_ENDS, SPACE
from voiceover.types import Reading

_STRENGTH = ("", ",", ".", "!", "?")  # of several marks in a row, the last of these counts
_PIECE = re.compile(
    rf"(?P<said>{markup.SAYING.pattern})(?P<suffix>'s)?|(?P<pause>{markup.PAUSE.pattern})|(?P<stress>{markup.EMPHASIS.pattern})"
    rf"|(?P<word>[^\s,.?!{markup.MARKS}-]+)|(?P<mark>[,.?!])"
)
_IPA = re.compile(r"/([^/]+)/")
_SYLLABLES = re.compile(r"[^\W\d_']+(?:-[^\W\d_']+)+")

Pronounce = Callable[[Sequence[str]], list[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A word and the tokens that spell it: `start` inclusive, `stop` exclusive."""

    word: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the acoustic model reads: symbol numbers, which of them belong to which word, and how it is to be said."""

    ids: tuple[int, ...]
    words: tuple[WordSpan, ...]
    breaks: tuple[tuple[int, float], ...] = ()  # words before it, seconds of silence
    stressed: tuple[tuple[int, int], ...] = ()  # words, from inclusive, to exclusive


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the spoken text, and what stands behind it."""

    word: str
    phonemes: tuple[str, ...] | None = None  # where the text itself says them
    pause: str = ""
    stressed: bool = False
    seconds: float = 0.0  # of silence after it


class TextFrontEnd(Protocol):
    """What a voice asks of its front-end; `FrontEnd` for phonemes, `characters.Characters` for letters."""

    @property
    def name(self) -> str:
        """Its name, as bundles give it."""
        ...

    @property
    def version(self) -> int:
        """Its version: a change of the table or of what a symbol means is a new one."""
        ...

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbol table: index = embedding row."""
        ...

    @property
    def silent(self) -> frozenset[int]:
        """The tokens that need not take any time."""
        ...

    @property
    def end_tokens(self) -> int:
        """How many of the last tokens a line may end in."""
        ...

    def read(self, text: str) -> Reading:
        """Write out a text, which may hold marks of `markup`, and say what of it cannot be read or is a guess."""
        ...

    def phonemes(self, spoken: str) -> str | None:
        """Return the phonemes of a spoken text, or None where it has none."""
        ...

    def tokens(self, spoken: str) -> Tokens:
        """Turn spoken text into tokens; without ids when there is nothing to say."""
        ...


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """A language as phonemes with word spaces and four pauses (`, . ? !`).

    `name` and `version` stand in a bundle: a change of the symbol table or of what a symbol means is a new version.
    """

    name: str
    version: int
    language: str  # BCP 47, small letters
    symbols: tuple[str, ...]  # index = embedding row
    write_out: Callable[[str], str]  # written text without marks -> words as they are read aloud
    unreadable: Callable[[str], str]  # the letters that `write_out` loses
    pronounce: Pronounce  # the words of one sentence -> phonemes of each
    known: Callable[[str], bool]  # whether a word's pronunciation is known, not guessed

    @property
    def silent(self) -> frozenset[int]:
        """The tokens that need not take any time: spaces, pauses, the end."""
        return frozenset(self.symbols.index(symbol) for symbol in (SPACE, *PAUSES, END))

    @property
    def end_tokens(self) -> int:
        """Where a line may end: in its last sound, the mark after it, or the end token."""
        return 3

    def read(self, text: str) -> Reading:
        """Write out a text, which may hold marks of `markup`, and say what of it cannot be read or is a guess."""
        spoken = self.spoken(text)
        lost = self.unreadable(markup.plain(text))
        unknown = [item.word for item in words_of(spoken) if item.phonemes is None and not self.known(item.word)]
        guessed = tuple((word, "".join(self.pronounce([word])[0])) for word in dict.fromkeys(unknown))
        return Reading(spoken, lost, guessed)

    def spoken(self, text: str) -> str:
        """Write out a text as it is read aloud; its marks stay, respellings stand in for their words."""
        if markup.strip(text) == text:
            return self.write_out(text)
        hidden = Hidden(text)
        said = markup.SAYING.sub(self._replace(hidden), text)
        unmarked = self.write_out(markup.EMPHASIS.sub("", markup.PAUSE.sub(" ", said)))
        return hidden.restore(self.write_out(hidden.hide(said)), unmarked)

    def _replace(self, hidden: Hidden) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            word, pronunciation = match[1], match[2].strip()
            if _IPA.fullmatch(pronunciation):
                return hidden.put(f"{markup.SAY}{word}{markup.AS}{pronunciation}{markup.SAID}")
            if _SYLLABLES.fullmatch(pronunciation):
                phonemes = "".join(self._respell(pronunciation))
                return hidden.put(f"{markup.SAY}{word}{markup.AS}/{phonemes}/{markup.SAID}")
            return pronunciation

        return replace

    def _respell(self, syllables: str) -> tuple[str, ...]:
        """Pronounce `nuh-WIN`: syllables spelled as they sound, the stressed one in capitals."""
        parts = syllables.split("-")
        capital = [part.isupper() and len(part) > 1 for part in parts]
        sounds: list[str] = []
        for part, stressed in zip(parts, capital, strict=True):
            own = self.pronounce([part.lower()])[0]
            if any(capital):  # whoever marks the stress means that the other syllables have none
                own = tuple(phoneme.lstrip(ipa.PRIMARY + ipa.SECONDARY) for phoneme in own)
            sounds += self._stress(own) if stressed else own
        return tuple(sounds)

    def phonemes(self, spoken: str) -> str:
        """Return the phonemes of a spoken text as one IPA string."""
        return "".join(self.symbols[i] for i in self.tokens(spoken).ids if self.symbols[i] != END)

    def tokens(self, spoken: str) -> Tokens:
        """Turn spoken text into tokens.

        Every utterance ends in a sentence mark and the end token, whatever the text ended in: a decoder that
        never saw an unfinished line in training does not know when to stop on one.

        Returns:
            Tokens; without ids when the text holds nothing that can be pronounced.
        """
        words = list(words_of(spoken))
        number = {symbol: place for place, symbol in enumerate(self.symbols)}
        sounds = self.sounds(words)
        ids: list[int] = []
        spans = []
        for item, phonemes in zip(words, sounds, strict=True):
            if ids:
                ids.append(number[SPACE])
            start = len(ids)
            ids.extend(number[phoneme] for phoneme in phonemes if phoneme in number)
            spans.append(WordSpan(item.word, start, len(ids)))
            if item.pause:
                ids.append(number[item.pause])
        if not any(span.stop > span.start for span in spans):
            return Tokens((), ())
        if not words[-1].pause:
            ids.append(number["."])
        breaks = tuple((place, item.seconds) for place, item in enumerate(words, start=1) if item.seconds)
        return Tokens((*ids, number[END]), tuple(spans), breaks, runs([item.stressed for item in words]))

    def sounds(self, words: Sequence[Word]) -> Iterator[tuple[str, ...]]:
        """Yield the phonemes of each word; a word whose text says them still gives its neighbours their context."""
        looked_up: list[tuple[str, ...]] = []
        for start, stop in _sentences(words):
            looked_up += self.pronounce([item.word for item in words[start:stop]])
        for item, found in zip(words, looked_up, strict=True):
            phonemes = found if item.phonemes is None else self.said(item.word, item.phonemes)
            yield self._stress(phonemes) if item.stressed else phonemes

    def said(self, word: str, pronunciation: Sequence[str]) -> tuple[str, ...]:
        """Return the symbols nearest to the IPA that a text gives a word, with the `'s` that the word may have."""
        said = ipa.symbols("".join(pronunciation), self.symbols)
        return (*said, *sibilant(said)) if word.endswith("'s") else said

    def _stress(self, phonemes: tuple[str, ...]) -> tuple[str, ...]:
        """Give a word that carries no stress one, on its first vowel that can have it."""
        if any(phoneme.startswith(ipa.PRIMARY) for phoneme in phonemes):
            return phonemes
        if ipa.PRIMARY in self.symbols:  # a symbol of its own, before the syllable
            return (ipa.PRIMARY, *(phoneme for phoneme in phonemes if phoneme != ipa.SECONDARY))
        for place, phoneme in enumerate(phonemes):
            stressed = ipa.PRIMARY + phoneme.lstrip(ipa.SECONDARY)
            if stressed in self.symbols:
                return (*phonemes[:place], stressed, *phonemes[place + 1 :])
        return phonemes


def words_of(spoken: str) -> Iterator[Word]:
    """Yield the words with the strongest mark after each, what is said of their pronunciation, stress and breaks."""
    words: list[Word] = []
    stressed = False
    for piece in _PIECE.finditer(spoken.replace("’", "'")):
        kind = piece.lastgroup if piece.lastgroup != "suffix" else "said"
        if kind == "stress":
            stressed = piece["stress"] == markup.STRESS
        elif kind == "word":
            if word := piece["word"].strip("'"):
                words.append(Word(word, stressed=stressed))
        elif kind == "said" or piece["said"]:
            words += _said(piece, stressed=stressed)
        elif words:
            last = words[-1]
            if kind == "mark":
                pause, seconds = max(last.pause, piece["mark"], key=_STRENGTH.index), last.seconds
            else:
                found = markup.PAUSE.fullmatch(piece["pause"])
                pause, seconds = last.pause or ",", last.seconds + (float(found[1]) if found else 0.0)
            words[-1] = Word(last.word, last.phonemes, pause, last.stressed, seconds)
    if words and words[-1].pause == ",":
        last = words[-1]
        words[-1] = Word(last.word, last.phonemes, ".", last.stressed, last.seconds)
    yield from words


def _said(piece: re.Match[str], *, stressed: bool) -> list[Word]:
    found = markup.SAYING.fullmatch(piece["said"])
    written = _IPA.fullmatch(found[2]) if found else None
    if not found or not written:
        return []
    return [Word(found[1] + (piece["suffix"] or ""), (written[1],), stressed=stressed)]


def _sentences(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    start = 0
    for place, item in enumerate(words, start=1):
        if (item.pause and item.pause in SENTENCE_ENDS) or place == len(words):
            yield start, place
            start = place


def runs(chosen: Sequence[bool]) -> tuple[tuple[int, int], ...]:
    """Return the stretches of True, as (from, to)."""
    edges = [place for place, (before, after) in enumerate(pairwise([False, *chosen, False])) if before != after]
    return tuple(zip(edges[::2], edges[1::2], strict=True))
