"""Kill `dub` and `batch` with SIGKILL at random moments, run them again, and look at what is there.

python benchmarks/kill_runs.py [--kills 50] [--voice narrator] [--jobs 1] [--seed 1] [--slice SECONDS --results FILE]

Half of the kills meet a `dub`, half a `batch` of three films, at a moment, or some seconds after a clip, that is drawn;
each starts with nothing done and nothing cached. After the second run every film must be there and play, its words
heard where they were asked for (the run's own check of the decoded film), its list must say so, nothing may lie about
among the films, the temporary files or the cache, and no more clips than one batch of 32 may have been spoken twice.
Exits with 1 if anything is not so. The voices of tests/doubles.py can be named too: `--voice slow:0.3` takes .3 s a
line. `--slice 150 --results FILE` begins no further kill after 150 s and writes down those it did; the same command
again does the next ones, and exits with 3 as long as some are missing. Linux and macOS only.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import doubles
import films

from voiceover import media
from voiceover.errors import VoiceoverError

ROOT = Path(__file__).parents[1]
SOURCE = Path(tempfile.gettempdir(), f"kill-runs-{os.getpid()}.webm")
SECONDS = 17.0
FILMS = 3
KINDS = ("dub", "batch")
_TAIL_SECONDS = 4.0  # after the last clip: mixing, writing, measuring
COUNT = """
import os, sys
from pathlib import Path
from voiceover import cache
save = cache.ClipCache.save
def counted(self, speech, text):
    with open(os.environ["SPOKEN"], "a", encoding="utf-8") as file:
        file.write(self.path(text).name + "\\n")  # by text, voice and seed: a tight line has takes of several
    save(self, speech, text)
cache.ClipCache.save = counted
from voiceover.cli.main import main
if __name__ == "__main__":
    main()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slice", type=float, default=float("inf"), metavar="SECONDS")
    parser.add_argument("--results", type=Path, metavar="FILE", help="what was done so far; kept for the next slice")
    options = parser.parse_args()
    began = time.perf_counter()
    asked = {"voice": options.voice, "jobs": options.jobs, "seed": options.seed}
    state: dict[str, Any] = {"asked": asked, "seconds": {}, "drawn": 0, "kills": [], "faults": []}
    if options.results and options.results.exists():
        state = json.loads(options.results.read_text("utf-8"))
        if state["asked"] != asked:
            parser.error(f"{options.results} was written for {state['asked']}")
    films.encode(SOURCE, "libvpx", "libvorbis", SECONDS)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            while len(state["kills"]) < options.kills and time.perf_counter() - began < options.slice:
                what = next((kind for kind in KINDS if kind not in state["seconds"]), "")
                if what:
                    measure(Path(scratch), what, options, state)
                else:
                    kill(Path(scratch), state["drawn"], options, state)
                    state["drawn"] += 1
                if options.results:
                    options.results.write_text(json.dumps(state, indent=1), "utf-8")
    finally:
        SOURCE.unlink()
    sys.exit(tell(state, options.kills))


def tell(state: dict[str, Any], wanted: int) -> int:
    """Print what came of all kills; return the exit code."""
    kills = state["kills"]
    print(
        f"{len(kills)} of {wanted} kills; {sum(found['left'] > 0 for found in kills)} left files; "
        f"{sum(found['spoken'] > 0 for found in kills)} met clips that were spoken already; "
        f"clips spoken twice: at most {max((found['again'] for found in kills), default=0)}"
    )
    print("\n".join(state["faults"]) or "every film right, nothing left behind")
    return 1 if state["faults"] else 0 if len(kills) >= wanted else 3


def measure(scratch: Path, what: str, options: argparse.Namespace, state: dict[str, Any]) -> None:
    """Do a run that nobody kills, to know how long one takes."""
    trial = Trial(scratch / f"{what} whole", what, options.voice, options.jobs)
    state["seconds"][what] = trial.run()[0]
    state["faults"] += trial.look(f"{what}, not killed")
    print(f"{what}: {state['seconds'][what]:.1f} s, {len(trial.spoken())} clips", flush=True)
    trial.clear()


def kill(scratch: Path, number: int, options: argparse.Namespace, state: dict[str, Any]) -> None:
    """Kill a run at a moment drawn by its number, run it again, and look."""
    what = KINDS[number % 2]
    share = random.Random(f"{options.seed} {number}").random()
    trial = Trial(scratch / f"{what} {number}", what, options.voice, options.jobs)
    if number % 4 < 2:
        seconds, killed = trial.run(kill_after=share * state["seconds"][what])
    else:  # by how far it came: late moments are met however quick this run is
        clips = 8 * (FILMS if what == "batch" else 1)
        seconds, killed = trial.run(kill_at=1 + int(share * clips), kill_after=share * 7919 % 1 * _TAIL_SECONDS)
    if not killed:  # it came too late: a run takes less than was thought
        state["seconds"][what] = seconds
        trial.clear()
        return
    before, left = len(trial.spoken()), len(trial.strays())
    trial.run()
    again = len(trial.spoken()) - len(set(trial.spoken()))
    place = len(state["kills"]) + 1
    faults = trial.look(f"kill {place}, {what} at {seconds:.2f} s")
    print(
        f"kill {place}: {what} at {seconds:.2f} s, {before} clips spoken, {left} files left; "
        f"{again} clips spoken twice{'; FAULTS' if faults else ''}",
        flush=True,
    )
    state["kills"].append({"what": what, "seconds": seconds, "spoken": before, "left": left, "again": again})
    state["faults"] += faults
    trial.clear()


