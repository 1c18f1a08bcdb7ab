"""How far `voiceover check` is off: the seconds and the verdicts it foretells, beside those of the lines once spoken.

    python benchmarks/forecasts.py [FILES ...] [--voice narrator] [--seed 0]

Every line is spoken as `dub` speaks it, and planned by the same planner.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from voiceover import ensemble, pipeline, script, speaking, subtitles, timing
from voiceover.config import CacheSettings, NarrateSettings
from voiceover.duration_fit import accuracy
from voiceover.forecast import UNHURRIED, UNSHIFTED
from voiceover.progress import Progress
from voiceover.types import Placed

FILMS = [Path("tests/golden") / name for name in ("elephantsdream.en.srt", "sintel_en.srt")]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", type=Path, nargs="*", default=FILMS)
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    pairs: list[tuple[float, float]] = []
    verdicts: Counter[tuple[str, str]] = Counter()
    for path in given.files:
        settings = NarrateSettings(source=path, output=path.with_suffix(".wav"), voice=given.voice)
        lines = script.make(subtitles.read(path)).lines
        foretold = {line.index: line for line in pipeline.check(settings, Progress(quiet=True)).lines}
        parts = ensemble.gather(lines, settings, Progress(quiet=True)).parts
        with tempfile.TemporaryDirectory() as folder:
            cache = CacheSettings(folder=Path(folder))
            spoken = speaking.speak(parts, seed=given.seed, cache=cache, progress=Progress(quiet=True))
        for placed in timing.plan(spoken.speeches, max_speed=settings.max_speed):
            line, seconds = foretold[placed.speech.line.index], placed.speech.natural_seconds
            if seconds:
                pairs.append((line.natural_seconds, seconds))
                verdicts[line.status.value, "unhurried" if unhurried(placed) else "hurried or late"] += 1
    for name, low, high in (("all", 0.0, np.inf), ("below 1.2 s", 0.0, 1.2), ("1.2 s and longer", 1.2, np.inf)):
        found = accuracy([pair for pair in pairs if low <= pair[1] < high])
        print(
            f"{name}: {found.examples} lines, error median {100 * found.median_error:.1f} %, "
            f"p90 {100 * found.p90_error:.1f} %, bias {100 * found.bias:+.1f} %"
        )
    print(f"sum: {sum(pair[0] for pair in pairs):.1f} s foretold, {sum(pair[1] for pair in pairs):.1f} s spoken")
    for (told, came), count in sorted(verdicts.items()):
        print(f"foretold {told}, spoken {came}: {count}")


def unhurried(placed: Placed) -> bool:
    """Tell whether a spoken line came out as one that `check` would say fits."""
    return placed.speed <= UNHURRIED * placed.speech.pace and abs(placed.shift) <= UNSHIFTED


if __name__ == "__main__":
    main()
