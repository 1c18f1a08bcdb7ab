"""A timeline to write: a film with sound, two speakers, awkward names, flags, trimmed clips."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from voiceover.frames import FrameRate
from voiceover.timelines.base import Clip, Marker, Medium, Take, Timeline, Track

RATES = {
    "23.976": (FrameRate(Fraction(24000, 1001)), "01:00:00:00"),
    "24": (FrameRate(Fraction(24)), "10:00:00:00"),
    "25": (FrameRate(Fraction(25)), "00:00:00:00"),
    "29.97 DF": (FrameRate(Fraction(30000, 1001), drop=True), "00:59:58;20"),
    "29.97": (FrameRate(Fraction(30000, 1001)), "01:00:00:00"),
    "50": (FrameRate(Fraction(50)), "09:58:00:49"),
    "59.94 DF": (FrameRate(Fraction(60000, 1001), drop=True), "01:00:00;00"),
}
FOLDER = "a film's “best” & cut Привет"


TAKES = [  # track, name, start, length, place in the file, of `make` with takes
    ("Takes 1", "First, of 57 frames (take 2)", 31, 60, 0),
    ("Takes 1", "Четвёртая строка (take 1)", 113, 40, 0),
    ("Takes 2", "First, of 57 frames (take 5)", 31, 70, 0),
    ("Takes 3", "Trimmed (take 3)", 88, 30, 1),
]


def make(path: Path, at: str = "25", *, film: bool = True, takes: bool = False) -> Timeline:
    """Make a timeline at one of `RATES`; the media are named and not there."""
    rate, start = RATES[at]
    first = rate.parse(start)
    folder = path.parent / f"{path.stem}.media"

    def clip(index: int, start: int, frames: int, name: str, *, source: int = 0, after: int = 0) -> Clip:
        medium = Medium(folder / f"{index:04d} ÄNNE & Co.wav", source + frames + after, first + start - source)
        seconds = rate.seconds(start) + 0.06, rate.seconds(start + frames) - 0.02
        others = {1: {2: 60, 5: 70}, 2: {3: 31}, 4: {1: 40}}.get(index, {}) if takes else {}
        drawn = tuple(
            Take(number, Medium(folder / f"{index:04d}-take{number} ÄNNE & Co.wav", length, medium.first))
            for number, length in others.items()
        )
        return Clip(name, medium, start, frames, source, index=index, voiced=seconds, takes=drawn)

    flagged = replace(
        clip(3, 160, 40, "Third <line> & “quotes” 'n' all"), markers=(Marker(2, "over-speed", "too fast: cut a word"),)
    )
    narration = (
        Track("ANNA", (clip(1, 31, 57, "First, of 57 frames"), clip(2, 88, 21, "Trimmed", source=1, after=1), flagged)),
        Track("Борис", (clip(4, 113, 47, "Четвёртая строка"),)),
    )
    shown = Clip("Film", Medium(path.parent / "fïlm & co.mp4", 1500, first, 44_100, 2, 1280, 720), 0, 1500)
    gaps = (Marker(400, "unsaid", "♪♪ (could not be said)"),)
    return Timeline(path, rate, first, 1500 if film else 200, narration, shown if film else None, gaps)


def heard(timeline: Timeline) -> list[tuple[str, str, int, int, int]]:
    """Return of each narration clip its track, name, start, length, and where in its file it begins, in frames."""
    return sorted(laid(timeline.narration))


def laid(tracks: tuple[Track, ...]) -> list[tuple[str, str, int, int, int]]:
    return [(track.name, clip.name, clip.start, clip.frames, clip.source) for track in tracks for clip in track.clips]


def value(element: Any, name: str) -> str:
    return next((item.text or "" for item in element.findall("property") if item.get("name") == name), "")


def shotcut_tracks(root: Any) -> dict[str, Any]:
    playlists = {item.get("id"): item for item in root.findall("playlist")}
    (tractor,) = root.findall("tractor")
    tracks = [playlists[track.get("producer")] for track in tractor.findall("track")]
    return {value(track, "shotcut:name"): track for track in tracks[1:]}


def kdenlive_tracks(root: Any) -> dict[str, Any]:
    playlists = {item.get("id"): item for item in root.findall("playlist")}
    tractors = {item.get("id"): item for item in root.findall("tractor")}
    rows = [tractors[track.get("producer")] for track in tractors["timeline"].findall("track")[1:]]
    return {value(row, "kdenlive:track_name"): playlists[row.find("track").get("producer")] for row in rows}


def placed(root: Any, tracks: dict[str, Any], label: str) -> list[tuple[str, str, int, int, int]]:
    """Walk the playlists as MLT plays them."""
    media = {item.get("id"): item for item in [*root.findall("chain"), *root.findall("producer")]}
    names = {value(item, "kdenlive:id"): value(item, label) for item in media.values() if value(item, label)}
    found = []
    for name, playlist in tracks.items():
        place = 0
        for item in playlist:
            if item.tag == "blank":
                place += int(item.get("length"))
            elif item.tag == "entry":
                medium = media[item.get("producer")]
                own = value(medium, label) or names.get(value(medium, "kdenlive:id"), "")
                length = int(item.get("out")) - int(item.get("in")) + 1
                found.append((name, own, place, length, int(item.get("in"))))
                place += length
    return found
