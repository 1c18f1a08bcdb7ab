"""Takes that were drawn and not used, as clips for an editor who prefers one of them.

They are read again from the cache, so that a run keeps nothing of them in memory that it may not need. A voice whose
clips are not cached has none to offer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice

from voiceover import fitting, pauses, sentences, timing
from voiceover.cache import ClipCache
from voiceover.config import CacheSettings
from voiceover.fitting import Clip, Respeak, Span
from voiceover.speaking import Part, Spoken, as_line
from voiceover.takes import take_seed
from voiceover.types import Placed, Speech

_AT_ONCE = 32  # takes in memory at once


@dataclass(frozen=True, slots=True, eq=False)
class Alternate:
    """A take of a line that is not the one heard."""

    take: int  # its number as it was drawn, from 1
    clip: Clip  # its voice begins on the sample on which that of the line heard begins


def count(spoken: Spoken) -> int:
    """Return how many takes there are that are not heard."""
    return sum(len(retaken.others) * len(retaken.places) for retaken in spoken.retaken)


def fit(
    spoken: Spoken,
    placed: Sequence[Placed],
    spans: Sequence[Span],
    parts: Sequence[Part],
    *,
    seed: int,
    cache: CacheSettings,
    max_speed: float,
    respeak: Respeak | None = None,
) -> Iterator[Alternate]:
    """Yield the other takes of all lines, as fast as each has to be where the line is heard, up to `max_speed`.

    Args:
        spoken: what was said, with the takes that were drawn.
        placed: the plan.
        spans: the narration's, where the lines that are heard lie.
        parts: the lines and their voices, in the order of `spoken`.
        seed: the run's.
        cache: where the takes are.
        max_speed: as in the plan.
        respeak: see `fitting.fit_clips`.
    """
    planned = {item.speech.line.index: item for item in placed}
    heard = {span.index: span for span in spans}

    def make(drawn: tuple[int, Speech]) -> Alternate:
        take, speech = drawn
        index = speech.line.index
        instead = timing.place_instead(speech, planned[index], max_speed=max_speed)
        return Alternate(take, fitting.fit_instead(instead, heard[index], respeak=respeak))

    found = (
        (take, speech)
        for take, speech in _recall(spoken, parts, seed, cache)
        if speech.line.index in heard and speech.natural_seconds > 0.0
    )
    with ThreadPoolExecutor(2) as pool:
        while batch := list(islice(found, _AT_ONCE)):
            yield from pool.map(make, batch)


def _recall(spoken: Spoken, parts: Sequence[Part], seed: int, cache: CacheSettings) -> Iterator[tuple[int, Speech]]:
    """Yield the numbers and speeches of takes that are as sound as the ones used, in the roles of those."""
    for retaken in spoken.retaken:
        fingerprint: str | None = getattr(parts[retaken.places[0]].voice, "fingerprint", None)
        if fingerprint is None:
            continue
        line = as_line(retaken.sentence)
        for take in retaken.others:
            whole = ClipCache(cache, fingerprint, take_seed(seed, take)).load(line, line.text)
            if whole is None:  # the cache was full, or is smaller than this film
                continue
            for speech, place in zip(sentences.divide(whole, retaken.sentence), retaken.places, strict=True):
                used = spoken.speeches[place]
                yield (
                    take,
                    replace(speech, voice=used.voice, pace=used.pace, gain_db=used.gain_db, pauses=pauses.find(speech)),
                )
