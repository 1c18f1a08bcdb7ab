"""The one way in: any subtitle file or narration script to cues."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from voiceover.errors import BadInputError
from voiceover.subtitles import blocks, narration, project, subrip, substation, webvtt
from voiceover.subtitles.encoding import read_text
from voiceover.types import Cue

_READERS: dict[str, Callable[[str, Path], list[Cue]]] = {
    ".srt": subrip.parse,
    ".vtt": webvtt.parse,
    ".ass": substation.parse,
    ".ssa": substation.parse,
    ".txt": narration.parse,
    ".md": narration.parse,
}
MOST_CUES = 100_000  # a long film has 2,000
LONGEST_CUE = 20_000  # characters; twenty minutes of speech
_SUBSTATION = re.compile(r"^\[(?:Script Info|V4\+? Styles)\]", re.MULTILINE | re.IGNORECASE)


def read(path: Path) -> list[Cue]:
    """Read a subtitle file (.srt, .vtt, .ass, .ssa) or narration script (.txt, .md) to cues in the order of time.

    Of a project of Kdenlive or Shotcut (.kdenlive, .mlt) its subtitles are read.
    The content decides before the suffix does: a `.srt` that holds WebVTT is read as WebVTT. Times in seconds.
    Raises BadInputError for a file that is no such text, a time that cannot be understood, a file without cues, and one
    with more cues, or a longer one, than can be meant.
    """
    if path.suffix.lower() in project.SUFFIXES:
        file, text = project.find_subtitles(path)
        return parse(read_text(file), file) if text is None else _in_order(subrip.parse(text, path))
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> list[Cue]:
    r"""Read the text of a subtitle file or script (lines end in `\n`) to cues; see `read`. `path` is not opened.

    Cues overlap where the file's do. A cue that ends before or when it starts keeps its start and gets the length its
    words need, at most to the next cue: speech is placed by its start. Cues without text are left out.
    """
    _refuse_crowds(max(text.count("-->"), text.count("\nDialogue:")), path)  # counted before they cost anything
    cues = _in_order(_reader(text, path)(text, path))
    if not cues:
        raise BadInputError(
            f"{path} has no cues: nothing in it has a time and words.", "Check that it is the right file."
        )
    _refuse_what_nobody_speaks(cues, path)
    return cues


def _refuse_what_nobody_speaks(cues: Sequence[Cue], path: Path) -> None:
    _refuse_crowds(len(cues), path)
    for cue in cues:
        if len(cue.text) > LONGEST_CUE:
            raise BadInputError(
                f"{path}, line {cue.line_number}: {len(cue.text):,} characters at one time ({cue.text[:30]!r} ...).",
                "Cut it into cues that are spoken in seconds.",
            )


def _refuse_crowds(cues: int, path: Path) -> None:
    if cues > MOST_CUES:
        raise BadInputError(
            f"{path} has {cues:,} cues, more than any film ({MOST_CUES:,}).", "Check that it is the right file."
        )


def _reader(text: str, path: Path) -> Callable[[str, Path], list[Cue]]:
    start = text.lstrip()[:4000]
    if start.startswith("WEBVTT"):
        return webvtt.parse
    if _SUBSTATION.search(start):
        return substation.parse
    suffix = path.suffix.lower()
    if _READERS.get(suffix) in (None, narration.parse) and blocks.begins_as_subrip(start):
        return subrip.parse
    if suffix not in _READERS:
        raise BadInputError(
            f"{path} is not in a known format ({suffix or 'no suffix'}).",
            "Formats that can be read: .srt, .vtt, .ass, .ssa, narration scripts as .txt or .md, and projects of "
            "Kdenlive and Shotcut with subtitles.",
        )
    return _READERS[suffix]


def _in_order(cues: Sequence[Cue]) -> list[Cue]:
    """Sort by start, drop cues without text, mend ends, number from 1."""
    ordered = sorted((cue for cue in cues if cue.text.strip()), key=lambda cue: cue.start)
    mended: list[Cue] = []
    following = float("inf")  # the next start that is later than this one
    for position in range(len(ordered) - 1, -1, -1):
        cue = ordered[position]
        if position + 1 < len(ordered) and ordered[position + 1].start > cue.start:
            following = ordered[position + 1].start
        end = cue.end if cue.end > cue.start else min(cue.start + narration.natural_seconds(cue.text), following)
        mended.append(replace(cue, index=position + 1, end=end))
    return mended[::-1]
