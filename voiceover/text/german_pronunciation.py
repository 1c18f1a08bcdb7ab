"""Pronunciations of German words, in IPA with stress: gruut's espeak lexicon, compounds of its words, and a guess.

gruut_lang_de 2.0.1 has two lexicons of some 279,000 words. The one that calls itself IPA has no stress, writes one
sound in several ways (ein a eː n, eine aɪ̯ n ə, deutsch d ɔ ɔʏ̯ t͡ʃ, eiszeit a eː s t s ə iː t) and lacks
every word with ß. The one in espeak/ is regular and marks stress. It is the one used, in the usual German symbols:
its tapped and rolled r become ʁ before a vowel and ɐ̯ elsewhere, ɜ becomes ɐ, diphthongs and affricates are one
symbol each, and the English sounds of loan words become German ones.

Words it lacks are put together from words it has, as German does; only what is left is guessed from the letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from voiceover.text import gruut_models
from voiceover.text.german_symbols import STRESSES, VOWELS
from voiceover.text.german_tables import CORRECTIONS, LETTER_NAMES, MISREAD, NO_PARTS, SHORT_PARTS, SUFFIXES

_PACKAGE = "gruut_lang_de"
_LONGEST = 60  # letters of a compound that is taken apart; the work grows with the square
_LINKS = ("", "s", "es", "n", "en", "e", "er")
_SHORTEST = 3  # letters of a part
_LONG = {"ʏ": "yː", "ʊ": "uː", "ɔ": "oː", "a": "aː", "ɛ": "eː", "ɪ": "iː", "œ": "øː"}

# How the lexicon's symbols are written here; a pair is looked up before its parts.
_PAIRS = {
    ("a", "ɪ"): "aɪ", ("a", "ʊ"): "aʊ", ("ɔ", "ø"): "ɔʏ", ("e", "ɪ"): "eː", ("ə", "ʊ"): "oː", ("ɔ", "ɪ"): "ɔʏ",
    ("t", "s"): "t͡s", ("t", "ʃ"): "t͡ʃ", ("d", "ʒ"): "d͡ʒ", ("p", "f"): "p͡f",
}  # fmt: skip
_SINGLES = {
    "ɑː": ("aː",), "ɑ": ("aː",), "ɜ": ("ɐ",), "ɜː": ("œ",), "ɒ": ("ɔ",), "ɔː": ("ɔ",), "ʌ": ("a",), "e": ("eː",),
    "i": ("iː",), "o": ("oː",), "ø": ("øː",), "ɑ̃": ("a", "ŋ"), "w": ("v",), "θ": ("s",), "ð": ("z",), "r": ("ʁ",),
    "ɾ": ("ʁ",), "ɹ": ("ʁ",), "n̩": ("ə", "n"), "ɐ": ("ɐ̯",),
}  # fmt: skip
_SOUNDED = frozenset(VOWELS) | {"ə", "ɐ"}


def pronounce(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Give each word its phonemes.

    Args:
        words: letters and apostrophes only. A single letter is said by its name.

    Returns:
        One tuple of symbols of `german_symbols` per word, stress marks attached to the vowels; never empty for a
        word with a German letter in it.
    """
    return [_pronounced(word.lower()) for word in words]


def known(word: str) -> bool:
    """Tell whether a word is in the dictionary or composed of words that are, rather than guessed from its letters."""
    return _looked_up(word.lower()) is not None


@lru_cache(maxsize=16384)
def _pronounced(word: str) -> tuple[str, ...]:
    found = _looked_up(word)
    if found is not None:
        return found
    bare = "".join(letter for letter in word if letter in _ALPHABET)
    return _guess(bare) if bare else ()


_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyzäöüß")


@lru_cache(maxsize=16384)
def _looked_up(word: str) -> tuple[str, ...] | None:
    word = word.strip("'")
    if not word:
        return None
    if word in LETTER_NAMES:
        return tuple(LETTER_NAMES[word].split())
    if "'" in word:
        return _with_apostrophe(word)
    return _numeral(word) or _entry(word) or _shortened(word) or _composed(word) or _extended(word)


def _with_apostrophe(word: str) -> tuple[str, ...] | None:
    """Join what stands on both sides of an apostrophe: geht's, L K W's, O'Neill."""
    head, _, tail = word.rpartition("'")
    base = _looked_up(head)
    if base is None:
        return None
    if tail == "s":
        return (*base, "s")
    rest = _looked_up(tail) if len(tail) > 1 else None
    return (*base, *_secondary(rest)) if rest else None


