"""Sentences that run over several cues: spoken as one, then cut, each cue's words for its own cue.

A sentence spoken in pieces falls at the end of each. Spoken whole it has its melody, and the voice's word times say
where to cut it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voiceover import markup
from voiceover.types import Audio, Line, Samples, Speech
from voiceover.voices.voiced import voiced_bounds

MOST_GAP = 1.5  # seconds between two cues of a sentence: after a longer silence, speech begins anew
MOST_LINES = 6  # a run of more cues without an end is no sentence, but a file without punctuation
MOST_CHARACTERS = 150  # of spoken text: about ten seconds, and what the narrator holds in one piece
_OVERLAP = 0.2  # seconds that cues of one sentence may overlap
_CLOSERS = "\"'”’»)]"
_HANGING = frozenset(
    "a an the this that these those my your his her its our their some any no every each and or but nor so yet if "
    "because when while where who which than as of to in on at by for from with without into onto upon over under "
    "about after before between through during against is are was were be been am has have had do does did will would "
    "can could shall should may might must not very more most quite too "
    "der die das ein eine einen einem einer und oder aber dass weil wenn mit von zu im in am an auf für bei nach über "
    "unter vor durch ist sind war waren hat haben".split()
)
_ELLIPSIS_END, _ELLIPSIS_START = re.compile(r"\s*(?:\.{2,}|…)\s*$"), re.compile(r"^\s*(?:\.{2,}|…)\s*")
_SEARCH = 0.03  # seconds around the words' times in which the cut is looked for: how far those may be wrong
_PAUSE = 0.003  # of the loudest frame's energy (-25 dB): what is quieter is a pause
_AS_QUIET = 4.0  # a frame of up to so much more energy than the quietest is as quiet (6 dB)
_FRAME = 0.005  # seconds


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
        if run and not (merge and spoken[place] and spoken[run[-1]] and _goes_on(lines[run[-1]], lines[place])):
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
    counts = _word_counts(speech, sentence)
    edges = [0, *(_cut(speech, count) for count in np.cumsum(counts[:-1]).tolist()), len(speech.audio.samples)]
    parts = []
    first = 0
    for line, text, count, (start, stop) in zip(sentence.lines, sentence.spoken, counts, pairwise(edges), strict=True):
        rate = speech.audio.rate
        audio = Audio(speech.audio.samples[start:stop], rate)
        onset, offset = voiced_bounds(audio)
        begin = start / rate
        words = tuple(
            replace(word, start=round(word.start - begin, 4), end=round(word.end - begin, 4))
            for word in speech.words[first : first + count]
        )
        first += count
        flags = speech.flags if offset > onset or "unsaid" in speech.flags else (*speech.flags, "unsaid")
        parts.append(
            replace(
                speech, line=line, audio=audio, spoken_text=text, onset=onset, offset=offset, words=words, flags=flags
            )
        )
    return parts


def _goes_on(line: Line, following: Line) -> bool:
    """Tell whether a sentence goes on from one line to the next."""
    if line.speaker != following.speaker or not -_OVERLAP <= following.start - line.end <= MOST_GAP:
        return False
    left, right = line.text.rstrip(_CLOSERS + " "), following.text.lstrip(_CLOSERS + "“„« ")
    if not left or not right:
        return False
    trails, takes_up = bool(_ELLIPSIS_END.search(left)), bool(_ELLIPSIS_START.match(right))
    first = _ELLIPSIS_START.sub("", right)[:1]
    if trails:
        return takes_up or first.islower()
    if left[-1] in ".?!。？！":
        return False
    if takes_up or first.islower() or left[-1] in ",;":
        return True
    last = re.findall(r"[^\W\d_]+", left)[-1:]
    return bool(last) and last[0].lower() in _HANGING


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


def _word_counts(speech: Speech, sentence: Sentence) -> list[int]:
    """Return how many of the speech's words belong to each line, in order."""
    total = 0
    ends = []
    for text in sentence.spoken:
        total += _letters(markup.plain(text))
        ends.append(total)
    counts = [0] * len(ends)
    line, read = 0, 0
    for word in speech.words:
        # a word belongs where its middle lies: a letter more or less moves no word
        middle = read + _letters(word.word) / 2
        while line < len(ends) - 1 and middle > ends[line]:
            line += 1
        counts[line] += 1
        read += _letters(word.word)
    return counts


def _cut(speech: Speech, count: int) -> int:
    """Return the sample at which the first `count` words end.

    Where the voice pauses, that is the last quiet moment before the next word: a word may fall silent before its end,
    as the lips close for the p of "keep" before it sounds. Where it does not, it is the quietest moment around the time
    that the attention moves on.
    """
    rate, samples = speech.audio.rate, speech.audio.samples
    if not 0 < count < len(speech.words):
        return 0 if count == 0 else len(samples)
    before, after = speech.words[count - 1], speech.words[count]
    frame = max(round(_FRAME * rate), 1)
    first = round((before.start + before.end) / 2 * rate)
    levels = _levels(samples[first : round((after.start + after.end) / 2 * rate)], frame)
    if not len(levels):
        return round(after.start * rate)

    def within(low: float, high: float) -> slice:
        start, stop = (min(max(round((t * rate - first) / frame), 0), len(levels)) for t in (low, high))
        return slice(min(start, len(levels) - 1), max(stop, start + 1))

    pause = within(min(before.end, after.start) - _SEARCH, after.start + _SEARCH)
    if levels[pause].min() < levels.max() * _PAUSE:
        chosen = pause.start + int(np.flatnonzero(levels[pause] <= levels[pause].min() * _AS_QUIET)[-1])
    else:
        seam = within(after.start - _SEARCH, after.start + _SEARCH / 3)
        chosen = seam.start + int(levels[seam].argmin())
    return int(first + chosen * frame + frame // 2)


def _levels(samples: Samples, frame: int) -> NDArray[np.float64]:
    """Return the energy of frames, each with its neighbours: one quiet frame within a vowel is no gap."""
    count = len(samples) // frame
    energy = np.square(samples[: count * frame], dtype=np.float64).reshape(count, frame).mean(axis=1)
    return np.convolve(np.pad(energy, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid") if count else energy
