"""Frame rates and time codes: which frame a moment falls on, and what that frame is called.

Drop-frame time code (SMPTE ST 12-1) leaves out the names of two frames (four at 60) a minute, save every tenth, so that
the clock of a 29.97 film keeps up with the one on the wall. No frame is lost, only numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from voiceover.errors import BadInputError

_NTSC = (24, 30, 48, 60, 120)
_FASTEST = 240
_SAID_TO = 0.006  # ffmpeg says rates with two decimals
_LABEL = re.compile(r"(\d{1,2}):(\d\d):(\d\d)([:;.,])(\d{2,3})")
RATES = "23.976, 24, 25, 29.97, 30, 50, 59.94, 60"


@dataclass(frozen=True, slots=True)
class FrameRate:
    """A frame rate, exact, and how its frames are named."""

    rate: Fraction  # frames a second: 30000/1001 for what is called 29.97
    drop: bool = False  # time code leaves out numbers

    @property
    def nominal(self) -> int:
        """How many frames a second of time code has."""
        return round(self.rate)

    @property
    def ntsc(self) -> bool:
        """Whether it is slower than its name by a thousandth."""
        return self.rate.denominator == 1001

    def nearest(self, seconds: float) -> int:
        """Return the frame that begins nearest to a moment, in seconds."""
        return round(Fraction(seconds) * self.rate)

    def seconds(self, frame: int) -> float:
        """Return when a frame begins, in seconds."""
        return float(frame / self.rate)

    def sample(self, frame: int, audio_rate: int) -> int:
        """Return the sample with which a frame begins, at an audio rate in Hz."""
        return round(frame * audio_rate / self.rate)

    def frame_at(self, sample: int, audio_rate: int) -> int:
        """Return the frame that a sample lies in."""
        frame = floor(sample * self.rate / audio_rate) + 1
        while self.sample(frame, audio_rate) > sample:
            frame -= 1
        return frame

    def label(self, frame: int, separator: str = ":") -> str:
        """Return a frame's time code, as 01:00:00:00, or 01:00:00;00 where it drops numbers. A day begins anew."""
        number = frame
        if self.drop:
            lost = self.nominal // 15
            minute, ten = 60 * self.nominal - lost, 600 * self.nominal - 9 * lost
            tens, rest = divmod(number, ten)
            number += 9 * lost * tens + (lost * max(0, (rest - lost) // minute))
        seconds, frames = divmod(number, self.nominal)
        last = ";" if self.drop and separator == ":" else separator
        width = len(str(self.nominal - 1))
        fields = (seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
        return separator.join(f"{field:02d}" for field in fields) + f"{last}{frames:0{width}d}"

    def parse(self, label: str) -> int:
        """Return the frame that a time code names. See `read_start` for what tells drop-frame.

        Raises BadInputError for one that no frame has.
        """
        match = _LABEL.fullmatch(label.strip())
        if match is None:
            raise BadInputError(
                f"{label!r} is not a time code.", "Write hours, minutes, seconds and frames, as 01:00:00:00."
            )
        hours, minutes, seconds, frames = (int(match[group]) for group in (1, 2, 3, 5))
        if hours > 23 or minutes > 59 or seconds > 59 or frames >= self.nominal:
            raise BadInputError(
                f"{label}: no frame has this time code at {self}.",
                f"Hours go to 23, minutes and seconds to 59, frames to {self.nominal - 1}.",
            )
        minute = hours * 60 + minutes
        number = (minute * 60 + seconds) * self.nominal + frames
        if not self.drop:
            return number
        lost = self.nominal // 15
        if frames < lost and seconds == 0 and minutes % 10:
            raise BadInputError(
                f"{label}: drop-frame time code leaves this number out.",
                f"The frame after {label[:-2]}… of the second before is {label[:-2]}{lost:02d}.",
            )
        return number - lost * (minute - minute // 10)

    def __str__(self) -> str:
        """Return it as people write it: 25, 23.976, 29.97 DF."""
        text = f"{float(self.rate):.3f}".rstrip("0").rstrip(".")
        return f"{text} DF" if self.drop else text


def find_rate(fps: float) -> Fraction | None:
    """Return the exact rate that a rounded one, such as 23.98, stands for; None for none that editors know."""
    rates = [Fraction(number * 1000, 1001) for number in _NTSC] + [Fraction(n) for n in range(1, _FASTEST + 1)]
    best = min(rates, key=lambda rate: abs(float(rate) - fps))
    return best if abs(float(best) - fps) <= _SAID_TO else None


def near_rate(fps: float) -> Fraction:
    """Return the usual rate nearest to one that is none."""
    usual = [find_rate(float(text)) for text in RATES.split(", ")]
    return min((rate for rate in usual if rate), key=lambda rate: abs(float(rate) - fps))


def read_rate(written: str) -> Fraction:
    """Return the rate a user wrote: 25, 29.97 or 30000/1001.

    Raises BadInputError for what is no frame rate.
    """
    try:
        found = find_rate(float(Fraction(written.strip().replace(",", "."))))
    except (ValueError, ZeroDivisionError, OverflowError):
        found = None
    if found is None:
        raise BadInputError(f"--fps {written}: not a frame rate.", f"Usual rates are {RATES}; 24000/1001 is 23.976.")
    return found


def read_start(written: str, rate: Fraction, *, what: str = "--timecode ") -> tuple[FrameRate, int]:
    """Return how frames are named and which frame a start time code names; a `;` before the frames says drop-frame.

    `what` says in messages where the time code stands. Raises BadInputError for a time code that no frame has.
    """
    drop = bool(re.search(r"[;.,]\d+\s*$", written))
    if drop and rate not in (Fraction(30000, 1001), Fraction(60000, 1001)):
        raise BadInputError(
            f"{what}{written}: only 29.97 and 59.94 have drop-frame time code, and this is {FrameRate(rate)}.",
            "Write a colon before the frames, or give the right --fps.",
        )
    named = FrameRate(rate, drop)
    try:
        return named, named.parse(written)
    except BadInputError as error:
        raise BadInputError(f"{what}{error.message}", error.remedy) from error
