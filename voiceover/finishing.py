"""The last step of a dub: write, measure what was written, and correct it where the encoder moved the level.

What an encoder does to peaks is known only once its sound is decoded, so the finished file is: usually the first one is
right and is decoded once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from pathlib import Path
from typing import Protocol

from voiceover import mixdown
from voiceover.curves import Curves
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
_AT_HAND = 400  # milliseconds that are too loud: fewer are corrected one by one


class Write(Protocol):
    """Writes a film anew with a sound levelled block by block, and returns what its format cannot hold.

    `changed` are the ranges of samples in which the level is not the last time's; None: everywhere.
    """

    def __call__(self, level: Level, *, changed: Sequence[tuple[int, int]] | None) -> tuple[str, ...]:
        """Write it."""


def highest_peak(target: Target | None) -> float:
    """Return the true peak (dBTP) that the finished film keeps under."""
    return target.peak_dbtp if target else CLIPPING


def finish(
    sound: Samples,
    target: Target | None,
    *,
    write: Write,
    measure: Callable[[], Measured],
    output: Path,
    progress: Progress,
    curves: Curves | None = None,
) -> Measured:
    """Write a film with the sound at its target and return what it then measures, decoded.

    `curves` are the sound's, if they are drawn already. `measure` decodes what `write` wrote. A true peak that is out
    of bounds is lowered where it is, and only what is around it written anew. Where that is not enough, or the loudness
    is out of bounds, gain and ceiling are corrected by as much for the whole film. Twice at most; warns if that was not
    enough, and of what was left out.
    """
    progress.stage("Levelling")
    master = Master(sound, mixdown.RATE, curves)
    peak = highest_peak(target)
    lufs, ceiling = (target.lufs if target else None), peak - ENCODER_HEADROOM_DB
    off = 0.0
    foretold = master.aim(lufs, ceiling)
    changed: Sequence[tuple[int, int]] | None = None
    for attempt in range(_ATTEMPTS):
        progress.stage("Writing the film" if attempt == 0 else "Correcting its level")
        left_out = write(master.level, changed=changed)
        progress.stage("Measuring")
        measured = measure()
        found, found_peak = measured.integrated_lufs, measured.true_peak_dbtp
        if found is None or found_peak is None or found == -inf:
            break
        over = max(found_peak - peak, 0.0)
        off = target.lufs - found if target else 0.0
        # what the limiter forbids is not asked for again
        stuck = lufs is not None and abs(lufs - foretold.lufs) > _WITHIN_LU
        right = abs(off) <= _WITHIN_LU or stuck
        if right and over == 0.0:
            break
        if attempt + 1 == _ATTEMPTS:
            break
        if right and attempt == 0 and 0 < len(measured.over) <= _AT_HAND:
            changed = master.soften([(at, height - peak + _MARGIN_DB) for at, height in measured.over])
            continue
        ceiling -= over + (_MARGIN_DB if over else 0.0)
        if lufs is not None and not stuck:
            lufs += off
        foretold, changed = master.aim(lufs, ceiling), None
    if left_out:
        progress.warn(f"{output}: its format cannot hold {', '.join(left_out)} of the film.")
    if target and abs(off) > _PROMISED_LU:
        progress.warn(
            f"{output}: {found:.1f} LUFS, not {target.lufs:g}: peaks over {peak:g} dBTP would be cut off. "
            "Ask for a lower --loudness."
        )
    return measured
