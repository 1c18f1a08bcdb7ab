"""CMX 3600 edit decision lists (.edl), with sound: an event for the film and one for each line.

The list has no place for long names and paths, so these stand in comments, which Premiere, Resolve and Avid read. Sound
is on A, A2, A3, ...: more than CMX's four channels, where there are that many speakers.
"""

from __future__ import annotations

from pathlib import Path

from voiceover.timelines.base import Clip, Timeline


class EdlWriter:
    """A CMX 3600 list."""

    suffix = ".edl"
    title = "CMX 3600 EDL"
    needs_media = True

    def check(self) -> None:
        """Nothing is needed."""

    def write(self, timeline: Timeline, path: Path) -> None:
        """Write the list, in order of time."""
        mode = "DROP FRAME" if timeline.rate.drop else "NON-DROP FRAME"
        events = [event for _, _, event in sorted(_events(timeline), key=lambda item: item[:2])]
        rows = [f"TITLE: {timeline.name}", f"FCM: {mode}", ""]
        for number, (channel, clip) in enumerate(events, 1):
            rows += _event(timeline, number, channel, clip)
        path.write_text("\n".join(rows), encoding="utf-8", newline="\n")


def _events(timeline: Timeline) -> list[tuple[int, int, tuple[str, Clip]]]:
    found: list[tuple[int, int, tuple[str, Clip]]] = []
    channels = 0
    if film := timeline.film:
        channels = min(film.medium.channels, 2)
        found.append((0, 0, ("V", film)))
        if channels:
            found.append((0, 1, ("AA" if channels == 2 else "A", film)))
    for place, track in enumerate(timeline.narration, channels + 1):
        name = "A" if place == 1 else f"A{place}"
        found += [(clip.start, place + 1, (name, clip)) for clip in track.clips]
    return found


def _event(timeline: Timeline, number: int, channel: str, clip: Clip) -> list[str]:
    rate = timeline.rate
    source, record = clip.medium.first + clip.source, timeline.first + clip.start
    times = (source, source + clip.frames, record, record + clip.frames)
    labels = " ".join(map(rate.label, times))
    rows = [f"{number:03d}  AX       {channel:<5} C        {labels}", f"* FROM CLIP NAME: {clip.medium.path.name}"]
    if clip.index:
        rows.append(f"* COMMENT: {clip.name}")
    rows.append(f"* SOURCE FILE: {clip.medium.path.resolve()}")
    rows += [f"* COMMENT: take {take.number} is {take.medium.path.resolve()}" for take in clip.takes]
    rows += [
        f"* LOC: {rate.label(record + marker.frame)} RED     {marker.name}: {marker.comment}" for marker in clip.markers
    ]
    return [*rows, ""]
