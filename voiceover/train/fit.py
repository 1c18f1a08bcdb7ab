"""How well each clip of a corpus fits its text: where the sound is least like what the text has there.

Every clip is aligned with its text by models that learn from the whole corpus, so a word that was read otherwise
stands out from the many that were read as written. In a corpus of minutes nothing can be learnt that way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from voiceover.text import languages
from voiceover.text.frontend import Tokens
from voiceover.train.alignment import Aligned, align
from voiceover.train.corpus import Clip, Corpus

LEAST_SECONDS = 600.0  # of speech, for the models to know what is usual
WINDOW = 6  # sounds; fewer are unlike anything too easily, more hide a short word
FLOOR = -40.0  # of a frame's goodness: silence in place of a sound is as bad as it gets


@dataclass(frozen=True, slots=True)
class Fit:
    """A clip's least fitting stretch."""

    goodness: float  # mean log-likelihood ratio of its frames, 0 at most; see `alignment.align`
    words: str  # what the text has there
    start: float  # seconds


def measure(corpus: Corpus, progress: Callable[[int, int], None] | None = None) -> dict[str, Fit]:
    """Align all clips of a corpus whose features can be read, and find where each fits its text least.

    Args:
        corpus: prepared.
        progress: called with (passes done, passes in all).

    Returns:
        The fit of each clip; of none in a small corpus.
    """
    mels = {clip.id: mel for clip in corpus.clips if (mel := _mel(corpus, clip)) is not None}
    clips = [clip for clip in corpus.clips if clip.id in mels]
    if sum(clip.seconds for clip in clips) < LEAST_SECONDS:
        return {}
    front_end = languages.named(corpus.front_end)
    tokens = {clip.id: front_end.tokens(clip.spoken) for clip in clips}
    ids = {name: found.ids for name, found in tokens.items()}
    aligned = align(ids, mels, table=front_end.symbols, progress=progress)
    seconds = 1 / corpus.mel.frames_per_second
    return {name: _worst(tokens[name], found, front_end.silent, seconds) for name, found in aligned.items()}


def _mel(corpus: Corpus, clip: Clip) -> np.ndarray[Any, Any] | None:
    try:
        mel, _ = corpus.features(clip)
    except Exception:  # missing or damaged features are told by their own check
        return None
    return mel if len(mel) else None


def _worst(tokens: Tokens, found: Aligned, silent: frozenset[int], seconds: float) -> Fit:
    heard, first, counts = np.unique(found.path, return_index=True, return_counts=True)
    sounding = np.array([tokens.ids[token] not in silent for token in heard])
    sums = np.add.reduceat(np.maximum(found.goodness, FLOOR), first)
    heard, first, counts, sums = heard[sounding], first[sounding], counts[sounding], sums[sounding]
    if not len(heard):
        return Fit(0.0, "", 0.0)
    window = np.ones(min(WINDOW, len(heard)))
    means = np.convolve(sums, window, "valid") / np.convolve(counts, window, "valid")
    at = int(means.argmin())
    last = heard[at + len(window) - 1]
    words = [span.word for span in tokens.words if span.stop > heard[at] and span.start <= last]
    return Fit(float(means[at]), " ".join(words), float(first[at]) * seconds)
