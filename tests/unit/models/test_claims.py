"""Checkpoints that claim more than they hold: refused before any memory is taken."""

from __future__ import annotations

import pickle
import zipfile
from collections import OrderedDict

import pytest
import torch

from voiceover.errors import BadInputError
from voiceover.models import checkpoints, claims
from voiceover.train import checkpoints as trained


def saved(path, what, **options):
    torch.save(what, path, **options)
    return path


def rewritten(path, change):
    """Change the pickle of a checkpoint, bytes for bytes, as an attacker would."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, change(data) if name.endswith("data.pkl") else data)
    return path


def refused(path):
    with pytest.raises(BadInputError) as caught:
        claims.check(path)
    assert str(path) in caught.value.message
    for read in (lambda: checkpoints.read_weights(path, "state_dict"), lambda: trained.load_weights(path)):
        with pytest.raises(BadInputError) as same:
            read()
        assert same.value.message == caught.value.message
    return caught.value.message


@pytest.mark.parametrize("zipped", [True, False])
def test_what_torch_saves_of_a_network_passes(tmp_path, zipped):
    network = torch.nn.Linear(3, 4)
    optimizer = torch.optim.Adam(network.parameters())
    network(torch.zeros(1, 3)).sum().backward()
    optimizer.step()
    weights = OrderedDict(network.state_dict(), parameter=torch.nn.Parameter(torch.zeros(2)))
    weights |= {"half": torch.zeros(3, dtype=torch.bfloat16), "none": torch.zeros(0, 5), "one": torch.tensor(1)}
    weights["turned"] = torch.arange(12.0).reshape(3, 4).T
    about = {"state_dict": weights, "optimizer": optimizer.state_dict(), "iteration": 10**6, "learning_rate": 1e-3}
    path = saved(tmp_path / "x.pt", about, _use_new_zipfile_serialization=zipped)
    claims.check(path)
    assert torch.equal(checkpoints.read_weights(path, "state_dict")["turned"], weights["turned"])


@pytest.mark.parametrize("zipped", [True, False])
def test_a_terabyte_of_four_bytes_is_refused(tmp_path, zipped):
    endless = torch.zeros(1).expand(500_000, 500_000)
    path = saved(tmp_path / "x.pt", {"w": endless}, _use_new_zipfile_serialization=zipped)
    assert path.stat().st_size < 5000
    assert "more than 2 GB" in refused(path)


def test_many_views_of_one_storage_count_each(tmp_path):
    one = torch.zeros(250_000)
    assert "more than 2 GB" in refused(saved(tmp_path / "x.pt", {f"{i}": one.view(500, 500) for i in range(2001)}))


def test_a_storage_that_is_said_to_be_larger_than_its_bytes_is_refused(tmp_path):
    path = saved(tmp_path / "x.pt", {"w": torch.zeros(200)})
    assert b"K\xc8" in zipfile.ZipFile(path).read("x/data.pkl")  # 200, as the storage's and the tensor's size
    large = b"J" + (2**31 - 1).to_bytes(4, "little")
    assert "where it does not" in refused(rewritten(path, lambda data: data.replace(b"K\xc8", large)))


def test_an_old_file_may_claim_no_more_than_its_size(tmp_path):
    path = saved(tmp_path / "x.pt", {"w": torch.zeros(200)}, _use_new_zipfile_serialization=False)
    path.write_bytes(path.read_bytes().replace(b"K\xc8", b"J" + (2**31 - 1).to_bytes(4, "little")))
    assert "where it does not" in refused(path)


def test_a_tensor_beyond_its_storage_is_refused(tmp_path):
    path = saved(tmp_path / "x.pt", {"w": torch.zeros(7, 9)})
    assert "in a storage of 63" in refused(
        rewritten(path, lambda data: data.replace(b"K\x07K\x09\x86", b"K\x08K\x09\x86"))
    )


def test_a_bomb_of_zeros_is_refused(tmp_path):
    path = tmp_path / "x.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/data.pkl", pickle.dumps({}, 2))
        archive.writestr("x/data/0", bytes(50_000_000))
    assert path.stat().st_size < 100_000
    assert "is compressed" in refused(path)


def test_two_files_of_one_name_are_refused(tmp_path):
    path = saved(tmp_path / "x.pt", {"w": torch.zeros(2)})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("X/DATA.pkl", b"")  # torch's reader does not tell capitals apart
    assert "two files of one name" in refused(path)


class Calls:
    def __init__(self, what, *arguments):
        self.what, self.arguments = what, arguments

    def __reduce__(self):
        return self.what, self.arguments


@pytest.mark.parametrize(
    "what", [Calls(bytearray, 10**12), Calls(torch.zeros, 10**6, 10**6), Calls(torch._utils._rebuild_sparse_tensor, 0)]
)
def test_what_takes_memory_for_the_asking_is_not_called(tmp_path, what):
    path = saved(tmp_path / "x.pt", {"w": torch.zeros(2)})
    assert "which no voice needs" in refused(rewritten(path, lambda _: pickle.dumps({"w": what}, 2)))


def test_a_description_that_is_too_long_is_refused(tmp_path):
    path = saved(tmp_path / "x.pt", {"w": "x" * (claims.LARGEST_PICKLE + 1)})
    assert "larger than any voice's" in refused(path)


def test_a_file_larger_than_any_voice_is_not_opened(tmp_path):
    path = tmp_path / "x.pt"
    with path.open("wb") as file:
        file.truncate(claims.LARGEST + 1)  # takes no room on the disk
    assert "more than any voice's" in refused(path)
