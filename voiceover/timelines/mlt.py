"""MLT XML (.mlt), as Shotcut opens it with all its tracks, and as `melt` plays it.

After MLT's DTD and the properties by which Shotcut knows its own projects. Media are named from the file's own folder,
so a folder that is moved as a whole still plays. MLT has no start time code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import gcd
from pathlib import Path

from lxml import etree

from voiceover.timelines.base import Clip, Marker, Medium, Timeline, Track
from voiceover.timelines.tree import Element, add, save

SIZE = (1920, 1080)  # of a project without a film
_SHOTCUT = "Shotcut version 22.12.21"
_RED = "#e00000"


class MltWriter:
    """MLT XML."""

    suffix = ".mlt"
    title = "MLT: Shotcut, melt"
    needs_media = True

    def check(self) -> None:
        """Nothing is needed."""

    def write(self, timeline: Timeline, path: Path) -> None:
        """Write a new project, or the one that the narration is for with its tracks added."""
        if timeline.project is not None and timeline.project.suffix.lower() == self.suffix:
            from voiceover.timelines import additions

            additions.add_to_shotcut(timeline.project, timeline, path)
            return
        root = start(timeline, title=_SHOTCUT)
        set_properties(add(root, "playlist", id="main_bin"), {"xml_retain": 1})
        add_black(root, "black", timeline.frames)
        add(add(root, "playlist", id="background"), "entry", producer="black", in_=0, out=timeline.frames - 1)
        film = timeline.film
        sounds = [*([Track("Original sound", (film,))] if film and film.medium.channels else []), *timeline.narration]
        parts = ["video"] if film else []
        if film:
            _add_track(root, timeline, Track("Picture", (film,)), "0", "video")
        for number, track in enumerate(sounds, len(parts)):
            add_sound(root, timeline, track, str(number))
        parts += ["audio"] * len(sounds)
        for track in timeline.takes:
            add_sound(root, timeline, track, str(len(parts)))
            parts.append("silent")
        _tie(root, timeline, parts)
        save(root, path)


def start(timeline: Timeline, **attributes: str) -> Element:
    """Return the root of a document, with the profile of a timeline."""
    root = etree.Element("mlt", LC_NUMERIC="C", version="7.12.0", **attributes)
    width, height = (timeline.film.medium.width, timeline.film.medium.height) if timeline.film else SIZE
    shape, rate = gcd(width, height), timeline.rate
    add(
        root, "profile", description=f"{width}x{height} {rate}", width=width, height=height, progressive=1,
        sample_aspect_num=1, sample_aspect_den=1, display_aspect_num=width // shape, display_aspect_den=height // shape,
        frame_rate_num=rate.rate.numerator, frame_rate_den=rate.rate.denominator, colorspace=709,
    )  # fmt: skip
    return root


def add_sound(root: Element, timeline: Timeline, track: Track, name: str) -> str:
    """Add a track of sound as Shotcut has them; return the identity of its playlist."""
    return _add_track(root, timeline, track, name, "audio")


def set_properties(parent: Element, values: Mapping[str, object]) -> None:
    """Give an element properties."""
    for name, value in values.items():
        add(parent, "property", value, name=name)


def add_black(root: Element, name: str, frames: int) -> None:
    """Add the black picture that lies under all tracks."""
    black = add(root, "producer", id=name, in_=0, out=frames - 1)
    told = {"length": frames, "eof": "continue", "resource": "black", "aspect_ratio": 1, "mlt_service": "color"}
    set_properties(black, {**told, "mlt_image_format": "rgba", "set.test_audio": 0})


def add_medium(root: Element, timeline: Timeline, medium: Medium, name: str, tag: str = "chain") -> Element:
    """Add a media file, seen from the timeline's folder, under an identity; return it."""
    chain = add(root, tag, id=name, in_=0, out=medium.frames - 1)
    told = {"length": medium.frames, "eof": "pause", "resource": timeline.relative(medium.path)}
    set_properties(chain, {**told, "mlt_service": "avformat-novalidate", "seekable": 1})
    return chain


