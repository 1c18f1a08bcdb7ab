"""Weights come back as they were stored, or as near as the storage says."""

import pytest
import torch
from safetensors.torch import save

from voiceover.models import weights
from voiceover.models.weights import Storage

torch.manual_seed(0)
WEIGHTS = {
    "layer.weight": torch.randn(6, 4, 3) * torch.logspace(-4, 1, 6)[:, None, None],
    "layer.bias": torch.randn(6),
    "gate.weight": torch.zeros(1, 8),
    "layer.scale": torch.ones(3),  # a network's own
    "batches": torch.tensor(7),
}


@pytest.mark.parametrize(("storage", "most"), [(Storage.WHOLE, 0), (Storage.HALF, 6e-4), (Storage.BYTES, 5e-3)])
def test_weights_come_back(tmp_path, storage, most):
    path = tmp_path / "weights.safetensors"
    weights.save(WEIGHTS, path, storage)
    found = weights.load(path.read_bytes())
    assert found.keys() == WEIGHTS.keys()
    for name, tensor in WEIGHTS.items():
        assert found[name].dtype == tensor.dtype
        assert found[name].shape == tensor.shape
        if tensor.dim() > 1:  # by row: a small row next to a large one keeps its digits
            top = tensor.flatten(1).abs().amax(1).clamp_min(1e-9)
            assert ((found[name] - tensor).flatten(1).abs().amax(1) / top).max() <= most, name
        else:
            torch.testing.assert_close(found[name], tensor, atol=6e-4 if most else 0, rtol=6e-4 if most else 0)


def test_bytes_are_half_of_halves(tmp_path):
    size = {}
    for storage in Storage:
        weights.save({"matrix": torch.randn(256, 256)}, tmp_path / storage, storage)
        size[storage] = (tmp_path / storage).stat().st_size
    assert size[Storage.BYTES] < 0.52 * size[Storage.HALF] < 0.27 * size[Storage.WHOLE]


def test_bytes_without_their_scale_are_refused():
    with pytest.raises(ValueError, match="matrix lacks its scale"):
        weights.load(save({"matrix": torch.zeros(3, 3, dtype=torch.int8)}))
