"""Narration scripts (.txt, .md) to cues; `templates/narration-script.md` is the format's description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from voiceover import markup
from voiceover.errors import BadInputError
from voiceover.script import split_speaker
from voiceover.subtitles import timecode
from voiceover.types import Cue

CHARACTERS_PER_SECOND = 15.0
SHORTEST = 1.0  # seconds a line takes at least
LINE_PAUSE = 0.35  # seconds between two lines, and between two sentences of one
PARAGRAPH_PAUSE = 0.9  # seconds at a blank line

_TIME = r"\d{1,9}(?::\d{1,9})+(?:[.,]\d{1,9})?"
_TIMES = re.compile(
    rf"[\[(]?\s?({_TIME})\s?[\])]?"
    rf"(?:\s{{0,9}}(?:-->|->|→|[-–—])\s{{0,9}}[\[(]?\s?({_TIME})\s?[\])]?)?"
    r"(?:(?<=[\])])|(?=\s|$|[-–—|:]))\s*(?:[-–—|:]+(?=\s|$))?\s*"
)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)]?\s")
_HEADING = re.compile(r"#{1,6}(?:\s|$)")
_RULE = re.compile(r"(?:[-*_=]\s?){3,}")
_FENCE = re.compile(r"```|~~~")
_FRONT_MATTER = re.compile(r"[\w-]+\s?:|\s|#|-\s")
_BULLET = re.compile(r"(?:[-*+•>]\s+)+")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_BOLD_HEAD = re.compile(r"(\*{1,3}|_{1,3})([^*_]+)\1")  # a time or a speaker may be in bold
_UNSPOKEN_MARKS = re.compile(r"(~~|`)(?=\S)([^~`]+)(?<=\S)\1(?!\w)")
_HIDDEN = "\x00"  # stands where a comment was, so that its line does not count as blank


@dataclass(frozen=True, slots=True)
class _Row:
    """One line to say, its times in seconds where the script gives them."""

    line_number: int
    text: str
    speaker: str | None
    start: float | None
    end: float | None
    pause: float  # seconds of silence before it


def parse(text: str, path: Path) -> list[Cue]:
    """Read a narration script. Times in seconds; `path` is only for messages.

    Lines without a time follow the one before at a natural pace, faster only where the next time leaves too little
    room. Raises BadInputError for a bad time, times that go backwards, and a comment or code block left open.
    """
    return _laid_out(list(_rows(text, path)), path)


def natural_seconds(text: str) -> float:
    """Estimate how long a text takes to say: 15 characters a second, a pause after each sentence, at least 1 s.

    The breaks marked in it come on top.
    """
    words, breaks = markup.plain(text), sum(map(float, markup.PAUSE.findall(text)))
    spoken = len(words) / CHARACTERS_PER_SECOND + LINE_PAUSE * len(_SENTENCE_END.findall(words))
    return max(SHORTEST, spoken) + breaks


def _rows(text: str, path: Path) -> Iterator[_Row]:
    waiting: _Row | None = None  # a time or speaker that stands alone on its line, for the next line of words
    pause = 0.0
    for number, content in _spoken(text, path):
        if not content:
            pause = PARAGRAPH_PAUSE
            continue
        row = _row(number, content, pause, path)
        if not row.text and row.pause > pause:  # a break on a line of its own
            pause = row.pause
            if row.start is None and row.speaker is None:
                continue
        if waiting is not None:
            if waiting.start is not None and row.start is not None:
                raise _wordless(waiting, path)
            if row.start is None:
                row = replace(row, start=waiting.start, end=waiting.end, line_number=waiting.line_number)
            row = replace(row, speaker=row.speaker or waiting.speaker)
        waiting = None if row.text else row
        if row.text:
            yield row
            pause = LINE_PAUSE
    if waiting is not None and waiting.start is not None:
        raise _wordless(waiting, path)


def _wordless(row: _Row, path: Path) -> BadInputError:
    return BadInputError(
        f"{path}, line {row.line_number}: a time without words.", "Write words after the time, or remove it."
    )


def _spoken(text: str, path: Path) -> Iterator[tuple[int, str]]:
    """Yield line number and content of what is to be said; blank lines as "", headings and code not at all."""
    rows = _without_comments(text, path).split("\n")
    first = _front_matter(rows)
    fence = 0
    for number, row in enumerate(rows[first:], start=first + 1):
        content = row.replace(_HIDDEN, "").strip()
        if _FENCE.match(content):
            fence = 0 if fence else number
        elif fence or (not content and _HIDDEN in row) or _HEADING.match(content) or _RULE.fullmatch(content):
            continue
        else:
            yield number, content
    if fence:
        raise BadInputError(
            f"{path}, line {fence}: a code block begins here and does not end.", "Close it with ``` or remove the mark."
        )


def _without_comments(text: str, path: Path) -> str:
    parts: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            line = text.count("\n", 0, start) + 1
            raise BadInputError(f"{path}, line {line}: a comment begins here and does not end.", "Close it with -->.")
        lines = text.count("\n", start, end)
        parts += [text[position:start], _HIDDEN, f"\n{_HIDDEN}" * lines]
        position = end + 3
    return "".join([*parts, text[position:]])


def _front_matter(rows: Sequence[str]) -> int:
    """Return how many rows the `key: value` block between two `---` at the top takes, 0 where there is none."""
    if rows[0].strip() != "---":
        return 0
    for number, row in enumerate(rows[1:200], start=1):
        if row.strip() == "---":
            return number + 1
        if row and not _FRONT_MATTER.match(row):
            return 0
    return 0


def _row(number: int, content: str, pause: float, path: Path) -> _Row:
    if content.startswith("\\"):
        return _Row(number, content[1:].strip(), None, None, None, pause)
    content = _BULLET.sub("", content, count=1) if _BULLET.match(content) else content
    content = _without_bold_head(_UNSPOKEN_MARKS.sub(r"\2", _IMAGE.sub("", content)).strip())
    start = end = None
    if times := _TIMES.match(content):
        start = _seconds(times[1], number, path)
        end = None if times[2] is None else _seconds(times[2], number, path)
        if end is not None and end <= start:
            raise BadInputError(
                f"{path}, line {number}: the end {times[2]} is not after the start {times[1]}.", "Correct the times."
            )
        content = _without_bold_head(content[times.end() :])
    speaker, words = split_speaker(content)
    if speaker is None and content.endswith(":"):  # a label alone names who says the next line
        speaker, _nothing = split_speaker(f"{content} .")
        words = "" if speaker else words
    words = markup.parse(words).strip()
    while found := markup.PAUSE.match(words):  # silence before the first word is no part of the line
        pause += float(found[1])
        words = words[found.end() :].strip()
    return _Row(number, words, speaker, start, end, pause)


def _without_bold_head(content: str) -> str:
    head = _BOLD_HEAD.match(content)
    if head and (_TIMES.fullmatch(head[2]) or head[2].rstrip().endswith(":")):
        return head[2] + content[head.end() :]
    return content


def _seconds(written: str, number: int, path: Path) -> float:
    milliseconds = timecode.strict(written)
    if milliseconds is None:
        raise BadInputError(
            f"{path}, line {number}: {written[:40]!r} is not a time.",
            "Write minutes and seconds as 1:02, or hours too as 0:01:02.500. "
            "If the line should be read aloud as it stands, begin it with a backslash.",
        )
    return milliseconds / 1000


def _clock(seconds: float) -> str:
    return timecode.clock(round(seconds * 1000))


def _laid_out(rows: Sequence[_Row], path: Path) -> list[Cue]:
    cues: list[Cue] = []
    anchors = [index for index, row in enumerate(rows) if row.start is not None]
    for earlier, later in pairwise(anchors):
        before, after = rows[earlier].start or 0.0, rows[later].start or 0.0
        if after < before:
            raise BadInputError(
                f"{path}, line {rows[later].line_number}: the time {_clock(after)} is before that of line "
                f"{rows[earlier].line_number}, {_clock(before)}.",
                "Put the lines in the order of their times, or correct the time.",
            )
    bounds = sorted({0, *anchors, len(rows)})
    for first, last in pairwise(bounds):
        limit = rows[last].start if last < len(rows) else None
        cues += _stretch(rows[first:last], limit, len(cues), path)
    return cues


def _stretch(rows: Sequence[_Row], limit: float | None, done: int, path: Path) -> Iterator[Cue]:
    """Lay out one timed line and the untimed lines after it, before `limit` seconds where there is one."""
    head = rows[0]
    cursor = head.start or 0.0
    free = rows
    if head.end is not None:
        yield Cue(done + 1, cursor, head.end, head.text, head.speaker, head.line_number)
        cursor, free, done = head.end, rows[1:], done + 1
    pauses = [row.pause if row is not head else 0.0 for row in free]
    needed = sum(pauses) + sum(natural_seconds(row.text) for row in free)
    pace = 1.0
    if limit is not None and free and cursor + needed > limit:
        if limit > cursor:
            pace = (limit - cursor) / needed
        elif head.start is None or len(rows) > 1 or limit < cursor:
            raise BadInputError(
                f"{path}, line {free[0].line_number}: no time is left for this line, since the next one starts at "
                f"{_clock(limit)}.",
                "Give the line a time of its own, or end the one before it earlier.",
            )
    for row, pause in zip(free, pauses, strict=True):
        start = cursor + pause * pace
        cursor = start + natural_seconds(row.text) * pace
        done += 1
        yield Cue(done, start, cursor, row.text, row.speaker, row.line_number)
