"""Where speech begins: in a clip before it is placed, and in the finished file, by one definition.

Speech begins with the first 5 ms frame that is no more than 26 dB below the usual level of the line's first second and
followed by lasting sound. The plan puts that moment on the cue; the check of the finished file finds it again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voiceover.types import Samples

WINDOW = 0.25  # seconds searched on both sides of where the onset should be
THRESHOLD_DB = -26.0  # under the line's usual level: quiet consonants count, the noise between lines does not
_USUAL_DB = 20.0  # frames so far below the loudest make the usual level: a limiter lowers the loudest, hardly these
_FRAME, _HOP = 0.005, 0.001  # seconds
_QUIET = 0.025  # silence that parts one line from the next; the least gap is 80 ms, of which edges take 30
_DEEPER_DB = 10.0  # how far under the threshold nothing sounds that anybody would hear
_LASTING = 0.010  # a line sounds on; a click does not
_EARLY = 0.05  # how far into the line before a line may be found
_SILENCE_DB = -70.0
_LAG_SPAN = 1.0  # seconds of a line that are compared


def find_onset(samples: Samples, rate: int) -> float:
    """Return where speech begins in a clip of one line (n,), in seconds; 0.0 in silence."""
    lead = round(WINDOW * rate)
    levels = _levels(np.concatenate([np.zeros(lead, np.float32), samples, np.zeros(lead, np.float32)]), rate)
    planned, onset = 0, None
    for _ in range(3):  # the loudest frame is looked for in the second after the onset, which it decides
        own = levels[planned : planned + round((1.0 + WINDOW) / _HOP)] if planned else levels
        onset = _first_rise(levels > _usual_level(own) + THRESHOLD_DB) if own.max() > _SILENCE_DB else None
        if onset is None or onset == planned:
            break
        planned = onset
    return 0.0 if onset is None else max(onset * _HOP + _FRAME - WINDOW, 0.0)


def _usual_level(levels: NDArray[np.float64]) -> float:
    return float(np.median(levels[levels >= levels.max() - _USUAL_DB]))


def _first_rise(sounding: NDArray[np.bool_]) -> int | None:
    for frame in np.flatnonzero(sounding).tolist():
        if _lasts(sounding, frame):
            return int(frame)
    return None


def _lasts(sounding: NDArray[np.bool_], frame: int) -> bool:
    return bool(sounding[frame : frame + round(_LASTING / _HOP)].mean() >= 0.7)


def measure_onsets(
    samples: Samples, rate: int, starts: Sequence[float], ends: Sequence[float] | None = None
) -> list[float | None]:
    """Return for each planned start where sound really begins within 250 ms of it, in seconds; None if nowhere.

    `samples` (n,) is a narration without a bed. An onset follows 25 ms of quiet, which passes over the tail of the line
    before. Where there is no quiet, the window's first sounding frame is the onset, so that a line that began too early
    is seen as early. `ends`, the planned voiced ends, tell the words of the line before from this line's.
    """
    found: list[float | None] = []
    for i, start in enumerate(starts):
        until, before = start + 1.0, float("-inf")
        if ends is not None:
            until = min(max(ends[i], start + _FRAME), until)
            before = max((end for end in ends[max(0, i - 1) : i] if end <= start), default=before)
        low = max(0, round((start - WINDOW) * rate))
        clock = low / rate
        levels = _levels(samples[low : round((until + WINDOW) * rate)], rate)
        planned, earliest = (round((at - clock) / _HOP) for at in (start, max(before - _EARLY, clock)))
        onset = _find_onset(levels, planned, earliest, alone=before <= start - WINDOW, at_beginning=low == 0)
        # a frame is loud as soon as its last samples are: the first loud frame ends where the sound begins
        found.append(None if onset is None else clock + onset * _HOP + (_FRAME if onset else 0.0))
    return found


def measure_lags(
    decoded: Samples, reference: Samples, rate: int, starts: Sequence[float], *, window: float = WINDOW
) -> list[float]:
    """Return how much later (seconds) each line sounds in `decoded` than in `reference`, both of shape (n,).

    For narration under which a bed lies: cross-correlation finds it there, where a level threshold cannot.
    """
    from scipy import fft

    lags = []
    reach = round(window * rate)
    for start in starts:
        begin = max(0, round(start * rate))
        pattern = reference[begin : begin + round(_LAG_SPAN * rate)]
        low = max(0, begin - reach)
        field = decoded[low : begin + len(pattern) + reach]
        if len(pattern) == 0 or len(field) < len(pattern):
            lags.append(float("nan"))
            continue
        size = fft.next_fast_len(len(field), real=True)  # what wraps around is no lag that is looked at
        spectrum = fft.rfft(field, size) * np.conj(fft.rfft(pattern, size))
        scores = fft.irfft(spectrum, size)[: len(field) - len(pattern) + 1]
        lags.append((low + int(np.argmax(scores)) - begin) / rate)
    return lags


def _levels(samples: Samples, rate: int) -> NDArray[np.float64]:
    """Return the level in dB of 5 ms frames, 1 ms apart."""
    frame, hop = round(_FRAME * rate), _HOP * rate
    sums = np.concatenate(([0.0], np.cumsum(np.square(samples, dtype=np.float64))))
    count = int((len(samples) - frame) / hop) + 1
    if count <= 0:
        return np.zeros(0)
    begins = np.rint(np.arange(count) * hop).astype(np.intp)
    energy = np.maximum(sums[begins + frame] - sums[begins], 0.0) / frame
    levels: NDArray[np.float64] = 10.0 * np.log10(energy + 1e-12)
    return levels


def _find_onset(
    levels: NDArray[np.float64], planned: int, earliest: int, *, alone: bool, at_beginning: bool
) -> int | None:
    """Return the frame where sound begins, in the window around frame `planned`; None in silence.

    Before `earliest` other words may sound. `alone`: no other line sounds in the window, not even its last breath.
    `at_beginning`: before the window there is nothing at all.
    """
    own = levels[max(planned, 0) :]
    if len(own) == 0 or own.max() < _SILENCE_DB:
        return None
    threshold = _usual_level(own) + THRESHOLD_DB
    sounding, silent = levels > threshold, levels < threshold - _DEEPER_DB
    quiet = round(_QUIET / _HOP)
    rises = []
    run = quiet  # what sounds from the first frame on may be a tail: it is looked at below
    for frame in range(min(planned + round(WINDOW / _HOP) + 1, len(sounding))):
        if not (sounding[frame] and _lasts(sounding, frame)):
            run += 1  # a level that flickers around the threshold is still quiet
            continue
        if run >= quiet:
            rises.append((frame, run))
        run = 0
    if not at_beginning and len(rises) > 1 and rises[0][0] == 0:
        del rises[0]
    later = [rise for rise in rises if rise[0] >= earliest]
    if not later:
        return rises[-1][0] if rises else None
    if alone:
        return later[0][0]
    # close behind another line, the longest silence is the one between the two: what fades out is quiet, but not silent
    return max(later, key=lambda rise: (silent[max(rise[0] - rise[1], 0) : rise[0]].sum(), rise[1], -rise[0]))[0]
