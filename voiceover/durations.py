"""How long a voice takes to say something, foretold from its sounds: nothing is spoken, no network is loaded.

The voiced seconds of a line are the sum of what its parts take: each sound its own time, each word a little more, the
pauses at the marks inside, the lengthened end of a phrase. No part takes less than nothing. `duration_fit` finds a
voice's times in what it said of a few hundred lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voiceover.text.frontend import TextFrontEnd, Tokens, words_of
from voiceover.text.symbols import END, SPACE

VERSION = 1  # of what the parts mean: times of another version are not read
LETTERS = "letters"  # the basis of voices that keep their sounds to themselves
SOUND = "sound "  # what the names of sounds begin with
SYLLABLE = "syllable"  # the sound of a letter that stands for one
ANY_SOUND = "any sound"  # the time of a sound that the voice was never heard to say
EMPHASIS_STRETCH = 1.2  # an emphasised word takes a fifth longer
_LARGE_LETTERS = (("一", "鿿"), ("぀", "ヿ"), ("가", "힣"))  # Han, kana, Hangul: a letter is a syllable


@dataclass(frozen=True, slots=True)
class Said:
    """A word as it is spoken, and what follows it."""

    word: str
    sounds: tuple[str, ...]
    mark: str = ""  # the punctuation mark after it
    pause: float = 0.0  # seconds of silence that the text asks for after it
    is_last: bool = False  # of what is synthesised in one go
    stressed: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one line has of a sentence: words, and whether the voice begins and ends with them."""

    words: tuple[Said, ...]
    begins: bool = True  # False where the voice comes over from the line before
    ends: bool = True  # False where the voice goes on into the next line


@dataclass(frozen=True, slots=True)
class Durations:
    """The times of a voice."""

    basis: str  # the text front-end whose sounds they are of, or "letters"
    seconds: Mapping[str, float]  # by the names that `parts` gives

    def predict(self, stretch: Stretch) -> float:
        """Return the voiced seconds of a stretch at natural speed; 0 where there is nothing to say."""
        if not stretch.words:
            return 0.0
        times = sum(count * self._of(name) for name, count in parts(stretch).items())
        # silence that is there already counts towards what the text asks for
        breaks = (max(word.pause - self._of(pause(word)), 0.0) for word in stretch.words[:-1] if word.pause)
        return times + sum(breaks)

    def _of(self, name: str) -> float:
        known = self.seconds.get(name)
        if known is None:
            return self.seconds.get(ANY_SOUND, 0.0) if name.startswith(SOUND) else 0.0
        return known


def parts(stretch: Stretch) -> Counter[str]:
    """Count what takes time in a stretch: its sounds, words, pauses and edges. It must hold a word."""
    counts: Counter[str] = Counter()
    for word in stretch.words:
        weight = EMPHASIS_STRETCH if word.stressed else 1.0
        for sound in word.sounds:
            counts[SOUND + sound] += weight  # type: ignore[assignment]  # a stressed sound counts for more than one
    counts["word"] = len(stretch.words)
    counts.update(pause(word) for word in stretch.words[:-1] if word.mark or word.is_last)
    counts["line"] = 1
    if stretch.begins:
        counts["beginning"] = 1
    if stretch.ends:
        counts["end"] = 1
    elif stretch.words[-1].mark:
        counts["end at a mark"] = 1
    return counts


def pause(word: Said) -> str:
    """Name the pause after a word amid a stretch."""
    if word.is_last and not word.pause:  # where the text asks for a break, nothing else is set between two pieces
        return "pause between pieces"
    return f"pause {word.mark}"


def from_tokens(pieces: Sequence[Tokens], front_end: TextFrontEnd) -> tuple[Said, ...]:
    """Return the words of a line's pieces with their sounds, as the front-end of its voice reads them."""
    said: list[Said] = []
    for tokens in pieces:
        names, silent = front_end.symbols, front_end.silent
        breaks = dict(tokens.breaks)
        stressed = {place for first, last in tokens.stressed for place in range(first, last)}
        for place, span in enumerate(tokens.words):
            after = tokens.ids[span.stop] if span.stop < len(tokens.ids) else None
            has_mark = after is not None and after in silent and names[after] not in (SPACE, END)
            said.append(
                Said(
                    span.word,
                    tuple(names[i] for i in tokens.ids[span.start : span.stop] if i not in silent),
                    names[after] if has_mark and after is not None else "",
                    breaks.get(place + 1, 0.0),
                    place == len(tokens.words) - 1,
                    place in stressed,
                )
            )
    return tuple(said)


def from_letters(spoken: str) -> tuple[Said, ...]:
    """Return the words of a spoken text with their letters in place of sounds."""
    return tuple(
        Said(item.word, tuple(map(_letter, filter(str.isalnum, item.word.lower()))), item.pause, item.seconds)
        for item in words_of(spoken)
    )


def _letter(letter: str) -> str:
    return SYLLABLE if any(first <= letter <= last for first, last in _LARGE_LETTERS) else letter
