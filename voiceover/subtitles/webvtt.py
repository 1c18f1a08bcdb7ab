"""WebVTT (.vtt) through pysubs2, tidied first: see `subrip` for the reason."""

from __future__ import annotations

from pathlib import Path

from voiceover.script import tags
from voiceover.subtitles import timecode
from voiceover.subtitles.blocks import account, split
from voiceover.types import Cue

_COLON, _BACKSLASH = "\ufdd0", "\ufdd1"  # code points no text may contain


def parse(text: str, path: Path) -> list[Cue]:
    """Read WebVTT to cues in the file's order, empty ones included. Raises BadInputError for times it cannot read."""
    from pysubs2 import SSAFile

    blocks = split(text, path, is_vtt=True)
    rows = ["WEBVTT\n"]
    for block in blocks:
        rows.append(f"{timecode.clock(block.start)} --> {timecode.clock(block.end)}")
        # pysubs2 takes any row with two times in it for the next cue: hide those of the text;
        # and it writes line breaks as an escape, which "C:\Notes" has in it
        rows += [row.replace(":", _COLON).replace("\\", _BACKSLASH) for row in block.rows]
        # and a number at the end of a cue for the next one's index: give it one to take
        rows += ["", str(block.line_number)]
    events = SSAFile.from_string("\n".join(rows), format_="vtt", keep_html_tags=True).events
    account(len(blocks), len(events), path)
    cues = []
    for block, event in zip(blocks, events, strict=True):
        body = event.text.replace(r"\N", "\n").replace(_COLON, ":").replace(_BACKSLASH, "\\")
        voice = tags.VOICE.search(body)
        speaker = tags.name_of(voice[1]) if voice else None
        cues.append(Cue(0, event.start / 1000, event.end / 1000, body, speaker, block.line_number))
    return cues
