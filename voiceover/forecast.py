"""What a dub will come to, before a word of it is spoken: which lines fit their time, which hardly, which cannot.

The seconds of each line are foretold from the voice's own times, and placed by the same planner that places a dub's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from math import inf
from typing import Any

import numpy as np

from voiceover import markup, sentences, timing
from voiceover.casting import Role
from voiceover.durations import Stretch
from voiceover.scheduling import MAX_SHIFT
from voiceover.types import Audio, LeftOut, Line, Placed, Speech
from voiceover.voices.reader import Estimate, Reader

FORMAT = 1
UNHURRIED = 1.02  # up to this much faster than its own pace, nobody hears that a line is hurried
UNSHIFTED = 0.02  # seconds: half a frame
_RATE = 1000  # Hz, of what stands for speech: little to keep for a long film


class Status(StrEnum):
    """Whether a line can be said in time."""

    FITS = "fits"  # at its natural speed, when its cue begins
    TIGHT = "tight"  # faster, or a little late
    IMPOSSIBLE = "impossible"  # not even at the highest speed


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A line and who would speak it."""

    line: Line
    reader: Reader
    role: Role


@dataclass(frozen=True, slots=True)
class Cut:
    """Words at the end of a line that it would have to do without."""

    count: int
    words: str  # as they are spoken
    is_all: bool = False  # where not even the first word fits