def fill(playlist: Element, clips: tuple[Clip, ...], identity: Callable[[Clip], str]) -> None:
    """Put clips, in order of time, and the gaps between them into a playlist."""
    end = 0
    for clip in clips:
        if clip.start > end:
            add(playlist, "blank", length=clip.start - end)
        add(playlist, "entry", producer=identity(clip), in_=clip.source, out=clip.source + clip.frames - 1)
        end = clip.end


def add_sum(tractor: Element, track: int) -> Element:
    """Have a track's sound added to that of the tracks below it; return the transition."""
    transition = add(tractor, "transition")
    set_properties(
        transition,
        {"a_track": 0, "b_track": track, "mlt_service": "mix", "always_active": 1, "sum": 1, "accepts_blanks": 1},
    )
    return transition


def _add_track(root: Element, timeline: Timeline, track: Track, name: str, part: str) -> str:
    identities: dict[int, str] = {}
    for place, clip in enumerate(track.clips):
        identities[clip.start] = f"chain{name}_{place}"
        chain = add_medium(root, timeline, clip.medium, identities[clip.start])
        set_properties(chain, {"shotcut:caption": clip.name, **_part(clip.medium, part)})
        if clip.markers:
            set_properties(chain, {"shotcut:comment": _tell(clip.markers)})
    playlist = add(root, "playlist", id=f"playlist{name}")
    set_properties(playlist, {f"shotcut:{part}": 1, "shotcut:name": track.name})
    fill(playlist, track.clips, lambda clip: identities[clip.start])
    return f"playlist{name}"


def _part(medium: Medium, part: str) -> dict[str, object]:
    """Say that only picture or only sound of a film is used, as Shotcut does where it has detached one."""
    if not (medium.width and medium.channels):
        return {"video_index": -1} if medium.channels else {"audio_index": -1}
    return {"video_index": -1, "vstream": -1} if part == "audio" else {"audio_index": -1, "astream": -1}


def _tie(root: Element, timeline: Timeline, parts: list[str]) -> None:
    tractor = add(root, "tractor", id="tractor0", title=_SHOTCUT, in_=0, out=timeline.frames - 1)
    set_properties(tractor, {"shotcut": 1, "shotcut:projectAudioChannels": 2, "shotcut:projectFolder": 0})
    _mark(tractor, timeline)
    add(tractor, "track", producer="background")
    for number, part in enumerate(parts):
        hidden = {} if part == "video" else {"hide": "video" if part == "audio" else "both"}
        add(tractor, "track", producer=f"playlist{number}", **hidden)
    for number, part in enumerate(parts, 1):
        add_sum(tractor, number)
        if part == "video":
            blend = {"a_track": 0, "b_track": number, "mlt_service": "qtblend", "always_active": 1}
            set_properties(add(tractor, "transition"), blend)


def _mark(tractor: Element, timeline: Timeline) -> None:
    """Add markers: Shotcut keeps them with the timeline."""
    found = [(gap.frame, gap.name, gap.comment) for gap in timeline.gaps]
    for clip in timeline.clips:
        found += [(clip.start + marker.frame, marker.name, clip.name) for marker in clip.markers]
    if not found:
        return
    markers = add(tractor, "properties", name="shotcut:markers")
    for number, (frame, name, comment) in enumerate(sorted(found)):
        clock = _clock(timeline.rate.seconds(frame))
        told = {"text": f"{name}: {comment}", "start": clock, "end": clock, "color": _RED}
        set_properties(add(markers, "properties", name=number), told)


def _clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes = milliseconds // 60_000
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds // 1000 % 60:02d}.{milliseconds % 1000:03d}"


def _tell(markers: tuple[Marker, ...]) -> str:
    return "\n".join(f"{marker.name}: {marker.comment}" for marker in markers)
