"""Make the template projects of this folder, or ones at another frame rate and for speakers of yours.

    python templates/projects/make.py
    python templates/projects/make.py --fps 50 --size 3840x2160 --timecode 10:00:00:00 --speaker ANNA -o .

Needs voiceover to be installed: its own writers of timelines make them, so that tracks, roles and numbers are those of
`voiceover dub --timeline`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from lxml import etree

from voiceover import frames, timelines
from voiceover.errors import VoiceoverError
from voiceover.mixdown import SPEECH_OVER_BED_DB
from voiceover.timelines.base import Clip, Medium, Take, Timeline, Track
from voiceover.timelines.tree import save

FPS = {"23.976": "00:00:00:00", "25": "00:00:00:00", "29.97": "00:00:00;00"}  # rates, and where they begin
MINUTES = 10  # of a project for Final Cut, until there is a film in it
RATE = 48_000  # Hz
SILENCE = "silence.wav"


def main() -> None:
    """Make what was asked for."""
    here = Path(__file__).parent
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--fps", action="append", help="a frame rate; by default 23.976, 25 and 29.97")
    asked.add_argument("--size", default=(1920, 1080), type=_size, help="of the picture, WIDTHxHEIGHT")
    asked.add_argument("--timecode", help="of the first frame; with a semicolon before the frames it drops frames")
    asked.add_argument("--speaker", action="append", help="one narration track each; by default two")
    asked.add_argument("-o", dest="folder", type=Path, default=here)
    told = asked.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    for fps in told.fps or FPS:
        start = told.timecode or FPS.get(fps, "00:00:00:00")
        try:
            make(told.folder, fps, start, told.speaker or ["Speaker 1", "Speaker 2"], told.size)
        except VoiceoverError as error:
            asked.error(f"{error.message} {error.remedy}")


def _size(written: str) -> tuple[int, int]:
    width, height = map(int, written.lower().split("x"))
    return width, height


def make(folder: Path, fps: str, timecode: str, speakers: list[str], size: tuple[int, int]) -> None:
    """Write both projects for a frame rate, and the silence that Final Cut's clips are cut from."""
    rate, first = frames.read_start(timecode, frames.read_rate(fps))
    length = rate.nearest(60 * MINUTES)
    named = ("Original sound 1", "Original sound 2", *speakers, "Takes 1", "Takes 2")
    empty = tuple(Track(name, ()) for name in named)
    _write(Timeline(folder / f"premiere-{_name(fps)}.xml", rate, first, 0, empty), size)
    silence = Medium(folder / SILENCE, int(rate.rate), 0)  # the frames that are whole in a second
    soundfile.write(silence.path, np.zeros(RATE, np.float32), RATE, "PCM_16")
    tracks = []
    for number, name in enumerate(["Original sound", *speakers], 1):
        takes = (Take(2, silence),) if number == 2 else ()
        clip = Clip(f"{name}: to be replaced", silence, 0, silence.frames, index=number, takes=takes)
        tracks.append(Track(name, (clip,)))
    _write(Timeline(folder / f"final-cut-{_name(fps)}.fcpxml", rate, first, length, tuple(tracks)), size)


def _name(fps: str) -> str:
    return fps.replace("/", "-")


def _write(timeline: Timeline, size: tuple[int, int]) -> None:
    """Write a project, and give it what no narration has: a size without a film, levels, addresses beside itself."""
    timelines.write(timeline)
    tree = etree.parse(str(timeline.path), etree.XMLParser(remove_blank_text=True))
    for about in [*tree.iter("samplecharacteristics"), *tree.iter("format")]:
        _resize(about, size)
    for media in tree.iter("media-rep"):
        media.set("src", SILENCE)
    for clip in tree.iter("asset-clip"):
        if clip.get("audioRole") == "dialogue.Original sound":
            clip.set("audioRole", "Original sound")
            clip.insert(0, etree.Element("adjust-volume", amount=f"-{SPEECH_OVER_BED_DB:.0f}dB"))
    save(tree.getroot(), timeline.path, tree.docinfo.doctype)


def _resize(about: Any, size: tuple[int, int]) -> None:
    for name, value in zip(("width", "height"), map(str, size), strict=True):
        if about.get(name):
            about.set(name, value)
        elif (item := about.find(name)) is not None:
            item.text = value


if __name__ == "__main__":
    main()
