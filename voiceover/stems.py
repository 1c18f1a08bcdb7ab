"""Stems: one Broadcast WAV per spoken line, for those who mix by hand, and for timelines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from voiceover import media, scratch
from voiceover.errors import BadInputError
from voiceover.fitting import RATE, Clip
from voiceover.frames import FrameRate
from voiceover.provenance import Mark
from voiceover.types import Audio, Line

_STEM = re.compile(r"\d{4,}(?:-take\d+)?(?:_\d\d-\d\d-\d\d-\d{2,3}(?:_[^/\\]+)?)?\.wav")
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f%]+')  # what Windows, macOS or a URL cannot have in a name
_LONGEST = 80  # bytes of a speaker in a name: the whole is at most 255 on every file system


@dataclass(frozen=True, slots=True)
class Labels:
    """How stems are named, and what they say of themselves."""

    frame_rate: FrameRate = field(default=FrameRate(Fraction(25)))
    first: int = 0  # the frame whose time code the film begins with
    scene: str = ""  # the film or script
    lines: Mapping[int, Line] = field(default_factory=dict)  # by index
    on_frames: bool = False  # stems begin and end with a frame: silence is added
    mark: Mark | None = None  # that they are synthetic speech
    telling: bool = False  # named by line, time code and speaker, and not by the line alone


@dataclass(frozen=True, slots=True)
class Stem:
    """A stem and its place on the narration's clock, in samples at `RATE`; all ends exclusive."""

    index: int  # the line's
    path: Path  # where it will lie once the run has succeeded
    start: int
    onset: int  # first voiced sample
    offset: int  # after the last voiced sample
    end: int
    take: int = 0  # its number, where it is not the one that is heard


class Shelf:
    """Takes clips and writes them as stems into a waiting folder; without one it only remembers where they lie."""

    def __init__(self, waiting: Path | None, folder: Path | None, labels: Labels) -> None:
        self._waiting, self._folder, self._labels = waiting, folder, labels
        self.stems: list[Stem] = []
        self.others: list[Stem] = []  # takes that are not heard
        self._starts: dict[int, int] = {}  # of the stems, by line

    def keep(self, clip: Clip, *, take: int = 0) -> None:
        """Write a clip, silent edges added where stems are to begin and end with frames.

        With a number, the clip is another take of a line that is here already, and begins where that one's stem does.
        """
        span, labels, rate = clip.span, self._labels, self._labels.frame_rate
        start, end, samples = span.start, span.start + len(clip.samples), clip.samples
        origin = rate.sample(labels.first, RATE) + start
        if take:
            start = self._starts[span.index]
            samples = np.pad(samples, (max(span.start - start, 0), 0))
            end, origin = start + len(samples), rate.sample(labels.first, RATE) + start
        if labels.on_frames:
            first, last = rate.frame_at(start, RATE), rate.frame_at(end - 1, RATE) + 1
            before, after = start - rate.sample(first, RATE), rate.sample(last, RATE) - end
            start, end, samples = start - before, end + after, np.pad(samples, (before, after))
            origin = rate.sample(labels.first + first, RATE)  # whole frames from midnight, to the sample
        line = labels.lines.get(span.index)
        slate = media.Slate(
            sample=origin,
            text=line.text if line else "",
            speaker=(line.speaker or "") if line else "",
            scene=labels.scene,
            take=f"{span.index}-{take}" if take else str(span.index),
            frame_rate=rate.rate,
            drop=rate.drop,
        )
        name = self._name(span.index, rate.frame_at(start, RATE), slate.speaker, take)
        if self._waiting:
            try:
                media.write_wav(
                    self._waiting / name, Audio(samples, RATE), option="--stems", slate=slate, mark=labels.mark
                )
            except BadInputError as error:  # the user knows nothing of the waiting folder
                raise BadInputError(
                    error.message.replace(str(self._waiting), str(self._folder)), error.remedy
                ) from error
        path = (self._folder or Path()) / name
        self._starts.setdefault(span.index, start)
        kept = self.others if take else self.stems
        kept.append(Stem(span.index, path, start, span.onset, span.offset, end, take))

    def _name(self, index: int, frame: int, speaker: str, take: int) -> str:
        number = f"{index:04d}-take{take}" if take else f"{index:04d}"
        if not self._labels.telling:
            return f"{number}.wav"
        label = re.sub(r"[:;]", "-", self._labels.frame_rate.label(self._labels.first + frame))
        who = safe_name(speaker)
        return f"{number}_{label}_{who}.wav" if who else f"{number}_{label}.wav"


def safe_name(text: str) -> str:
    """Return a text as a part of a file name that every system can have; letters of all scripts stay."""
    name = _UNSAFE.sub("-", unicodedata.normalize("NFC", text)).strip(" .-")
    return name.encode()[:_LONGEST].decode(errors="ignore").strip(" .-")


def check_folder(folder: Path, *, force: bool, option: str = "--stems") -> None:
    """Raise BadInputError unless stems can be written to a folder, which need not be there yet."""
    if folder.exists() and not folder.is_dir():
        raise BadInputError(f"{folder} is a file.", f"Name a folder with {option}.")
    if not force and folder.is_dir() and _stems(folder):
        raise BadInputError(f"{folder} holds stems already.", f"Pass --force to replace them, or use another {option}.")
    if not folder.parent.is_dir():
        raise BadInputError(f"{folder.parent}: no such folder.", f"Create it, or name another folder with {option}.")
    with media.write_beside(folder / "0000.wav" if folder.is_dir() else folder, option=option) as part:
        part.touch()
        part.unlink()


@contextmanager
def collect(folder: Path | None, labels: Labels | None = None) -> Iterator[Shelf]:
    """Give a shelf for clips; they are moved into `folder` once the run has succeeded.

    Stems of an earlier run go, so that none is left of a line that is no more. Without a folder nothing is written.
    """
    if folder is None:
        yield Shelf(None, None, labels or Labels())
        return
    with scratch.folder(prefix=f".{folder.name}-", within=folder.parent) as waiting:
        yield Shelf(waiting, folder, labels or Labels())
        folder.mkdir(exist_ok=True)
        for old in _stems(folder):
            old.unlink()
        for stem in scratch.contents(waiting):
            stem.replace(folder / stem.name)


def _stems(folder: Path) -> list[Path]:
    """Return the stems in a folder, and nothing else that is in it: they are about to be removed."""
    return [path for path in folder.iterdir() if _STEM.fullmatch(path.name)]
