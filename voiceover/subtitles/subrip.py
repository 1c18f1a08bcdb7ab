"""SubRip (.srt) through pysrt.

pysrt drops a cue it does not expect, without a word: a time line with a typing error takes its text with it. So the
text is tidied first and the cues are counted afterwards.
"""

from __future__ import annotations

from pathlib import Path

from voiceover.subtitles import timecode
from voiceover.subtitles.blocks import account, split
from voiceover.types import Cue


def parse(text: str, path: Path) -> list[Cue]:
    """Read SubRip to cues in the file's order, empty ones included. Raises BadInputError for times it cannot read."""
    import pysrt

    blocks = split(text, path, is_vtt=False)
    rows: list[str] = []
    for block in blocks:
        times = f"{timecode.clock(block.start, ',')} --> {timecode.clock(block.end, ',')}"
        # the line number travels in the place of the index
        rows += [f"{block.line_number}\n", f"{times}\n", *(f"{row}\n" for row in block.rows), "\n"]
    items = pysrt.SubRipFile()
    items.read(rows, error_handling=pysrt.SubRipFile.ERROR_RAISE)
    account(len(blocks), len(items), path)
    return [
        Cue(0, item.start.ordinal / 1000, item.end.ordinal / 1000, item.text, line_number=item.index) for item in items
    ]
