"""Kdenlive projects (.kdenlive), of the generation that Kdenlive 20.08 to 22.12 write and all later ones open.

A project is MLT XML with Kdenlive's own properties: a bin (`main_bin`), and for each track of the timeline a tractor
with two playlists, the second for mixes. Tracks stand from the bottom up. There is no start time code.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from voiceover.timelines import mlt
from voiceover.timelines.base import Clip, Marker, Timeline, Track
from voiceover.timelines.tree import Element, add, save

_MEDIUM = "producer"  # a chain would be shown as a clip whose time is remapped
INTERNAL = 237  # marks what Kdenlive adds by itself and does not show
_RED = 0  # of Kdenlive's marker categories
_KIND_AUDIO, _KIND_BOTH = 1, 3  # of bin clips


class KdenliveWriter:
    """A Kdenlive project."""

    suffix = ".kdenlive"
    title = "Kdenlive"
    needs_media = True

    def check(self) -> None:
        """Nothing is needed."""

    def write(self, timeline: Timeline, path: Path) -> None:
        """Write a new project, or the one that the narration is for with its tracks added."""
        if timeline.project is not None and timeline.project.suffix.lower() == self.suffix:
            from voiceover.timelines import additions

            additions.add_to_kdenlive(timeline.project, timeline, path)
            return
        root = mlt.start(timeline, producer="main_bin")
        bin_ = Bin(root, timeline, 2)
        film = timeline.film
        original = [Track("Original sound", (film,))] if film and film.medium.channels else []
        sounds = [*original, *timeline.narration, *timeline.takes]
        for track in ([Track("Picture", (film,))] if film else []) + sounds:
            for clip in track.clips:
                bin_.add(clip)
        playlist = add(root, "playlist", id="main_bin")
        mlt.set_properties(playlist, _about(timeline))
        for name, frames in bin_.entries:
            add(playlist, "entry", producer=name, in_=0, out=frames - 1)
        mlt.add_black(root, "black_track", timeline.frames)
        silent = len(timeline.takes)
        rows = [
            add_track(root, bin_, track, f"a{n}", "audio", silent=n < silent)
            for n, track in enumerate(reversed(sounds))
        ]
        rows.append(add_track(root, bin_, Track("Picture", (film,) if film else ()), "v0", "video"))
        tractor = add(root, "tractor", id="timeline", in_=0, out=timeline.frames - 1)
        for row in ["black_track", *rows]:
            add(tractor, "track", producer=row)
        for number in range(1, len(sounds) + 1):
            add_mix(tractor, number)
        if film:  # qtblend needs a display, which a narration alone should not
            picture = add(tractor, "transition")
            blend = {"a_track": 0, "b_track": len(rows), "mlt_service": "qtblend", "kdenlive_id": "qtblend"}
            mlt.set_properties(picture, {**blend, "always_active": 1, "internal_added": INTERNAL})
        save(root, path)


class Bin:
    """Describes media once each, however often they are used, and numbers them."""

    def __init__(
        self, root: Element, timeline: Timeline, next_id: int, *, prefix: str = "bin", folder: int = -1
    ) -> None:
        self._root, self._timeline, self._next_id = root, timeline, next_id
        self._prefix, self._folder = prefix, folder
        self.numbers: dict[Path, int] = {}
        self.entries: list[tuple[str, int]] = []  # identities and lengths

    def add(self, clip: Clip) -> None:
        """Put a clip's medium into the bin, under the clip's name."""
        if clip.medium.path in self.numbers:
            return
        number = self.numbers[clip.medium.path] = self._next_id
        self._next_id += 1
        name = f"{self._prefix}{number}"
        chain = mlt.add_medium(self._root, self._timeline, clip.medium, name, _MEDIUM)
        told = {"kdenlive:clipname": clip.name if clip.index else "", "kdenlive:folderid": self._folder}
        mlt.set_properties(chain, {**told, **self._identity(clip)})
        if clip.markers:
            mlt.set_properties(chain, {"kdenlive:markers": guides(clip.markers, clip.source)})
        self.entries.append((name, clip.medium.frames))

    def use(self, clip: Clip, name: str, part: str) -> None:
        """Describe a clip's medium again, as it is used on a track of picture or sound."""
        chain = mlt.add_medium(self._root, self._timeline, clip.medium, name, _MEDIUM)
        unused = {"set.test_audio": int(part == "video"), "set.test_image": int(part == "audio")}
        mlt.set_properties(chain, {**self._identity(clip), **unused})

    def _identity(self, clip: Clip) -> dict[str, object]:
        kind = _KIND_BOTH if clip.medium.width and clip.medium.channels else _KIND_AUDIO
        if not clip.medium.channels:
            kind = 2
        return {"kdenlive:id": self.numbers[clip.medium.path], "kdenlive:clip_type": 0 if kind == _KIND_BOTH else kind}


