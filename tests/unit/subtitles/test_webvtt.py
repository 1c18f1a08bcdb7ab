from __future__ import annotations

from pathlib import Path

from voiceover.subtitles import webvtt

FILE = Path("film.vtt")

WHOLE = """WEBVTT - a title
Kind: captions

STYLE
::cue(b) { color: red }

NOTE This is said
to nobody.

intro
00:01.000 --> 00:02.000 align:start position:0%
<v.loud Esme O&apos;Neil>It&amp;s <i>so</i></v>
<00:00:01.500>on <00:00:01.750>time

NOTE another

123
01:00:03.000 --> 01:00:04.000
From 00:00:05.000 to 00:00:06.000 count to
42

100:00.000 --> 100:01.000
- NOTE that
"""


def test_every_part_of_the_format() -> None:
    cues = webvtt.parse(WHOLE, FILE)
    assert [(cue.start, cue.end, cue.speaker, cue.line_number) for cue in cues] == [
        (1.0, 2.0, "Esme O'Neil", 11),
        (3603.0, 3604.0, None, 18),
        (6000.0, 6001.0, None, 22),
    ]
    assert cues[0].text == "<v.loud Esme O&apos;Neil>It&amp;s <i>so</i></v>\n<00:00:01.500>on <00:00:01.750>time"
    # pysubs2 alone takes the first row for a time line and the second for an index
    assert cues[1].text == "From 00:00:05.000 to 00:00:06.000 count to\n42"
    assert cues[2].text == "- NOTE that"


def test_text_after_a_blank_row_is_kept() -> None:
    cues = webvtt.parse("WEBVTT\n\n00:01.000 --> 00:02.000\nA\n\nB\n\n00:03.000 --> 00:04.000\nC", FILE)
    assert [cue.text for cue in cues] == ["A\nB", "C"]


def test_a_backslash_is_no_line_break() -> None:
    (cue,) = webvtt.parse("WEBVTT\n\n00:01.000 --> 00:02.000\nC:\\Notes\\new\nhere", FILE)
    assert cue.text == "C:\\Notes\\new\nhere"
