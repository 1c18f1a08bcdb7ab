"""How well lines keep their cues: the plan beside a greedy one and beside “stretch to fit”, on the same speeches.

    python benchmarks/sync.py [--films elephants sintel dense] [--cues 1500] [--no-decode] [--json FILE]

Each film's lines are spoken by a voice once (cached, so that another run is quick) and planned four times: stretched to
fit, greedily, by the plan on the same takes, and by the plan with further takes of tight lines, which is what `dub`
does. Printed are the figures that a plan decides, and what is measured in the finished file: the narration is encoded
beside generated pictures, decoded again, and each line's onset is found by its energy. `dense` is 1,500 cues over two
hours, written by this program: the films' lines, alone and in twos, at 10 to 17 characters a second, two frames apart,
in runs of 4 to 12.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import peers

from voiceover import loudness, mastering, measuring, media, mixdown, script, speaking, subtitles, takes, timing
from voiceover.casting import Role
from voiceover.config import CacheSettings, cache_folder
from voiceover.fitting import Respeak
from voiceover.progress import Progress
from voiceover.types import Line, Placed, Speech
from voiceover.voices import catalog

FILMS = {
    "elephants": Path("tests/golden/elephantsdream.en.srt"),
    "sintel": Path("tests/golden/sintel_en.srt"),
}
DENSE_SECONDS = 4.8  # for each cue: 1,500 of them last two hours
FRAME = 1 / 25
Plan = Callable[[Sequence[Speech]], list[Placed]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", nargs="+", choices=[*FILMS, "dense"], default=[*FILMS, "dense"])
    parser.add_argument("--cues", type=int, default=1500, help="of the dense film")
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--max-speed", type=float, default=1.25)
    parser.add_argument("--no-decode", action="store_true", help="the plan's figures alone")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    voice = catalog.open_voice(options.voice, "auto")
    results = {}
    for film in options.films:
        lines = dense(options.cues) if film == "dense" else list(script.make(subtitles.read(FILMS[film])).lines)
        seconds = max(line.end for line in lines) + 5.0
        parts = [speaking.Part(line, voice, Role(options.voice)) for line in lines]
        cache, progress = CacheSettings(folder=cache_folder()), Progress(sys.stderr)
        began = time.perf_counter()
        spoken = speaking.speak(parts, seed=0, cache=cache, progress=progress)
        plan = partial(timing.plan, max_speed=options.max_speed, film_seconds=seconds, fps=25.0)
        retaken = takes.retake(spoken, plan(spoken.speeches), parts, seed=0, cache=cache, progress=progress)
        print(
            f"\n{film}: {len(lines)} lines, {sum(s.natural_seconds for s in spoken.speeches):.0f} s of speech in "
            f"{seconds:.0f} s, {sum(s.takes > 1 for s in retaken.speeches)} lines retaken; spoken or read from the "
            f"cache in {time.perf_counter() - began:.0f} s"
        )
        greedy = partial(peers.plan_greedily, max_speed=options.max_speed, film_seconds=seconds)
        runs: dict[str, tuple[Plan, Sequence[Speech]]] = {
            "stretch to fit": (peers.stretch_to_fit, spoken.speeches),
            "greedy": (greedy, spoken.speeches),
            "the plan": (plan, spoken.speeches),
            "the plan, with takes": (plan, retaken.speeches),
        }
        respeak = None if options.no_decode else speaking.respeaker(parts)
        results[film] = {name: measure(*run, seconds, respeak) for name, run in runs.items()}
        show(results[film])
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


def dense(count: int) -> list[Line]:
    """Write a crowded film out of the others' lines; the same one every time."""
    texts = [line.text for path in FILMS.values() for line in script.make(subtitles.read(path)).lines]
    rng = np.random.default_rng(7)
    lines: list[Line] = []
    left, clock = 0, 2.0
    for index in range(1, count + 1):
        if left == 0:
            left = int(rng.integers(4, 13))
            clock = max(clock + 1.0, (index - 1) * DENSE_SECONDS)  # breath, and what keeps two hours two hours
        chosen = rng.choice(len(texts), 1 + int(rng.integers(2)), replace=False)
        text = " ".join(texts[i] if texts[i][-1] in ".?!" else f"{texts[i]}." for i in chosen)
        seconds = max(len(text) / float(rng.choice([10, 11, 12, 12, 13, 13, 14, 15, 16, 17])), 0.8)
        lines.append(Line(index, round(clock, 3), round(clock + seconds, 3), text))
        clock += seconds + 2 * FRAME
        left -= 1
    return lines


