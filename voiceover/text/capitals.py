"""Whether capitals spell a word or are letters said one by one, as far as their sounds tell."""

from __future__ import annotations

import re
from collections.abc import Collection


def is_pronounceable(word: str, *, vowels: str, onsets: Collection[str], codas: Collection[str], longest: int) -> bool:
    """Tell whether capitals could be a word of a language.

    Args:
        word: in capitals.
        vowels: the vowel letters, y among them.
        onsets: how its words may begin with more than one consonant.
        codas: how they may end in more than two.
        longest: the longest run of consonants within one.
    """
    runs = re.split(f"[{vowels}]+", word)
    if len(runs) == 1:
        return False
    onset, coda = runs[0], runs[-1]
    if len(onset) > 1 and onset not in onsets:
        return False
    if len(coda) > 2 and coda not in codas:
        return False
    return all(len(run) <= longest for run in runs)