@dataclass(frozen=True, slots=True)
class LineForecast:
    """What will become of a line; times in seconds, `start` and `end` on the video's clock."""

    index: int
    cue_start: float
    cue_end: float
    speaker: str | None
    voice: str
    text: str
    spoken_text: str
    spoken_with: tuple[int, ...]  # the lines of one sentence, spoken in one go; empty for a line by itself
    status: Status
    start: float | None  # None where nothing can be said
    end: float | None
    natural_seconds: float  # foretold, at the voice's own speed
    room_seconds: float | None  # until the voice's next line, less the gap between two; None after the last
    speed: float
    shift: float
    over_seconds: float  # more than its room has, at the speaker's own pace; 0 where it has enough
    over_seconds_at_max_speed: float
    cut: Cut | None  # so that it fits at the speaker's own pace
    cut_at_max_speed: Cut | None  # so that it fits at the highest speed
    characters_per_second: float  # of the text as written, over the cue's time
    words_per_second: float
    held_up_by: int | None  # the line before that runs into this one's time
    lost: str  # letters that the voice cannot read


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will become of a file."""

    source: str
    max_speed: float
    lines: tuple[LineForecast, ...]
    estimates: tuple[Estimate, ...]  # one a voice
    left_out: tuple[LeftOut, ...] = ()

    @property
    def counts(self) -> dict[Status, int]:
        """How many lines there are of each status."""
        found = Counter(line.status for line in self.lines)
        return {status: found[status] for status in Status}

    @property
    def flagged(self) -> tuple[LineForecast, ...]:
        """The lines that do not simply fit, in order."""
        return tuple(line for line in self.lines if line.status is not Status.FITS)

    def to_json(self) -> dict[str, Any]:
        """Return the object that `check --json` writes."""
        return {
            "format": FORMAT,
            "source": self.source,
            "max_speed": self.max_speed,
            "voices": [asdict(estimate) for estimate in self.estimates],
            "totals": {"lines": len(self.lines), **{status.value: count for status, count in self.counts.items()}},
            "lines": [_rounded(asdict(line)) for line in self.lines],
            "left_out": [asdict(item) for item in self.left_out],
        }


@dataclass(frozen=True, slots=True, eq=False)
class _Foretold:
    """A line as it would be spoken."""

    part: Part
    stretch: Stretch
    spoken: str
    lost: str
    together: tuple[int, ...]

    def seconds(self, words: int | None = None) -> float:
        """Return the seconds of its first words; by default of all."""
        kept = self.stretch if words is None else _first(self.stretch, words)
        return self.part.reader.durations.predict(kept)


def forecast(parts: Sequence[Part], *, max_speed: float, merge: bool = True) -> tuple[LineForecast, ...]:
    """Foretell every line; the result is in the order of the parts.

    Args:
        parts: all lines of the file.
        max_speed: how much a line may be sped up.
        merge: whether sentences over several cues are spoken as one, where their voice can.
    """
    foretold = _foretell(parts, merge)
    placed = {item.speech.line.index: item for item in timing.plan(list(map(_speech, foretold)), max_speed=max_speed)}
    before: dict[str, Placed] = {}  # the last line so far that each voice speaks
    lines: dict[int, LineForecast] = {}
    for one in sorted(foretold, key=lambda one: (one.part.line.start, one.part.line.index)):
        item, voice = placed[one.part.line.index], one.part.reader.name
        lines[one.part.line.index] = _judge(one, item, before.get(voice), max_speed)
        if one.stretch.words:
            before[voice] = item
    return tuple(lines[part.line.index] for part in parts)


def _foretell(parts: Sequence[Part], merge: bool) -> list[_Foretold]:
    """Read all lines, and give each its words, in a sentence over several where it would be spoken so."""
    readings = [part.reader.read(part.line.to_read) for part in parts]
    place_of = {part.line.index: place for place, part in enumerate(parts)}
    found: dict[int, _Foretold] = {}
    for reader, role in dict.fromkeys((id(part.reader), part.role) for part in parts):
        own = [place for place, part in enumerate(parts) if (id(part.reader), part.role) == (reader, role)]
        voice = parts[own[0]].reader
        grouped = sentences.group(
            [parts[place].line for place in own],
            [readings[place].spoken for place in own],
            merge=merge and voice.times_words,
        )
        for sentence in grouped:
            together = tuple(line.index for line in sentence.lines) if len(sentence.lines) > 1 else ()
            stretches = sentences.stretches(voice.words(sentence.text), sentence)
            for line, spoken, stretch in zip(sentence.lines, sentence.spoken, stretches, strict=True):
                place = place_of[line.index]
                found[place] = _Foretold(parts[place], stretch, spoken, readings[place].lost, together)
    return [found[place] for place in range(len(parts))]


def _speech(one: _Foretold) -> Speech:
    """Return a stand-in for the speech of a line, as long as that would be, and without a pause to shorten."""
    seconds = one.seconds()
    samples = np.ones(round(seconds * _RATE), dtype=np.float32)
    return Speech(
        one.part.line,
        Audio(samples, _RATE),
        one.spoken,
        0.0,
        seconds,
        flags=() if seconds else ("unsaid",),
        voice=one.part.reader.name,
        pace=one.part.role.speed,
    )


def _judge(one: _Foretold, item: Placed, before: Placed | None, max_speed: float) -> LineForecast:
    line, pace = one.part.line, one.part.role.speed
    fastest = max(max_speed, pace)
    due = item.room + item.shift  # after the cue's start, wherever the line itself begins
    room = None if due == inf else max(due, 0.0)
    silent = not one.stretch.words
    natural = item.speech.natural_seconds
    over, over_at_max = (0.0 if room is None else max(natural / speed - room, 0.0) for speed in (pace, fastest))
    late = before is not None and before.end + timing.MIN_GAP > line.start + UNSHIFTED
    hurried = item.speed > pace * UNHURRIED
    lasting = max(line.end - line.start, 1e-3)
    status = _status(silent, item, over_at_max, hurried)
    if status is Status.FITS:  # of what it is over, nobody has to take care
        over = over_at_max = 0.0
    return LineForecast(
        index=line.index,
        cue_start=line.start,
        cue_end=line.end,
        speaker=line.speaker,
        voice=one.part.reader.name,
        text=line.text,
        spoken_text=markup.show(one.spoken),
        spoken_with=one.together,
        status=status,
        start=None if silent else item.start,
        end=None if silent else item.end,
        natural_seconds=natural,
        room_seconds=room,
        speed=item.speed,
        shift=item.shift,
        over_seconds=over,
        over_seconds_at_max_speed=over_at_max,
        cut=_cut(one, pace, room) if over else None,
        cut_at_max_speed=_cut(one, fastest, room) if over_at_max else None,
        characters_per_second=len(line.text) / lasting,
        words_per_second=len(line.text.split()) / lasting,
        held_up_by=before.speech.line.index if before is not None and late else None,
        lost=one.lost,
    )


def _status(silent: bool, item: Placed, over_at_max: float, hurried: bool) -> Status:
    # a line that leaves the next one too late is named too: that is where words have to go
    if silent or "overrun" in item.flags or over_at_max > MAX_SHIFT:
        return Status.IMPOSSIBLE
    if hurried or abs(item.shift) > UNSHIFTED or over_at_max > 0.0:
        return Status.TIGHT
    return Status.FITS


def _cut(one: _Foretold, speed: float, room: float | None) -> Cut | None:
    """Return the words that must go from the end of a line for it to fit; all of them where even one is too long."""
    said = one.stretch.words
    if room is None or not said:
        return None
    kept = next((count for count in range(len(said) - 1, 0, -1) if one.seconds(count) / speed <= room), 0)
    return Cut(len(said) - kept, " ".join(word.word for word in said[kept:]), is_all=kept == 0)


def _first(stretch: Stretch, words: int) -> Stretch:
    return replace(stretch, words=stretch.words[:words])


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in values.items()}
