"""Public checkpoints: equal outputs to the networks they were made for, and nothing read that could run."""

import argparse
import json
import os
import pickle
from dataclasses import replace

import pytest
import torch
from public_networks import (
    NVIDIA_KEYS,
    SMALL,
    SMALL_GENERATOR,
    V1,
    V2,
    V3,
    config_json,
    nvidia_checkpoint,
    published_forward,
    random_generator,
    torchaudios,
)
from torch.nn import functional as F

from voiceover.errors import BadInputError
from voiceover.models import checkpoints
from voiceover.synthesis.configs import TacotronConfig
from voiceover.synthesis.mels import MelConfig

OLD, NEW = ("weight_g", "weight_v"), ("parametrizations.weight.original0", "parametrizations.weight.original1")
MEL = MelConfig(n_mels=8)


def forced(model, config, monkeypatch):
    """Run a network teacher-forced, without the pre-net's dropout."""
    monkeypatch.setattr(F, "dropout", lambda x, *_args, **_kwargs: x)
    torch.manual_seed(9)
    tokens, lengths = torch.randint(1, config.n_symbols, (3, 11)), torch.tensor([11, 9, 4])
    mels = torch.randn(3, config.n_mels, 12)
    args = (mels,) if not type(model).__module__.startswith("torchaudio") else (mels, torch.full((3,), 12))
    with torch.no_grad():
        return model(tokens, lengths, *args)


@pytest.mark.parametrize(
    ("config", "prefix"),
    [(SMALL, ""), (SMALL, "module."), (TacotronConfig(), "module.")],
    ids=["small", "parallel", "full"],
)
def test_a_tacotron_of_nvidias_gives_torchaudios_mels(config, prefix, tmp_path, monkeypatch):
    torch.manual_seed(3)
    theirs = torchaudios(config)
    checkpoint = nvidia_checkpoint(theirs, prefix)
    assert len(checkpoint["state_dict"]) == 84
    torch.save(checkpoint, tmp_path / "tacotron2.pt")
    ours = checkpoints.read_tacotron(tmp_path / "tacotron2.pt", MelConfig(n_mels=config.n_mels))
    assert ours.config == config  # every size is read off the weights
    expected, got = forced(theirs, config, monkeypatch), forced(ours, config, monkeypatch)
    for ours_part, theirs_part in zip(got, expected, strict=True):
        torch.testing.assert_close(ours_part, theirs_part, atol=1e-4, rtol=0)
    assert expected[1].abs().max() > 0.1


def test_names_to_nvidia_and_back():
    weights = torchaudios(SMALL).state_dict()
    named = checkpoints.nvidia_names(weights)
    assert set(named) == set(NVIDIA_KEYS)
    assert all(torch.equal(named[theirs], weights[key]) for theirs, key in NVIDIA_KEYS.items())


def test_torchaudios_own_weights_half_precision_and_old_files_are_read(tmp_path):
    model = torchaudios(SMALL)
    old = {k: v.half() for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    torch.save(old, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    ours = checkpoints.read_tacotron(tmp_path / "old.pth", MEL)
    assert ours.embedding.weight.dtype == torch.float32
    assert torch.equal(ours.embedding.weight, model.embedding.weight.half().float())


@pytest.mark.parametrize(
    ("config", "notation"), [(V1, OLD), (V2, NEW), (V3, OLD), (V3, NEW)], ids=["V1", "V2", "V3", "V3-new-notation"]
)
def test_a_generator_gives_the_published_graphs_waveform(config, notation, tmp_path):
    torch.manual_seed(4)
    weights = random_generator(config, notation)
    torch.save({"generator": {f"module.{key}": tensor for key, tensor in weights.items()}}, tmp_path / "g_00000001")
    (tmp_path / "config.json").write_text(json.dumps(config_json(config)))
    read, mel = checkpoints.read_hifigan_config(tmp_path / "config.json")
    assert (read, mel) == (config, MelConfig())
    model = checkpoints.read_hifigan(tmp_path / "g_00000001", read, mel)
    log_mel = torch.randn(2, 80, 5) * 2 - 5
    with torch.no_grad():
        expected = published_forward(weights, config, log_mel, notation).squeeze(1)
        got = model(log_mel)
    torch.testing.assert_close(got, expected, atol=1e-4, rtol=0)
    assert expected.shape == (2, 5 * 256)
    assert 0.01 < expected.std() < 0.95


def test_weight_norm_folds_and_splits_bit_by_bit():
    torch.manual_seed(5)
    plain = checkpoints.fold_weight_norm(random_generator(SMALL_GENERATOR))
    plain["conv_pre.weight"][3] = 0
    split = checkpoints.split_weight_norm(plain)
    assert {key.rpartition("_")[2] for key in split if "weight" in key} == {"g", "v"}
    again = checkpoints.fold_weight_norm(split)
    assert set(again) == set(plain)
    assert all(torch.equal(again[key], plain[key]) for key in plain)


class Evil:
    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return (os.mkdir, (self.mark,))


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_that_would_run_something_is_refused_by_name(zipped, tmp_path):
    mark = tmp_path / "ran"
    torch.save({"state_dict": {}, "x": Evil(str(mark))}, tmp_path / "evil.pt", _use_new_zipfile_serialization=zipped)
    with pytest.raises(BadInputError, match=r"refused, reading it would run (posix|nt)\.mkdir") as caught:
        checkpoints.read_weights(tmp_path / "evil.pt", "state_dict")
    assert "torch.save({'state_dict'" in caught.value.remedy
    torch.save({"state_dict": {}, "hparams": argparse.Namespace(a=1)}, tmp_path / "hparams.pt")
    with pytest.raises(BadInputError, match=r"would run argparse\.Namespace"):
        checkpoints.read_weights(tmp_path / "hparams.pt", "state_dict")
    (tmp_path / "bare.pt").write_bytes(pickle.dumps(Evil(str(mark))))
    with pytest.raises(BadInputError):
        checkpoints.read_weights(tmp_path / "bare.pt", "state_dict")
    assert not mark.exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 cut short", bytes(range(256)) * 40])
def test_what_is_no_checkpoint_is_told(content, tmp_path):
    (tmp_path / "x.pt").write_bytes(content)
    with pytest.raises(BadInputError, match=r"x\.pt: is not a checkpoint of torch"):
        checkpoints.read_weights(tmp_path / "x.pt", "state_dict")
    with pytest.raises(BadInputError, match="there is no such file"):
        checkpoints.read_weights(tmp_path / "y.pt", "state_dict")
    with pytest.raises(BadInputError, match="cannot be read"):
        checkpoints.read_weights(tmp_path, "state_dict")


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"epoch": 3, "lr": 0.1}, "no “state_dict” with weights in it; it holds epoch, lr"),
        ({"state_dict": {"a": 1}}, "no “state_dict” with weights"),
        ({}, "it holds nothing"),
        ([1, 2], "it holds list"),
        ({"state_dict": {"embedding.weight": torch.full((2, 2), torch.nan)}}, "embedding.weight holds numbers"),
    ],
)
def test_files_without_sound_weights_are_told(stored, message, tmp_path):
    torch.save(stored, tmp_path / "x.pt")
    with pytest.raises(BadInputError, match=message):
        checkpoints.read_weights(tmp_path / "x.pt", "state_dict")


