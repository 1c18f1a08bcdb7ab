"""SubRip and WebVTT text to time lines with their rows: whatever a cue lacks or has too much of is put right here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voiceover.errors import BadInputError
from voiceover.subtitles import timecode

_REMEDY = "Write the times as 00:00:05,000 --> 00:00:06,500."

_TIME = r"-?\s?\d{1,9}(?:\s?[:.,;]\s?\d{1,9})+[.,]?"
_ARROW = re.compile(r"-{1,3} ?>|[–—]>|→|=>")
_START = re.compile(rf"(?:\d{{1,9}}\s+)?({_TIME})")  # some files have the index on the time line
_END = re.compile(_TIME)
_CLOCK = re.compile(r"\d\s?:\s?\d")
_FRACTION = re.compile(r"\d[.,]\d{3}\b")
_TWO_TIMES = re.compile(r"\d{1,3}:\d{1,2}:\d{1,2}\S{0,5}[^\w\n]{1,8}\d{1,3}:\d{1,2}:\d{1,2}")
_SETTING = re.compile(r"[\w-]+:\S+")  # "align:start", "X1:40"
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069]")  # direction marks of right-to-left files
_INDEX = re.compile(r"\W{0,3}\d{1,9}\W{0,3}")
_SILENT = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Block:
    """A time line and the rows of text that belong to it."""

    line_number: int  # of the time line, from 1
    start: int  # milliseconds
    end: int
    rows: list[str] = field(default_factory=list)  # none of them blank


def split(text: str, path: Path, *, is_vtt: bool) -> list[Block]:
    """Split SubRip or WebVTT text into blocks in the file's order; `path` is only for messages.

    Indices, identifiers, WebVTT's header, notes and style sheets are left out; all other text belongs to the time line
    before it, blank rows between or not. Raises BadInputError for a row that was meant to be a time line but cannot be
    understood, and for SubRip text before the first time line.
    """
    blocks: list[Block] = []
    pending: list[str] = []  # rows since the last time line, blank ones as ""
    indexed = False  # whether the file's cues have an index
    silent = is_vtt  # within a WebVTT header, note or style sheet
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        row = line.strip()
        times = _times(row)
        if times is None:
            if not row:
                silent = False
            elif is_vtt and _opens_silence(row, pending, lines[number : number + 1], begun=bool(blocks)):
                silent = True
            if not silent:
                _refuse_broken_times(row, number, pending, path)
                pending.append(row)
            continue
        silent = False
        start, end, rest = times
        if blocks:
            blocks[-1].rows.extend(filter(None, _without_index(pending, indexed=indexed, is_vtt=is_vtt)))
        else:
            head = [entry for entry in pending if entry]
            indexed = bool(head) and _INDEX.fullmatch(head[-1]) is not None
            if head[: -1 if indexed else None] and not is_vtt:
                raise BadInputError(
                    f"{path}, line {number}: this is the first time, but {head[0][:60]!r} stands before it.",
                    f"Give those words a time, or remove them. {_REMEDY}",
                )
        blocks.append(Block(number, start, end))
        pending = [rest] if rest else []
    while pending and not pending[-1]:
        pending.pop()
    if indexed and len(pending) > 2 and _INDEX.fullmatch(pending[-1]) and not pending[-2]:
        pending.pop()  # the file is cut off after an index
    if blocks:
        blocks[-1].rows.extend(filter(None, pending))
    return blocks


def begins_as_subrip(text: str) -> bool:
    """Tell whether a text of unknown kind begins with a SubRip cue: an index perhaps, then a line of only times."""
    head = [row.strip() for row in text.split("\n")[:10] if row.strip()][:2]
    indexed = bool(head) and _INDEX.fullmatch(head[0]) is not None
    for row in head[1 if indexed else 0 :][:1]:
        times = _times(row)
        # a narration script may begin with `0:05 --> 0:09` on a line of its own
        return times is not None and not times[2] and "-->" in row and (indexed or _FRACTION.search(row) is not None)
    return False


def account(expected: int, got: int, path: Path) -> None:
    """Raise BadInputError where a library gave back another number of cues than the file has time lines."""
    if got != expected:
        raise BadInputError(
            f"{path} has {expected} time lines, but {got} cues could be read.", "Convert the file to another format."
        )


def _times(row: str) -> tuple[int, int, str] | None:
    """Return start and end in milliseconds and the words left on the row, or None where this is no time line."""
    arrow = _ARROW.search(row)
    if arrow is None:
        return None
    start = _START.fullmatch(_INVISIBLE.sub("", row[: arrow.start()]).strip())
    right = _INVISIBLE.sub("", row[arrow.end() :]).strip()
    end = _END.match(right)
    if start is None or end is None or right[end.end() : end.end() + 1].strip():
        return None
    first, last = timecode.loose(start[1]), timecode.loose(end[0])
    if first is None or last is None:
        return None
    rest = right[end.end() :].strip()
    is_layout = all(_SETTING.fullmatch(word) for word in rest.split())
    return first, last, "" if is_layout else rest


def _opens_silence(row: str, pending: Sequence[str], following: Sequence[str], *, begun: bool) -> bool:
    if not _SILENT.match(row) or (pending and pending[-1]) or (following and _times(following[0].strip())):
        return False
    return row.startswith("NOTE") or not begun  # style sheets stand before the first cue


def _refuse_broken_times(row: str, number: int, pending: Sequence[str], path: Path) -> None:
    """Raise BadInputError for a row that was meant to be a time line: its cue must not become words of another."""
    within_text = bool(pending) and bool(pending[-1]) and not _INDEX.fullmatch(pending[-1])
    if _TWO_TIMES.match(row) or ("-->" in row and (not within_text or _CLOCK.search(row))):
        raise BadInputError(f"{path}, line {number}: the times in {row[:60]!r} cannot be understood.", _REMEDY)


def _without_index(pending: list[str], *, indexed: bool, is_vtt: bool) -> list[str]:
    """Drop the index, or WebVTT's identifier, of the time line that follows these rows."""
    filled = [position for position, entry in enumerate(pending) if entry]
    if not filled:
        return pending
    last = filled[-1]
    after_blank = last > 0 and not pending[last - 1]
    before_blank = last < len(pending) - 1
    if _INDEX.fullmatch(pending[last]):
        # a number alone may be words: only its place, or the custom of the file, tells
        is_index = (after_blank and indexed) if before_blank else (after_blank or indexed)
    else:
        is_index = is_vtt and after_blank and not before_blank
    return pending[:last] if is_index else pending
