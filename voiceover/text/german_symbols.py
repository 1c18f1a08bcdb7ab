"""The symbol table of the German front-end: what a voice's embedding rows stand for.

A table belongs to the voices trained with it: it is frozen. Never reorder it; a change is a new front-end version.
"""

from __future__ import annotations

from voiceover.text.symbols import END, PAD, PAUSES, SENTENCE_ENDS, SPACE

__all__ = ["CONSONANTS", "END", "ID", "PAD", "PAUSES", "SENTENCE_ENDS", "SPACE", "SYMBOLS", "UNSTRESSED", "VOWELS"]

CONSONANTS = tuple("b d f h j k l m n p s t v x z ç ŋ ɐ̯ ɡ ʁ ʃ ʒ d͡ʒ p͡f t͡s t͡ʃ".split())
UNSTRESSED = tuple("ə ɐ".split())  # vowels that never carry stress
VOWELS = tuple("a aː aɪ aʊ eː ɛ ɛː iː ɪ oː ɔ ɔʏ uː ʊ yː ʏ øː œ".split())
STRESSES = ("", "ˈ", "ˌ")

SYMBOLS: tuple[str, ...] = (
    PAD,
    END,
    SPACE,
    *PAUSES,
    *CONSONANTS,
    *UNSTRESSED,
    *(stress + vowel for vowel in VOWELS for stress in STRESSES),
)
ID: dict[str, int] = {symbol: number for number, symbol in enumerate(SYMBOLS)}
