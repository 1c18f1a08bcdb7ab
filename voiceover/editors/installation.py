"""Plugins into editors' folders and out again; nothing there that is not ours is touched."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from voiceover import __version__
from voiceover.editors import assembly, places
from voiceover.editors.assembly import LUA_MARK, MARK, Files
from voiceover.editors.places import Machine, Place
from voiceover.errors import BadInputError, MissingError


@dataclass(frozen=True, slots=True)
class Editor:
    """An editor that there is a plugin for."""

    name: str  # what the command line takes
    title: str
    item: str  # the file or folder that is put into a place; a folder unless it ends in .lua
    find: Callable[[Machine], tuple[Place, ...]]
    assemble: Callable[[Sequence[str]], Files]
    next_step: str  # what the user does after it was installed; {item} is where it is


@dataclass(frozen=True, slots=True)
class Installed:
    """What is in a place."""

    place: Place
    path: Path  # of the plugin, whether it is there or not
    version: str | None  # None: not there

    @property
    def old(self) -> bool:
        """Whether it is there and of another version than this one."""
        return self.version is not None and self.version != __version__


EDITORS = (
    Editor(
        "blender",
        "Blender",
        assembly.BLENDER,
        places.find_blender,
        assembly.assemble_blender,
        "Tick “Voiceover narration” in Edit > Preferences > Add-ons; it is in the Video Sequencer's sidebar (N).",
    ),
    Editor(
        "resolve",
        "DaVinci Resolve",
        "Narrate with Voiceover.lua",
        places.find_resolve,
        assembly.assemble_resolve,
        "Run it on the Edit page with Workspace > Scripts > Edit > Narrate with Voiceover.",
    ),
    Editor(
        "audacity",
        "Audacity",
        "audacity",
        places.find_audacity,
        assembly.assemble_audacity,
        "Enable mod-script-pipe in Edit > Preferences > Modules, start Audacity again, and then run: "
        'python "{item}/narrate.py"',
    ),
    Editor(
        "aegisub",
        "Aegisub",
        "voiceover.lua",
        places.find_aegisub,
        assembly.assemble_aegisub,
        "Start Aegisub again; it is in the Automation menu.",
    ),
)


def find_editor(name: str) -> Editor:
    """Return the editor of a name; raises BadInputError if there is no plugin for one."""
    for editor in EDITORS:
        if name.lower() in (editor.name, editor.title.lower()):
            return editor
    names = ", ".join(editor.name for editor in EDITORS)
    raise BadInputError(
        f"There is no plugin for “{name}”.",
        f"There are plugins for {names}; other editors import what `narrate` writes, see docs/plugins.md.",
    )


def own_command() -> list[str]:
    """Return the command that starts this very installation, wherever an editor was started from."""
    name = "voiceover.exe" if sys.platform == "win32" else "voiceover"
    beside = Path(sys.executable).parent / name
    # -P: an editor's working folder is not looked in for modules
    return [str(beside)] if beside.exists() else [sys.executable, "-P", "-m", "voiceover"]


def status(editor: Editor, machine: Machine, folder: Path | None = None) -> list[Installed]:
    """Return what is in an editor's places, or in a `folder` instead of them."""
    found = editor.find(machine) if folder is None else (Place(editor.title, folder),)
    return [Installed(place, place.folder / editor.item, _version(place.folder / editor.item)) for place in found]


def install(
    editor: Editor, machine: Machine, command: Sequence[str], *, folder: Path | None = None, force: bool = False
) -> list[Installed]:
    """Put a plugin into all places of its editor, in place of an older one; return what was there before.

    Raises:
        MissingError: the editor is not on this machine and no `folder` is given.
        BadInputError: something else is in the way and `force` is not given, or a folder cannot be written.
    """
    before = status(editor, machine, folder)
    if not before:
        raise MissingError(
            f"{editor.title} was not found on this machine.",
            f"Start it once and try again, or name its folder: voiceover plugins install {editor.name} --to DIR",
        )
    for there in before:
        if there.version is None and there.path.exists() and not force:
            raise BadInputError(f"{there.path} is not voiceover's.", "Pass --force to replace it.")
    files = editor.assemble(command)
    for there in before:
        try:
            _put(there.path, files)
        except OSError as error:
            raise _refused(there.path, error) from error
    return before


def remove(editor: Editor, machine: Machine, *, folder: Path | None = None) -> list[Path]:
    """Take a plugin out of its editor's places, and return where it was.

    Raises:
        MissingError: it is in none of them.
        BadInputError: it cannot be removed.
    """
    there = [found.path for found in status(editor, machine, folder) if found.version is not None]
    if not there:
        raise MissingError(
            f"The plugin for {editor.title} is not installed.", "`voiceover plugins list` shows what is."
        )
    for path in there:
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        except OSError as error:
            raise _refused(path, error) from error
    return there


def _refused(path: Path, error: OSError) -> BadInputError:
    return BadInputError(
        f"{error.filename or path}: {error.strerror or error}.",
        "Close the editor, check that its folder can be written to, or name another one with --to.",
    )


def _put(path: Path, files: Files) -> None:
    """Write a plugin beside its place and then exchange it, so that no half of one is ever loaded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        if path.suffix == ".lua":
            (content,) = files.values()
            part.write_bytes(content)
        else:
            part.mkdir()
            for name, content in files.items():
                (part / name).write_bytes(content)
            if path.is_dir():
                shutil.rmtree(path)
        part.replace(path)
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def _version(path: Path) -> str | None:
    """Return the version of a plugin of ours, or None for anything else and nothing."""
    try:
        if path.is_dir():
            return str(json.loads((path / MARK).read_text("utf-8"))["version"])
        with path.open(encoding="utf-8") as file:
            first = file.readline()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return first.removeprefix(LUA_MARK).strip() if first.startswith(LUA_MARK) else None
