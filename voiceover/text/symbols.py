"""The symbol table of the English front-end: what a voice's embedding rows stand for.

A table belongs to the voices trained with it. Never reorder it; a change is a new front-end version.
"""

from __future__ import annotations

PAD = "_"
END = "~"
SPACE = " "
PAUSES = (",", ".", "?", "!")
SENTENCE_ENDS = frozenset(".?!")

CONSONANTS = tuple("b d f h j k l m n p s t v w z ð ŋ ɡ ɹ ʃ ʒ θ d͡ʒ t͡ʃ".split())
VOWELS = tuple("ɑ æ ə ʌ ɔ aʊ aɪ ɛ ɚ eɪ ɪ i oʊ ɔɪ ʊ u".split())
STRESSES = ("", "ˈ", "ˌ")

SYMBOLS: tuple[str, ...] = (
    PAD,
    END,
    SPACE,
    *PAUSES,
    *CONSONANTS,
    *(stress + vowel for vowel in VOWELS for stress in STRESSES),
)
ID: dict[str, int] = {symbol: number for number, symbol in enumerate(SYMBOLS)}
