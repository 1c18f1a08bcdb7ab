"""OpenTimelineIO (.otio), by its library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from voiceover.timelines.base import Clip, Marker, Medium, Timeline, Track, file_url


class OtioWriter:
    """OpenTimelineIO, which Resolve 18.5, Premiere's beta and others open."""

    suffix = ".otio"
    title = "OpenTimelineIO: Resolve 18.5 and others"
    needs_media = True

    def check(self) -> None:
        """The library comes with voiceover."""

    def write(self, timeline: Timeline, path: Path) -> None:
        """Write the timeline."""
        import opentimelineio

        opentimelineio.adapters.write_to_file(build(timeline), str(path), adapter_name="otio_json")


def build(timeline: Timeline) -> Any:
    """Return a timeline as OpenTimelineIO has it."""
    return _Builder(timeline).timeline()


class _Builder:
    def __init__(self, timeline: Timeline) -> None:
        import opentimelineio

        self._otio, self._told = opentimelineio, timeline

    def timeline(self) -> Any:
        otio, told = self._otio, self._told
        made = otio.schema.Timeline(told.name, global_start_time=self._time(told.first))
        if told.film:
            made.tracks.append(self._film(told.film, "Picture", otio.schema.TrackKind.Video))
            if told.film.medium.channels:
                made.tracks.append(self._film(told.film, "Original sound", otio.schema.TrackKind.Audio))
        for track in told.narration:
            made.tracks.append(self._track(track, otio.schema.TrackKind.Audio))
        made.tracks.markers.extend(self._marker(gap, gap.frame) for gap in told.gaps)
        return made

    def _film(self, film: Clip, name: str, kind: str) -> Any:
        return self._track(Track(name, (film,)), kind)

    def _track(self, track: Track, kind: str) -> Any:
        otio = self._otio
        made = otio.schema.Track(track.name, kind=kind)
        end = 0
        for clip in track.clips:
            if clip.start > end:
                made.append(otio.schema.Gap(duration=self._time(clip.start - end)))
            made.append(self._clip(clip))
            end = clip.end
        return made

    def _clip(self, clip: Clip) -> Any:
        otio = self._otio
        first = clip.medium.first + clip.source
        made = otio.schema.Clip(clip.name, self._reference(clip.medium), self._range(first, clip.frames))
        if clip.takes:
            others = {f"take {take.number}": self._reference(take.medium) for take in clip.takes}
            heard = made.active_media_reference_key
            made.set_media_references({heard: made.media_reference, **others}, heard)
        made.markers.extend(self._marker(marker, first + marker.frame) for marker in clip.markers)
        if clip.index:
            made.metadata["voiceover"] = {"line": clip.index, "start": clip.voiced[0], "end": clip.voiced[1]}
        return made

    def _reference(self, medium: Medium) -> Any:
        span = self._range(medium.first, medium.frames)
        made = self._otio.schema.ExternalReference(file_url(medium.path), span)
        made.name = medium.path.name
        return made

    def _marker(self, marker: Marker, frame: int) -> Any:
        otio = self._otio
        made = otio.schema.Marker(marker.name, self._range(frame, 1), otio.schema.MarkerColor.RED)
        made.comment = marker.comment
        return made

    def _range(self, first: int, frames: int) -> Any:
        return self._otio.opentime.TimeRange(self._time(first), self._time(frames))

    def _time(self, frame: int) -> Any:
        return self._otio.opentime.RationalTime(frame, float(self._told.rate.rate))
