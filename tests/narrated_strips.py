"""What `integration/in_blender.py` wrote down, and whether it is as it should be."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import soundfile

from voiceover.onsets import measure_onsets

SCRIPT = Path(__file__).parent / "integration" / "in_blender.py"
FILE_TEXTS = ("And another.", "And yet another.")
HEAD_START = 0.060  # seconds: what a clip may hold before its voice


@dataclass(frozen=True)
class Narrated:
    """One run of the script: its notes, and each text strip's onset error in the mixed-down sound, in seconds."""

    told: dict[str, Any]
    errors: tuple[float, ...]


def write_command(folder: Path, *more: Path) -> Path:
    """Write a command that runs this very package, whatever an editor does to the environment."""
    root = Path(__file__).parents[1]
    path = os.pathsep.join(str(item) for item in (root, *more))
    home = os.environ.get("VOICEOVER_HOME", str(folder / "home"))
    command = folder / "voiceover command"  # its name has a space, as paths of users have
    command.write_text(
        f'#!/bin/sh\nexport PYTHONPATH="{path}" VOICEOVER_HOME="{home}"\nexec "{sys.executable}" -P -m voiceover "$@"\n'
    )
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return command


def narrate(program: list[str], archive: Path, command: Path, folder: Path, *, voice: str, fps: str) -> Narrated:
    """Run the script in a Blender that has a home of its own; raise CalledProcessError with its words if it fails."""
    for name in ("home", "film"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    film = folder / "film"
    # what editors set for their own Python must not reach the command
    broken = {"PYTHONHOME": "", "LD_LIBRARY_PATH": str(folder), "HOME": str(folder / "home")}
    environment = {**{name: value for name, value in os.environ.items() if not name.startswith("XDG_")}, **broken}
    environment.pop("PYTHONPATH", None)
    arguments = ["--", str(archive), str(command), str(film), voice, fps]
    subprocess.run([*program, *arguments], env=environment, check=True, capture_output=True, text=True, timeout=1200)
    told = json.loads((film / "told.json").read_text("utf-8"))
    samples, rate = soundfile.read(film / "mixed.wav", dtype="float32", always_2d=True)
    starts = [(text["first"] - 1) / told["rate"] for text in told["texts"]]
    found = measure_onsets(samples.mean(axis=1), rate, starts)
    missing = [text["text"] for text, onset in zip(told["texts"], found, strict=True) if onset is None]
    assert not missing, f"not heard in the mixdown: {missing}"
    return Narrated(told, tuple(onset - start for onset, start in zip(found, starts, strict=True) if onset is not None))


def check(narrated: Narrated) -> None:
    """Raise AssertionError unless every strip is where its text is, and edits touch nothing else."""
    told, frame = narrated.told, 1 / narrated.told["rate"]
    assert "Save the project first" in told["unsaved"]
    assert "nothing to narrate" in told["empty"]
    assert "Nothing has changed" in told["again"]
    sounds = told["sounds"]
    assert len(told["selected"]) == 2
    assert {of: sounds[of] for of in told["selected"]} == told["selected"]  # untouched by the later run
    assert [of.partition("#")[0] for of in sounds] == [text["id"] for text in told["texts"]]
    for text, sound in zip(told["texts"], sounds.values(), strict=True):
        before = (text["first"] - sound["first"]) * frame
        assert -frame / 2 <= before <= HEAD_START + frame / 2
        assert sound["there"]
        assert sound["file"].startswith("//voiceover/")
    assert told["reopened"] == sounds
    assert told["channels"][next(iter(sounds.values()))["channel"]] == "Narration"
    assert max(abs(error) for error in narrated.errors) <= frame, narrated.errors

    def rest(state: str, left_out: str) -> dict[str, Any]:
        return {of: sound for of, sound in told[state].items() if of.partition("#")[0] != told[left_out]}

    edited = told["edited"][f"{told['edited_id']}#0"]
    assert (edited["name"], edited["first"]) == ("Run away, little bird!", edited["first"])
    assert rest("edited", "edited_id") == rest("sounds", "edited_id")
    assert rest("silenced", "silenced_id") == told["silenced"]
    assert len(told["silenced"]) == len(sounds) - 1
    assert "Nothing has changed" in told["silent_again"]  # although one of the strips has no clip

    moved = f"{told['moved_id']}#0"
    shift = told["moved"][moved]["first"] - told["silenced"][moved]["first"]
    assert abs(shift - 7) <= 1  # to the millisecond of a subtitle file and the nearest frame
    (copied,) = set(told["moved"]) - set(told["silenced"])
    assert -frame / 2 <= (told["copy_first"] - told["moved"][copied]["first"]) * frame <= HEAD_START + frame / 2
    stayed = {of: sound for of, sound in told["moved"].items() if of not in (moved, copied)}
    assert stayed == {of: sound for of, sound in told["silenced"].items() if of != moved}

    first_time, again = ({of: told[text][of] for of in told[text] if of not in told["moved"]} for text in FILE_TEXTS)
    assert [sound["name"] for sound in first_time.values()] == ["One more line.", FILE_TEXTS[0]]
    assert [sound["name"] for sound in again.values()] == ["One more line.", FILE_TEXTS[1]]
    assert {of: told[FILE_TEXTS[1]][of] for of in told["moved"]} == told["moved"]
    assert told["names"] == ["Narration", "Narration ANNA"]
