"""The values that flow through voiceover: small, frozen, with their units in their names' docs.

Arrays at the boundaries are numpy float32 in [-1, 1]; times are seconds on the video's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cue:
    """One entry of a subtitle file or script, as written there."""

    index: int  # position in time order, from 1
    start: float  # seconds
    end: float  # seconds, > start
    text: str  # as written, line breaks kept; scripts may hold the marks of `markup`
    speaker: str | None = None
    line_number: int = 0  # where it stands in the file, from 1; 0 if unknown
    kind: str = ""  # "sign", "lyrics" or "credit" where the file says that it is no dialogue


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say: a cue's words without markup."""

    index: int  # from 1, the number that names stems and report entries
    start: float  # the cue's start, seconds
    end: float  # the cue's end, seconds
    text: str  # the written words, one space between them
    speaker: str | None = None
    marked: str = ""  # the text with the marks of `markup` in it; "" where it has none

    @property
    def to_read(self) -> str:
        """The text that a voice is given to read."""
        return self.marked or self.text


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of a cue that is not spoken because it is no speech."""

    cue: int  # the cue's index
    start: float  # the cue's start, seconds
    text: str  # what was left out, as written
    reason: str  # "sound", "lyrics", "credit", ...: one word, shown in the report


@dataclass(frozen=True, slots=True)
class Script:
    """What is spoken of a file, and what is not."""

    lines: tuple[Line, ...]  # in the cues' order, numbered from 1
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a voice reads a text aloud."""

    spoken: str  # the words, written out, with marks of `markup`; "" where nothing can be read
    lost: str = ""  # letters that the voice cannot read, in order
    guessed: tuple[tuple[str, str], ...] = ()  # words its dictionary lacks, each with the IPA it was given


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Mono samples, which never travel without their rate."""

    samples: Samples  # shape (n,), in [-1, 1]
    rate: int  # Hz

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class WordTime:
    """When a word sounds, in seconds from the start of its clip."""

    word: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Attention:
    """How well the attention behaved: focus and coverage in [0, 1], 1 is best."""

    focus: float  # mean of the largest weight of each decoder step
    coverage: float  # share of tokens that were attended
    repeats: int = 0  # how often it went back over tokens that it had left
    skips: int = 0  # sounding tokens that it never looked at
    stopped: bool = True  # by itself, not by the cap on a line's length


@dataclass(frozen=True, slots=True)
class MelPiece:
    """What of a mel was made into sound in one go."""

    frames: int
    sample: int  # of the mel's clock, on which its first frame is centred
    seed: int  # of the vocoder's noise


@dataclass(frozen=True, slots=True, eq=False)
class SpokenMel:
    """The log-mel that a clip was made of, so that it can be made again at another pace."""

    values: NDArray[np.float16]  # (bands, frames): the pieces' frames, one piece after the other
    pieces: tuple[MelPiece, ...]
    start: int = 0  # the sample of the mel's clock with which the clip's audio begins
    fade: int = 0  # samples at the clip's end over which it was faded out


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence between words. `start` and `end` in seconds from the start of the clip, at natural speed."""

    start: float
    end: float
    seconds: float  # how much of it is kept, at natural speed; what goes is taken from its middle

    @property
    def lost(self) -> float:
        """How much of it goes, in seconds at natural speed."""
        return self.end - self.start - self.seconds


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """What a voice made of one line. `onset` and `offset` bound the voiced part of `audio`, in seconds."""

    line: Line
    audio: Audio
    spoken_text: str
    onset: float
    offset: float
    words: tuple[WordTime, ...] = ()
    attempts: int = 1
    attention: Attention | None = None
    flags: tuple[str, ...] = field(default=())  # "unsaid", "unreadable", "attention-failure"
    voice: str = ""  # who speaks it: one voice never overlaps itself, whatever speakers it stands for
    pace: float = 1.0  # the speed its speaker is given, of the voice's own
    gain_db: float = 0.0  # the level its speaker is given, against the other lines
    pauses: tuple[Pause, ...] = ()  # those that may be shortened, each with the least that has to be kept of it
    takes: int = 1  # how many were drawn, of which this one fits best
    mel: SpokenMel | None = None  # where the voice can speak the clip again at another pace

    @property
    def natural_seconds(self) -> float:
        """Length of the voiced part at natural speed, in seconds."""
        return max(self.offset - self.onset, 0.0)

    @property
    def spare_seconds(self) -> float:
        """How much of that its pauses can lose, in seconds."""
        return sum(pause.lost for pause in self.pauses)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A spoken line with its place on the video's clock. `start` and `end` bound the voiced part, in seconds.

    `end - start` is `speech.natural_seconds`, less what the pauses lose, divided by `speed`.
    """

    speech: Speech
    start: float
    end: float
    speed: float = 1.0  # 1.0 = natural, 1.25 = a quarter faster
    shift: float = 0.0  # start minus the cue's start, seconds
    flags: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()  # those that are shortened, in order
    room: float = inf  # seconds from `start` to where it has to end for the next line to be on its cue
