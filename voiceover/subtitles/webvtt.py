"""WebVTT (.vtt) through pysubs2, tidied first: see `subrip` for the reason."""

from __future__ import annotations

import html
import re
from pathlib import Path

from voiceover.subtitles import timecode
from voiceover.subtitles.blocks import account, split
from voiceover.types import Cue

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]+)>")
_COLON = "\ufdd0"  # a code point no text may contain


def parse(text: str, path: Path) -> list[Cue]:
    """Read WebVTT to cues in the file's order, empty ones included. Raises BadInputError for times it cannot read."""
    from pysubs2 import SSAFile

    blocks = split(text, path, is_vtt=True)
    rows = ["WEBVTT\n"]
    for block in blocks:
        rows.append(f"{timecode.clock(block.start)} --> {timecode.clock(block.end)}")
        # pysubs2 takes any row with two times in it for the next cue: hide those of the text
        rows += [row.replace(":", _COLON) for row in block.rows]
        # and a number at the end of a cue for the next one's index: give it one to take
        rows += ["", str(block.line_number)]
    events = SSAFile.from_string("\n".join(rows), format_="vtt", keep_html_tags=True).events
    account(len(blocks), len(events), path)
    cues = []
    for block, event in zip(blocks, events, strict=True):
        body = event.text.replace(r"\N", "\n").replace(_COLON, ":")
        voice = _VOICE.search(body)
        speaker = html.unescape(voice[1]).strip() or None if voice else None
        cues.append(Cue(0, event.start / 1000, event.end / 1000, body, speaker, block.line_number))
    return cues
