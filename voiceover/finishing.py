"""The last step of a dub: write, measure what was written, and correct it where the encoder moved the level.

What an encoder does to peaks is known only once its sound is decoded, so the finished file is: usually the first one is
right and is decoded once.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from pathlib import Path

from voiceover import mixdown
from voiceover.loudness import Target
from voiceover.mastering import ENCODER_HEADROOM_DB, Master
from voiceover.media import Level
from voiceover.progress import Progress
from voiceover.report import Measured
from voiceover.types import Samples

CLIPPING = 0.0  # dBTP: the peak that is kept where no loudness is asked for
_ATTEMPTS = 3
_WITHIN_LU = 0.3  # 0.5 is promised: meters differ in the last tenth
_PROMISED_LU = 0.5
_MARGIN_DB = 0.1  # put on top of what a peak was too high: the next encode differs in the last tenth


def finish(
    sound: Samples,
    target: Target | None,
    *,
    write: Callable[[Level], tuple[str, ...]],
    measure: Callable[[], Measured],
    output: Path,
    progress: Progress,
) -> Measured:
    """Write a film with the sound at its target and return what it then measures, decoded.

    `write` writes the film anew with a sound levelled block by block, and returns what its format cannot hold;
    `measure` decodes it. Where the loudness or the true peak are out of bounds, gain and ceiling are corrected by as
    much and the film is written again, twice at most. Warns if that was not enough, and of what was left out.
    """
    progress.stage("Levelling")
    master = Master(sound, mixdown.RATE)
    peak = target.peak_dbtp if target else CLIPPING
    lufs, ceiling = (target.lufs if target else None), peak - ENCODER_HEADROOM_DB
    off = 0.0
    for attempt in range(_ATTEMPTS):
        foretold = master.aim(lufs, ceiling)
        progress.stage("Writing the film" if attempt == 0 else "Correcting its level")
        left_out = write(master.level)
        progress.stage("Measuring")
        measured = measure()
        found, found_peak = measured.integrated_lufs, measured.true_peak_dbtp
        if found is None or found_peak is None or found == -inf:
            break
        over = max(found_peak - peak, 0.0)
        off = target.lufs - found if target else 0.0
        # what the limiter forbids is not asked for again
        stuck = lufs is not None and abs(lufs - foretold.lufs) > _WITHIN_LU
        if over == 0.0 and (abs(off) <= _WITHIN_LU or stuck):
            break
        ceiling -= over + (_MARGIN_DB if over else 0.0)
        if lufs is not None and not stuck:
            lufs += off
    if left_out:
        progress.warn(f"{output}: its format cannot hold {', '.join(left_out)} of the film.")
    if target and abs(off) > _PROMISED_LU:
        progress.warn(
            f"{output}: {found:.1f} LUFS, not {target.lufs:g}: peaks over {peak:g} dBTP would be cut off. "
            "Ask for a lower --loudness."
        )
    return measured
