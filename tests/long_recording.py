"""One long recording made of the test clips, with what is said in it and exactly when."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from planted import CLIPS, RATE, floor


@dataclass(frozen=True)
class Said:
    text: str
    start: float
    stop: float


def record(path: Path, gap: float = 0.6, *, seed: int = 3) -> list[Said]:
    """Write the clips one after the other, with the room's own quiet between them."""
    rng = np.random.default_rng(seed)
    parts, said, now = [floor(0.8)], [], 0.8
    for row in (CLIPS / "metadata.csv").read_text(encoding="utf-8").splitlines():
        name, text = row.split("|")
        samples, _ = soundfile.read(CLIPS / "wavs" / f"{name}.ogg")
        loud = np.flatnonzero(np.convolve(samples**2, np.ones(220) / 220, "same") > 10 ** (-5.6))
        said.append(Said(text, now + loud[0] / RATE, now + loud[-1] / RATE))
        pause = floor(gap + rng.uniform(0, 0.5))
        parts += [samples, pause]
        now += (len(samples) + len(pause)) / RATE
    soundfile.write(path, np.concatenate(parts), RATE)
    return said


def clock(seconds: float) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{milliseconds:03}"


def subtitle(path: Path, said: list[Said], *, off: float = 0.2, seed: int = 4) -> None:
    """Write an .srt whose edges are off by up to `off` seconds."""
    rng = np.random.default_rng(seed)
    rows = []
    for number, item in enumerate(said, start=1):
        start, stop = item.start + rng.uniform(-off, off), item.stop + rng.uniform(-off, off)
        rows.append(f"{number}\n{clock(start)} --> {clock(stop)}\n{item.text}\n")
    path.write_text("\n".join(rows), encoding="utf-8")
