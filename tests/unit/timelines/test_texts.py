from __future__ import annotations

from pathlib import Path

import pysubs2
from cutting_room import make

from voiceover.timelines.audacity import AudacityWriter
from voiceover.timelines.subrip import SubripWriter


def test_subtitles_are_timed_by_what_is_heard(tmp_path: Path) -> None:
    told = make(tmp_path / "cut.srt")
    SubripWriter().write(told, told.path)
    read = pysubs2.load(str(told.path))
    assert [(cue.start, cue.end) for cue in read] == [
        tuple(round(second * 1000) for second in clip.voiced) for clip in told.clips
    ]
    assert [cue.text for cue in pysubs2.load(str(told.path), keep_html_tags=True)][
        3
    ] == "ANNA: Third <line> & “quotes” 'n' all"


def test_labels_are_timed_by_what_is_heard_and_tell_what_is_not(tmp_path: Path) -> None:
    told = make(tmp_path / "cut.txt")
    AudacityWriter().write(told, told.path)
    rows = [row.split("\t") for row in told.path.read_text(encoding="utf-8").splitlines()]
    assert [(round(float(start), 6), round(float(end), 6)) for start, end, _ in rows[:-1]] == [
        tuple(round(second, 6) for second in clip.voiced) for clip in told.clips
    ]
    assert rows[3][2] == "ANNA: Third <line> & “quotes” 'n' all [over-speed]"
    assert rows[-1] == ["16.000000", "16.000000", "[unsaid] ♪♪ (could not be said)"]
