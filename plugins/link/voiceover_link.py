"""How a plugin written in Python talks to the `voiceover` command: a process, its events, and nothing else.

It runs on an editor's own Python (3.8 or later), needs only the standard library, and never touches the editor. The
installer puts a copy of it beside each plugin that uses it. docs/plugins.md tells the protocol.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shlex
import subprocess
import threading
from pathlib import Path

FORMAT = 1  # the newest format of events that is understood here
SPOKEN = (0, 1, 4)  # exit codes with an output: done, `--strict` found something, some lines could not be said
_OURS_ALONE = ("PYTHONPATH", "PYTHONHOME", "PYTHONEXECUTABLE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_PATIENCE = 10.0  # seconds that a cancelled run has to clean up


class LinkError(Exception):
    """What the user is told: what went wrong, and what to do."""


def split_command(text: str) -> list:
    """Return the command that a preference holds: a program's path, or a command line with quotes.

    Raises LinkError if it is empty or has an open quote.
    """
    text = text.strip()
    if text and Path(text).expanduser().is_file():
        return [str(Path(text).expanduser())]
    try:
        parts = shlex.split(text, posix=os.name != "nt")
    except ValueError as error:
        raise LinkError(f"The command of voiceover has an open quote: {text}") from error
    if not parts:
        raise LinkError("No command of voiceover is set. `voiceover plugins install` sets it.")
    return [part.strip('"') for part in parts] if os.name == "nt" else parts


def clean_environment() -> dict:
    """Return the environment without what an editor sets for its own Python and libraries: ours must not see it."""
    return {name: value for name, value in os.environ.items() if name not in _OURS_ALONE}


class Job:
    """One run of the command. `poll` never blocks; only a `done` event makes it a success."""

    def __init__(self, command: list, arguments: list, *, tells: bool = False) -> None:
        self._tells = tells  # its progress, so that only `done` counts
        self.lines = []  # the `line` events
        self.warnings = []  # messages
        self.done = None  # the `done` event
        self.error = ""  # what to tell the user; "" while nothing went wrong
        self.stage, self.share = "Starting", 0.0  # what it is at, and how much of that is done
        self.output = ""  # of stdout
        self.cancelled = False
        self.finished = False
        self._said = []  # what is no event: a usage error, or a crash
        self._events = queue.Queue()
        hidden = {"creationflags": subprocess.CREATE_NO_WINDOW} if os.name == "nt" else {}
        try:
            self._process = subprocess.Popen(
                [*command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                env={**clean_environment(), "PYTHONIOENCODING": "utf-8"},
                **hidden,
            )
        except OSError as error:
            raise LinkError(
                f"{command[0]} cannot be started ({error.strerror}). Set the command of voiceover, "
                "as `voiceover plugins list` shows it."
            ) from error
        self._readers = [
            threading.Thread(target=self._read_events, daemon=True),
            threading.Thread(target=self._read_output, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def poll(self) -> bool:
        """Take in what was told since the last call; return whether the run is over."""
        if self.finished:
            return True
        over = not any(reader.is_alive() for reader in self._readers) and self._process.poll() is not None
        while not self._events.empty():
            self._take(self._events.get())
        if over:
            self.finished = True
            self._conclude()
        return over

    def wait(self) -> None:
        """Block until the run is over."""
        for reader in self._readers:
            reader.join()
        self._process.wait()
        self.poll()

    def cancel(self) -> None:
        """End the run: what was spoken is kept by voiceover, and no unfinished file is left."""
        if self._process.poll() is None and not self.cancelled:
            self.cancelled = True
            self._process.terminate()
            killer = threading.Timer(_PATIENCE, self._kill)
            killer.daemon = True
            killer.start()

    def _kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()

    def _read_output(self) -> None:
        self.output = self._process.stdout.read()
        self._process.stdout.close()

    def _read_events(self) -> None:
        with self._process.stderr as stream:
            for line in stream:
                self._events.put(line)

    def _take(self, text: str) -> None:
        try:
            event = json.loads(text)
            kind = event["event"]
        except (ValueError, KeyError, TypeError):
            self._said.append(text.rstrip())
            return
        self.done = event if kind == "done" else None  # nothing may follow it
        if kind == "start" and event["format"] > FORMAT:
            self.error = f"voiceover {event['version']} is newer than this plugin: run `voiceover plugins install`."
            self.cancel()
        elif kind == "stage":
            self.stage, self.share = event["stage"], 0.0
        elif kind == "advance" and event["total"]:
            self.share = event["done"] / event["total"]
        elif kind == "line":
            self.lines.append(event)
        elif kind == "warning":
            self.warnings.append(event["message"])
        elif kind == "error" and not self.error:
            self.error = f"{event['message']} {event['remedy']}".strip()

    def _conclude(self) -> None:
        if self.cancelled:
            self.error = self.error if "newer" in self.error else "Cancelled."
        elif not self.error and self._process.returncode not in SPOKEN:
            said = " ".join(re.sub("[\u2500-\u257f]", "", " ".join(self._said[-6:])).split())  # no frames
            self.error = f"voiceover ended with {self._process.returncode}. {said}".strip()
        elif not self.error and self._tells and self.done is None:
            self.error = "voiceover ended without saying that it was done. Try again."
        if self.error:
            self.done = None


def speak(command: list, arguments: list) -> Job:
    """Start `narrate` or another command that tells its progress."""
    return Job(command, [*arguments, "--progress", "json", "--quiet"], tells=True)


def list_voices(output: str) -> list:
    """Return the names of the usable voices from what `voiceover voices list --json` printed."""
    return [voice["name"] for voice in json.loads(output)["voices"] if not voice["problem"]]


def write_subtitles(path: str, cues: list) -> None:
    """Write cues, (start, end, text) with times in seconds, as SubRip in UTF-8."""
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        for number, (start, end, text) in enumerate(cues, 1):
            # an empty row would end the cue, an arrow begin another
            rows = [row.strip() for row in text.replace("-->", "—").splitlines() if row.strip()]
            file.write(f"{number}\n{_clock(start)} --> {_clock(end)}\n" + "\n".join(rows) + "\n\n")


def _clock(seconds: float) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d},{milliseconds:03d}"