def add_track(root: Element, bin_: Bin, track: Track, name: str, part: str, *, silent: bool = False) -> str:
    """Add a track, a muted one if it is to be silent, its clips taken from the bin; return its tractor's identity."""
    sound = {"kdenlive:audio_track": 1} if part == "audio" else {}
    identities: dict[int, str] = {}
    for place, clip in enumerate(track.clips):
        identities[clip.start] = f"use_{name}_{place}"
        bin_.use(clip, identities[clip.start], part)
    playlist = add(root, "playlist", id=f"playlist_{name}")
    mlt.set_properties(playlist, sound)
    mlt.fill(playlist, track.clips, lambda clip: identities[clip.start])
    for entry, clip in zip(playlist.findall("entry"), track.clips, strict=True):
        mlt.set_properties(entry, {"kdenlive:id": bin_.numbers[clip.medium.path]})
    mlt.set_properties(add(root, "playlist", id=f"mixes_{name}"), sound)
    end = max((clip.end for clip in track.clips), default=1)
    tractor = add(root, "tractor", id=f"track_{name}", in_=0, out=end - 1)
    shown = {"kdenlive:trackheight": 67, "kdenlive:timeline_active": 1, "kdenlive:collapsed": 0}
    mlt.set_properties(tractor, {**sound, **shown, "kdenlive:track_name": track.name})
    hidden = "both" if silent else "video" if part == "audio" else "audio"
    for own in (f"playlist_{name}", f"mixes_{name}"):
        add(tractor, "track", producer=own, hide=hidden)
    if part == "audio":
        _add_levels(tractor)
    return f"track_{name}"


def add_mix(tractor: Element, track: int) -> None:
    """Have the sound of a track heard."""
    mlt.set_properties(mlt.add_sum(tractor, track), {"kdenlive_id": "mix", "internal_added": INTERNAL})


def guides(markers: tuple[Marker, ...], first: int = 0) -> str:
    """Return markers as Kdenlive writes them."""
    told = [
        {"comment": f"{marker.name}: {marker.comment}", "pos": first + marker.frame, "type": _RED} for marker in markers
    ]
    return json.dumps(told, ensure_ascii=False)


def _add_levels(tractor: Element) -> None:
    """Add what Kdenlive's mixer works with."""
    volume = {"window": 75, "max_gain": "20dB", "mlt_service": "volume", "internal_added": INTERNAL, "disable": 1}
    balance = {"channel": -1, "mlt_service": "panner", "internal_added": INTERNAL, "start": "0.5", "disable": 1}
    meter = {"iec_scale": 0, "mlt_service": "audiolevel", "disable": 1}
    for filter_ in (volume, balance, meter):
        mlt.set_properties(add(tractor, "filter"), filter_)


def _about(timeline: Timeline) -> dict[str, object]:
    width, height = (timeline.film.medium.width, timeline.film.medium.height) if timeline.film else mlt.SIZE
    properties = {
        "version": "1.04",
        "kdenliveversion": "22.12.3",
        "decimalPoint": ".",
        "documentid": zlib.crc32(str(timeline.path.resolve()).encode()),  # names the cache; two projects share none
        "profile": f"{width}x{height} {timeline.rate}",
        "audioChannels": 2,
        "guides": guides(timeline.gaps),
        "groups": _groups(timeline),
    }
    told: dict[str, object] = {f"kdenlive:docproperties.{name}": value for name, value in properties.items()}
    return {**told, "xml_retain": 1}


def _groups(timeline: Timeline) -> str:
    """Tie picture and original sound together, so that they move as one. Tracks count from the bottom, from 0."""
    film = timeline.film
    if not (film and film.medium.channels):
        return "[]"
    sound = len(timeline.takes) + len(timeline.narration)
    children = [{"data": f"{track}:0", "leaf": "clip", "type": "Leaf"} for track in (sound, sound + 1)]
    return json.dumps([{"children": children, "type": "AVSplit"}])