_NUMERALS = (
    "null ein eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend und"
).split()
_NUMERAL = re.compile("|".join(sorted(_NUMERALS, key=len, reverse=True)))
_NUMERAL_WORD = re.compile(f"((?:{_NUMERAL.pattern}){{2,}})([a-zäöüß]*)")


def _numeral(word: str) -> tuple[str, ...] | None:
    """Put a number word together from its parts; the lexicon has some of them wrong (einundvierzig with a v)."""
    found = _NUMERAL_WORD.fullmatch(word)
    if not found:
        return None
    rest = found[2]
    ending = tuple(SUFFIXES[rest].split()) if rest in SUFFIXES else _secondary(_entry(rest) or ())
    if rest and not ending:
        return None
    parts = tuple(_NUMERAL.findall(found[1]))
    body = _joined(parts)
    if ending[:1] == ("s",) and body[-1] == "t":
        body, ending = body[:-1], ("t͡s", *ending[1:])
    elif ending and ending[0] in {"ə", "ɐ"}:  # before a vowel a hard end is soft again: zwanzig, zwanziger
        soft = "d" if parts[-1] == "tausend" else {"ç": "ɡ", "ɐ̯": "ʁ"}.get(body[-1], body[-1])
        body = (*body[:-1], soft)
    return (*body, *ending)


def _entry(word: str) -> tuple[str, ...] | None:
    """Return what the tables have for a word, spelled with ß or, as in Switzerland and before 1996, otherwise."""
    if word in CORRECTIONS:
        return tuple(CORRECTIONS[word].split())
    lexicon = _lexicon()
    if word in lexicon:
        return _corrected(word, _rewritten(lexicon[word]))
    if "ß" in word and (swiss := word.replace("ß", "ss")) in lexicon:
        return _lengthened(word, _rewritten(lexicon[swiss]))
    if "ss" in word and (german := word.replace("ss", "ß")) in lexicon:
        return _rewritten(lexicon[german])
    return None


def _corrected(word: str, phonemes: tuple[str, ...]) -> tuple[str, ...]:
    for letters, wrong, right in MISREAD:
        if letters in word:
            phonemes = tuple(" ".join(phonemes).replace(wrong, right).split())
    return phonemes


def _lengthened(word: str, phonemes: tuple[str, ...]) -> tuple[str, ...]:
    """Lengthen the vowel before each ß, which an entry spelled with ss has short: füsse -> füße."""
    result = list(phonemes)
    spelled = re.findall("(?<=[aeiouäöüy])(?:ss|ß|s)", word)
    sounded = [
        at for at in range(1, len(result)) if result[at] in {"s", "z"} and result[at - 1].lstrip("ˈˌ") in _SOUNDED
    ]
    if len(sounded) != len(spelled):  # which s is which is not known; the last is, in most words, the ß
        sounded, spelled = sounded[-1:], spelled[-1:]
    for at, letters in zip(sounded, spelled, strict=False):
        if letters == "ß":
            vowel = result[at - 1].lstrip("ˈˌ")
            result[at - 1] = result[at - 1].removesuffix(vowel) + _LONG.get(vowel, vowel)
            result[at] = "s"
    return tuple(result)


_HARDENED = {"b": "p", "d": "t", "ɡ": "k", "z": "s", "v": "f", "ʁ": "ɐ̯"}


def _shortened(word: str) -> tuple[str, ...] | None:
    """Take the ending off a longer form: sag, heut, wär from sage, heute, wäre."""
    if len(word) < _SHORTEST:
        return None
    longer = _entry(word + "e") or (_entry(word + "en") or ())[:-1]
    if not longer or longer[-1] != "ə":
        return None
    if longer[-3:] == ("ə", "ʁ", "ə"):  # feiere -> feier
        return (*longer[:-3], "ɐ")
    return (*longer[:-2], _HARDENED.get(longer[-2], longer[-2]))


def _extended(word: str) -> tuple[str, ...] | None:
    """Add an ending to a word that is known: dreißig-sten, Ortschaft-en."""
    for length in range(min(8, len(word) - _SHORTEST), 0, -1):
        stem, suffix = word[:-length], word[-length:]
        if suffix not in SUFFIXES:
            continue
        base = _entry(stem) or _composed(stem)
        sounds = SUFFIXES[suffix].split()
        if not base:
            continue
        if sounds[0] in _SOUNDED:
            # what ends a word is hardened, and soft again before an ending; which it was, the letters tell
            soft = {"bp": "b", "dt": "d", "gk": "ɡ", "gç": "ɡ"}.get(stem[-1] + base[-1])
            if stem[-1] in "sv" or base[-1] == "ɐ" or stem.endswith(("er", "el", "en")):
                continue
            base = (*base[:-1], soft) if soft else (*base[:-1], "ʁ") if base[-1] == "ɐ̯" else base
        if base[-1] == "t" and sounds[0] == "s":
            base, sounds = base[:-1], ["t͡s", *sounds[1:]]
        return (*base, *sounds)
    return None


