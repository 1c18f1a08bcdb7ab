"""Sentences that run over several cues: spoken as one, then cut, each cue's words for its own cue.

A sentence spoken in pieces falls at the end of each. Spoken whole it has its melody, and the voice's word times say
where to cut it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voiceover import markup
from voiceover.durations import Said, Stretch
from voiceover.script import continuation
from voiceover.types import Audio, Line, Samples, Speech, WordTime
from voiceover.voices.voiced import voiced_bounds

MOST_LINES = 6  # a run of more cues without an end is no sentence, but a file without punctuation
MOST_CHARACTERS = 150  # of spoken text: about ten seconds, and what the narrator holds in one piece
_SEARCH = 0.03  # seconds around the words' times in which the cut is looked for: how far those may be wrong
_PAUSE = 0.003  # of the loudest frame's energy (-25 dB): what is quieter is a pause
_AS_QUIET = 4.0  # a frame of up to so much more energy than the quietest is as quiet (6 dB)
_FRAME = 0.005  # seconds
_LEAD, _TAIL = 0.015, 0.035  # seconds kept around a cut amid speech, where two words run into each other
_FADE = 0.060  # seconds over which the voice fades out there


@dataclass(frozen=True, slots=True)
class Sentence:
    """Lines that are spoken in one synthesis, and what is spoken of each."""

    lines: tuple[Line, ...]
    spoken: tuple[str, ...]  # one a line

    @property
    def text(self) -> str:
        """The spoken text of all lines."""
        if len(self.spoken) == 1:
            return self.spoken[0]
        parts = [_open(part) for part in self.spoken[:-1]]
        return " ".join([*parts, self.spoken[-1]])


def group(lines: Sequence[Line], spoken: Sequence[str], *, merge: bool) -> list[Sentence]:
    """Group lines of one voice, in their order, into sentences; with `merge` false each line is one by itself.

    Args:
        lines: those of one voice and manner of speaking.
        spoken: the spoken text of each.
        merge: whether sentences over several cues are joined.
    """
    sentences: list[Sentence] = []
    run: list[int] = []
    for place in range(len(lines)):
        if run and not (
            merge and spoken[place] and spoken[run[-1]] and continuation.goes_on(lines[run[-1]], lines[place])
        ):
            sentences += _cut_run(run, lines, spoken)
            run = []
        run.append(place)
    return sentences + _cut_run(run, lines, spoken)


def divide(speech: Speech, sentence: Sentence) -> list[Speech]:
    """Cut the speech of a sentence into one speech per line, at the quietest moment between the lines' words.

    The letters of the words and of the lines' texts are counted off against each other, whatever the voice takes for a
    word. A sentence that was not said leaves each of its lines unsaid.
    """
    if len(sentence.lines) == 1:
        return [replace(speech, line=sentence.lines[0])]
    counts = word_counts([word.word for word in speech.words], sentence)
    whole = len(speech.audio.samples)
    cuts = [_Cut(0), *(_cut(speech, count) for count in np.cumsum(counts[:-1]).tolist()), _Cut(whole)]
    parts = []
    first = 0
    for line, text, count, (start, stop) in zip(sentence.lines, sentence.spoken, counts, pairwise(cuts), strict=True):
        part = _part(speech, start, stop, speech.words[first : first + count])
        parts.append(replace(part, line=line, spoken_text=text))
        first += count
    return parts


def stretches(words: Sequence[Said], sentence: Sentence) -> list[Stretch]:
    """Give each line of a sentence its words, as `divide` gives it its speech."""
    counts = word_counts([word.word for word in words], sentence)
    ends = np.cumsum(counts).tolist()
    last = len(ends) - 1
    return [
        Stretch(tuple(words[end - count : end]), begins=place == 0, ends=place == last)
        for place, (count, end) in enumerate(zip(counts, ends, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a speech is cut: the sample, and whether the voice goes on over it."""

    sample: int
    is_amid_speech: bool = False


