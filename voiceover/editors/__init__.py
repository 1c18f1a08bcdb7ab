"""Editors on this machine and the plugins for them: found, assembled, installed, removed.

To add one: put its files into `plugins/`, say in `assembly` how they are put together and in `places` where they
go, and name it in `installation.EDITORS`.
"""

from voiceover.editors.assembly import pack_blender
from voiceover.editors.installation import EDITORS, Editor, Installed, install, own_command, remove, status
from voiceover.editors.places import Machine, Place, this_machine

__all__ = [
    "EDITORS",
    "Editor",
    "Installed",
    "Machine",
    "Place",
    "install",
    "own_command",
    "pack_blender",
    "remove",
    "status",
    "this_machine",
]
