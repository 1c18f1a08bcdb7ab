"""Weights as they are stored, read without torch."""

import numpy as np
import pytest
import torch
from safetensors.numpy import save

from voiceover.models import weights
from voiceover.models.weights import Storage
from voiceover.synthesis import storage


@pytest.mark.parametrize("kind", list(Storage))
def test_what_torch_stores_is_read_as_torch_reads_it(kind, tmp_path):
    torch.manual_seed(0)
    stored = {"a.weight": torch.randn(5, 4, 3), "a.bias": torch.randn(5), "count": torch.tensor(7)}
    weights.save(stored, tmp_path / "w", kind)
    raw = (tmp_path / "w").read_bytes()
    theirs, ours = weights.load(raw), storage.load(raw)
    assert theirs.keys() == ours.keys() == stored.keys()
    for name, tensor in theirs.items():
        assert np.array_equal(ours[name], tensor.numpy())
    assert ours["a.weight"].dtype == np.float32


def test_bytes_without_their_scale_are_refused():
    with pytest.raises(ValueError, match="a lacks its scale"):
        storage.load(save({"a": np.zeros((2, 2), np.int8)}))
