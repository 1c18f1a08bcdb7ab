"""What the finished file really holds: decoded again, it tells when each line sounds and how loud all is."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path

import numpy as np

from voiceover import loudness, media, mixdown, onsets
from voiceover.mixdown import Narration
from voiceover.report import Measured
from voiceover.types import Placed, Samples

_UNSHIFTED = 1e-6  # seconds; far below one sample


def measure_output(
    output: Path, narration: Narration, placed: Sequence[Placed], *, bed: bool, track: int = 0, scratch: Path
) -> Measured:
    """Measure onsets (seconds against the cue's start, unshifted lines) and loudness on a decoded audio track.

    Without a bed, onsets are read from the decoded sound's own energy. Under a bed they cannot be: music has onsets
    too. There, cross-correlation of each line's rendered clip with the decoded sound tells how far the file moved it
    (encoder priming, container time stamps), and the clip's own energy tells where in it speech begins; the onset
    error is the sum of both. Lines that are not found at all are counted in `lost`.
    """
    decoded = media.decode_audio(output, rate=mixdown.RATE, stream=track, scratch=scratch)
    unshifted = [item for item in placed if item.end > item.start and abs(item.shift) < _UNSHIFTED]
    starts, ends = [item.start for item in unshifted], [item.end for item in unshifted]
    mono = _mix_down(decoded, scratch)
    if bed:
        rendered = onsets.measure_onsets(narration.audio.samples, mixdown.RATE, starts, ends)
        lags = onsets.measure_lags(mono, narration.audio.samples, mixdown.RATE, starts)
        found = [None if on is None or not isfinite(lag) else on + lag for on, lag in zip(rendered, lags, strict=True)]
    else:
        found = onsets.measure_onsets(mono, mixdown.RATE, starts, ends)
    cues = [item.speech.line.start for item in unshifted]
    errors = tuple(onset - cue for onset, cue in zip(found, cues, strict=True) if onset is not None)
    lost = tuple(item.speech.line.index for item, onset in zip(unshifted, found, strict=True) if onset is None)
    level = loudness.measure(decoded, mixdown.RATE)
    return Measured(errors, lost, level.lufs, level.peak_dbtp)


def _mix_down(decoded: Samples, scratch: Path) -> Samples:
    mono = mixdown.allocate((len(decoded),), scratch)
    for start in range(0, len(decoded), mixdown.RATE):
        block = decoded[start : start + mixdown.RATE]
        mono[start : start + len(block)] = np.mean(block, axis=1, dtype=np.float32)
    return mono
