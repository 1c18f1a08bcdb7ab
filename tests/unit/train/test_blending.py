"""A network between two others."""

import dataclasses

import pytest
import torch

from voiceover.models.tacotron2 import Tacotron2
from voiceover.models.vocoder import Vocoder
from voiceover.synthesis.configs import TacotronConfig, VocoderConfig
from voiceover.synthesis.mels import MelConfig
from voiceover.train import checkpoints
from voiceover.train.blending import blend

SIZES = TacotronConfig(
    n_symbols=3, n_mels=6, symbol_dim=8, encoder_dim=8, prenet_dim=4, attention_rnn_dim=8, attention_dim=4,
    location_filters=2, decoder_rnn_dim=8, postnet_dim=8,
)  # fmt: skip


def checkpoint(path, symbols, seed):
    torch.manual_seed(seed)
    config = dataclasses.replace(SIZES, n_symbols=len(symbols))
    about = {"kind": "tacotron2", "config": dataclasses.asdict(config), "symbols": symbols}
    about["mel"] = dataclasses.asdict(MelConfig(n_mels=6))
    checkpoints.write(path, {"describe": about, "average": Tacotron2(config).state_dict(), "step": seed})
    return checkpoints.load_weights(path)["average"]


@pytest.mark.parametrize("share", [0.0, 0.7, 1.0])
def test_every_weight_lies_between_and_rows_are_matched_by_symbol(tmp_path, share):
    base = checkpoint(tmp_path / "base.pt", ["_", "a", "b"], seed=1)
    trained = checkpoint(tmp_path / "trained.pt", ["_", "b", "c"], seed=2)
    blend(tmp_path / "trained.pt", tmp_path / "base.pt", share, tmp_path / "blended.pt")
    made = checkpoints.load_weights(tmp_path / "blended.pt")
    assert made["step"] == 2
    assert made["describe"]["symbols"] == ["_", "b", "c"]
    for name, weight in made["average"].items():
        if name != "embedding.weight" and weight.is_floating_point():
            torch.testing.assert_close(weight, (1 - share) * base[name] + share * trained[name])
    rows = made["average"]["embedding.weight"]
    old, new = base["embedding.weight"], trained["embedding.weight"]
    torch.testing.assert_close(rows[1], (1 - share) * old[2] + share * new[1])
    torch.testing.assert_close(rows[2], new[2])  # a symbol that the base never had


def test_a_vocoder_keeps_what_its_base_never_had(tmp_path):
    small = VocoderConfig(dim=8, layers=1, pitch_dim=8, pitch_layers=1)
    made = {}
    for name, config in (("base", small), ("trained", dataclasses.replace(small, corrections=2))):
        about = {"kind": "source-filter-istft", "config": dataclasses.asdict(config)}
        about["mel"] = dataclasses.asdict(MelConfig())
        made[name] = Vocoder(config, MelConfig()).state_dict()
        checkpoints.write(tmp_path / f"{name}.pt", {"describe": about, "average": made[name], "step": 7})
    blend(tmp_path / "trained.pt", tmp_path / "base.pt", 0.5, tmp_path / "blended.pt")
    blended = checkpoints.load_weights(tmp_path / "blended.pt")["average"]
    for name, weight in made["trained"].items():
        expected = weight if name.startswith("trust.") else (weight + made["base"][name]) / 2
        torch.testing.assert_close(blended[name], expected)


def test_the_command_writes_the_mean_and_replaces_nothing_unasked(tmp_path, run_cli):
    base = checkpoint(tmp_path / "base.pt", ["_", "a"], seed=1)
    trained = checkpoint(tmp_path / "trained.pt", ["_", "a"], seed=2)
    names = ["--trained", str(tmp_path / "trained.pt"), "--base", str(tmp_path / "base.pt")]
    made = run_cli("train", "blend", str(tmp_path / "mean.pt"), *names, "--share", "0.25")
    assert made.exit_code == 0, made.stderr
    weights = checkpoints.load_weights(tmp_path / "mean.pt")["average"]["embedding.weight"]
    torch.testing.assert_close(weights, 0.75 * base["embedding.weight"] + 0.25 * trained["embedding.weight"])
    again = run_cli("train", "blend", str(tmp_path / "mean.pt"), *names)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    over = run_cli("train", "blend", str(tmp_path / "trained.pt"), *names, "--force")
    assert over.exit_code == 2
    assert "the output is the input itself" in over.stderr
