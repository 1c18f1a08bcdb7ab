"""The commands by name: each is a module of its own, imported when it is the one that is run.

Signatures of all commands take longer to read than most commands take to start, and one run needs one of them.
"""

from __future__ import annotations

import importlib
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# what `--help` says of each, in this order: the first paragraph of the command's own help
SUMMARIES = {
    "dub": "Dub a film: each subtitle is spoken at its time, and the picture is copied untouched.",
    "narrate": "Speak subtitles or a script into a narration track, each line at its time.",
    "batch": (
        "Dub every film in a folder with the subtitles that belong to it; a second run does only what has changed."
    ),
    "say": "Say one line into a WAV file, or show how it would be read.",
    "check": "Foretell which lines the voice can say in time, and what to cut of the others. Nothing is spoken.",
    "identify": (
        "Tell whether a file is marked as synthetic speech, by which voices and with whose consent, "
        "and who signed that."
    ),
    "voices": "The voices on this machine.",
    "clone": "Make a voice of somebody's recordings: prepare, inspect, fine-tune, measure, and add it to your voices.",
    "dataset": "Recordings to a corpus that a voice can be trained on.",
    "train": "Train a voice's networks, and make a bundle of them.",
    "evaluate": "Measure how good a voice is.",
    "plugins": "Plugins for editors: Blender, DaVinci Resolve, Audacity, Aegisub.",
    "doctor": "Show what this machine has and lacks; exits with 3 if `dub` cannot work.",
}


class Commands(TyperGroup):
    """The group of all commands, of which it reads the one that is run."""

    def __init__(self, **settings: Any) -> None:
        """Know every command by its summary."""
        super().__init__(**settings)
        self.commands = {name: TyperCommand(name, help=summary) for name, summary in SUMMARIES.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is to run, whole."""
        name, _summary, rest = super().resolve_command(ctx, args)
        return name, None if name is None else read(name), rest


def read(name: str) -> Any:
    """Import a command's module, and return the command: a group where the module has an `app`."""
    module = importlib.import_module(f"voiceover.cli.{name}")
    outer = typer.Typer(add_completion=False)
    if hasattr(module, "app"):
        outer.add_typer(module.app, name=name)
    else:
        outer.command(name)(getattr(module, name))
    return typer.main.get_group(outer).commands[name]
