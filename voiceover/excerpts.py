"""Each line as it sounds in the film, small enough to put hundreds of them into a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from voiceover import media, mixdown
from voiceover.fitting import Clip

_DELAY = 1105  # samples: what an MP3 encoder and decoder add in front
_SPARE = _DELAY + media.MP3_FRAME  # silence after a clip, so that nothing of it is in the next one's frames


class Excerpts:
    """Collects clips in a file and encodes them all at once.

    A process for each would cost more than the encoding. The clips lie on whole frames of one stream, so that its
    bytes can be parted without being decoded.
    """

    def __init__(self, scratch: Path | None) -> None:
        """Collect in the folder `scratch`, or nothing at all without one."""
        self._raw = scratch and scratch / "excerpts.s16"
        self._frames: dict[int, tuple[int, int]] = {}  # by the line's index: first frame, and the one after the last
        self._end = 0

    def keep(self, clip: Clip) -> None:
        """Add a clip of the narration."""
        if self._raw is None:
            return
        import soxr

        samples = soxr.resample(clip.samples, mixdown.RATE, media.MP3_RATE, quality="MQ")
        frames = -(-(len(samples) + _SPARE) // media.MP3_FRAME)
        padded = np.zeros(frames * media.MP3_FRAME, "<i2")
        padded[: len(samples)] = np.clip(samples, -1.0, 1.0) * 32767.0
        with self._raw.open("ab") as file:
            file.write(padded.tobytes())
        self._frames[clip.span.index] = (self._end, self._end + frames)
        self._end += frames

    def encode(self) -> Mapping[int, bytes]:
        """Return each clip as MP3, by its line's index.

        Raises BadInputError if ffmpeg cannot write MP3.
        """
        if self._raw is None or not self._frames:
            return {}
        stream = media.encode_mp3(self._raw)
        size = media.MP3_FRAME_BYTES
        # a clip's first frame would hold nothing but the encoder's delay
        return {index: stream[(start + 1) * size : (end + 1) * size] for index, (start, end) in self._frames.items()}
