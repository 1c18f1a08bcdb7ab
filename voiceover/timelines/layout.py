"""From a narration's stems to a timeline in whole frames."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from voiceover import media
from voiceover.fitting import RATE
from voiceover.frames import FrameRate
from voiceover.report import LineReport, explain
from voiceover.stems import Stem
from voiceover.timelines.base import Clip, Marker, Medium, Take, Timeline, Track

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]+")  # XML has no way to say these
NOBODY = "Narration"  # the track of lines without a speaker


@dataclass(frozen=True, slots=True)
class _Piece:
    """A clip while it is fitted to its neighbours."""

    clip: Clip
    onset: int  # the frame that speech begins in
    offset: int  # the frame after the one that speech ends in


def lay_out(
    path: Path,
    rate: FrameRate,
    first: int,
    lines: Sequence[LineReport],
    stems: Sequence[Stem],
    film: media.Media | None = None,
    project: Path | None = None,
    others: Sequence[Stem] = (),
) -> Timeline:
    """Lay stems, which begin and end with frames, on one track for each speaker.

    Where a line's last frame is the next one's first, the two are trimmed to meet between their voices: what goes is
    silence and fades, and it is still in the stems. Lines of a speaker whose voices share a frame go to a second track.

    Args:
        path: of the file to be.
        rate: of the timeline.
        first: the frame whose time code the timeline begins with.
        lines: of the report.
        stems: those of the lines that sound.
        film: where there is one.
        project: an editor's project that the lines come from, where they do.
        others: stems of takes that are not heard.
    """
    told = {line.index: line for line in lines}
    drawn: dict[int, list[Stem]] = {}
    for other in others:
        drawn.setdefault(other.index, []).append(other)
    speakers: dict[str, list[_Piece]] = {}
    for stem in sorted(stems, key=lambda stem: (stem.start, stem.index)):
        line = told[stem.index]
        speakers.setdefault(_clean(line.speaker or "") or NOBODY, []).append(
            _piece(line, stem, drawn.get(stem.index, []), rate, first)
        )
    tracks = [track for name, pieces in speakers.items() for track in _tracks(name, pieces)]
    last = max((clip.end for track in tracks for clip in track.clips), default=0)
    shown = _film(film, rate, first) if film else None
    if shown:
        last = max(last, shown.frames)
    silent = [line for line in lines if line.index not in {stem.index for stem in stems}]
    gaps = tuple(
        replace(marker, comment=f"{_clean(line.text)} ({marker.comment})")
        for line in silent
        for marker in _markers(line, rate.nearest(line.cue_start))
    )
    made = Timeline(path, rate, first, last, tuple(tracks), shown, gaps, project)
    return replace(made, frames=max([last, *(clip.end for track in made.takes for clip in track.clips)]))


def _piece(line: LineReport, stem: Stem, others: Sequence[Stem], rate: FrameRate, first: int) -> _Piece:
    start = rate.frame_at(stem.start, RATE)
    medium = _medium(stem, rate, first)
    onset = rate.frame_at(stem.onset, RATE)
    clip = Clip(
        name=_clean(line.text),
        medium=medium,
        start=start,
        frames=medium.frames,
        markers=_markers(line, onset - start),
        index=line.index,
        voiced=(stem.onset / RATE, stem.offset / RATE),
        takes=tuple(Take(other.take, _medium(other, rate, first)) for other in others),
    )
    return _Piece(clip, onset, rate.frame_at(max(stem.offset - 1, stem.onset), RATE) + 1)


def _medium(stem: Stem, rate: FrameRate, first: int) -> Medium:
    start = rate.frame_at(stem.start, RATE)
    return Medium(stem.path, rate.frame_at(stem.end - 1, RATE) + 1 - start, first + start)


def _markers(line: LineReport, frame: int) -> tuple[Marker, ...]:
    told = zip(line.flags, explain(line), strict=True)
    return tuple(Marker(frame, flag, _clean(f"{event}: {remedy}")) for flag, (event, remedy) in told)


def _tracks(name: str, pieces: Sequence[_Piece]) -> list[Track]:
    """Spread a speaker's clips over as few tracks as hold them, mostly one."""
    rows: list[list[_Piece]] = []
    for piece in pieces:
        for row in rows:
            if joined := _meet(row[-1], piece):
                row[-1:] = joined
                break
        else:
            rows.append([piece])
    numbered = [name, *(f"{name} {number}" for number in range(2, len(rows) + 1))]
    return [Track(own, tuple(piece.clip for piece in row)) for own, row in zip(numbered, rows, strict=True)]


def _meet(before: _Piece, after: _Piece) -> tuple[_Piece, _Piece] | None:
    """Return two pieces of one track, trimmed where they share frames; None where their voices do."""
    if before.clip.end <= after.clip.start:
        return before, after
    border = max(before.offset, after.clip.start)  # the earliest: soft consonants lie before an onset, nothing behind
    if border > after.onset or border <= before.clip.start:
        return None
    head = border - after.clip.start
    earlier = replace(before.clip, frames=min(border, before.clip.end) - before.clip.start)
    markers = tuple(replace(marker, frame=marker.frame - head) for marker in after.clip.markers)
    later = replace(after.clip, start=border, frames=after.clip.frames - head, source=head, markers=markers)
    return replace(before, clip=earlier), replace(after, clip=later)


def _film(film: media.Media, rate: FrameRate, first: int) -> Clip:
    picture = film.video[0]
    sound = film.audio[0] if film.audio else None
    medium = Medium(
        path=film.path,
        frames=max(rate.nearest(film.seconds), 1),
        first=first,
        audio_rate=sound.rate if sound else 0,
        channels=sound.channels if sound else 0,
        width=picture.width,
        height=picture.height,
    )
    return Clip(_clean(film.path.stem), medium, 0, medium.frames)


def _clean(text: str) -> str:
    return " ".join(_UNWRITABLE.sub(" ", text).split())
