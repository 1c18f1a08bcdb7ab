"""Film-length sound on its way into ffmpeg, a piece at a time: a whole film would be a second copy in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from voiceover.blocks import blocks
from voiceover.types import Samples

Level = Callable[[Samples, int], Samples]
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
_FRAMES = 1 << 16


def raw_input(rate: int, channels: int) -> list[str]:
    """Return the options of the input that `feed` is for."""
    layout = _LAYOUTS.get(channels, f"{channels}c")
    return ["-f", "f32le", "-ar", str(rate), "-ch_layout", layout, "-i", "pipe:0"]


def feed(samples: Samples, level: Level | None, first: int = 0, last: int | None = None) -> Iterator[memoryview]:
    """Yield the bytes of `samples`, shape (n,) or (n, channels), from the sample `first` on, levelled if asked for."""
    part = samples[first:last]
    for start, end in blocks(part, _FRAMES):
        block = part[start:end] if level is None else level(part[start:end], first + start)
        yield np.ascontiguousarray(block, "<f4").data.cast("B")
