import numpy as np

from voiceover.train.batches import bucketed

LENGTHS = np.random.default_rng(0).integers(50, 500, 203).tolist()


def test_every_item_once_in_each_epoch():
    for epoch in range(3):
        batches = bucketed(LENGTHS, 8, seed=1, epoch=epoch)
        assert sorted(item for batch in batches for item in batch) == list(range(203))
        assert all(len(batch) <= 8 for batch in batches)


def test_same_epoch_same_order_other_epoch_other_order():
    assert bucketed(LENGTHS, 8, 1, 4) == bucketed(LENGTHS, 8, 1, 4)
    assert bucketed(LENGTHS, 8, 1, 4) != bucketed(LENGTHS, 8, 1, 5)


def test_little_padding():
    padded = sum(max(LENGTHS[i] for i in batch) * len(batch) for batch in bucketed(LENGTHS, 8, 1, 0))
    assert padded < 1.15 * sum(LENGTHS)