def measure(plan: Plan, speeches: Sequence[Speech], seconds: float, respeak: Respeak | None) -> dict[str, float]:
    """Return the figures of a plan, and of the file that it becomes, where there is somebody to speak it."""
    plan(speeches[:2])  # what is loaded once is loaded
    began = time.perf_counter()
    placed = plan(speeches)
    took = time.perf_counter() - began
    said = [item for item in placed if item.end > item.start]
    speeds = np.array([item.speed for item in said])
    shifts = np.abs([item.shift for item in said])
    easy = np.array([_characters_per_second(item.speech.line) <= 17.0 for item in said])
    close = [
        abs(a.speed - b.speed)
        for a, b in pairwise(said)
        if b.start - a.start - a.speech.natural_seconds < timing.NEIGHBOUR_GAP
    ]
    figures = {
        "unshifted, %": 100 * float(np.mean(shifts < 1e-5)),
        "largest shift, ms": 1000 * float(shifts.max()),
        "shifted over 300 ms": int((shifts > timing.MAX_SHIFT + 1e-5).sum()),
        "fastest": float(speeds.max()),
        "over 1.10, %": 100 * float(np.mean(speeds > timing.SOFT_SPEED + 1e-6)),
        "within 2 % of natural, % (cues of <= 17 characters/s)": 100 * float(np.mean(speeds[easy] <= 1.02)),
        "over 1.15, % (the same cues)": 100 * float(np.mean(speeds[easy] > 1.15 + 1e-6)),
        "largest step between neighbours": max(close, default=0.0),
        "steps over 0.10": sum(step > timing.SPEED_STEP + 1e-6 for step in close),
        "lines over the next": sum(a.end > b.start + 1e-6 for a, b in pairwise(sorted(said, key=lambda p: p.start))),
        "pauses shortened": sum(len(item.pauses) for item in said),
        "planned in, s": took,
    }
    return figures | (_measure_decoded(placed, seconds, respeak) if respeak else {})


def _characters_per_second(line: Line) -> float:
    return len(line.text) / max(line.end - line.start, 1e-3)


def _measure_decoded(placed: Sequence[Placed], seconds: float, respeak: Respeak) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        film = _make_film(scratch / "film.mp4", seconds)
        narration = mixdown.render(placed, seconds=seconds, scratch=scratch, respeak=respeak)
        target = loudness.parse_target("youtube")
        assert target is not None
        mastering.normalise(narration.audio.samples, mixdown.RATE, target, headroom_db=mastering.ENCODER_HEADROOM_DB)
        output = scratch / "dubbed.mp4"
        media.mux(
            media.probe(film),
            output,
            narration.audio.samples,
            rate=mixdown.RATE,
            language="en",
            default=True,
            drop_original=False,
            subtitles="none",
            cues=[],
        )
        # every line against its plan, those that are shifted as well
        lines = [replace(item.speech, line=replace(item.speech.line, start=item.start)) for item in placed]
        planned = [replace(item, speech=speech, shift=0.0) for item, speech in zip(placed, lines, strict=True)]
        found = measuring.measure_output(output, narration, planned, bed=False, scratch=scratch)
        errors = np.array(found.onset_errors) * 1000
        tenth = max(len(errors) // 10, 1)
        return {
            "decoded: onset against plan, median, ms": float(np.median(np.abs(errors))),
            "decoded: p95, ms": float(np.percentile(np.abs(errors), 95)),
            "decoded: largest, ms": float(np.abs(errors).max()),
            "decoded: drift, last tenth against first, ms": float(
                np.median(errors[-tenth:]) - np.median(errors[:tenth])
            ),
            "decoded: lines not found": len(found.lost),
            "decoded: overlapping samples": mixdown.overlap_samples(narration.spans),
        }


def _make_film(path: Path, seconds: float) -> Path:
    arguments = ["-f", "lavfi", "-i", f"color=size=64x36:rate=25:duration={seconds}", "-c:v", "libx264"]
    command = [media.find_ffmpeg(), "-nostdin", "-loglevel", "error", *arguments, "-preset", "ultrafast", str(path)]
    subprocess.run(command, check=True)
    return path


def show(found: dict[str, dict[str, float]]) -> None:
    """Print a table in Markdown: a row for each figure, a column for each plan."""
    print("\n".join(_rows(found)), flush=True)


def _rows(found: dict[str, dict[str, float]]) -> Iterator[str]:
    yield f"| | {' | '.join(found)} |"
    yield f"|---{'|---' * len(found)}|"
    for figure in next(iter(found.values())):
        yield f"| {figure} | {' | '.join(_write(column[figure]) for column in found.values())} |"


def _write(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3g}" if value < 10 else f"{value:.0f}"


if __name__ == "__main__":
    main()
