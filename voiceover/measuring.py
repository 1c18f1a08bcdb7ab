"""What the finished file really holds: decoded again, it tells when each line sounds and how loud all is."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import closing
from math import inf, isfinite
from pathlib import Path

import numpy as np

from voiceover import media, mixdown, onsets
from voiceover.blocks import read_ahead, release
from voiceover.loudness import Loudness, Meter
from voiceover.mixdown import Narration
from voiceover.report import Measured
from voiceover.types import Placed, Samples

_AT_ONCE = 50  # lines or seconds measured before their pages are given back
_UNSHIFTED = 1e-6  # seconds; far below one sample


def measure_output(
    output: Path,
    narration: Narration,
    placed: Sequence[Placed],
    *,
    bed: bool,
    track: int = 0,
    ceiling_dbtp: float = inf,
    scratch: Path,
) -> Measured:
    """Measure onsets (seconds against the cue's start, unshifted lines) and loudness on a decoded audio track.

    Without a bed, onsets are read from the decoded sound's own energy. Under a bed they cannot be: music has onsets
    too. There, cross-correlation of each line's rendered clip with the decoded sound tells how far the file moved it
    (encoder priming, container time stamps), and the clip's own energy tells where in it speech begins; the onset
    error is the sum of both. Lines that are not found at all are counted in `lost`, and true peaks over the ceiling
    are told with their times.
    """
    # a film may be measured more than once: its decoded sound does not stay
    with tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "mono.f32"
        try:
            level, over = _listen(output, track, ceiling_dbtp, path, quick=True)
        except media.FailedError:  # not that anything of ours should be damaged
            level, over = _listen(output, track, ceiling_dbtp, path, quick=False)
        mono = np.memmap(path, np.float32, "r") if path.stat().st_size else np.zeros(0, np.float32)
        unshifted = [item for item in placed if item.end > item.start and abs(item.shift) < _UNSHIFTED]
        if bed:
            rendered = _find_onsets(narration.audio.samples, unshifted)
            lags = _find_lags(mono, narration.audio.samples, unshifted)
            found = [
                None if on is None or not isfinite(lag) else on + lag for on, lag in zip(rendered, lags, strict=True)
            ]
        else:
            found = _find_onsets(mono, unshifted)
    cues = [item.speech.line.start for item in unshifted]
    errors = tuple(onset - cue for onset, cue in zip(found, cues, strict=True) if onset is not None)
    lost = tuple(item.speech.line.index for item, onset in zip(unshifted, found, strict=True) if onset is None)
    return Measured(errors, lost, level.lufs, level.peak_dbtp, over)


def _listen(
    output: Path, track: int, ceiling_dbtp: float, path: Path, *, quick: bool
) -> tuple[Loudness, tuple[tuple[float, float], ...]]:
    """Decode a track and write it to a file in mono; return its loudness, and its peaks over a ceiling.

    Only what onsets are found in is kept.
    """
    pieces, channels = media.stream_audio(output, rate=mixdown.RATE, stream=track, quick=quick)
    meter, share = Meter(mixdown.RATE, channels, ceiling_dbtp=ceiling_dbtp), np.float32(1.0 / channels)
    with path.open("wb") as file, closing(read_ahead(pieces)) as ahead:
        for piece in ahead:
            meter.add(piece)
            mono = piece[:, 0] * share
            for channel in range(1, channels):
                mono += piece[:, channel] * share
            media.write_samples(file, mono)
    return meter.finish()


def _find_onsets(samples: Samples, placed: Sequence[Placed]) -> list[float | None]:
    starts, ends = [item.start for item in placed], [item.end for item in placed]
    found: list[float | None] = []
    for first in range(0, len(placed), _AT_ONCE):
        before = min(first, 1)  # an onset is told from the words of the line before
        part = slice(first - before, first + _AT_ONCE)
        found += onsets.measure_onsets(samples, mixdown.RATE, starts[part], ends[part])[before:]
        release(samples)
    return found


def _find_lags(decoded: Samples, reference: Samples, placed: Sequence[Placed]) -> list[float]:
    lags: list[float] = []
    for first in range(0, len(placed), _AT_ONCE):
        starts = [item.start for item in placed[first : first + _AT_ONCE]]
        lags += onsets.measure_lags(decoded, reference, mixdown.RATE, starts)
        release(decoded)
        release(reference)
    return lags
