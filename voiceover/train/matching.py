"""Which sentence of a script is which stretch of a recording, told by order, lengths and pauses alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from voiceover import markup
from voiceover.types import Cue

Floats = NDArray[np.float64]
Match = tuple[str, float, float, str]  # text, start and stop in seconds, why it is doubtful or ""

_SENTENCE = re.compile(r"(?:.*?[.!?…。！？]+[\"'”’)»]*(?=\s+[^a-z\s]|$)|.+$)\s*")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|[A-Z])\.$")
MOST_STRETCHES, MOST_SENTENCES = 14, 3  # of one match
LONGEST = 15.0  # seconds of a match
SKIPPED_SECOND, SKIPPED_SENTENCE = 6.0, 9.0  # what it costs to leave out sound, or a sentence
PASSES = 3
_DOUBTFUL = 2.6  # deviations of the expected length


def sentences(cues: Sequence[Cue]) -> Iterator[str]:
    """Return the sentences of a script; each line of it ends one."""
    for cue in cues:
        waiting = ""
        for part in _SENTENCE.findall(" ".join(markup.plain(cue.text).split())):
            waiting = f"{waiting} {part}".strip()
            if not _ABBREVIATION.search(waiting):
                yield waiting
                waiting = ""
        if waiting:
            yield waiting


def match(sound: Sequence[tuple[float, float]], texts: Sequence[str], letters: Sequence[int]) -> list[Match]:
    """Match stretches of sound with sentences, both in order.

    A dynamic programme over (sentence, stretch): one to three sentences are up to fourteen stretches, at a cost that
    grows with the distance from the expected length, with long pauses inside and short ones at the ends; sound and
    sentences may be left out at a cost. The pace is learnt from the matches, in a few passes.

    Args:
        sound: stretches of sound, (start, stop) in seconds.
        texts: the sentences.
        letters: how many letters of each are spoken.

    Returns:
        All sentences in order, matched or not; doubtful ones with the reason.
    """
    starts, stops = np.array(sound).T
    lengths = stops - starts
    weights = np.array(letters, dtype=np.float64) + 3
    pace = float(lengths.sum() / weights.sum())
    steps: list[tuple[int, int, int, int]] = []
    for _ in range(PASSES):
        steps = _path(starts, stops, weights * pace)
        found = [(lengths[i:k].sum(), weights[j:m].sum()) for i, k, j, m in steps if k > i and m > j]
        if found:
            pace = float(np.median([length / weight for length, weight in found]))
    return _told(steps, starts, stops, weights * pace, texts)


def _deviation(expected: Floats | float) -> Floats | float:
    """Return the usual spread of the log of a length: short sentences vary more."""
    return 0.13 + 0.12 / np.maximum(expected, 0.3)


def _path(starts: Floats, stops: Floats, expected: Floats) -> list[tuple[int, int, int, int]]:
    """Return the cheapest path as (first stretch, last + 1, first sentence, last + 1); either may be empty."""
    n, count = len(starts), len(expected)
    total = np.concatenate([[0.0], np.cumsum(stops - starts)])
    gaps = np.concatenate([[1.0], starts[1:] - stops[:-1], [1.0]])  # before each stretch, and at the end
    inner = np.concatenate([[0.0], np.cumsum(np.maximum(gaps[1:-1] - 0.3, 0.0) * 4), [0.0]])
    inner[-1] = inner[-2]
    outer = np.maximum(0.3 - gaps, 0.0) * 4
    skip = np.concatenate([[0.0], np.cumsum(0.3 + SKIPPED_SECOND * (stops - starts))])
    best = np.full((count + 1, n + 1), np.inf)
    how = np.zeros(
        (count + 1, n + 1, 2), dtype=np.int8
    )  # stretches and sentences of the last match; 0, 0: skipped sound
    for j in range(count + 1):
        row = best[j]
        if j == 0:
            row[0] = 0.0
        else:
            row[:] = best[j - 1] + SKIPPED_SENTENCE
            how[j, :] = (0, 1)
            for m in range(1, min(MOST_SENTENCES, j) + 1):
                wanted = float(expected[j - m : j].sum())
                for k in range(1, min(MOST_STRETCHES, n) + 1):
                    length = total[k:] - total[:-k]
                    away = np.log(length / wanted) / _deviation(wanted)
                    cost = best[j - m, : n + 1 - k] + 0.5 * away**2 + 1.5 * (m - 1) * m
                    cost = cost + inner[k - 1 : n] - inner[: n + 1 - k] + outer[: n + 1 - k] + outer[k:]
                    cost[stops[k - 1 :] - starts[: n + 1 - k] > LONGEST] = np.inf
                    better = cost < row[k:]
                    row[k:][better] = cost[better]
                    how[j, k:][better] = (k, m)
        passed = row - skip
        lowest = np.minimum.accumulate(passed)
        worse = lowest < passed - 1e-9
        row[worse] = (lowest + skip)[worse]
        how[j][worse] = (0, 0)
    return _back(how, n, count)


def _back(how: NDArray[np.int8], i: int, j: int) -> list[tuple[int, int, int, int]]:
    steps = []
    while i or j:
        k, m = (int(value) for value in how[j, i])
        if not k and not m:
            k = 1  # one stretch of sound that nobody claims
            steps.append((i - 1, i, j, j))
        else:
            steps.append((i - k, i, j - m, j))
        i, j = i - k, j - m
    return steps[::-1]


def _told(
    steps: Sequence[tuple[int, int, int, int]], starts: Floats, stops: Floats, expected: Floats, texts: Sequence[str]
) -> list[Match]:
    result: list[Match] = []
    for number, (i, k, j, m) in enumerate(steps):
        if m == j:
            continue
        text = " ".join(texts[j:m])
        if k == i:
            place = float(stops[i - 1]) if i else 0.0
            result.append((text, place, place, "not found in the recording"))
            continue
        length, wanted = float((stops[i:k] - starts[i:k]).sum()), float(expected[j:m].sum())
        away = abs(np.log(length / wanted)) / _deviation(wanted)
        doubt = ""
        if away > _DOUBTFUL:
            doubt = f"takes {length:.1f} s where its text should take {wanted:.1f} s"
        beside = [steps[n] for n in (number - 1, number + 1) if 0 <= n < len(steps)]
        for a, b, c, d in beside:
            if d > c and a == b:
                doubt = doubt or "the sentence beside it was not found"
            elif d == c and stops[b - 1] - starts[a] > 0.25:
                doubt = doubt or "sound beside it belongs to no sentence"
        result.append((text, float(starts[i]), float(stops[k - 1]), doubt))
    return result