@lru_cache(maxsize=16384)
def _composed(word: str) -> tuple[str, ...] | None:
    """Put a word together from the fewest parts that the dictionary has, with linking sounds between them."""
    length = len(word)
    if not 2 * _SHORTEST <= length <= _LONGEST:
        return None
    # best[end]: of word[:end], how many parts, how many letters of links between them, and the parts
    best: dict[int, tuple[int, int, tuple[str, ...]]] = {0: (0, 0, ())}
    for end in range(_SHORTEST, length + 1):
        for start in range(end - _SHORTEST + 1):
            if start not in best:
                continue
            part = word[start:end]
            last = end == length
            for link in _LINKS:
                stem = part.removesuffix(link) if link else part
                if (link and (last or stem == part)) or len(stem) < _SHORTEST or not _is_part(stem):
                    continue
                parts, cost, taken = best[start]
                candidate = (parts + 1, cost + len(link), (*taken, stem, link) if link else (*taken, stem))
                if end not in best or candidate[:2] < best[end][:2]:
                    best[end] = candidate
    if length not in best or best[length][0] < 2:
        return None
    return _joined(best[length][2])


def _is_part(stem: str) -> bool:
    if len(stem) == _SHORTEST and stem not in SHORT_PARTS:
        return False
    return stem not in NO_PARTS and _entry(stem) is not None


_LINK_SOUNDS = {"s": ("s",), "es": ("ə", "s"), "n": ("n",), "en": ("ə", "n"), "e": ("ə",), "er": ("ɐ",)}


def _joined(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Join the parts of a compound: the main stress stays on the first."""
    result: tuple[str, ...] = ()
    for at, part in enumerate(parts):
        if part in _LINK_SOUNDS:
            result += _LINK_SOUNDS[part]
        elif at:
            result += _secondary(_entry(part) or ())
        else:
            result = _stressed(_entry(part) or ())
    return result


def _stressed(phonemes: tuple[str, ...]) -> tuple[str, ...]:
    """Give a word that the lexicon has unstressed, such as "ein", the main stress it has in a compound."""
    if any(phoneme.startswith("ˈ") for phoneme in phonemes):
        return phonemes
    vowel = next((at for at, phoneme in enumerate(phonemes) if phoneme.lstrip("ˌ") in VOWELS), None)
    if vowel is None:
        return phonemes
    return (*phonemes[:vowel], "ˈ" + phonemes[vowel].lstrip("ˌ"), *phonemes[vowel + 1 :])


def _secondary(phonemes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(phoneme.replace("ˈ", "ˌ") for phoneme in phonemes)


def _rewritten(entry: str) -> tuple[str, ...]:
    """Write the lexicon's phonemes in the symbols of this front-end."""
    source = entry.split()
    result: list[str] = []
    at = 0
    while at < len(source):
        stress = source[at][0] if source[at][0] in STRESSES else ""
        symbol = source[at].removeprefix(stress)
        pair = _PAIRS.get((symbol, source[at + 1])) if at + 1 < len(source) else None
        sounds = (pair,) if pair else _SINGLES.get(symbol, (symbol,))
        result.extend(stress + sound if stress and sound in VOWELS else sound for sound in sounds)
        at += 2 if pair else 1
    return tuple(_vocalised(result))


def _vocalised(phonemes: list[str]) -> list[str]:
    """Make r a vowel where no vowel follows, and the weak vowel a full one where it follows a consonant."""
    result = []
    for at, phoneme in enumerate(phonemes):
        before = phonemes[at - 1].lstrip("ˈˌ") if at else ""
        after = phonemes[at + 1].lstrip("ˈˌ") if at + 1 < len(phonemes) else ""
        if phoneme == "ʁ" and after not in _SOUNDED and after != "ɐ̯":
            result.append("ɐ̯")
        elif phoneme == "ɐ̯" and before not in VOWELS:
            result.append("ɐ")
        else:
            result.append(phoneme)
    return result


def _guess(word: str) -> tuple[str, ...]:
    guessed = " ".join(gruut_models.guesser(_PACKAGE, within="espeak")(word))
    return _lengthened(word, _corrected(word, _rewritten(guessed)))


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, str]:
    """Word -> phonemes with spaces between; the first pronunciation of a word counts."""
    query = "SELECT word, phonemes FROM word_phonemes ORDER BY id DESC"
    return dict(gruut_models.lexicon(_PACKAGE, query, within="espeak"))