def test_wrong_networks_are_told_by_their_keys(tmp_path):
    weights = nvidia_checkpoint(torchaudios(SMALL))["state_dict"]

    def read(changed, mel=MEL):
        torch.save({"state_dict": changed}, tmp_path / "x.pt")
        with pytest.raises(BadInputError) as caught:
            checkpoints.read_tacotron(tmp_path / "x.pt", mel)
        return str(caught.value)

    gate = "decoder.gate_layer.linear_layer.weight"
    assert "decoder.gate_layer.weight missing" in read({k: v for k, v in weights.items() if k != gate})
    assert "decoder.gate_layer.weight is 1x3, 1x36 was expected" in read({**weights, gate: torch.zeros(1, 3)})
    assert "many speakers" in read({**weights, "speaker_embedding.weight": torch.zeros(3, 3)})
    assert "8 bands, 80 were expected" in read(weights, MelConfig())
    assert "give it as --vocoder" in read(random_generator(SMALL_GENERATOR))
    assert "embedding.weight is missing" in read({k: v for k, v in weights.items() if "embedding" not in k})

    torch.save({"generator": weights}, tmp_path / "g")
    with pytest.raises(BadInputError, match="give it as --acoustic"):
        checkpoints.read_hifigan(tmp_path / "g", SMALL_GENERATOR, MEL)
    torch.save({"generator": random_generator(replace(SMALL_GENERATOR, upsample_initial_channel=32))}, tmp_path / "g")
    with pytest.raises(BadInputError, match=r"conv_pre\.weight is 32x8x7, 16x8x7 was expected"):
        checkpoints.read_hifigan(tmp_path / "g", SMALL_GENERATOR, MEL)
    with pytest.raises(BadInputError, match=r"it holds generator.*\n.*give it as --vocoder"):
        checkpoints.read_tacotron(tmp_path / "g", MEL)
    torch.save({"state_dict": weights}, tmp_path / "x.pt")
    with pytest.raises(BadInputError, match="give it as --acoustic"):
        checkpoints.read_hifigan(tmp_path / "x.pt", SMALL_GENERATOR, MEL)
    torch.save({"mpd": {}, "msd": {}, "steps": 3}, tmp_path / "do")
    with pytest.raises(BadInputError, match=r"the generator is in the file g_\*"):
        checkpoints.read_hifigan(tmp_path / "do", SMALL_GENERATOR, MEL)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "not a JSON object"),
        (json.dumps({"n_flows": 12, "n_group": 8}), "not the configuration of a HiFi-GAN generator: resblock"),
        (json.dumps(config_json(V2, resblock="3")), "there are 1 and 2"),
        (json.dumps(config_json(V2, upsample_rates="8")), "describes no HiFi-GAN generator"),
        (json.dumps(config_json(V2, sampling_rate="fast")), "sampling_rate is 'fast'"),
    ],
)
def test_configurations_that_are_none_are_told(content, message, tmp_path):
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(BadInputError, match=message):
        checkpoints.read_hifigan_config(tmp_path / "config.json")


def test_no_upper_frequency_means_all_there_is(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(config_json(V2, fmax=None, sampling_rate=24000)))
    assert checkpoints.read_hifigan_config(tmp_path / "config.json")[1].f_max == 12000.0
