"""Which subtitles belong to which video of a folder, as people name them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from voiceover.batch import names
from voiceover.batch.names import Ending, folded

_TIME = re.compile(rb"^[\s\[(*#>-]*\d{1,2}:\d\d", re.MULTILINE)
_LOOK_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """Subtitles that belong to a video, one file of perhaps several."""

    path: Path
    ending: Ending
    place: int  # where they lie: 0 beside the video, more for what is farther away


@dataclass(frozen=True, slots=True)
class Pair:
    """A video with all subtitles that belong to it, and others whose names only begin like its own."""

    video: Path
    candidates: tuple[Candidate, ...]
    near: tuple[Path, ...] = ()


def pair(
    folder: Path, *, include: Sequence[str] = (), exclude: Sequence[str] = (), without: Path | None = None
) -> list[Pair]:
    """Return the videos in a folder and all folders in it, in the order of their names, with their subtitles.

    Hidden files and folders, finished films (`*.dubbed.*`) and the folder `without` are passed over. `include` and
    `exclude` are patterns of names, or of paths below `folder` where they hold a slash; they choose videos.
    """
    pairs = []
    for place in _folders(folder, without):
        files = [path for path in place.iterdir() if not path.name.startswith(".") and path.is_file()]
        videos = sorted(
            (path for path in files if path.suffix.lower() in names.VIDEOS and not names.is_dubbed(path)),
            key=lambda path: (folded(path.name), path.name),
        )
        if not videos:
            continue
        texts = list(_texts(place, files, folder))
        for video in videos:
            relative = video.relative_to(folder).as_posix()
            if (include and not _matches(relative, include)) or _matches(relative, exclude):
                continue
            pairs.append(_pair(video, videos, texts))
    return pairs


def choose(found: Sequence[Candidate], language: str | None) -> Candidate | None:
    """Return the subtitles to speak: in the language, or else in one that their name does not tell.

    Without a language, those whose name tells none, or the only one there is; None where that leaves a choice.
    """
    wanted = names.find_language(language.replace("_", "-").partition("-")[0]) if language else None
    fitting = [item for item in found if item.ending.language in (None, wanted)]
    if wanted is None and not fitting and len({item.ending.language for item in found}) == 1:
        fitting = list(found)
    return min(fitting, key=lambda item: _rank(item, wanted), default=None)


def _rank(item: Candidate, wanted: str | None) -> tuple[bool, bool, int, int, int, str]:
    suffix = item.path.suffix.lower()
    kinds = names.SUBTITLES + names.SCRIPTS
    is_other = item.ending.language != wanted if wanted else item.ending.language is not None
    return suffix in names.SCRIPTS, is_other, item.ending.quality, item.place, kinds.index(suffix), item.path.name


def _folders(folder: Path, without: Path | None) -> Iterator[Path]:
    skipped = without.resolve() if without else None
    for place, inner, _ in os.walk(folder):
        inner[:] = sorted(
            (
                name
                for name in inner
                if not name.startswith(".") and (skipped is None or _there(place, name) != skipped)
            ),
            key=lambda name: (folded(name), name),
        )
        yield Path(place)


def _there(place: str, name: str) -> Path:
    return Path(place, name).resolve()


def _texts(place: Path, files: Iterable[Path], top: Path) -> Iterator[tuple[Path, int, str]]:
    """Yield the files near a folder that may be subtitles, how far they are, and the folder each has to itself."""
    kinds = (*names.SUBTITLES, *names.SCRIPTS)

    def inside(folder: Path, distance: int, own: str = "") -> Iterator[tuple[Path, int, str]]:
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in kinds and path.is_file() and not path.name.startswith("."):
                yield path, distance, own

    yield from ((path, 0, "") for path in sorted(files) if path.suffix.lower() in kinds)
    above = [place.parent] if place != top else []
    for distance, parent in enumerate([place, *above], 1):
        for folder in sorted(path for path in parent.iterdir() if path.is_dir()):
            if folded(folder.name) in names.SUBTITLE_FOLDERS and folder != place:
                yield from inside(folder, distance)
                for own in sorted(path for path in folder.iterdir() if path.is_dir()):  # Subs/lesson1/2_English.srt
                    yield from inside(own, distance, own.name)


def _pair(video: Path, videos: Sequence[Path], texts: Sequence[tuple[Path, int, str]]) -> Pair:
    stem = folded(video.stem)
    others = [folded(other.stem) for other in videos if other != video and len(other.stem) > len(video.stem)]
    found, near = [], []
    for path, distance, own in texts:
        name = folded(path.stem)
        if own:
            ending = names.read_tags(name) or (names.read_ending(name[len(stem) :]) if name.startswith(stem) else None)
            if folded(own) == stem and ending and path.suffix.lower() in names.SUBTITLES:
                found.append(Candidate(path, ending, distance))
            continue
        if name.startswith(stem) and not any(name.startswith(other) for other in others):
            rest = name[len(stem) :]
            ending = names.read_ending(rest)
            if path.suffix.lower() in names.SCRIPTS:
                ending = ending if rest == "" and _has_times(path) else None
            if ending is not None:
                found.append(Candidate(path, ending, distance))
            elif rest and not rest[0].isalnum() and path.suffix.lower() in names.SUBTITLES:
                near.append(path)
    if not found and not near and len(videos) == 1:
        found = _only(texts)
    return Pair(video, tuple(found), tuple(near))


def _has_times(path: Path) -> bool:
    """Tell a script from the notes that lie beside many a lesson: some line of it begins with a time."""
    try:
        with path.open("rb") as file:
            return bool(_TIME.search(file.read(_LOOK_BYTES)))
    except OSError:
        return False


def _only(texts: Sequence[tuple[Path, int, str]]) -> list[Candidate]:
    """Return the subtitles of a folder with one video: those named for a language only, or the only ones there are."""
    beside = [
        (path, far) for path, far, own in texts if not own and far <= 1 and path.suffix.lower() in names.SUBTITLES
    ]
    tagged = [(path, far, ending) for path, far in beside if (ending := names.read_tags(path.stem))]
    if tagged:
        return [Candidate(path, ending, far) for path, far, ending in tagged]
    return [Candidate(path, Ending(None, 0), far) for path, far in beside] if len(beside) == 1 else []


def _matches(relative: str, patterns: Sequence[str]) -> bool:
    """Tell whether a path, its name, or a folder that it lies in fits one of the patterns."""
    path = relative.casefold()
    parents = [path.rsplit("/", count)[0] for count in range(1, path.count("/") + 1)]
    for pattern in (pattern.casefold().strip("/").replace("**/", "*") for pattern in patterns):
        names_only = "/" not in pattern
        for one in (path, *parents):
            if fnmatchcase(one.rsplit("/", 1)[-1] if names_only else one, pattern):
                return True
    return False
