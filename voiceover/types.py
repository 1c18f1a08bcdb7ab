"""The values that flow through voiceover: small, frozen, with their units in their names' docs.

Arrays at the boundaries are numpy float32 in [-1, 1]; times are seconds on the video's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cue:
    """One entry of a subtitle file or script, as written there."""

    index: int  # position in time order, from 1
    start: float  # seconds
    end: float  # seconds, > start
    text: str  # as written, line breaks kept
    speaker: str | None = None
    line_number: int = 0  # where it stands in the file, from 1; 0 if unknown


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say: a cue's words without markup."""

    index: int  # from 1, the number that names stems and report entries
    start: float  # the cue's start, seconds
    end: float  # the cue's end, seconds
    text: str  # the written words, one space between them
    speaker: str | None = None


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
    """How well the attention behaved: both in [0, 1], 1 is best."""

    focus: float  # mean of the largest weight of each decoder step
    coverage: float  # share of tokens that were attended


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
    flags: tuple[str, ...] = field(default=())  # "unsaid", "attention-failure"
    voice: str = ""  # who speaks it: one voice never overlaps itself, whatever speakers it stands for

    @property
    def natural_seconds(self) -> float:
        """Length of the voiced part at natural speed, in seconds."""
        return max(self.offset - self.onset, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A spoken line with its place on the video's clock. `start` and `end` bound the voiced part, in seconds."""

    speech: Speech
    start: float
    end: float
    speed: float = 1.0  # 1.0 = natural, 1.25 = a quarter faster
    shift: float = 0.0  # start minus the cue's start, seconds
    flags: tuple[str, ...] = ()
