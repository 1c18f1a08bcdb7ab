"""Times for a voice that nobody calibrated, by its language: letters in place of sounds.

Means over voices that were measured; `voices calibrate` finds a voice's own.
"""

from __future__ import annotations

from voiceover.durations import ANY_SOUND, LETTERS, Durations

_PAUSES = {"pause ,": 0.33, "pause .": 0.48, "pause ?": 0.48, "pause !": 0.48}


def rough(language: str | None) -> Durations:
    """Return the usual times of a language; those of English where nothing is known of it."""
    return Durations(LETTERS, {ANY_SOUND: 0.054, "word": 0.062, "beginning": 0.025, "end": 0.22, **_PAUSES})
