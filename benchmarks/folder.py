"""Dub a folder of thirty films in ten formats, five of them broken, from the command line, and look at what comes out.

python benchmarks/folder.py [--voice narrator] [--jobs 1 2] [--singly]

Three runs for each number of jobs, each number with a cache of its own: all of it, nothing new, and one changed line.
`--singly` also dubs the 25 sound films with one `voiceover dub` after the other. Exits with 1 if a figure is not as it
should be.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import films

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--singly", action="store_true")
    options = parser.parse_args()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for jobs in options.jobs:
            faults += batch(Path(scratch) / str(jobs), options.voice, jobs)
        if options.singly:
            singly(Path(scratch) / "singly", options.voice)
    print("\n".join(faults) or "as it should be")
    sys.exit(bool(faults))


def batch(scratch: Path, voice: str, jobs: int) -> list[str]:
    folder, home = films.make(scratch / "films"), scratch / "home"
    command = ["batch", str(folder), "--voice", voice, "--jobs", str(jobs)]
    faults = []
    for run, expected in (("all", 25), ("nothing new", 0), ("one line changed", 1)):
        if run == "one line changed":
            changed = next(folder.rglob("lesson 2*.srt"))
            changed.write_text(changed.read_text("utf-8").replace("It has a number", "It had a number"), "utf-8")
        clips = len(list(home.rglob("*.npz")))
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.dubbed.*")}
        code, seconds = call(command, home)
        made = [path for path in folder.rglob("*.dubbed.*") if path.stat().st_mtime_ns != before.get(path)]
        new = len(list(home.rglob("*.npz"))) - clips
        totals = json.loads((folder / "batch.json").read_text("utf-8"))["totals"]
        print(
            f"--jobs {jobs}, {run}: {seconds:.1f} s, exit {code}, {len(made)} films made, {new} clips new, "
            f"{totals['done']} done, {totals['failed']} failed",
            flush=True,
        )
        if code != 4 or len(made) != expected or (totals["done"], totals["failed"]) != (25, 5):
            faults.append(f"--jobs {jobs}, {run}: exit {code}, {len(made)} films made, {totals}")
        if run == "nothing new" and seconds > 5.0:
            faults.append(f"--jobs {jobs}: a run that does nothing took {seconds:.1f} s")
    return faults


def singly(scratch: Path, voice: str) -> None:
    folder = films.make(scratch / "films")
    began = time.perf_counter()
    count = 0
    for video in sorted(path for path in folder.rglob("*") if path.suffix.lower()[1:] in films.FORMATS):
        beside = [*video.parent.glob("*.srt"), *video.parent.glob("subs/*.srt")]
        subtitles = next((path for path in beside if path.name.startswith(video.stem)), None)
        if subtitles and video.stem not in films.BROKEN:
            output = scratch / f"{count}.mkv"
            code, _ = call(
                ["dub", "-o", str(output), "--voice", voice, "--", str(video), str(subtitles)], scratch / "home"
            )
            count += code == 0
    print(f"singly: {time.perf_counter() - began:.1f} s, {count} films", flush=True)


def call(arguments: list[str], home: Path) -> tuple[int, float]:
    env = {**os.environ, "VOICEOVER_HOME": str(home), "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    command = [sys.executable, "-m", "voiceover", *arguments[:1], "--progress", "none", "--quiet", *arguments[1:]]
    done = subprocess.run(command, capture_output=True, env=env, check=False)
    return done.returncode, time.perf_counter() - began


if __name__ == "__main__":
    main()
