"""A training's numbers from a file: what it gives replaces the preset's.

[network]            # sizes: TacotronConfig or VocoderConfig
frames_per_step = 2
[training]           # AcousticSettings or VocoderSettings
frame_drop = 0.4
[loop]               # LoopSettings
steps = 10000
"""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from voiceover.errors import BadInputError

Network = TypeVar("Network")
Training = TypeVar("Training")
Table = TypeVar("Table")
TABLES = ("network", "training", "loop")


def choose(
    presets: Mapping[str, tuple[Network | None, Training]], preset: str, file: Path | None, **loop: Any
) -> tuple[Network | None, Training]:
    """Return a preset's sizes and settings; a file's go before them, what `loop` gives (where not None) before both.

    Raises:
        BadInputError: there is no such preset, or the file cannot be read or holds what no setting is called.
    """
    if preset not in presets:
        known = ", ".join(presets)
        raise BadInputError(f"--preset {preset}: there is no such preset.", f"Use one of {known}.")
    network, training = presets[preset]
    tables = _read(file) if file else {}
    if "network" in tables and network is None:
        raise BadInputError(
            f"{file}: [network] has no place with --preset {preset}, which takes the sizes of what it starts from.",
            "Remove [network], or use another preset.",
        )
    if network is not None:
        network = _replaced(network, tables.get("network", {}), f"{file}: [network]")
    training = _replaced(training, tables.get("training", {}), f"{file}: [training]", apart=("loop",))
    given = {name: value for name, value in loop.items() if value is not None}
    current: Any = training
    settings = _replaced(current.loop, tables.get("loop", {}), f"{file}: [loop]")
    return network, dataclasses.replace(current, loop=dataclasses.replace(settings, **given))


def _read(file: Path) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInputError(
            f"{file}: no such file", "Give a TOML file with settings, or leave --settings out."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInputError(f"{file}: cannot be read as TOML ({error})", "See docs/training.md.") from None
    wrong = [name for name, table in tables.items() if name not in TABLES or not isinstance(table, dict)]
    if wrong:
        raise BadInputError(
            f"{file}: {wrong[0]} has no place there", "Its tables are [network], [training] and [loop]."
        )
    return tables


def _replaced(settings: Table, table: Mapping[str, Any], where: str, apart: tuple[str, ...] = ()) -> Table:
    if not table:
        return settings
    current: Any = settings
    names = [field.name for field in dataclasses.fields(current) if field.name not in apart]
    for name in table:
        if name not in names:
            raise BadInputError(f"{where} {name} is no setting", f"There are {', '.join(names)}.")
    values = {field.name: getattr(current, field.name) for field in dataclasses.fields(current)}
    try:
        checked: Table = TypeAdapter(type(settings)).validate_python({**values, **table})
    except ValidationError as error:
        first = error.errors()[0]
        wrong = str(first["loc"][0]) if first["loc"] else "?"
        raise BadInputError(f"{where} {wrong} = {table.get(wrong)!r}: {first['msg']}", "Mend it.") from None
    for name, value in table.items():
        if isinstance(value, int | float) and not 0 <= value < math.inf:
            raise BadInputError(f"{where} {name} = {value}: a number of 0 or more is needed", "Mend it.")
    return checked
