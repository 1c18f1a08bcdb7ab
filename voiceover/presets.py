"""What a folder says of all films in it: `voiceover.toml`, with the same names as the command line's options.

The file nearest to a film wins, key by key, and an option on the command line wins over all of them.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from voiceover.config import CheckSettings, Mix, Precision, Subtitles
from voiceover.errors import BadInputError
from voiceover.subtitles.encoding import read_text

NAME = "voiceover.toml"
_MANUAL = "docs/batch.md lists what can stand in it."
_Settings = TypeVar("_Settings", bound=CheckSettings)


@dataclass(frozen=True, slots=True)
class Preset:
    """What the files of a folder and those above it say, as fields of the settings."""

    values: Mapping[str, Any]  # by the field's name
    files: tuple[Path, ...]  # those that were read, the nearest first


def find(folder: Path, top: Path | None = None) -> Preset:
    """Read the `voiceover.toml` of a folder and of those above it, up to the folder `top`.

    Without `top`, that is up to the user's home folder, and never one that belongs to somebody else.

    Raises BadInputError, with file and line, for what cannot be read or makes no sense.
    """
    files = [file for file in (above / NAME for above in _upwards(folder, top)) if file.is_file()]
    values: dict[str, Any] = {}
    for file in reversed(files):
        values |= load(file)
    return Preset(values, tuple(files))


def load(path: Path) -> dict[str, Any]:
    """Read one file and return what it says, as fields of the settings; paths in it are relative to it.

    Raises BadInputError, with file and line, for what cannot be read or makes no sense.
    """
    text = read_text(path, remedy=f"Write it as plain text. {_MANUAL}")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+).*\)$| \(at end of document\)$", str(error))
        line = place[1] if place and place[1] else str(len(text.splitlines()) or 1)
        what = str(error)[: place.start()] if place else str(error)
        raise BadInputError(
            f"{path}, line {line}: this is not TOML ({what}).", "Write name = value, texts in quotation marks."
        ) from None
    values: dict[str, Any] = {}
    for name, value in table.items():
        key, where = name.replace("_", "-"), f"{path}, line {_line(text, name)}"
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise BadInputError(f"{where}: “{name}” means nothing here.", f"{hint}{_MANUAL}")
        field, take = _KEYS[key]
        if field in values:
            raise BadInputError(f"{where}: “{key}” is there twice.", "Keep one of the two.")
        try:
            values[field] = take(value, path)
        except ValueError as error:
            raise BadInputError(f"{where}: {key} must be {error}.", _MANUAL) from None
    return values


def fill(settings: _Settings, preset: Preset, given: Collection[str] = ()) -> _Settings:
    """Return the settings with what a preset says of them, but for the fields `given` on the command line."""
    taken = {field.name for field in fields(settings)} - set(given)
    values = {name: value for name, value in preset.values.items() if name in taken}
    if values.get("mix", getattr(settings, "mix", None)) is not Mix.DUCK:
        values.pop("bed", None)  # it says which track to duck: where none is, it is no mistake
    return replace(settings, **values)


def _upwards(folder: Path, top: Path | None) -> Sequence[Path]:
    folder = folder.resolve()
    above = [folder, *folder.parents]
    if top is not None:
        top = top.resolve()
        return above[: above.index(top) + 1] if top in above else [folder]
    kept = [folder]
    for parent in above[1:]:
        if parent == Path.home() or not _is_own(parent):
            break
        kept.append(parent)
    return kept


def _is_own(folder: Path) -> bool:
    """Tell whether nobody else may have put a file there, as anybody may in a folder for temporary files."""
    try:
        about = folder.stat()
    except OSError:
        return False
    return not hasattr(os, "getuid") or (about.st_uid == os.getuid() and not about.st_mode & 0o002)


def _line(text: str, name: str) -> int:
    """Return the line on which a name of the file's top stands."""
    found = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*[.=\]]", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _text(value: Any, _: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text in quotation marks")
    return value.strip()


def _voice(value: Any, path: Path) -> str:
    spec = _text(value, path)
    beside = path.parent / Path(spec).expanduser()
    looks_like_path = "/" in spec or "\\" in spec or spec.endswith(".voice")
    return str(beside) if looks_like_path and beside.exists() else spec


def _file(value: Any, path: Path) -> Path:
    named = path.parent / Path(_text(value, path)).expanduser()
    if not named.is_file():
        raise ValueError(f"a file, and there is no {named}")
    return named


def _files(value: Any, path: Path) -> tuple[Path, Path]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError('two files: ["certificate.pem", "key.pem"]')
    return _file(value[0], path), _file(value[1], path)


def _switch(value: Any, _: Path) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _off(value: Any, path: Path) -> bool:
    return not _switch(value, path)


def _number(low: float, high: float) -> Callable[[Any, Path], float]:
    def take(value: Any, _: Path) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return float(value)

    return take


def _whole(low: int) -> Callable[[Any, Path], int]:
    def take(value: Any, _: Path) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise ValueError(f"a whole number, {low} or more")
        return value

    return take


def _one_of(kind: type[StrEnum]) -> Callable[[Any, Path], StrEnum]:
    def take(value: Any, _: Path) -> StrEnum:
        if value not in list(kind):
            raise ValueError("one of " + ", ".join(f'"{one}"' for one in kind))
        return kind(value)

    return take


def _loudness(value: Any, path: Path) -> str:
    from voiceover.loudness import PRESETS, parse_target

    said = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(value, path)
    try:
        parse_target(said)
    except BadInputError:
        raise ValueError(f"one of {', '.join(PRESETS)}, off, or LUFS between -70 and -5") from None
    return said


_KEYS: Mapping[str, tuple[str, Callable[[Any, Path], Any]]] = {
    "voice": ("voice", _voice),
    "cast": ("cast", _file),
    "lexicon": ("lexicon", _file),
    "language": ("language", _text),
    "keep-sdh": ("keep_sdh", _switch),
    "merge": ("merge", _switch),
    "no-merge": ("merge", _off),
    "max-speed": ("max_speed", _number(1.0, 2.0)),
    "loudness": ("loudness", _loudness),
    "seed": ("seed", _whole(0)),
    "device": ("device", _text),
    "precision": ("precision", _one_of(Precision)),
    "mix": ("mix", _one_of(Mix)),
    "bed": ("bed", _whole(1)),
    "subtitles": ("subtitles", _one_of(Subtitles)),
    "c2pa": ("c2pa", _files),
    "c2pa-timestamp": ("c2pa_timestamp", _text),
    "drop-original": ("keep_original", _off),
}
