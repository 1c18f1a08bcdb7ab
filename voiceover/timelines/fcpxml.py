"""Final Cut Pro's XML (.fcpxml, version 1.9), which Resolve opens too.

After Apple's FCPXML reference. Times are fractions of a second, whole frames each. Clips of narration are connected to
the film (or to a gap as long as all of it) on a lane for each track; the role of a clip is its speaker's. Other takes
are disabled clips below them and no auditions: a program that passes over these would lose the line as well.
"""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from voiceover.timelines.base import Clip, Marker, Medium, Timeline, file_url
from voiceover.timelines.tree import Element, add, save

VERSION = "1.9"
_SIZE = (1920, 1080)  # of a sequence without a film


class FcpxmlWriter:
    """Final Cut Pro XML."""

    suffix = ".fcpxml"
    title = "Final Cut Pro XML: Final Cut Pro, Resolve"
    needs_media = True

    def check(self) -> None:
        """Nothing is needed."""

    def write(self, timeline: Timeline, path: Path) -> None:
        """Write the timeline."""
        save(_Document(timeline).root, path, "<!DOCTYPE fcpxml>")


class _Document:
    """One file; remembers which media it has described."""

    def __init__(self, timeline: Timeline) -> None:
        self._told = told = timeline
        self._assets: dict[Path, str] = {}
        self.root = etree.Element("fcpxml", version=VERSION)
        self._resources = add(self.root, "resources")
        width, height = (told.film.medium.width, told.film.medium.height) if told.film else _SIZE
        add(self._resources, "format", id="r1", frameDuration=self._time(1), width=width, height=height)
        project = add(add(self.root, "event", name="voiceover"), "project", name=told.name)
        first, code = self._time(told.first), self._format()
        sequence = add(
            project, "sequence", format="r1", duration=self._time(told.frames), tcStart=first, tcFormat=code,
            audioLayout="stereo", audioRate="48k",
        )  # fmt: skip
        spine = add(sequence, "spine")
        if told.film:
            base = self._clip(spine, told.film, "Original sound")
        else:
            base = add(spine, "gap", name="Gap", offset=first, start=first, duration=self._time(told.frames))
        for lane, track in enumerate(told.narration, 1):
            for clip in track.clips:
                made = self._clip(base, clip, f"dialogue.{_role(track.name)}", lane=-lane)
                self._markers(made, clip.markers, clip.medium.first + clip.source)
        for lane, track in enumerate(told.takes, len(told.narration) + 1):
            for clip in track.clips:
                self._clip(base, clip, "Takes", lane=-lane, enabled=0)
        self._markers(base, told.gaps, told.first)

    def _clip(self, parent: Element, clip: Clip, role: str, **attributes: int) -> Element:
        sound = {"audioRole": role} if clip.medium.channels else {}
        return add(
            parent, "asset-clip", ref=self._asset(clip.medium), **attributes, name=clip.name,
            offset=self._time(self._told.first + clip.start), start=self._time(clip.medium.first + clip.source),
            duration=self._time(clip.frames), tcFormat=self._format(), **sound,
        )  # fmt: skip

    def _asset(self, medium: Medium) -> str:
        if medium.path in self._assets:
            return self._assets[medium.path]
        name = self._assets[medium.path] = f"r{len(self._assets) + 2}"
        picture: dict[str, str | int] = {"hasVideo": 1, "format": "r1", "videoSources": 1} if medium.width else {}
        sound: dict[str, str | int] = (
            {"hasAudio": 1, "audioSources": 1, "audioChannels": medium.channels, "audioRate": medium.audio_rate}
            if medium.channels
            else {}
        )
        asset = add(
            self._resources, "asset", id=name, name=medium.path.stem, start=self._time(medium.first),
            duration=self._time(medium.frames), **picture, **sound,
        )  # fmt: skip
        add(asset, "media-rep", kind="original-media", src=file_url(medium.path))
        return name

    def _markers(self, clip: Element, markers: tuple[Marker, ...], first: int) -> None:
        for marker in markers:  # a marker that can be ticked off
            add(
                clip, "marker", start=self._time(first + marker.frame), duration=self._time(1), value=marker.name,
                completed=0, note=marker.comment,
            )  # fmt: skip

    def _format(self) -> str:
        return "DF" if self._told.rate.drop else "NDF"

    def _time(self, frames: int) -> str:
        rate = self._told.rate.rate
        return f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s"


def _role(name: str) -> str:
    """Return a name as a role may have it: a point parts a role from its subrole."""
    return re.sub(r"[.?]+", " ", name).strip() or "Narration"
