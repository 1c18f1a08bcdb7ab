"""`voiceover plugins`: list, install and remove the plugins for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voiceover.cli.options import Force, Verbose

if TYPE_CHECKING:
    from voiceover.editors import Editor, Installed

app = typer.Typer(help="Plugins for editors: Blender, DaVinci Resolve, Audacity, Aegisub.", no_args_is_help=True)
EditorName = Annotated[
    str | None, typer.Argument(metavar="[EDITOR]", help="blender, resolve, audacity or aegisub; by default all found.")
]
Folder = Annotated[
    Path | None, typer.Option("--to", metavar="DIR", help="The editor's plugin folder, for portable editors.")
]


@app.command("list")
def list_plugins(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    verbose: Verbose = False,
) -> None:
    """List the editors that there are plugins for, where they are on this machine, and what is installed."""
    from rich.table import Table

    from voiceover.cli.tables import show
    from voiceover.editors import EDITORS, own_command, status, this_machine

    machine = this_machine()
    found = {editor.name: status(editor, machine) for editor in EDITORS}
    if as_json:
        rows = [
            {"name": name, "editor": item.place.editor, "path": str(item.path), "version": item.version}
            for name, items in found.items()
            for item in items
        ]
        print(json.dumps({"format": 1, "command": own_command(), "plugins": rows}, ensure_ascii=False, indent=2))
        return
    table = Table("name", "editor", "plugin", "where")
    for editor in EDITORS:
        if not found[editor.name]:
            table.add_row(editor.name, editor.title, "editor not found", "")
        for item in found[editor.name]:
            table.add_row(editor.name, item.place.editor, _state(item), str(item.path))
    show(table)


def _state(item: Installed) -> str:
    if item.version is None:
        return "something else is there" if item.path.exists() else "not installed"
    return f"{item.version}, out of date: install it again" if item.old else item.version


@app.command("install")
def install_plugins(
    editor: EditorName = None,
    to: Folder = None,
    command: Annotated[
        str | None,
        typer.Option("--command", metavar="COMMAND", help="What the plugin starts; by default this voiceover."),
    ] = None,
    force: Force = False,
    verbose: Verbose = False,
) -> None:
    """Install or upgrade the plugin for an editor, or for every editor that is found."""
    import shlex

    from voiceover.editors import install, own_command, this_machine

    starts = own_command() if command is None else [command] if Path(command).is_file() else shlex.split(command)
    machine = this_machine()
    for chosen in _choose(editor, to):
        for before in install(chosen, machine, starts, folder=to, force=force):
            done = "upgraded from " + before.version if before.old and before.version else "installed"
            print(f"{before.path}\n{before.place.editor}: {done}. {chosen.next_step.format(item=before.path)}")


@app.command("remove")
def remove_plugins(editor: EditorName = None, to: Folder = None, verbose: Verbose = False) -> None:
    """Remove the plugin of an editor, or of every editor that has one."""
    from voiceover.editors import remove, status, this_machine

    machine = this_machine()
    chosen = _choose(editor, to)
    if editor is None:
        chosen = [one for one in chosen if any(item.version for item in status(one, machine))]
    for one in chosen:
        for path in remove(one, machine, folder=to):
            print(f"Removed {path}")


@app.command("pack")
def pack_plugins(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where the archives go.")],
    verbose: Verbose = False,
) -> None:
    """Write Blender's add-on as archives, for Install from Disk: an extension, and a legacy add-on."""
    from voiceover.editors import pack_blender

    for path in pack_blender(output):
        print(path)


def _choose(name: str | None, to: Path | None) -> list[Editor]:
    """Return the editor that was named, or those on this machine."""
    from voiceover.editors import EDITORS, status, this_machine
    from voiceover.editors.installation import find_editor
    from voiceover.errors import BadInputError, MissingError

    if name is not None:
        return [find_editor(name)]
    if to is not None:
        raise BadInputError(f"--to {to}: for which editor?", "Name it: voiceover plugins install blender --to DIR")
    machine = this_machine()
    found = [editor for editor in EDITORS if status(editor, machine)]
    if not found:
        titles = ", ".join(editor.title for editor in EDITORS)
        raise MissingError(
            f"None of the editors that there are plugins for was found: {titles}.",
            "Start yours once and try again, or name it and its folder: voiceover plugins install blender --to DIR",
        )
    return found
