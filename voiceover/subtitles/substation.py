"""Advanced SubStation Alpha and its elder (.ass, .ssa) through pysubs2, which expects one order of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from voiceover.errors import BadInputError
from voiceover.subtitles import timecode
from voiceover.subtitles.blocks import account
from voiceover.types import Cue

_FIELDS = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"]
_SECTION = re.compile(r"\[[\w+ ]{1,40}\]")
_OVERRIDE = re.compile(r"(\{[^{}]*\})")
_DRAWING = re.compile(r"\\p(\d)")
_KARAOKE = re.compile(r"\{[^{}]*\\[kK][fot]?\d")

# words within the names of styles and actors that tell what is no dialogue
_STYLE_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")  # "OP_Romaji", "EDKaraoke", "signs2"
_KINDS = {
    "lyrics": frozenset("song songs lyric lyrics kara karaoke romaji opening ending insert".split()),
    "sign": frozenset("sign signs typeset typesetting title titles notes tlnote".split()),
    "credit": frozenset("staff credit credits".split()),
}
_SONGS = frozenset(("OP", "ED"))  # only in capitals: Ed is a name


def parse(text: str, path: Path) -> list[Cue]:
    r"""Read dialogue events to cues in the file's order; `\N` becomes a line break, comment events are left out.

    Raises BadInputError for an event whose fields or times cannot be understood.
    """
    from pysubs2 import SSAFile

    rows = ["[Events]"]
    numbers: list[int] = []
    kinds: list[str] = []
    for number, start, end, style, name, body in _dialogue(text, path):
        rows.append(f"Dialogue: 0,{timecode.clock(start)},{timecode.clock(end)},Default,{name},0,0,0,,{body}")
        numbers.append(number)
        kinds.append(_kind(style, name, body))
    events = SSAFile.from_string("\n".join(rows), format_="ass").events
    account(len(numbers), len(events), path)
    cues = []
    for number, kind, event in zip(numbers, kinds, events, strict=True):
        body = re.sub(r"\\[Nn]", "\n", event.text).replace(r"\h", " ")
        cues.append(Cue(0, event.start / 1000, event.end / 1000, body, event.name.strip() or None, number, kind))
    return cues


def _kind(style: str, name: str, body: str) -> str:
    """Return what an event is if it is no dialogue, "" if it is: its style or actor says so, or the karaoke in it."""
    if _KARAOKE.search(body):
        return "lyrics"
    for words in (_STYLE_WORD.findall(style), _STYLE_WORD.findall(name)):
        small = {word.casefold() for word in words}
        for kind, telling in _KINDS.items():
            if small & telling:
                return kind
    # an actor's name in capitals may be Ed's too
    return "lyrics" if _SONGS & set(_STYLE_WORD.findall(style)) or name.strip() == "OP" else ""


def _dialogue(text: str, path: Path) -> Iterator[tuple[int, int, int, str, str, str]]:
    """Yield line number, start, end (ms), style, name and shown text of each dialogue event, fields in any order."""
    fields = _FIELDS
    section = "[events]"  # some files have lost their headings
    for number, line in enumerate(text.split("\n"), start=1):
        row = line.strip()
        if _SECTION.fullmatch(row):
            section = row.lower()
        if section != "[events]":
            continue
        kind, _, content = row.partition(":")
        if kind.lower() == "format":
            fields = [name.strip().lower().replace("actor", "name") for name in content.split(",")]
        elif kind.lower() == "dialogue":
            event = dict(zip(fields, content.split(",", len(fields) - 1), strict=False))
            start, end = timecode.loose(event.get("start", "")), timecode.loose(event.get("end", ""))
            if start is None or end is None or "text" not in event:
                raise BadInputError(
                    f"{path}, line {number}: the event {row[:60]!r} cannot be understood.",
                    "Write it as Dialogue: 0,0:00:05.00,0:00:06.50,Default,NAME,0,0,0,,Text.",
                )
            yield number, start, end, event.get("style", ""), event.get("name", ""), _shown(event["text"])


def _shown(text: str) -> str:
    r"""Leave out drawings (`{\p1}m 0 0 ...{\p0}`) and comments (`{for the editor}`), which no player shows as text."""
    drawing = False
    kept = []
    for part in _OVERRIDE.split(text):
        if part.startswith("{") and part.endswith("}"):
            if scale := _DRAWING.findall(part):
                drawing = scale[-1] != "0"
            if "\\" in part:
                kept.append(part)
        elif not drawing:
            kept.append(part)
    words = "".join(kept)
    return words if _OVERRIDE.sub("", words).strip() else ""
