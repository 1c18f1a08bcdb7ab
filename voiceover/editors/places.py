"""Where editors look for plugins, on Linux, macOS and Windows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_EXTENSIONS_SINCE = (4, 2)  # of Blender; before that there were only add-ons
_VERSION = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Machine:
    """What places depend on, so that they can be told for another machine as well."""

    system: str  # linux, darwin or win32
    home: Path
    environment: Mapping[str, str]
    find_program: Callable[[str], str | None]

    def folder(self, variable: str, usual: Path) -> Path:
        """Return the folder that a variable of the environment names, or else the usual one."""
        named = self.environment.get(variable)
        return Path(named) if named else usual

    @property
    def application_data(self) -> Path:
        """Where programs keep what belongs to a user."""
        if self.system == "win32":
            return self.folder("APPDATA", self.home / "AppData" / "Roaming")
        if self.system == "darwin":
            return self.home / "Library" / "Application Support"
        return self.folder("XDG_CONFIG_HOME", self.home / ".config")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in which an editor looks for plugins."""

    editor: str  # as people call it, with its version where places differ by that
    folder: Path  # need not be there yet


def this_machine() -> Machine:
    """Return the machine that this runs on."""
    system = "linux" if sys.platform not in ("darwin", "win32") else sys.platform
    return Machine(system, Path.home(), os.environ, shutil.which)


def find_blender(machine: Machine) -> tuple[Place, ...]:
    """Return a place for each version of Blender that has been started, or is on the search path."""
    if machine.system == "win32":
        root = machine.application_data / "Blender Foundation" / "Blender"
    elif machine.system == "darwin":
        root = machine.application_data / "Blender"
    else:
        root = machine.application_data / "blender"
    versions = {folder.name for folder in root.iterdir() if folder.is_dir()} if root.is_dir() else set()
    program = machine.find_program("blender")
    if program is not None:
        versions |= _ask_version(program)
    known = sorted((int(major), int(minor)) for major, minor in (_split(name) for name in versions) if major)
    return tuple(_blender_place(root, version, machine) for version in known)


def _split(name: str) -> tuple[str, str]:
    found = _VERSION.fullmatch(name)
    return (found[1], found[2]) if found else ("", "")


def _ask_version(program: str) -> set[str]:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return set()
    found = re.search(r"Blender (\d+\.\d+)", said)
    return {found[1]} if found else set()


def _blender_place(root: Path, version: tuple[int, int], machine: Machine) -> Place:
    folder = root / f"{version[0]}.{version[1]}"
    if version >= _EXTENSIONS_SINCE:
        place = machine.folder("BLENDER_USER_EXTENSIONS", folder / "extensions") / "user_default"
    else:
        place = machine.folder("BLENDER_USER_SCRIPTS", folder / "scripts") / "addons"
    return Place(f"Blender {version[0]}.{version[1]}", place)


def find_resolve(machine: Machine) -> tuple[Place, ...]:
    """Return the folder of DaVinci Resolve's scripts for its Edit page, if Resolve is there."""
    if machine.system == "win32":
        root = machine.application_data / "Blackmagic Design" / "DaVinci Resolve"
        scripts = root / "Support" / "Fusion" / "Scripts"
    elif machine.system == "darwin":
        root = machine.application_data / "Blackmagic Design" / "DaVinci Resolve"
        scripts = root / "Fusion" / "Scripts"
    else:
        root = machine.folder("XDG_DATA_HOME", machine.home / ".local" / "share") / "DaVinciResolve"
        scripts = root / "Fusion" / "Scripts"
    there = root.is_dir() or (machine.system == "linux" and Path("/opt/resolve/bin/resolve").exists())
    return (Place("DaVinci Resolve", scripts / "Edit"),) if there else ()


def find_audacity(machine: Machine) -> tuple[Place, ...]:
    """Return the folder for Audacity's script, if Audacity is there: it runs beside Audacity, not in it."""
    folders = [machine.application_data / "audacity", machine.home / ".audacity-data"]
    there = machine.find_program("audacity") is not None or any(folder.is_dir() for folder in folders)
    from voiceover.config import data_folder

    return (Place("Audacity", data_folder() / "plugins"),) if there else ()


def find_aegisub(machine: Machine) -> tuple[Place, ...]:
    """Return the folders from which Aegisub loads automation scripts by itself."""
    if machine.system in ("win32", "darwin"):
        roots = [machine.application_data / "Aegisub"]
    else:
        roots = [machine.home / ".aegisub", machine.home / ".config" / "aegisub", *machine.home.glob(".aegisub-*")]
    there = [root for root in roots if root.is_dir()]
    programs = [machine.find_program(name) for name in ("aegisub", "aegisub-3.2")]
    if not there and any(programs):
        there = roots[:1]
    return tuple(Place("Aegisub", root / "automation" / "autoload") for root in there)