def subtitles(number: int) -> str:
    """Return eight short lines that no other film has."""
    names = "one two three four five six seven eight".split()
    cues = []
    for place, name in enumerate(names):
        start = 1000 + 1900 * place
        times = " --> ".join(f"00:00:{at // 1000:02},{at % 1000:03}" for at in (start, start + 1700))
        cues.append(f"{place + 1}\n{times}\nThis is line {name} of {number}.\n")
    return "\n".join(cues)


class Trial:
    """A folder of films with a home and temporary files of its own."""

    def __init__(self, folder: Path, what: str, voice: str, jobs: int) -> None:
        self.folder, self.what = folder, what
        self.films, self.home, self.temporary = folder / "films", folder / "home", folder / "tmp"
        for place in (self.films, self.home, self.temporary):
            place.mkdir(parents=True)
        for number in range(1, (FILMS if what == "batch" else 1) + 1):
            shutil.copy(SOURCE, self.films / f"{number}.webm")
            (self.films / f"{number}.srt").write_text(subtitles(number), "utf-8")
        self.plugins = doubles.install(folder / "plugins")
        self.script = folder / "run.py"
        self.script.write_text(COUNT, "utf-8")
        last = ["--voice", voice, "--progress", "none"]
        if what == "dub":
            report = ["--report", str(self.films / "report.json")]
            self.command = ["dub", str(self.films / "1.webm"), str(self.films / "1.srt"), *report, "--force", *last]
        else:
            self.command = ["batch", str(self.films), "--jobs", str(jobs), *last]

    def run(self, kill_after: float | None = None, kill_at: int = 0) -> tuple[float, bool]:
        """Run to the end, or for so long after so many clips; return the seconds it took, and whether it was killed."""
        env = {**os.environ, "VOICEOVER_HOME": str(self.home), "TMPDIR": str(self.temporary)}
        env |= {
            "SPOKEN": str(self.folder / "spoken"),
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests", self.plugins))),
        }
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, str(self.script), *self.command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=env,
        ) as process:
            while len(self.spoken()) < kill_at and process.poll() is None:
                time.sleep(0.01)
            try:
                _, said = process.communicate(timeout=kill_after)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                return time.perf_counter() - began, True
        if process.returncode != 0:
            raise SystemExit(f"exit code {process.returncode}: {said.decode()}")
        return time.perf_counter() - began, False

    def spoken(self) -> list[str]:
        """Return every clip that was spoken, over all runs."""
        path = self.folder / "spoken"
        return path.read_text("utf-8").splitlines() if path.exists() else []

    def strays(self) -> list[Path]:
        """Return what no run may leave."""
        among = [path for path in self.films.rglob("*") if path.name.startswith(".")]
        return [*among, *self.temporary.iterdir(), *self.home.rglob("*.part")]

    def look(self, told: str) -> list[str]:
        """Return what is wrong after a run that ended well."""
        faults = [f"left behind: {path}" for path in self.strays()]
        reports: list[dict[str, Any]] = []
        if self.what == "dub":
            reports.append(json.loads((self.films / "report.json").read_text("utf-8"))["totals"])
        else:
            held = json.loads((self.films / "batch.json").read_text("utf-8"))
            faults += [f"{film['video']} is {film['status']}" for film in held["films"] if film["status"] != "done"]
            reports += [film["result"]["totals"] for film in held["films"]]
        for totals in reports:
            if totals["lines"] != 8 or totals["unsaid"] or not (totals["p95_onset_error_ms"] or 0.0) <= 20.0:
                faults.append(f"not as it should be: {totals}")
        source = media.probe(SOURCE)
        for path in sorted(self.films.glob("?.webm")):
            try:
                film = media.probe(path.with_name(f"{path.stem}.dubbed.webm"))
            except VoiceoverError as error:
                faults.append(str(error))
                continue
            if abs(film.seconds - source.seconds) > 0.1 or len(film.audio) != len(source.audio) + 1:
                faults.append(f"{film.path}: {film.seconds} s, {len(film.audio)} audio tracks")
        twice = len(self.spoken()) - len(set(self.spoken()))
        if twice > 32:
            faults.append(f"{twice} clips were spoken twice")
        return [f"{told}: {fault}" for fault in faults]

    def clear(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder)


if __name__ == "__main__":
    main()
