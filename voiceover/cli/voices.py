"""`voiceover voices`: list, show, add and remove the voices on this machine."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from voiceover.cli.options import Force, Verbose

app = typer.Typer(help="The voices on this machine.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command("list")
def list_voices(as_json: AsJson = False, verbose: Verbose = False) -> None:
    """List every voice: bundles first, then the operating system's."""
    from rich.table import Table

    from voiceover.cli.tables import show
    from voiceover.voices import catalog

    entries = catalog.entries()
    if as_json:
        print(json.dumps({"format": 1, "voices": [asdict(entry) for entry in entries]}, ensure_ascii=False, indent=2))
        return
    table = Table("name", "kind", "language", "licence", "where")
    for entry in entries:
        where = f"{entry.where} (unusable: {entry.problem})" if entry.problem else entry.where
        table.add_row(entry.name, entry.kind, entry.language, entry.licence, where)
    show(table)


@app.command("show")
def show_voice(name: str, as_json: AsJson = False, verbose: Verbose = False) -> None:
    """Show a voice's card: language, licence, consent, training and figures."""
    from rich.table import Table

    from voiceover.cli.tables import show
    from voiceover.voices import bundle, catalog

    found = catalog.find(name)
    if found.path is None:
        voice = found.open("cpu")  # only the plug-in itself knows whether it has this voice
        entry = next((entry for entry in catalog.entries() if entry.name == voice.name), None)
        card = {"kind": found.name.partition(":")[0], "name": voice.name, "sample_rate": voice.rate}
        card |= asdict(entry) if entry else {}
    else:
        card = {**bundle.read_card(found.path).model_dump(mode="json"), "where": str(found.path)}
    if as_json:
        print(json.dumps(card, ensure_ascii=False, indent=2))
        return
    table = Table(show_header=False)
    for key, value in card.items():
        table.add_row(key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    show(table)


@app.command("add")
def add_voice(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A bundle folder or a .voice file.")],
    name: Annotated[str | None, typer.Option("--name", help="Name it this; by default the name in its card.")] = None,
    force: Force = False,
    verbose: Verbose = False,
) -> None:
    """Check a bundle and copy it to your voices."""
    from voiceover.voices import catalog

    target = catalog.add(path, name=name, force=force)
    print(f"{target}\nUse it with: --voice {target.name}")


@app.command("remove")
def remove_voice(name: str, verbose: Verbose = False) -> None:
    """Remove a voice that was added."""
    from voiceover.voices import catalog

    print(f"Removed {catalog.remove(name)}")
