"""Pronunciations of English words, in IPA: gruut's lexicon, tagger and letter-to-sound model.

gruut's own text processor builds a graph per sentence (22 ms a line), and its lexicon table has no index
(5 ms a word). Read into dictionaries once, and tagging only sentences with homographs, a line takes 0.1 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from voiceover.text import gruut_models
from voiceover.text.endings import sibilant

_PACKAGE = "gruut_lang_en"

# The lexicon tells homographs apart by a few coarse roles; the tagger's tags are finer.
_COARSE_ROLE = {
    "VBZ": "VB", "VBP": "VB", "VBG": "VB", "VBN": "VBD",
    "NNS": "NN", "NNP": "NN", "NNPS": "NN",
    "JJR": "JJ", "JJS": "JJ", "RBR": "RB", "RBS": "RB",
}  # fmt: skip
# The CMU dictionary's entry for the indefinite article before a pause, and the like, reads as a letter name.
_REDUCED = {"a": ("ə",), "an": ("ə", "n"), "the": ("ð", "ə")}
_LETTER_A = ("ˈeɪ",)


def pronounce(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Give each word of one sentence its phonemes.

    Args:
        words: the sentence's words in order, letters and apostrophes only; the context decides between
            homographs ("I will read", "I have read").

    Returns:
        One tuple of IPA phonemes per word, stress marks attached to the vowels; never empty for a word
        with a letter in it.
    """
    lowered = [word.lower() for word in words]
    homographs = _homographs()
    ambiguous = any(len(homographs.get(word, ())) > 1 for word in lowered)
    tags = gruut_models.tagger(_PACKAGE)(list(words)) if ambiguous else [""] * len(words)
    sounds: list[tuple[str, ...]] = []
    for place, (word, tag) in enumerate(zip(lowered, tags, strict=True)):
        if word == "a" and _is_letter(words, place):
            sounds.append(_LETTER_A)
        elif word in _REDUCED and len(words) > 1:
            sounds.append(_REDUCED[word])
        else:
            sounds.append(_choose(word, tag))
    return sounds


def known(word: str) -> bool:
    """Tell whether a word's pronunciation stands in the lexicon, its own or that of the word it is a possessive of."""
    lowered = word.lower()
    stem, mark, suffix = lowered.rpartition("'")
    forms = (lowered, lowered.replace("'", ""), stem if mark and suffix in ("s", "") else lowered)
    return any(form in _lexicon() for form in forms)


def _is_letter(words: Sequence[str], place: int) -> bool:
    """Tell the letter A from the article: one of several letters (A I, U S A), or what a sentence ends in (plan A)."""
    neighbours = [*words[max(place - 1, 0) : place], *words[place + 1 : place + 2]]
    is_spelled = words[place] == "A" and any(len(word) == 1 and word.isupper() for word in neighbours)
    return is_spelled or (place == len(words) - 1 and (words[place] == "A" or place == 0))


def _choose(word: str, tag: str) -> tuple[str, ...]:
    roles = _homographs().get(word)
    if not roles:
        phonemes = _lexicon().get(word)
        return tuple(phonemes.split()) if phonemes is not None else _derive(word)
    for role in (f"gruut:{tag}", f"gruut:{_COARSE_ROLE.get(tag, tag)}", ""):
        if role in roles:
            return tuple(roles[role].split())
    return tuple(next(iter(roles.values())).split())


@lru_cache(maxsize=4096)
def _derive(word: str) -> tuple[str, ...]:
    """Build the pronunciation of a word the lexicon lacks: possessives from their stem, the rest from its letters."""
    stem, mark, suffix = word.rpartition("'")
    if mark and stem and suffix in ("s", ""):
        base = _choose(stem, "")
        return base + (sibilant(base) if suffix or not stem.endswith(("s", "z", "x")) else ())
    bare = word.replace("'", "")
    if bare != word and bare in _lexicon():
        return _choose(bare, "")
    return tuple(gruut_models.guesser(_PACKAGE)(bare)) if bare else ()


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, str]:
    """Word -> phonemes with spaces between; the first pronunciation of a word counts."""
    query = "SELECT word, phonemes FROM word_phonemes ORDER BY id DESC"
    return dict(gruut_models.lexicon(_PACKAGE, query))


@lru_cache(maxsize=1)
def _homographs() -> dict[str, dict[str, str]]:
    """Word -> role -> phonemes, of the words that have roles; the first pronunciation listed for a role counts."""
    with_roles = "SELECT word FROM word_phonemes WHERE role <> ''"
    query = f"SELECT word, role, phonemes FROM word_phonemes WHERE word IN ({with_roles}) ORDER BY id"  # noqa: S608  # no one else's words
    entries: dict[str, dict[str, str]] = {}
    for word, role, phonemes in gruut_models.lexicon(_PACKAGE, query):
        entries.setdefault(word, {}).setdefault(role, phonemes)
    return entries
