"""The subtitles of an editor's project: Kdenlive's lie beside it, Shotcut's in it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from voiceover.errors import BadInputError

SUFFIXES = (".kdenlive", ".mlt")
_LISTS = ("kdenlive:sequenceproperties.subtitlesList", "kdenlive:docproperties.subtitlesList")


def load(path: Path) -> Any:
    """Return a project as an lxml tree.

    Raises BadInputError for a file that cannot be opened or is no MLT project.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=False)
    try:
        tree = etree.parse(str(path), parser)
    except OSError as error:
        raise BadInputError(
            f"{path}: no such file, or it may not be read.", "Check the name and the folder."
        ) from error
    except etree.XMLSyntaxError as error:
        raise BadInputError(
            f"{path}, line {error.lineno}: not a project: {error.msg}.", "Save it again in Kdenlive or Shotcut."
        ) from error
    if tree.getroot().tag != "mlt":
        raise BadInputError(
            f"{path}: not a project of Kdenlive or Shotcut, but <{tree.getroot().tag}>.",
            "Check that it is the right file.",
        )
    return tree


def read_rate(path: Path) -> Fraction:
    """Return a project's frame rate.

    Raises BadInputError for a project without one.
    """
    profile = load(path).getroot().find("profile")
    try:
        return Fraction(int(profile.get("frame_rate_num")), int(profile.get("frame_rate_den")))
    except (AttributeError, TypeError, ValueError, ZeroDivisionError) as error:
        raise BadInputError(
            f"{path}: the project has no frame rate.", "Save it again in Kdenlive or Shotcut."
        ) from error


def find_subtitles(path: Path) -> tuple[Path, str | None]:
    """Return where a project's subtitles are: a file, or, with its text, the project itself.

    Of several subtitle tracks the first counts. Raises BadInputError for a project without subtitles.
    """
    tree = load(path)
    for file in _files(tree.getroot(), path):
        if file.is_file():
            return file, None
    for filter_ in tree.getroot().iter("filter"):
        if text(filter_, "mlt_service") == "subtitle_feed" and (words := text(filter_, "text")):
            return path, words
    raise BadInputError(
        f"{path}: the project has no subtitles.",
        f"Add some and save it, or put them beside it as {path.name}.srt; Kdenlive keeps them in such a file.",
    )


def text(element: Any, name: str) -> str:
    """Return a property of an element of a project; "" where it has none."""
    for item in element.findall("property"):
        if item.get("name") == name:
            return item.text or ""
    return ""


def _files(root: Any, path: Path) -> list[Path]:
    """Return the files that a project's subtitles may lie in, the likeliest first."""
    found: list[Path] = []
    for item in root.iter("property"):
        if item.get("name") in _LISTS:
            found += [path.parent / name for name in _listed(item.text or "")]
    found += [path.with_name(f"{path.name}{suffix}") for suffix in (".ass", ".srt")]
    for filter_ in root.iter("filter"):
        if text(filter_, "mlt_service") == "avfilter.subtitles" and (name := text(filter_, "av.filename")):
            found.append(path.parent / name)
    return found


def _listed(written: str) -> list[str]:
    try:
        return [str(item["file"]) for item in json.loads(written) if item.get("file")]
    except (ValueError, TypeError, AttributeError):
        return []
