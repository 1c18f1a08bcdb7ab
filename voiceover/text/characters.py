"""A voice's own symbol table, mostly letters: what the public Tacotron 2 voices were trained to read.

Their text is written out (numbers, abbreviations), without accents and in small letters, with single spaces. It ends
in its punctuation mark: there is no end token. Tables with ARPAbet (`@AH0`) take
pronunciations as such; a table with IPA's stress marks is one of sounds, and gets the language's phonemes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from voiceover.text import folding, ipa, languages, symbols
from voiceover.text.frontend import FrontEnd, Tokens, WordSpan, runs, words_of
from voiceover.types import Reading

PUBLIC, OWN = "en-characters-148", "-characters"  # the public table; LANGUAGE-characters has the voice's own
VERSION = 1

# 15 vowels, each without and with three degrees of stress, among 24 consonants: the order of the CMU dictionary's
# symbols, which is alphabetical.
_ARPABET_VOWELS = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split()
_ARPABET_CONSONANTS = "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split()
ARPABET: tuple[str, ...] = tuple(
    sorted([*_ARPABET_CONSONANTS, *(vowel + stress for vowel in _ARPABET_VOWELS for stress in ("", "0", "1", "2"))])
)
PUBLIC_SYMBOLS: tuple[str, ...] = (
    *"_-!'(),.:;? ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    *(f"@{sound}" for sound in ARPABET),
)

_TO_ARPABET = {
    "b": "B", "d": "D", "f": "F", "h": "HH", "j": "Y", "k": "K", "l": "L", "m": "M", "n": "N", "p": "P", "s": "S",
    "t": "T", "v": "V", "w": "W", "z": "Z", "ð": "DH", "ŋ": "NG", "ɡ": "G", "ɹ": "R", "ʃ": "SH", "ʒ": "ZH", "θ": "TH",
    "d͡ʒ": "JH", "t͡ʃ": "CH", "ɑ": "AA", "æ": "AE", "ə": "AH", "ʌ": "AH", "ɔ": "AO", "aʊ": "AW", "aɪ": "AY", "ɛ": "EH",
    "ɚ": "ER", "eɪ": "EY", "ɪ": "IH", "i": "IY", "oʊ": "OW", "ɔɪ": "OY", "ʊ": "UH", "u": "UW",
}  # fmt: skip
_SENTENCE_MARK = re.compile(r"[.?!]")
_PAUSE_INSTEAD = {",": ", ; : - .", "?": "? .", "!": "! .", ".": ". ! ?"}  # what a small table may have in its place


@dataclass(frozen=True)
class Characters:
    """A language as letters. It has the interface of `FrontEnd`, and leaves writing out to the language's own."""

    name: str
    version: int
    symbols: tuple[str, ...]  # index = embedding row
    speech: FrontEnd  # the language: written text -> spoken words

    @property
    def language(self) -> str:
        """BCP 47, small letters."""
        return self.speech.language

    @cached_property
    def silent(self) -> frozenset[int]:
        """The tokens that need not take any time: whatever is neither a letter nor a sound."""
        sounding = (symbol.startswith("@") or any(map(str.isalpha, symbol)) for symbol in self.symbols)
        return frozenset(number for number, sounds in enumerate(sounding) if not sounds)

    @property
    def end_tokens(self) -> int:
        """Where a line may end: in its last letter, in the mark after it, or in the end token if there is one."""
        return 3 if symbols.END in self._number else 2

    @cached_property
    def _number(self) -> dict[str, int]:
        return {symbol: place for place, symbol in reversed(list(enumerate(self.symbols)))}

    def read(self, text: str) -> Reading:
        """Write out a text, which may hold marks of `markup`, and say which of its letters cannot be read."""
        reading = self.speech.read(text)
        if self._has_ipa:
            return reading
        missing = (c for item in words_of(reading.spoken) for c in item.word if c.isalpha() and not self._spell(c))
        return Reading(reading.spoken, reading.lost + "".join(missing))

    def spoken(self, text: str) -> str:
        """Write out a text as it is read aloud; its marks stay."""
        return self.speech.spoken(text)

    def phonemes(self, spoken: str) -> str | None:
        """Return None: how letters sound is known to the network alone."""
        return None

    def tokens(self, spoken: str) -> Tokens:
        """Turn spoken text into tokens: letters, single spaces, a mark after the last word.

        Returns:
            Tokens; without ids when the text holds nothing that the table can spell.
        """
        words = list(words_of(spoken))
        sounds = self.speech.sounds(words) if self._has_ipa else [()] * len(words)
        ids: list[int] = []
        spans = []
        for item, phonemes in zip(words, sounds, strict=True):
            if ids:
                ids += self._spell(" ")
            start = len(ids)
            ids += self._sounded(phonemes) if self._has_ipa else self._said(item.word, item.phonemes)
            spans.append(WordSpan(item.word, start, len(ids)))
            if item.pause:
                ids += self._mark(item.pause)
        if not any(not self.silent.issuperset(ids[span.start : span.stop]) for span in spans):
            return Tokens((), ())
        if not _SENTENCE_MARK.fullmatch(words[-1].pause):
            ids += self._mark(".")
        breaks = tuple((place, item.seconds) for place, item in enumerate(words, start=1) if item.seconds)
        ids += [self._number[symbols.END]] if symbols.END in self._number else []  # as the programs with one do
        return Tokens(tuple(ids), tuple(spans), breaks, runs([item.stressed for item in words]))

    @cached_property
    def _has_ipa(self) -> bool:
        """Whether the table spells sounds, as many community tables do, rather than letters."""
        return any(symbol.startswith(ipa.PRIMARY) for symbol in self.symbols)

    def _sounded(self, phonemes: Sequence[str]) -> list[int]:
        return [self._number[symbol] for symbol in ipa.symbols("".join(phonemes), self.symbols)]

    def _said(self, word: str, pronunciation: tuple[str, ...] | None) -> list[int]:
        """Return a word's tokens: its ARPAbet where the text gives its sounds and the table can write them."""
        if pronunciation is not None:
            said = self.speech.said(word, pronunciation)
            numbers = [self._number.get(f"@{sound}") for sound in arpabet(said)]
            known = [number for number in numbers if number is not None]
            if known and len(known) == len(numbers) == len(said):
                return known
        return [number for letter in word for number in self._spell(letter)]

    def _spell(self, letter: str) -> list[int]:
        """Return a letter's tokens: small, else capital, else without its accent."""
        for form in (letter.lower(), letter.upper(), letter):
            if form in self._number and form not in (symbols.PAD, symbols.END):
                return [self._number[form]]
        folded = folding.fold(letter)
        return [number for base in folded for number in self._spell(base)] if folded != letter else []

    def _mark(self, mark: str) -> list[int]:
        return next((found for instead in _PAUSE_INSTEAD[mark].split() if (found := self._spell(instead))), [])


