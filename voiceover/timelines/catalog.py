"""Which formats there are: ours, and those of other packages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

from voiceover import media
from voiceover.errors import BadInputError
from voiceover.timelines.base import Timeline, Writer

GROUP = "voiceover.timelines"
_OURS = {
    ".otio": "otio:OtioWriter",
    ".xml": "fcp7:Fcp7Writer",
    ".fcpxml": "fcpxml:FcpxmlWriter",
    ".mlt": "mlt:MltWriter",
    ".kdenlive": "kdenlive:KdenliveWriter",
    ".edl": "edl:EdlWriter",
    ".aaf": "aaf:AafWriter",
    ".txt": "audacity:AudacityWriter",
    ".srt": "subrip:SubripWriter",
}
SUFFIXES = tuple(_OURS)


def find_writer(path: Path) -> Writer:
    """Return the writer for a file, by its suffix.

    Raises BadInputError for a suffix that is no format's.
    """
    suffix = path.suffix.lower()
    if suffix in _OURS:
        module, _, name = _OURS[suffix].partition(":")
        make = getattr(import_module(f"voiceover.timelines.{module}"), name)
    else:
        others = {f".{plugin.name}": plugin for plugin in entry_points(group=GROUP)}
        if suffix not in others:
            raise BadInputError(
                f"{path}: no timeline is written as {suffix or 'a file without a suffix'}.",
                f"Use one of {', '.join([*SUFFIXES, *sorted(others)])}; docs/timelines.md says what opens which.",
            )
        make = others[suffix].load()
    return cast("Callable[[], Writer]", make)()


def check(paths: Sequence[Path], *, force: bool, others: Sequence[Path]) -> None:
    """Check that timelines can be written, and replace none of the `others`, before anything is spoken.

    Raises BadInputError or MissingError.
    """
    for place, path in enumerate(paths):
        find_writer(path).check()
        for other in others:
            if path.resolve() == other.resolve():
                raise BadInputError(
                    f"{path}: the timeline would replace {other}.", "Name another file with --timeline."
                )
        if path.resolve() in [other.resolve() for other in paths[:place]]:
            raise BadInputError(f"{path}: --timeline names it twice.", "Leave one of the two out.")
        media.check_output(path, force=force, option="--timeline")


def media_folder(paths: Sequence[Path], stems: Path | None) -> Path | None:
    """Return the folder for the clips of timelines: that of the stems, else one beside the first that needs any."""
    if stems is not None:
        return stems
    return next((path.with_suffix(".media") for path in paths if find_writer(path).needs_media), None)


def write(timeline: Timeline) -> None:
    """Write a timeline to its path, whole or not at all.

    Raises BadInputError if it cannot be written.
    """
    with media.write_beside(timeline.path, option="--timeline") as part:
        find_writer(timeline.path).write(timeline, part)
