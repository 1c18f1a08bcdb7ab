"""What is to be done in a folder: each video with its subtitles, its settings and the place of its dub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from voiceover import presets
from voiceover.batch import names, pairing
from voiceover.batch.pairing import Pair
from voiceover.config import DubSettings
from voiceover.errors import BadInputError, VoiceoverError

_REPORTS = (".json", ".html")


@dataclass(frozen=True, slots=True)
class Film:
    """A film that can be dubbed."""

    name: str  # the video's path below the batch's folder, with slashes: what it is called everywhere
    settings: DubSettings
    also: tuple[str, ...] = ()  # other subtitles that would have fitted, by name


@dataclass(frozen=True, slots=True)
class Unpaired:
    """A video that nothing is said to."""

    name: str
    reason: str
    remedy: str
    is_error: bool = False  # whether somebody meant it to be dubbed: a broken settings file, a choice that is theirs


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything in a folder."""

    folder: Path
    root: Path  # where results and `batch.json` go: the folder itself, or what -o names
    films: tuple[Film, ...]
    unpaired: tuple[Unpaired, ...]


def plan(
    folder: Path,
    base: DubSettings,
    given: Collection[str] = (),
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    out: Path | None = None,
    reports: Path | None = None,
) -> Plan:
    """Return what is to be done in a folder and below it.

    Args:
        folder: the videos' folder.
        base: the settings of all films; its paths are replaced by each film's own.
        given: the fields that the command line names, which no `voiceover.toml` changes.
        include: patterns of the videos to take; all without any.
        exclude: patterns of the videos to leave.
        out: where the dubs go, in the same folders as the videos; by default beside them.
        reports: a folder for each film's report.

    Raises BadInputError if there is no such folder, or no video in it.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "no such folder"
        raise BadInputError(f"{folder}: {what}.", "Name the folder with the videos; one film: voiceover dub.")
    pairs = pairing.pair(folder, include=include, exclude=exclude, without=out if out != folder else None)
    if not pairs:
        chosen = " that --include and --exclude leave" if include or exclude else ""
        raise BadInputError(f"{folder}: no videos{chosen}.", f"Videos are {' '.join(sorted(names.VIDEOS))}.")
    outputs = _outputs(pairs, folder, out or folder)
    found = [_film(item, folder, base, given, output, reports) for item, output in zip(pairs, outputs, strict=True)]
    return Plan(
        folder,
        out or folder,
        tuple(item for item in found if isinstance(item, Film)),
        tuple(item for item in found if isinstance(item, Unpaired)),
    )


def _film(
    item: Pair, folder: Path, base: DubSettings, given: Collection[str], output: Path, reports: Path | None
) -> Film | Unpaired:
    name = item.video.relative_to(folder).as_posix()
    try:
        settings = presets.fill(base, presets.find(item.video.parent, folder), given)
    except VoiceoverError as error:
        return Unpaired(name, error.message, error.remedy, is_error=True)
    chosen = pairing.choose(item.candidates, settings.language or spoken_language(settings.voice))
    if chosen is None:
        return _unpaired(name, item, settings.language or spoken_language(settings.voice))
    own = Path(name)
    settings = replace(
        settings,
        video=item.video,
        source=chosen.path,
        output=output,
        report=tuple(reports / own.with_name(own.name + suffix) for suffix in _REPORTS) if reports else (),
    )
    same = [other for other in item.candidates if other.ending == chosen.ending and other != chosen]
    return Film(name, settings, tuple(other.path.name for other in same))


def _unpaired(name: str, item: Pair, language: str | None) -> Unpaired:
    video = Path(name)
    if not item.candidates:
        near = f" {item.near[0].name} begins like it: rename that if it is." if item.near else ""
        return Unpaired(name, "no subtitles", f"Name them {video.stem}.srt, beside it or in a folder subs.{near}")
    told = ", ".join(sorted({one.ending.language or "?" for one in item.candidates}))
    if language is None:
        return Unpaired(name, f"subtitles in several languages ({told})", "Choose one with --language.", is_error=True)
    return Unpaired(
        name, f"no subtitles in {language}, only in {told}", "Choose with --language, and a --voice for it."
    )


def _outputs(pairs: Sequence[Pair], folder: Path, root: Path) -> list[Path]:
    """Return where each dub goes. A format that is not written becomes Matroska, which takes any picture."""
    from voiceover.media import CONTAINERS

    wanted = []
    for item in pairs:
        own = root / item.video.relative_to(folder)
        kept = own.suffix.lower() in CONTAINERS
        wanted.append((own.with_name(f"{own.stem}{names.MARK}{own.suffix if kept else '.mkv'}"), kept))
    counts = Counter(names.folded(str(path)) for path, _ in wanted)
    # film.avi beside film.mkv
    return [
        path if kept or counts[names.folded(str(path))] == 1 else path.with_name(f"{item.video.name}{names.MARK}.mkv")
        for (path, kept), item in zip(wanted, pairs, strict=True)
    ]


@lru_cache(maxsize=64)
def spoken_language(voice: str) -> str | None:
    """Return what a voice speaks, where its card says so; a plug-in is not started to be asked."""
    from voiceover.voices import bundle, catalog

    try:
        found = catalog.find(voice)
        return bundle.read_card(found.path).language if found.path is not None else None
    except VoiceoverError:
        return None  # its film tells why
