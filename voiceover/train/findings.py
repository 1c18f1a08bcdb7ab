"""What an inspection deals in: a clip with all that is known of it, a finding, and what is usual in a corpus."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from voiceover.train.fit import Fit
from voiceover.train.signals import Measures
from voiceover.types import Reading


class Severity(StrEnum):
    """How much a finding weighs."""

    FAULT = "fault"  # the clip would teach something wrong
    DOUBT = "doubt"  # listen to it
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a clip."""

    clip: str
    kind: str
    severity: Severity
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """A clip with all that is known of it."""

    id: str
    audio: Path | None
    text: str
    reading: Reading
    measures: Measures | None  # None where the file could not be read
    unreadable: str = ""  # and why
    changed: bool = False  # since the corpus was prepared
    fit: Fit | None = None  # of sound and text; None where there is too little to compare it with


@dataclass(frozen=True, slots=True)
class Norm:
    """The middle of a figure over the corpus, and its usual distance from it (1.4826 MAD)."""

    middle: float
    spread: float

    def away(self, value: float, floor: float) -> float:
        """Return how many spreads a value lies above (or below) the middle; a spread counts as at least `floor`."""
        return (value - self.middle) / max(self.spread, floor)


def norm(values: Iterable[float]) -> Norm:
    """Return the robust middle and spread of the numbers among `values`."""
    known = np.array([value for value in values if math.isfinite(value)])
    if not len(known):
        return Norm(0.0, math.inf)
    middle = float(np.median(known))
    return Norm(middle, float(1.4826 * np.median(np.abs(known - middle))))
