"""Audacity's labels (.txt): a line a row, start and end in seconds and what is said, with tabs between."""

from __future__ import annotations

from pathlib import Path

from voiceover.timelines.base import Timeline


class AudacityWriter:
    """A label track."""

    suffix = ".txt"
    title = "Audacity labels"
    needs_media = False

    def check(self) -> None:
        """Nothing is needed."""

    def write(self, timeline: Timeline, path: Path) -> None:
        """Write one label for each line that is heard, with its flags, and one for each that is not."""
        told = len(timeline.narration) > 1
        rows: list[tuple[float, float, str]] = []
        for track in timeline.narration:
            for clip in track.clips:
                who = f"{track.name}: " if told else ""
                flags = "".join(f" [{marker.name}]" for marker in clip.markers)
                rows.append((*clip.voiced, f"{who}{clip.name}{flags}"))
        for gap in timeline.gaps:
            moment = timeline.rate.seconds(gap.frame)
            rows.append((moment, moment, f"[{gap.name}] {gap.comment}"))
        text = "".join(f"{start:.6f}\t{end:.6f}\t{label}\n" for start, end, label in sorted(rows))
        path.write_text(text, encoding="utf-8", newline="\n")