def _part(speech: Speech, start: _Cut, stop: _Cut, words: Sequence[WordTime]) -> Speech:
    """Return the speech between two cuts. Where the voice goes on, it is faded out rather than chopped off."""
    rate = speech.audio.rate
    lead = min(round(_LEAD * rate), start.sample) if start.is_amid_speech else 0
    tail = min(round(_TAIL * rate), len(speech.audio.samples) - stop.sample) if stop.is_amid_speech else 0
    samples = speech.audio.samples[start.sample - lead : stop.sample + tail].copy()
    length = min(round(_FADE * rate), len(samples)) if stop.is_amid_speech else 0
    if length:
        samples[len(samples) - length :] *= np.cos(np.linspace(0.0, np.pi / 2, length, dtype=np.float32)) ** 2
    audio = Audio(samples, rate)
    onset, offset = voiced_bounds(audio)
    begin = (start.sample - lead) / rate
    moved = tuple(replace(word, start=round(word.start - begin, 4), end=round(word.end - begin, 4)) for word in words)
    flags = speech.flags if offset > onset or "unsaid" in speech.flags else (*speech.flags, "unsaid")
    onset = min(max(onset, lead / rate), offset)  # the end of the word before is no beginning of this one
    mel = replace(speech.mel, start=speech.mel.start + start.sample - lead, fade=length) if speech.mel else None
    return replace(speech, audio=audio, onset=onset, offset=offset, words=moved, flags=flags, mel=mel)


def _cut_run(run: Sequence[int], lines: Sequence[Line], spoken: Sequence[str]) -> list[Sentence]:
    """Make sentences of lines that go on into each other, none longer than a voice holds."""
    if not run:
        return []
    if len(run) > MOST_LINES and not any(mark in lines[place].text for place in run for mark in ".?!,"):
        return [Sentence((lines[place],), (spoken[place],)) for place in run]
    sentences: list[Sentence] = []
    part: list[int] = []
    for place in run:
        length = sum(len(markup.plain(spoken[i])) + 1 for i in part) + len(markup.plain(spoken[place]))
        if part and length > MOST_CHARACTERS:
            sentences.append(_sentence(part, lines, spoken))
            part = []
        part.append(place)
    return [*sentences, _sentence(part, lines, spoken)]


def _sentence(part: Sequence[int], lines: Sequence[Line], spoken: Sequence[str]) -> Sentence:
    return Sentence(tuple(lines[i] for i in part), tuple(spoken[i] for i in part))


def _open(spoken: str) -> str:
    """Return the text of a line after which the sentence goes on: without the end that a line by itself has."""
    bare = spoken.rstrip()
    while bare and bare[-1] in ".,":
        bare = bare[:-1].rstrip()
    return f"{bare}," if bare != spoken.rstrip() else bare


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def word_counts(words: Sequence[str], sentence: Sentence) -> list[int]:
    """Return how many of a sentence's words belong to each of its lines, in order."""
    total = 0
    ends = []
    for text in sentence.spoken:
        total += _letters(markup.plain(text))
        ends.append(total)
    counts = [0] * len(ends)
    line, read = 0, 0
    for word in words:
        # a word belongs where its middle lies: a letter more or less moves no word
        middle = read + _letters(word) / 2
        while line < len(ends) - 1 and middle > ends[line]:
            line += 1
        counts[line] += 1
        read += _letters(word)
    return counts


def _cut(speech: Speech, count: int) -> _Cut:
    """Return where the first `count` words end.

    Where the voice pauses, that is the last quiet moment before the next word: a word may fall silent before its end,
    as the lips close for the p of "keep" before it sounds. Where it does not, it is the quietest moment around the time
    that the attention moves on.
    """
    rate, samples = speech.audio.rate, speech.audio.samples
    if not 0 < count < len(speech.words):
        return _Cut(0 if count == 0 else len(samples))
    before, after = speech.words[count - 1], speech.words[count]
    frame = max(round(_FRAME * rate), 1)
    first = round((before.start + before.end) / 2 * rate)
    levels = _levels(samples[first : round((after.start + after.end) / 2 * rate)], frame)
    if not len(levels):
        return _Cut(round(after.start * rate))

    def within(low: float, high: float) -> slice:
        start, stop = (min(max(round((t * rate - first) / frame), 0), len(levels)) for t in (low, high))
        return slice(min(start, len(levels) - 1), max(stop, start + 1))

    pause = within(min(before.end, after.start) - _SEARCH, after.start + _SEARCH)
    is_pause = levels[pause].min() < levels.max() * _PAUSE
    if is_pause:
        chosen = pause.start + int(np.flatnonzero(levels[pause] <= levels[pause].min() * _AS_QUIET)[-1])
    else:
        seam = within(after.start - _SEARCH, after.start + _SEARCH / 3)
        chosen = seam.start + int(levels[seam].argmin())
    return _Cut(first + chosen * frame + frame // 2, is_amid_speech=not is_pause)


def _levels(samples: Samples, frame: int) -> NDArray[np.float64]:
    """Return the energy of frames, each with its neighbours: one quiet frame within a vowel is no gap."""
    count = len(samples) // frame
    energy = np.square(samples[: count * frame], dtype=np.float64).reshape(count, frame).mean(axis=1)
    return np.convolve(np.pad(energy, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid") if count else energy
