"""What is taken over from a trained network, what begins anew, and what is refused."""

import dataclasses
from pathlib import Path

import pytest
import torch

from voiceover.errors import BadInputError
from voiceover.models.tacotron2 import Tacotron2
from voiceover.models.vocoder import Vocoder
from voiceover.synthesis.configs import TacotronConfig, VocoderConfig
from voiceover.synthesis.mels import MelConfig
from voiceover.train import warm_start
from voiceover.train.warm_start import Source

NARRATOR = Path(__file__).parents[3] / "voiceover" / "voices" / "bundled" / "narrator"
SMALL = TacotronConfig(
    n_symbols=4,
    n_mels=6,
    frames_per_step=2,
    symbol_dim=16,
    encoder_dim=16,
    prenet_dim=8,
    attention_rnn_dim=24,
    attention_dim=10,
    location_filters=4,
    decoder_rnn_dim=20,
    postnet_dim=14,
)
MEL = dataclasses.asdict(MelConfig())


def source(config, symbols):
    torch.manual_seed(1)
    weights = Tacotron2(config).state_dict()
    return Source(Path("old.pt"), "tacotron2", dataclasses.asdict(config), MEL, symbols, weights)


def filled(config, symbols, old):
    torch.manual_seed(2)
    model = Tacotron2(dataclasses.replace(config, n_symbols=len(symbols)))
    initial = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    told = warm_start.fill(model, old, symbols, config.n_mels)
    return model.state_dict(), initial, told


def test_rows_are_matched_by_what_they_stand_for():
    old = source(SMALL, ["_", "a", "b", "c"])
    new, initial, told = filled(SMALL, ["_", "c", "ø", "a", "y"], old)
    rows, theirs = new["embedding.weight"], old.weights["embedding.weight"]
    assert torch.equal(rows[[0, 1, 3]], theirs[[0, 3, 1]])
    assert torch.equal(rows[[2, 4]], initial["embedding.weight"][[2, 4]])
    assert told == "warm start from old.pt: 3 of 5 symbols matched; new: ø y"
    assert all(torch.equal(new[name], old.weights[name]) for name in new if name != "embedding.weight")


def test_fewer_frames_a_step_take_over_those_that_both_predict():
    old = source(dataclasses.replace(SMALL, frames_per_step=3), ["_", "a", "b", "c"])
    new, _, told = filled(SMALL, ["_", "a", "b", "c"], old)
    assert torch.equal(new["decoder.linear_projection.weight"], old.weights["decoder.linear_projection.weight"][:12])
    assert torch.equal(new["decoder.linear_projection.bias"], old.weights["decoder.linear_projection.bias"][:12])
    assert torch.equal(
        new["decoder.prenet.layers.0.weight"], old.weights["decoder.prenet.layers.0.weight"][:, -12:]
    )  # the frames just before
    assert told.endswith("4 of 4 symbols matched; frames per step 3 -> 2")


def test_more_frames_a_step_begin_as_copies_of_the_last_and_older_ones_unseen():
    old = source(dataclasses.replace(SMALL, frames_per_step=1), ["_", "a", "b", "c"])
    new, _, told = filled(dataclasses.replace(SMALL, frames_per_step=3), ["_", "a", "b", "c"], old)
    theirs = old.weights["decoder.linear_projection.weight"]
    assert torch.equal(new["decoder.linear_projection.weight"], torch.cat([theirs, theirs, theirs]))
    prenet = new["decoder.prenet.layers.0.weight"]
    assert torch.equal(prenet[:, 12:], old.weights["decoder.prenet.layers.0.weight"])
    assert prenet[:, :12].abs().max() == 0
    assert told.endswith("frames per step 1 -> 3")


def test_other_sizes_are_named_and_refused():
    old = source(dataclasses.replace(SMALL, decoder_rnn_dim=12), ["_", "a", "b", "c"])
    with pytest.raises(BadInputError, match=r"old\.pt: .*decoder\.decoder_rnn\.weight_ih 48x40, here 80x40") as caught:
        filled(SMALL, ["_", "a", "b", "c"], old)
    assert "--preset finetune" in caught.value.remedy


def test_a_bundle_gives_both_networks():
    acoustic = warm_start.read(NARRATOR, "tacotron2", MEL)
    model = Tacotron2(TacotronConfig(**acoustic.config))
    warm_start.fill(model, acoustic, acoustic.symbols, 80)
    assert model.config.mel_mean == acoustic.config["mel_mean"]
    vocoder = warm_start.read(NARRATOR, "source-filter-istft", MEL)
    network = Vocoder(VocoderConfig(**vocoder.config), MelConfig())
    assert warm_start.fill(network, vocoder, [], 80) == f"warm start from {NARRATOR}"
    assert torch.equal(network.head.bias, vocoder.weights["head.bias"].float())


def test_other_mels_and_other_kinds_are_refused(tmp_path):
    with pytest.raises(
        BadInputError, match=r"trained on other mels than the corpus has \(sample_rate 22050, not 16000"
    ):
        warm_start.read(NARRATOR, "tacotron2", {**MEL, "sample_rate": 16000})
    with pytest.raises(BadInputError, match="has no network of the kind wavernn"):
        warm_start.read(NARRATOR, "wavernn", MEL)
    run = tmp_path / "best.pt"
    about = {"kind": "source-filter-istft", "config": {}, "mel": MEL}
    torch.save({"describe": about, "average": {}, "step": 3}, run)
    with pytest.raises(
        BadInputError, match=r"best\.pt: holds a network of the kind source-filter-istft, not tacotron2"
    ):
        warm_start.read(run, "tacotron2", MEL)
    with pytest.raises(BadInputError, match=r"nowhere: no checkpoint there"):
        warm_start.read(tmp_path / "nowhere", "tacotron2", MEL)


def test_a_vocoder_that_was_never_corrected_learns_what_to_trust_anew():
    small = VocoderConfig(dim=16, layers=1, pitch_dim=16, pitch_layers=1)
    old = Vocoder(small, MelConfig()).state_dict()
    new = Vocoder(dataclasses.replace(small, corrections=3), MelConfig())
    initial = new.trust.weight.clone()
    warm_start.fill(new, Source(Path("old.pt"), "source-filter-istft", {}, MEL, [], old), [], 80)
    assert torch.equal(new.trust.weight, initial)
    assert all(torch.equal(new.state_dict()[name], tensor) for name, tensor in old.items())
