"""Narrate in Audacity: a label track or a subtitle file is spoken, and each line becomes a clip at its time.

    python narrate.py                      # speaks the labels of the open project's first label track
    python narrate.py film.srt             # speaks a file, and adds its lines as a label track

It talks to a running Audacity through mod-script-pipe (Edit > Preferences > Modules: Enabled, then start Audacity
again), and to voiceover through its command. Any Python 3.8 or later runs it; nothing has to be installed for it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import voiceover_link

_POINT = 5.0  # seconds that a label without a length may last
_PATIENCE = 5.0  # seconds between Audacity's pipe and its first look at it
_CLOSE = 1e-5  # of a time: Audacity tells six digits


class Audacity:
    """A running Audacity, and its commands."""

    def __init__(self) -> None:
        """Connect; raises LinkError if no Audacity listens."""
        try:
            if os.name == "nt":
                self._to = Path(r"\\.\pipe\ToSrvPipe").open("w", encoding="utf-8", newline="")
                self._from = Path(r"\\.\pipe\FromSrvPipe").open(encoding="utf-8")
                self._end = "\r\n\0"
            else:
                names = [Path(f"/tmp/audacity_script_pipe.{way}.{os.getuid()}") for way in ("to", "from")]  # noqa: S108
                _wait_for_reader(names[0])
                self._to = names[0].open("w", encoding="utf-8")
                self._from = names[1].open(encoding="utf-8")
                self._end = "\n"
        except OSError as error:
            raise voiceover_link.LinkError(
                "No Audacity listens. Start it; if it runs, set mod-script-pipe to Enabled in Edit > Preferences > "
                "Modules and start it again."
            ) from error

    def do(self, command: str, **options: object) -> str:
        """Carry out one command and return what it answered; raises LinkError if it failed."""
        words = " ".join(f"{name}={_quote(value)}" for name, value in options.items())
        self._to.write(f"{command}: {words}{self._end}")
        self._to.flush()
        rows = []
        while True:
            row = self._from.readline()
            if not row:
                raise voiceover_link.LinkError("Audacity has gone. What is in the project so far stays there.")
            if row.strip() == "" and rows and rows[-1].startswith("BatchCommand finished"):
                break
            if row.strip():
                rows.append(row.rstrip("\n"))
        if not rows[-1].endswith("OK"):
            raise voiceover_link.LinkError(f"Audacity could not do “{command}”: {' '.join(rows)}")
        return "\n".join(rows[:-1])

    def list_all(self, kind: str) -> list:
        """Return the project's Tracks, Clips or Labels."""
        return json.loads(self.do("GetInfo", Type=kind, Format="JSON") or "[]")

    def select(self, track: int, start: float, end: float) -> None:
        """Select a span of one track."""
        self.do("SelectTracks", Track=track, TrackCount=1, Mode="Set")
        self.do("SelectTime", Start=f"{start:.6f}", End=f"{end:.6f}", RelativeTo="ProjectStart")


