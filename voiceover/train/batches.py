"""Batches of clips: of similar length, in an order fixed by seed and epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def bucketed(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[list[int]]:
    """Group items into batches of similar length.

    Items are shuffled, sorted within runs of 16 batches, cut, and the batches shuffled: little padding, yet
    no two epochs alike.

    Returns:
        Lists of positions in `lengths`; every item once.
    """
    random = np.random.default_rng((seed, epoch))
    order = random.permutation(len(lengths)).tolist()
    batches = []
    for start in range(0, len(order), batch_size * 16):
        run = sorted(order[start : start + batch_size * 16], key=lambda item: lengths[item])
        batches += [run[first : first + batch_size] for first in range(0, len(run), batch_size)]
    random.shuffle(batches)
    return batches
