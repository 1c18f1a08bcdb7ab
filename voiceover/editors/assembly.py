"""A plugin as an editor wants it: its own files, the part that talks to the command, and the command's place."""

from __future__ import annotations

import json
import shlex
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from voiceover import __version__
from voiceover.errors import MissingError

MARK = "voiceover-plugin.json"  # in each folder that is ours
LUA_MARK = "-- voiceover plugin "  # begins each Lua file that is ours; the version follows
BLENDER = "voiceover_narration"

Files = Mapping[str, bytes]  # names with forward slashes


def source_folder() -> Path:
    """Return the plugins' files: in the package, or in the checkout that it is run from.

    Raises:
        MissingError: this installation has none.
    """
    package = Path(__file__).parent / "plugins"
    checkout = Path(__file__).parents[2] / "plugins"
    for folder in (package, checkout):
        if (folder / "link").is_dir():
            return folder
    raise MissingError("This installation of voiceover has no plugins.", "Install voiceover again.")


def assemble_blender(command: Sequence[str]) -> Files:
    """Return the files of Blender's add-on, which are those of the extension too."""
    return _assemble_python("blender/voiceover_narration", command)


def assemble_audacity(command: Sequence[str]) -> Files:
    """Return the files of Audacity's script."""
    return _assemble_python("audacity", command)


def assemble_resolve(command: Sequence[str]) -> Files:
    """Return DaVinci Resolve's script, one file."""
    return {"Narrate with Voiceover.lua": _join_lua("resolve/narrate.lua", command)}


def assemble_aegisub(command: Sequence[str]) -> Files:
    """Return Aegisub's automation script, one file."""
    return {"voiceover.lua": _join_lua("aegisub/narrate.lua", command)}


def pack_blender(folder: Path) -> tuple[Path, Path]:
    """Write the add-on as two archives, for Blender's Install from Disk: an extension (4.2 on) and a legacy add-on.

    They name no command of this machine: without a preference, `voiceover` is looked up on the search path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = assemble_blender(["voiceover"])
    extension, addon = (folder / f"{BLENDER}-{__version__}-{kind}.zip" for kind in ("extension", "addon"))
    for path, prefix in ((extension, ""), (addon, f"{BLENDER}/")):
        part = path.with_name(f".{path.name}.part")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(files):
                # a fixed date: the same files make the same archive
                archive.writestr(zipfile.ZipInfo(f"{prefix}{name}", (1980, 1, 1, 0, 0, 0)), files[name])
        part.replace(path)
    return extension, addon


def _assemble_python(name: str, command: Sequence[str]) -> Files:
    source = source_folder()
    files = {path.name: path.read_bytes() for path in sorted((source / name).iterdir()) if path.is_file()}
    files["voiceover_link.py"] = (source / "link" / "voiceover_link.py").read_bytes()
    files["command.txt"] = f"{_command_line(command)}\n".encode()
    mark = {"format": 1, "version": __version__}
    files[MARK] = f"{json.dumps(mark)}\n".encode()
    return files


def _command_line(command: Sequence[str]) -> str:
    if len(command) == 1:
        return command[0]
    if sys.platform == "win32":
        return " ".join(f'"{part}"' for part in command)
    return shlex.join(command)


def _join_lua(name: str, command: Sequence[str]) -> bytes:
    """Put a script and what it talks through into one file: editors' search paths for modules differ."""
    source = source_folder()
    link = (source / "link" / "voiceover_link.lua").read_text("utf-8")
    script = (source / name).read_text("utf-8")
    parts = ", ".join(_quote_lua(part) for part in command)
    joined = f"{LUA_MARK}{__version__}\nlocal voiceover_command = {{{parts}}}\n"
    joined += f"local voiceover_link = (function()\n{link}end)()\n{script}"
    return joined.encode()


def _quote_lua(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
