"""The timeline seam: a finished narration in, a file that an editing program opens out.

How to add a format:

1. Write a file here (or in a package of your own) with a class that has the members of `Writer` below.
2. Every number it is given is in whole frames of `timeline.rate`, counted from the first frame of the film; the time
   code of that frame is `timeline.first`. Nothing is left to be rounded.
3. A clip plays `clip.frames` frames of `clip.medium` from its frame `clip.source`. The medium's own time code begins at
   `medium.first`: stems are Broadcast WAVs, and programs that read their time stamp count from there.
4. Write media as `timeline.relative(path)` where the format finds them beside itself, so that a moved folder still
   works, and as `file_url(path)` where it needs a whole address.
5. Name the class in the entry-point group `voiceover.timelines` of your package under the suffix without its dot. Ours
   stand in `catalog.py`.
6. Write a test that reads the file with somebody else's reader at 23.976, 25, 29.97 drop-frame and 50 frames a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import quote

from voiceover.frames import FrameRate


@dataclass(frozen=True, slots=True)
class Medium:
    """A media file that clips are cut from."""

    path: Path
    frames: int  # how long it is
    first: int  # the frame that its own time code begins with
    audio_rate: int = 48_000  # Hz; 0 without sound
    channels: int = 1
    width: int = 0  # pixels; 0 without picture
    height: int = 0


@dataclass(frozen=True, slots=True)
class Marker:
    """Something to look at."""

    frame: int  # from the start of what it is on
    name: str  # a flag, as in the report
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """Another take of a line; its medium begins on the frame on which that of the take heard begins."""

    number: int
    medium: Medium


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of a medium on a track."""

    name: str  # what is said
    medium: Medium
    start: int  # on the timeline
    frames: int
    source: int = 0  # the frame of the medium it begins with
    markers: tuple[Marker, ...] = ()
    index: int = 0  # the line's; 0 for the film
    voiced: tuple[float, float] = (0.0, 0.0)  # seconds, where speech begins and ends
    takes: tuple[Take, ...] = ()  # that are not heard

    @property
    def end(self) -> int:
        """The frame after its last."""
        return self.start + self.frames


@dataclass(frozen=True, slots=True)
class Track:
    """Clips that do not overlap, in order of time."""

    name: str
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A finished narration, as an editor sees it."""

    path: Path  # of the file that is written
    rate: FrameRate
    first: int  # the frame whose time code the timeline begins with
    frames: int  # how long it is
    narration: tuple[Track, ...]  # a track for each speaker
    film: Clip | None = None  # picture and original sound
    gaps: tuple[Marker, ...] = ()  # lines that are not heard, from the timeline's start
    project: Path | None = None  # an editor's project that the narration is for, where it is made of one
    whole_paths: bool = False  # media cannot be named from the file's folder

    @property
    def name(self) -> str:
        """What programs show it as."""
        return self.path.stem

    @property
    def clips(self) -> tuple[Clip, ...]:
        """The narration's clips, in order of time."""
        return tuple(sorted((clip for track in self.narration for clip in track.clips), key=lambda clip: clip.start))

    @property
    def takes(self) -> tuple[Track, ...]:
        """The takes that are not heard, as clips that stand where theirs does, on as few tracks as hold them.

        For formats in which a clip has one file; these tracks are to be silent.
        """
        rows: list[list[Clip]] = []
        for clip in self.clips:
            for take in clip.takes:
                frames = take.medium.frames - clip.source
                own = Clip(
                    f"{clip.name} (take {take.number})", take.medium, clip.start, frames, clip.source, index=clip.index
                )
                free = next((row for row in rows if row[-1].end <= own.start), None)
                if free is None:
                    rows.append([own])
                else:
                    free.append(own)
        return tuple(Track(f"Takes {number}", tuple(row)) for number, row in enumerate(rows, 1))

    def relative(self, path: Path) -> str:
        """Return a path as seen from the timeline's folder, with slashes; whole where it lies on another drive."""
        own = path.resolve()
        folder = self.path.parent.resolve()
        if self.whole_paths or own.anchor != folder.anchor:
            return own.as_posix()
        shared = 0
        for mine, other in zip(own.parts, folder.parts, strict=False):
            if mine != other:
                break
            shared += 1
        return str(PurePosixPath(*([".."] * (len(folder.parts) - shared)), *own.parts[shared:]))


class Writer(Protocol):
    """A format."""

    suffix: str  # with its dot, in small letters
    title: str  # the format, and who opens it
    needs_media: bool  # whether it refers to stems

    def check(self) -> None:
        """Raise MissingError where this machine lacks what the format needs."""
        ...

    def write(self, timeline: Timeline, path: Path) -> None:
        """Write a timeline to `path`, a file in the folder of `timeline.path`."""
        ...


def file_url(path: Path, host: str = "") -> str:
    """Return the file URL of a path."""
    whole = path.resolve().as_posix()
    return f"file://{host}{'' if whole.startswith('/') else '/'}{quote(whole, safe='/:')}"