def _wait_for_reader(pipe: Path) -> None:
    """Wait for an Audacity that is just starting; raise OSError if a pipe was left behind by one that is gone."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            if not pipe.exists() or time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _quote(value: object) -> str:
    text = " ".join(str(value).split())
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def read_labels(audacity: Audacity) -> list:
    """Return the cues of the first label track that says something; raises LinkError if there is none."""
    for _track, labels in audacity.list_all("Labels"):
        said = sorted((start, end, text) for start, end, text in labels if text.strip())
        following = [label[0] for label in said[1:]] + [float("inf")]
        cues = [
            (start, end if end > start else min(start + _POINT, after), text)
            for (start, end, text), after in zip(said, following)  # noqa: B905  Python 3.8 has no strict
        ]
        if cues:
            return [cue for cue in cues if cue[1] > cue[0]]
    raise voiceover_link.LinkError("There is nothing to narrate: the project has no labels. Add some, or name a file.")


def add_labels(audacity: Audacity, lines: list) -> None:
    """Add the cues of a narrated file as a label track."""
    number = sum(len(labels) for _track, labels in audacity.list_all("Labels"))
    audacity.do("NewLabelTrack")
    audacity.do("SetTrackStatus", Name="Narrated lines")
    track = len(audacity.list_all("Tracks")) - 1
    for line in sorted(lines, key=lambda line: line["cue_start"]):
        audacity.select(track, line["cue_start"], line["cue_end"])
        audacity.do("AddLabel")
        audacity.do("SetLabel", Label=number, Text=line["text"])
        number += 1


def add_clips(audacity: Audacity, lines: list) -> None:
    """Add every line's clip at its time: one track for each speaker."""
    tracks = {}
    for line in sorted(lines, key=lambda line: line["clip_start"]):
        audacity.do("Import2", Filename=line["path"])
        new = len(audacity.list_all("Tracks")) - 1
        if line["speaker"] not in tracks:  # the first clip's track becomes the speaker's: it has the clips' rate
            tracks[line["speaker"]] = new
            audacity.do("SelectTracks", Track=new, TrackCount=1, Mode="Set")
            audacity.do("SetTrackStatus", Name=f"Narration {line['speaker'] or ''}".strip())
            audacity.do("SetClip", At=0, Start=f"{line['clip_start']:.6f}")
            continue
        audacity.select(new, 0, line["clip_end"] - line["clip_start"])
        audacity.do("Copy")
        audacity.do("RemoveTracks")
        audacity.select(tracks[line["speaker"]], line["clip_start"], line["clip_start"])
        audacity.do("Paste")
    found = [clip["start"] for clip in audacity.list_all("Clips")]
    for line in lines:
        start = line["clip_start"]
        if not any(abs(clip - start) <= max(_CLOSE, start * _CLOSE) for clip in found):
            raise voiceover_link.LinkError(f"This line is not where it belongs, at {start:.3f} s: {line['text']}")


def narrate(audacity: Audacity, command: list, chosen: argparse.Namespace, scratch: str) -> list:
    """Speak the labels or the file, and return the lines' events."""
    source = chosen.subtitles
    if source is None:
        source = str(Path(scratch, "labels.srt"))
        voiceover_link.write_subtitles(source, read_labels(audacity))
    arguments = ["narrate", source, "-o", str(Path(scratch, "narration.wav")), "--stems", str(Path(scratch, "stems"))]
    job = voiceover_link.speak(command, [*arguments, "--voice", chosen.voice, "--max-speed", chosen.max_speed])
    shown = ""
    try:
        while not job.poll():
            now = f"{job.stage} {job.share:.0%}" if job.share else job.stage
            if now != shown:
                print(now, file=sys.stderr)
            shown = now
            time.sleep(0.1)
    except KeyboardInterrupt:
        job.cancel()
        job.wait()
    if job.done is None:
        raise voiceover_link.LinkError(job.error)
    for warning in job.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    return job.lines


def main() -> int:
    """Do it, and return the exit code: 0, or 1 after a message."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("subtitles", nargs="?", help="a subtitle file or script; by default the project's labels")
    asked.add_argument("--voice", default="narrator", help="who speaks, as `voiceover voices list` names it")
    asked.add_argument("--max-speed", default="1.25", help="how much a line may be sped up to fit")
    asked.add_argument("--command", help="voiceover's command; by default the one that installed this script")
    chosen = asked.parse_args()
    noted = Path(__file__).with_name("command.txt")
    scratch = tempfile.mkdtemp(prefix="voiceover-")
    try:
        command = chosen.command or (noted.read_text("utf-8") if noted.exists() else "voiceover")
        audacity = Audacity()
        lines = narrate(audacity, voiceover_link.split_command(command), chosen, scratch)
        sounding = [line for line in lines if line.get("path")]
        add_clips(audacity, sounding)
        if chosen.subtitles is not None:
            add_labels(audacity, lines)
    except (voiceover_link.LinkError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{len(sounding)} clips are in the project")
    return 0


if __name__ == "__main__":
    sys.exit(main())
