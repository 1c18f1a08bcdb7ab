"""What a program is told of each line, once the run's files are in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from voiceover.fitting import RATE
from voiceover.report import Report
from voiceover.stems import Stem


def line_events(report: Report, stems: Sequence[Stem]) -> Iterator[dict[str, Any]]:
    """Yield the facts of each line's event, in the report's order; times in seconds on the video's clock.

    `start` and `end` bound the voice. Where it has a stem, `path` is the line's file and `clip_start` the moment
    of its first sample, which lies before the voice: a stem begins with a soft consonant's breath.
    """
    written = {stem.index: stem for stem in stems}
    for line in report.lines:
        facts: dict[str, Any] = {
            "index": line.index,
            "start": _seconds(line.start),
            "end": _seconds(line.end),
            "cue_start": _seconds(line.cue_start),
            "cue_end": _seconds(line.cue_end),
            "speaker": line.speaker,
            "voice": line.voice,
            "text": line.text,
            "speed": round(line.speed, 4),
            "flags": list(line.flags),
            "reason": line.reason,
        }
        stem = written.get(line.index)
        if stem is not None:
            facts["path"] = str(stem.path.resolve())
            facts["clip_start"] = _seconds(stem.start / RATE)
            facts["clip_end"] = _seconds(stem.end / RATE)
        yield facts


def _seconds(time: float | None) -> float | None:
    return None if time is None else round(float(time), 6)
