"""How far a voice's take of a sentence is from a recording of it, and how much of it was understood.

Every function names the source of its definition. Cepstra are (CEPSTRA, frames), F0 tracks (frames,) in Hz with 0
where unvoiced; a path is (n, 2): pairs of frames that belong together, one of either take.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.floating]
Path = NDArray[np.intp]

CEPSTRA = 13
OUTLYING = 3.5  # modified z-score


def mel_cepstra(log_mel: Frames) -> Frames:
    """Return the mel cepstra 1 to 13 of a log-mel in natural logarithms of magnitudes, (bands, frames).

    c_d = 2/M sum_m L_m cos(pi d (m + 1/2) / M), so that L is c_0 + sum_d c_d cos(...): the scale of the mel cepstra
    that the mel-cepstral distortion was defined on. c_0, the level, is left out.
    """
    bands = len(log_mel)
    orders = np.arange(1, CEPSTRA + 1)[:, None]
    cosines = np.cos(pi * orders * (np.arange(bands) + 0.5)[None] / bands)
    cepstra: Frames = 2.0 / bands * cosines @ np.asarray(log_mel, dtype=np.float64)
    return cepstra


def align(one: Frames, other: Frames) -> Path:
    """Return the path of dynamic time warping (Sakoe and Chiba, 1978) between two takes' cepstra, from their start."""
    import librosa

    _, path = librosa.sequence.dtw(X=one, Y=other, metric="euclidean")
    ordered: Path = path[::-1]
    return ordered


def mel_cepstral_distortion(one: Frames, other: Frames, path: Path) -> float:
    """Return the mean mel-cepstral distortion along a path, in dB (Kubichek, 1993).

    10 / ln 10 * sqrt(2 sum_d (c_d - c'_d)^2): the RMS difference of two smoothed log spectra. 0 for equal takes.
    """
    difference = one[:, path[:, 0]] - other[:, path[:, 1]]
    return float(10.0 / log(10.0) * np.sqrt(2.0 * np.square(difference).sum(axis=0)).mean())


def f0_error(one: Frames, other: Frames, path: Path) -> float | None:
    """Return the RMSE of log F0 in semitones, over the pairs that are voiced in both; None where there is none."""
    a, b = one[path[:, 0]], other[path[:, 1]]
    both = (a > 0) & (b > 0)
    if not both.any():
        return None
    return sqrt(float(np.square(12.0 * np.log2(a[both] / b[both])).mean()))


def voicing_error(one: Frames, other: Frames, path: Path) -> float:
    """Return the share of pairs of which just one is voiced (V/UV error; Nakatani et al., 2008)."""
    return float(((one[path[:, 0]] > 0) != (other[path[:, 1]] > 0)).mean())


def outliers(values: Sequence[float]) -> list[bool]:
    """Say which positive values stand out, by the logarithm's modified z-score (Iglewicz and Hoaglin, 1993).

    That is 0.6745 (x - median) / MAD, beyond 3.5. Deviations of 5 % count as usual even where all others are equal.
    """
    if not len(values):
        return []
    logs = np.log(np.asarray(values, dtype=np.float64))
    away = np.abs(logs - np.median(logs))
    usual = max(float(np.median(away)), log(1.05) * 0.6745 / OUTLYING)
    return [bool(score > OUTLYING) for score in 0.6745 * away / usual]


def words(text: str) -> list[str]:
    """Return the words of a text for counting errors: small letters, no marks, apostrophes dropped, hyphens parted."""
    kept = re.sub(r"['’]", "", text.lower())
    return re.findall(r"[^\W_]+", kept)


def edits(said: Sequence[object], heard: Sequence[object]) -> int:
    """Count substitutions, insertions and deletions (Levenshtein, 1966) between two sequences.

    Over words, divided by the words said, that is the word error rate; over characters the character error rate.
    """
    row = list(range(len(heard) + 1))
    for i, item in enumerate(said, start=1):
        previous, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (item != other))
    return row[-1]
