"""`voiceover identify`: whether a file says that speech in it is synthetic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from voiceover.cli.options import Verbose
from voiceover.errors import ExitCode


def identify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A film, a WAV file or a report.", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    verbose: Verbose = False,
) -> None:
    """Tell whether a file is marked as synthetic speech, by which voices and with whose consent.

    Exit code 0: marked. 1: not marked, which is no proof that nothing in it is synthetic. 2: not a file it can read.
    """
    from voiceover.identification import identify as read

    found = read(file)
    marked = found.source_type is not None
    if as_json:
        about = found.mark.to_json() if found.mark else None
        told = {"format": 1, "marked": marked, "source_type": found.source_type, "where": found.where, "mark": about}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    elif found.mark is not None:
        _show(found.where, found.mark)
    elif marked:
        print(f"{file} is marked with {found.source_type} ({found.where}); it holds no record of voiceover's.")
    else:
        print(f"{file} carries no mark. That is no proof that nothing in it is synthetic.")
    raise typer.Exit(ExitCode.DONE if marked else ExitCode.STRICT)


def _show(where: str, mark: object) -> None:
    from rich.table import Table

    from voiceover.cli.tables import show
    from voiceover.provenance import UNKNOWN, Mark

    assert isinstance(mark, Mark)  # noqa: S101 - imported late: `--help` needs none of it
    table = Table(show_header=False)
    table.add_row("synthetic speech", f"yes, says {where}")
    table.add_row("made by", f"{mark.tool} {mark.version}".strip() or UNKNOWN)
    table.add_row("date", mark.date or UNKNOWN)
    table.add_row("source type", mark.source_type or UNKNOWN)
    for voice in mark.voices:
        table.add_row("voice", voice.name or UNKNOWN)
        table.add_row("licence", voice.licence or UNKNOWN)
        table.add_row("consent", voice.consent or UNKNOWN)
    show(table)
