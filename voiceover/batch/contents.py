"""What a dub is made from, told apart by content, without reading what size and time say to be the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from voiceover import casting
from voiceover.config import DubSettings, Precision
from voiceover.errors import VoiceoverError

# they say where things are, or where it is made, not what comes out; the files themselves are told by their content
_PLACES = ("video", "source", "cast", "lexicon", "c2pa", "output", "report", "stems", "timelines", "fps", "timecode")
_NOT_CONTENT = frozenset({*_PLACES, "force", "device"})


@dataclass(frozen=True, slots=True)
class Trace:
    """A file as it was when it was last looked at."""

    size: int
    mtime_ns: int
    sha256: str

    @classmethod
    def of(cls, path: Path, known: Trace | None = None) -> Trace:
        """Look at a file; its content is read only if size or time are not those that are known.

        Raises OSError if it cannot be read.
        """
        stat = path.stat()
        if known and (stat.st_size, stat.st_mtime_ns) == (known.size, known.mtime_ns):
            return known
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(stat.st_size, stat.st_mtime_ns, digest)

    @classmethod
    def from_json(cls, value: Any) -> Trace | None:
        """Read what `asdict` gave; None for anything else."""
        try:
            return cls(int(value["size"]), int(value["mtime_ns"]), str(value["sha256"]))
        except (KeyError, TypeError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a dub is made from."""

    files: Mapping[str, Trace]  # by what they are: "video", "subtitles", "cast", "voice narrator", ...
    settings: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return what `batch.json` keeps of it."""
        return {"files": {name: asdict(trace) for name, trace in self.files.items()}, "settings": dict(self.settings)}

    @classmethod
    def from_json(cls, value: Any) -> Contents:
        """Read what `to_json` gave; what is not there counts as changed."""
        value = value if isinstance(value, dict) else {}
        files = {str(name): Trace.from_json(trace) for name, trace in dict(value.get("files") or {}).items()}
        return cls(
            {name: trace for name, trace in files.items() if trace is not None}, dict(value.get("settings") or {})
        )

    def difference(self, before: Contents) -> str:
        """Say what is not as it was before, "" where all is."""
        told = [name for name, trace in self.files.items() if _digest(before.files.get(name)) != trace.sha256]
        told += [name for name in before.files if name not in self.files]
        changed = [f"{' and '.join(told)} changed"] if told else []
        names = dict.fromkeys((*self.settings, *before.settings))
        changed += [
            f"{name.replace('_', '-')} was {_shown(before.settings.get(name))}"
            for name in names
            if self.settings.get(name) != before.settings.get(name)
        ]
        return ", ".join(changed)


def look(settings: DubSettings, before: Contents | None = None) -> Contents:
    """Look at all that a film's dub is made from; only what seems to have changed since `before` is read.

    Raises BadInputError or OSError for what cannot be read.
    """
    known = before.files if before else {}
    files = {name: Trace.of(path, known.get(name)) for name, path in _files(settings)}
    return Contents(files, _settings(settings))


def _files(settings: DubSettings) -> Iterator[tuple[str, Path]]:
    yield "video", settings.video
    yield "subtitles", settings.source
    if settings.cast:
        yield "cast", settings.cast
    if settings.lexicon:
        yield "lexicon", settings.lexicon
    if settings.c2pa:
        yield "certificate", settings.c2pa[0]
    for spec in _voices(settings):
        yield from _voice_files(spec)


def _voices(settings: DubSettings) -> list[str]:
    if settings.cast is None:
        return [settings.voice]
    cast = casting.load(settings.cast, settings.voice)
    return list(dict.fromkeys(role.voice for role in (cast.default, *cast.roles.values())))


def _voice_files(spec: str) -> Iterator[tuple[str, Path]]:
    from voiceover.voices import catalog

    try:
        path = catalog.find(spec).path
    except VoiceoverError:
        return  # its film tells why
    if path is not None and path.is_dir():
        for member in sorted(path.glob("*")):
            if member.suffix in {".json", ".safetensors"} and member.is_file():
                yield f"voice {spec} ({member.name})", member
    elif path is not None:
        yield f"voice {spec}", path


def _settings(settings: DubSettings) -> dict[str, Any]:
    kept = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name not in _NOT_CONTENT}
    if settings.precision in (Precision.AUTO, Precision.FP32):  # they come to the same
        kept.pop("precision")
    return {name: str(value) if isinstance(value, StrEnum) else value for name, value in kept.items()}


def _digest(trace: Trace | None) -> str:
    return trace.sha256 if trace else ""


def _shown(value: Any) -> str:
    return "not set" if value is None else json.dumps(value) if not isinstance(value, str) else value
