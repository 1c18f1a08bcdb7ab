"""The narrated subtitles (.srt): each line when it is heard, which may be later than its cue."""

from __future__ import annotations

from pathlib import Path

from voiceover.timelines.base import Clip, Timeline


class SubripWriter:
    """SubRip, which every player and editor opens."""

    suffix = ".srt"
    title = "SubRip: the lines when they are heard"
    needs_media = False

    def check(self) -> None:
        """Nothing is needed."""

    def write(self, timeline: Timeline, path: Path) -> None:
        """Write one cue a line; its times are those of the speech, to the millisecond and not to the frame."""
        speakers = {clip.index: track.name for track in timeline.narration for clip in track.clips}
        told = len(timeline.narration) > 1
        cues = [
            _cue(number, clip, speakers[clip.index] if told else "") for number, clip in enumerate(timeline.clips, 1)
        ]
        path.write_text("\n".join(cues), encoding="utf-8", newline="\n")


def _cue(number: int, clip: Clip, speaker: str) -> str:
    start, end = clip.voiced
    who = f"{speaker}: " if speaker else ""
    return f"{number}\n{_clock(start)} --> {_clock(end)}\n{who}{clip.name}\n"


def _clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes = milliseconds // 60_000
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds // 1000 % 60:02d},{milliseconds % 1000:03d}"