def arpabet(phonemes: Sequence[str]) -> list[str]:
    """Write phonemes of the English front-end in ARPAbet, with stress as a digit; others are left out."""
    written: list[str] = []
    stressed = any(phoneme.startswith(ipa.PRIMARY) for phoneme in phonemes)
    for phoneme in phonemes:
        bare = phoneme.lstrip(ipa.PRIMARY + ipa.SECONDARY)
        sound = _TO_ARPABET.get(bare, "")
        stress = {ipa.PRIMARY: "1", ipa.SECONDARY: "2"}.get(phoneme[:1], "0")
        if sound in _ARPABET_VOWELS:
            written.append(sound + (stress if stressed else "1"))
            stressed = True  # ARPAbet gives every word a stress: without one, its first vowel
        elif sound:
            written.append(sound)
    return written


def front_end(name: str, table: Sequence[str]) -> Characters | None:
    """Return the front-end that a bundle names, with the bundle's table; None where it is not one of letters.

    Raises:
        MissingError, BadInputError: the language is not known here; see `languages.front_end`.
    """
    if name == PUBLIC:
        return Characters(name, VERSION, PUBLIC_SYMBOLS, languages.front_end("en"))
    if name.endswith(OWN):
        return Characters(name, VERSION, tuple(table), languages.front_end(name.removesuffix(OWN)))
    return None
