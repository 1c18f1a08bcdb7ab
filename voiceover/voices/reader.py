"""A voice as far as it can be known without speaking: how it reads, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voiceover.durations import Durations, Said
from voiceover.types import Reading


@dataclass(frozen=True, slots=True)
class Estimate:
    """Where a voice's times come from, and how far they were off on lines that they were not fitted to."""

    voice: str
    spec: str  # what `--voice` takes
    calibrated: bool  # False: a rough estimate by the language
    median_error_percent: float | None = None
    p90_error_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A voice that only reads."""

    name: str
    language: str | None  # a BCP 47 tag in small letters
    times_words: bool  # whether it speaks a sentence over several cues as one
    read: Callable[[str], Reading]
    words: Callable[[str], tuple[Said, ...]]  # of a spoken text, with the sounds that the times are of
    durations: Durations
    estimate: Estimate
