"""Pronunciations as people write them in IPA, to the symbols of a voice's own table.

Dictionaries differ in their habits (r or ɹ, tʃ or t͡ʃ, long vowels with or without ː, where the stress mark stands),
and a voice knows the sounds of its language only. So a sound is looked up as written, then as a variant, then as its
nearest neighbour.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

PRIMARY, SECONDARY = "ˈ", "ˌ"
_STRESS = {"ˈ": PRIMARY, "'": PRIMARY, "ˌ": SECONDARY, ",": SECONDARY}
_LETTERS = frozenset(
    "abcdefhijklmnopqrstuvwxyzɡgɑɐɒæɓʙβɔɕçɗɖðʤəɘɚɛɜɝɞɟʄɠɢʛɦɧħɥʜɨɪʝɭɬɫɮʟɱɯɰŋɳɲɴøɵɸθœɶʘɹɺɾɻʀʁɽʂʃʈʧʉʊʋⱱʌɣɤʍχʎʏʑʐʒʔʡʕʢǀǁǂǃ"
)
_MODIFIERS = frozenset("ːˑʰʲʷˠˤⁿˡ̥̩̯̪̬̃̆̈͜͡˞̝̞̟̠̤̰̹̜̘̙̊̚")
_SEPARATORS = frozenset(" .-‿|")
_VOWELS = frozenset("aeiouyɑɐɒæɔəɘɚɛɜɝɞɨɪɵøœɶʌɤɯʉʊʏ")
_AFFRICATES = str.maketrans({"͡": "", "͜": "", "ʧ": "tʃ", "ʤ": "dʒ"})  # dictionaries tie the letters, or do not

# A sound, and what may stand for it, nearest first. Entries of several symbols are separated by spaces.
_NEAREST: dict[str, tuple[str, ...]] = {
    "r": ("ɹ", "ʁ", "ɾ"), "ɹ": ("r", "ʁ"), "ʁ": ("ɹ", "r", "x"), "ʀ": ("ʁ", "ɹ", "r"), "ɾ": ("t", "ɹ", "r"),
    "ɻ": ("ɹ", "r"), "g": ("ɡ",), "ɡ": ("g",), "ɫ": ("l",), "ɭ": ("l",), "ʎ": ("l j", "l"), "ɲ": ("n j", "n"),
    "ɱ": ("m",), "ɳ": ("n",), "x": ("χ", "k", "h"), "χ": ("x", "k"), "ç": ("ʃ", "h"), "ɣ": ("ɡ", "g"),
    "ɦ": ("h",), "ħ": ("h",), "ʍ": ("w", "v"), "β": ("b", "v"), "ɸ": ("f",), "ʋ": ("v", "w"), "w": ("v",),
    "v": ("w",), "q": ("k",), "c": ("k",), "ɟ": ("ɡ", "g"), "θ": ("s",), "ð": ("z", "d"), "ʒ": ("ʃ",),
    "ɕ": ("ʃ",), "ʑ": ("ʒ", "z"), "ʂ": ("ʃ",), "ʐ": ("ʒ", "z"), "ɬ": ("l",), "ɖ": ("d",), "ʈ": ("t",),
    "ʔ": ("",), "ʕ": ("",), "ŋ": ("n",), "ɥ": ("j w", "j"), "ɰ": ("w", "j"), "a": ("ɑ", "æ", "aː"),
    "ɑ": ("a", "aː"), "ɒ": ("ɑ", "ɔ"), "ɐ": ("ʌ", "ə", "ɚ", "a"), "æ": ("ɛ", "a"), "ʌ": ("ɐ", "a"),
    "e": ("eː", "eɪ", "ɛ"), "ɛ": ("e", "ɛː"), "o": ("oː", "oʊ", "ɔ"), "ɔ": ("o", "ɑ"), "i": ("iː", "ɪ"),
    "ɪ": ("i",), "u": ("uː", "ʊ"), "ʊ": ("u",), "y": ("yː", "ʏ", "u"), "ʏ": ("y", "ʊ"),
    "ø": ("øː", "œ", "ɚ", "ɛ"), "œ": ("ø", "ɚ", "ɛ"), "ɨ": ("ɪ", "i"), "ʉ": ("u", "uː"), "ɯ": ("ʊ", "u"),
    "ɤ": ("ʌ", "ə"), "ɵ": ("ə", "ʊ"), "ɘ": ("ə",), "ɜ": ("ɚ", "œ", "ə"), "ɝ": ("ɚ", "œ ɐ", "ə"),
    "ɞ": ("ɚ", "œ"), "ɚ": ("ɐ", "ə ɹ", "ə", "œ ɐ"), "ə": ("ʌ", "ɐ", "œ"), "ɜː": ("ɚ", "œ", "ə"),
    "əʊ": ("oʊ", "oː"), "oʊ": ("oː", "o"), "eɪ": ("eː", "e"), "aɪ̯": ("aɪ",), "aʊ̯": ("aʊ",), "ai": ("aɪ",),
    "au": ("aʊ",), "ɔɪ": ("ɔʏ",), "ɔʏ": ("ɔɪ",), "ɔɪ̯": ("ɔɪ", "ɔʏ"), "ɔʏ̯": ("ɔʏ", "ɔɪ"), "ɔy": ("ɔɪ", "ɔʏ"),
    "ɪə": ("ɪ ɹ", "iː ɐ"), "eə": ("ɛ ɹ", "ɛː ɐ"), "ɛə": ("ɛ ɹ", "ɛː ɐ"), "ʊə": ("ʊ ɹ", "uː ɐ"),
}  # fmt: skip
_LONGEST = 4  # characters of one symbol, combining marks included


def unknown(pronunciation: str) -> str:
    """Return the characters of a pronunciation that are no IPA, in order."""
    written = _decomposed(pronunciation)
    known = _LETTERS | _MODIFIERS | _SEPARATORS | _STRESS.keys()
    return "".join(dict.fromkeys(c for c in written if c not in known))


def symbols(pronunciation: str, table: Sequence[str]) -> tuple[str, ...]:
    """Return the symbols of `table` that come nearest to a pronunciation.

    Stress is written before the syllable or the vowel; it goes to the next vowel. A table may have stressed vowels, or
    stress marks of its own: such a table spells every sound character by character. A sound that has no neighbour in
    the table is left out.
    """
    known = _table(tuple(table))
    written = _decomposed(pronunciation)
    found: list[str] = []
    stress = ""
    position = 0
    while position < len(written):
        character = written[position]
        if character in _STRESS:
            stress = _STRESS[character]
            position += 1
            continue
        sound, sounds = _sound(written, position, known, stress)
        position += len(sound)
        for symbol in sounds:
            if stress and stress + symbol in known:
                found.append(known[stress + symbol])
                stress = ""
            elif stress in known and symbol in _VOWELS:
                found += (known[stress], known[symbol])
                stress = ""
            else:
                found.append(known[symbol])
    return tuple(found)


def _decomposed(text: str) -> str:
    """Write in one way: accents as modifiers (but ç is a letter of its own in IPA), affricates as two letters."""
    return unicodedata.normalize("NFD", text).replace("c\u0327", "ç").translate(_AFFRICATES)


@lru_cache(maxsize=16)
def _table(table: tuple[str, ...]) -> dict[str, str]:
    """Map each symbol, decomposed, to how the table writes it."""
    letters = (symbol for symbol in table if not unknown(symbol) and not _SEPARATORS.issuperset(symbol))
    return {_decomposed(symbol): symbol for symbol in letters if _decomposed(symbol) and symbol != ","}


def _sound(written: str, position: int, known: dict[str, str], stress: str) -> tuple[str, list[str]]:
    """Return the longest sound that can be said at a position, with its symbols, rather such as take the stress."""
    for length in range(1 if PRIMARY in known else _LONGEST, 0, -1):
        sound = written[position : position + length]
        if len(sound) < length or any(c in _STRESS or c in _SEPARATORS for c in sound):
            continue
        choices = [candidate.split() for candidate in (sound, *_NEAREST.get(sound, ()))]
        choices = [parts for parts in choices if all(part in known for part in parts)]
        if choices:
            stressed = (parts for parts in choices if any(stress + part in known for part in parts))
            return sound, next(stressed, choices[0])
    return written[position], []
