"""Narration tracks for a project that is there: nothing else in it changes.

Kdenlive's tracks count from the bottom, sound below pictures, so the new ones go to the bottom and what is told by a
track's number is told anew. Shotcut's go to the end.
"""

from __future__ import annotations

import json
import re
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import etree

from voiceover.errors import BadInputError
from voiceover.subtitles import project as projects
from voiceover.timelines import kdenlive, mlt
from voiceover.timelines.base import Timeline
from voiceover.timelines.tree import Element, add

_NUMBERED = ("activeTrack", "audioTarget", "videoTarget")  # properties that name a track by its number
_FOLDER = re.compile(r"kdenlive:folder\.-?\d+\.(\d+)")


def add_to_kdenlive(project: Path, timeline: Timeline, path: Path) -> None:
    """Write a Kdenlive project with the narration added, and its subtitles beside it.

    Raises BadInputError for a project without a timeline.
    """
    tree = projects.load(project)
    root = tree.getroot()
    bin_playlist = next((item for item in root.findall("playlist") if item.get("id") == "main_bin"), None)
    main = _main_tractor(root)
    if bin_playlist is None or main is None:
        raise BadInputError(f"{project}: the project has no timeline.", "Open it in Kdenlive and save it again.")
    prefix, number = _free_prefix(root), _free_number(root)
    making = etree.Element("mlt")
    told = _based(timeline, project, root)
    bin_ = kdenlive.Bin(making, told, number + 1, prefix=f"{prefix}_bin", folder=number)
    tracks = [*told.narration, *told.takes]
    for track in tracks:
        for clip in track.clips:
            bin_.add(clip)
    _move(making, bin_playlist)
    folder = add(bin_playlist, "property", "Narration", name=f"kdenlive:folder.-1.{number}")
    bin_playlist.insert(0, folder)
    for name, frames in bin_.entries:
        add(bin_playlist, "entry", producer=name, in_=0, out=frames - 1)
    rows = [
        kdenlive.add_track(making, bin_, track, f"{prefix}_{place}", "audio", silent=place < len(told.takes))
        for place, track in enumerate(reversed(tracks))
    ]
    _move(making, main)
    _renumber(root, main, len(rows))
    below = main.find("track")
    for row in reversed(rows):
        below.addnext(etree.Element("track", producer=row))
    for place in range(1, len(rows) + 1):
        kdenlive.add_mix(main, place)
    _save(tree, path)
    _copy_subtitles(project, timeline.path)


def add_to_shotcut(project: Path, timeline: Timeline, path: Path) -> None:
    """Write a Shotcut project, or other MLT XML, with the narration added.

    Raises BadInputError for a project without a timeline.
    """
    tree = projects.load(project)
    root = tree.getroot()
    tractors = root.findall("tractor")
    main = next((item for item in tractors if projects.text(item, "shotcut")), tractors[-1] if tractors else None)
    if main is None or not main.findall("track"):
        raise BadInputError(f"{project}: the project has no timeline.", "Put a clip on the timeline and save it again.")
    prefix = _free_prefix(root)
    making = etree.Element("mlt")
    told = _based(timeline, project, root)
    tracks = [*told.narration, *told.takes]
    names = [mlt.add_sound(making, told, track, f"{prefix}_{place}") for place, track in enumerate(tracks)]
    _move(making, main)
    for place, name in enumerate(names):
        last = main.findall("track")[-1]
        count = len(main.findall("track"))
        hidden = "video" if place < len(told.narration) else "both"
        last.addnext(etree.Element("track", producer=name, hide=hidden))
        mlt.add_sum(main, count)
    _save(tree, path)


def _main_tractor(root: Element) -> Any:
    """Return the tractor whose tracks are those of the timeline: of the first sequence, where there are such."""
    sequences = [item for item in root.findall("tractor") if projects.text(item, "kdenlive:uuid")]
    plain = [item for item in root.findall("tractor") if not projects.text(item, "kdenlive:projectTractor")]
    found = (sequences or plain[-1:])[:1]
    return found[0] if found and found[0].find("track") is not None else None


def _based(timeline: Timeline, project: Path, root: Element) -> Timeline:
    """Return the timeline with its media named from where the project's are; see `Timeline.relative`."""
    base = Path(root.get("root") or project.parent)
    own = timeline.path.parent.resolve()
    if root.get("root") is None and own != base.resolve():
        root.set("root", str(base.resolve()))  # the project's own media are named from its old folder
    return replace(timeline, path=base / timeline.path.name, whole_paths=base.resolve() != own)


def _renumber(root: Element, main: Element, new: int) -> None:
    for transition in main.findall("transition"):
        for item in transition.findall("property"):
            if item.get("name") in {"a_track", "b_track"} and (item.text or "").isdecimal() and item.text != "0":
                item.text = str(int(item.text) + new)
    for item in root.iter("property"):
        name = (item.get("name") or "").rpartition("properties.")[2]
        if not (item.get("name") or "").startswith(("kdenlive:docproperties.", "kdenlive:sequenceproperties.")):
            continue
        if name in _NUMBERED and (item.text or "").isdecimal():
            item.text = str(int(item.text) + new)
        elif name == "groups" and item.text:
            with suppress(ValueError):
                item.text = json.dumps(_shift(json.loads(item.text), new))


def _shift(groups: Any, new: int) -> Any:
    """Return groups of clips with the tracks of their leaves, told as "track:frame", counted anew."""
    if isinstance(groups, list):
        return [_shift(item, new) for item in groups]
    if not isinstance(groups, dict):
        return groups
    shifted = {key: _shift(value, new) if key == "children" else value for key, value in groups.items()}
    if found := re.fullmatch(r"(\d+)(:.*)", str(groups.get("data", ""))):
        shifted["data"] = f"{int(found[1]) + new}{found[2]}"
    return shifted


def _free_prefix(root: Element) -> str:
    taken = {item.get("id") or "" for item in root.iter()}
    number = 1
    while any(f"voiceover{number}_" in name for name in taken):
        number += 1
    return f"voiceover{number}"


def _free_number(root: Element) -> int:
    """Return a number above those of all clips and folders of the bin."""
    highest = 1
    for item in root.iter("property"):
        name = item.get("name") or ""
        if name == "kdenlive:id" and (item.text or "").isdecimal():
            highest = max(highest, int(item.text))
        elif found := _FOLDER.fullmatch(name):
            highest = max(highest, int(found[1]))
    return highest + 1


def _move(making: Element, before: Element) -> None:
    for item in list(making):
        etree.indent(item, "  ")
        item.tail = "\n"
        before.addprevious(item)


def _save(tree: Any, path: Path) -> None:
    tree.write(str(path), encoding="utf-8", xml_declaration=True)


def _copy_subtitles(project: Path, written: Path) -> None:
    """Kdenlive looks for a project's subtitles under the project's own name; those of a project that goes, go too."""
    for suffix in (".srt", ".ass"):
        own, new = (file.with_name(f"{file.name}{suffix}") for file in (project, written))
        if own.is_file() and (written.exists() or not new.exists()):
            shutil.copyfile(own, new)
