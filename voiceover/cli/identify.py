"""`voiceover identify`: whether a file says that speech in it is synthetic."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voiceover.cli.options import Verbose
from voiceover.errors import ExitCode

if TYPE_CHECKING:
    from voiceover.media import Marks
    from voiceover.signatures import Signature


def identify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A film, a WAV file or a report.", show_default=False)],
    *,
    trust: Annotated[
        Path | None,
        typer.Option("--trust", metavar="CERTS.pem", help="The authorities whose C2PA signers you trust."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    verbose: Verbose = False,
) -> None:
    """Tell whether a file is marked as synthetic speech, by which voices and with whose consent, and who signed that.

    Exit code 0: marked. 1: not marked, which is no proof that nothing in it is synthetic; or signed, and the signature
    does not hold; or, with --trust, not signed by one of those. 2: not a file it can read.
    """
    from voiceover import signatures
    from voiceover.identification import identify as read
    from voiceover.signatures import State

    found = read(file)
    signed = None if file.suffix.lower() in {".json", ".html"} else signatures.read(file, trust)
    marked = found.source_type is not None
    if as_json:
        about = found.mark.to_json() if found.mark else None
        told = {"format": 1, "marked": marked, "source_type": found.source_type, "where": found.where, "mark": about}
        print(json.dumps(told | {"c2pa": asdict(signed) if signed else None}, ensure_ascii=False, indent=2))
    else:
        _show(file, found, signed)
    state = signed.state if signed else None
    held = state is State.VALID if trust else state is not State.INVALID
    raise typer.Exit(ExitCode.DONE if marked and held else ExitCode.STRICT)


def _show(file: Path, found: Marks, signed: Signature | None) -> None:
    from rich.table import Table

    from voiceover.cli.tables import show
    from voiceover.provenance import UNKNOWN

    table = Table(show_header=False)
    mark = found.mark
    if mark is not None:
        table.add_row("synthetic speech", f"yes, says {found.where}")
        table.add_row("made by", f"{mark.tool} {mark.version}".strip() or UNKNOWN)
        table.add_row("date", mark.date or UNKNOWN)
        table.add_row("source type", mark.source_type or UNKNOWN)
        for voice in mark.voices:
            table.add_row("voice", voice.name or UNKNOWN)
            table.add_row("licence", voice.licence or UNKNOWN)
            table.add_row("consent", voice.consent or UNKNOWN)
    elif found.source_type is not None:
        print(f"{file} is marked with {found.source_type} ({found.where}); it holds no record of voiceover's.")
    else:
        print(f"{file} carries no mark. That is no proof that nothing in it is synthetic.")
    if signed is not None:
        table.add_row("C2PA manifest", _told(signed))
        for problem in signed.problems:
            table.add_row("", problem)
    if table.row_count:
        show(table)


def _told(signed: Signature) -> str:
    from voiceover.signatures import State
    from voiceover.signing import EXTRA

    by = f"signed by {signed.signer or 'nobody named'}" + (f", {signed.when}" if signed.when else "")
    return {
        State.VALID: f"valid: {by}",
        State.UNTRUSTED: f"untrusted: {by}; the content is as signed; no --trust names that signer's authority",
        State.INVALID: f"invalid: {by}",
        State.UNCHECKED: f"there is one; to check it: {EXTRA}",
    }[signed.state]
