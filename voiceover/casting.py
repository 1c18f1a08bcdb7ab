"""Who speaks what: a cast file gives each speaker a voice, a speed and a gain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from voiceover import records
from voiceover.errors import BadInputError
from voiceover.records import Record
from voiceover.types import Line

SPEEDS = (0.7, 1.5)  # of natural: outside, the stretching is heard
GAINS = (-24.0, 12.0)  # dB
_TEMPLATE = "See templates/cast.yaml."


@dataclass(frozen=True, slots=True)
class Role:
    """How a speaker sounds."""

    voice: str  # as `--voice` takes it
    speed: float = 1.0  # of the voice's own
    gain_db: float = 0.0  # against the other lines


@dataclass(frozen=True, slots=True)
class Cast:
    """The roles of a film: one for everybody, and those of the speakers that have their own."""

    default: Role
    roles: Mapping[str, Role] = field(default_factory=dict)  # by `key` of the speaker's name
    names: Mapping[str, str] = field(default_factory=dict)  # the names as they were written

    def role(self, speaker: str | None) -> Role:
        """Return the role of a speaker; anybody who has none gets the default."""
        return self.roles.get(key(speaker), self.default) if speaker else self.default


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker of a file, as the report lists them."""

    name: str
    lines: int
    voice: str
    mapped: bool  # whether the cast names them


def key(name: str) -> str:
    """Return what tells speakers apart: their names without regard to case and spacing."""
    return " ".join(name.casefold().split())


def load(path: Path, default_voice: str) -> Cast:
    """Read a cast file; voices given as relative paths are looked for beside it.

    Raises BadInputError, with file and line, for what cannot be read or makes no sense.
    """
    top = records.read(path, what="a cast file")
    _check_keys(top, ("format", "default", "speakers"))
    if top.values.get("format", 1) != 1:
        raise BadInputError(
            f"{top.where('format')}: this version reads format 1.", "Upgrade voiceover, or write format: 1."
        )
    fallback = Role(default_voice)
    default = _role(top, "default", fallback) if "default" in top.values else fallback
    roles: dict[str, Role] = {}
    names: dict[str, str] = {}
    speakers = top.section("speakers")
    for name, _ in speakers:
        if key(name) in names:
            raise BadInputError(
                f"{speakers.where(name)}: “{name}” is the same speaker as “{names[key(name)]}”.", "Keep one of the two."
            )
        roles[key(name)], names[key(name)] = _role(speakers, name, default), name
    return Cast(default, roles, names)


def speakers(lines: Sequence[Line], cast: Cast) -> list[Speaker]:
    """List the speakers of the lines, most lines first, with the voice each is given."""
    counts = Counter(key(line.speaker) for line in lines if line.speaker)
    names = {key(line.speaker): line.speaker for line in reversed(lines) if line.speaker}  # as first written
    return [
        Speaker(names[who], count, cast.role(who).voice, who in cast.roles)
        for who, count in sorted(counts.items(), key=lambda item: (-item[1], names[item[0]]))
    ]


def strangers(lines: Sequence[Line], cast: Cast) -> list[str]:
    """Say, for each name of the cast that speaks no line, so and whom it may have meant: most are typing errors."""
    present = {key(line.speaker): line.speaker for line in lines if line.speaker}
    told = []
    for name_key, name in cast.names.items():
        if name_key not in present:
            near = get_close_matches(name_key, present, n=1, cutoff=0.6)
            told.append(f"{name} speaks no line" + (f"; did you mean {present[near[0]]}?" if near else ""))
    return told


def _role(record: Record, name: str, default: Role) -> Role:
    """Read one role: a voice alone, or voice, speed and gain."""
    value = record.values[name]
    if isinstance(value, str) and value.strip():
        return Role(_voice(value.strip(), record.path), default.speed, default.gain_db)
    if not isinstance(value, Record):
        raise BadInputError(f"{record.where(name)}: “{name}” has no voice.", f"Write “{name}: VOICE”. {_TEMPLATE}")
    _check_keys(value, ("voice", "speed", "gain"))
    voice = value.values.get("voice", default.voice)
    if not isinstance(voice, str) or not voice.strip():
        raise BadInputError(f"{value.where('voice')}: the voice of “{name}” must be a name.", _TEMPLATE)
    return Role(
        _voice(voice.strip(), record.path) if "voice" in value.values else voice,
        _number(value, "speed", default.speed, SPEEDS, "x"),
        _number(value, "gain", default.gain_db, GAINS, "dB"),
    )


def _voice(spec: str, path: Path) -> str:
    beside = path.parent / spec
    return str(beside) if ("/" in spec or "\\" in spec or spec.endswith(".voice")) and beside.exists() else spec


def _number(record: Record, name: str, default: float, bounds: tuple[float, float], unit: str) -> float:
    value: Any = record.values.get(name, default)
    if isinstance(value, str):  # “-3 dB”, “1.1x”
        value = value.replace("\u2212", "-").casefold().strip().removesuffix(unit.casefold())
    try:
        number = float(value) if not isinstance(value, bool) else float("nan")
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not bounds[0] <= number <= bounds[1]:
        raise BadInputError(
            f"{record.where(name)}: the {name} must be a number from {bounds[0]:g} to {bounds[1]:g}.", _TEMPLATE
        )
    return number


def _check_keys(record: Record, known: tuple[str, ...]) -> None:
    for name, _ in record:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise BadInputError(f"{record.where(name)}: “{name}” means nothing here.", f"{hint}{_TEMPLATE}")
