"""Tacotron 2 against torchaudio's, and its own promises."""

from dataclasses import replace

import pytest
import torch
from public_networks import torchaudios
from torch.nn import functional as F

from voiceover.models.tacotron2 import Tacotron2
from voiceover.synthesis.configs import TacotronConfig

SMALL = TacotronConfig(
    n_symbols=20,
    n_mels=12,
    frames_per_step=2,
    symbol_dim=16,
    encoder_dim=16,
    prenet_dim=8,
    attention_rnn_dim=24,
    attention_dim=10,
    location_filters=4,
    location_kernel=7,
    decoder_rnn_dim=20,
    postnet_dim=14,
)
ONE_FRAME = replace(SMALL, frames_per_step=1)  # torchaudio's supports no other reduction factor


@pytest.mark.parametrize("config", [ONE_FRAME, TacotronConfig()], ids=["small", "full"])
def test_equal_weights_give_torchaudios_results(config, monkeypatch):
    torch.manual_seed(3)
    theirs = torchaudios(config)
    ours = Tacotron2(config).eval()
    ours.load_state_dict(theirs.state_dict(), strict=True)
    if config is not ONE_FRAME:
        assert sum(p.numel() for p in ours.parameters()) == 28_193_153

    tokens = torch.randint(1, config.n_symbols, (3, 11))
    lengths = torch.tensor([11, 9, 4])
    mels = torch.randn(3, config.n_mels, 12)
    # the pre-net's dropout never rests; without it both are deterministic
    monkeypatch.setattr(F, "dropout", lambda x, *_args, **_kwargs: x)
    with torch.no_grad():
        expected = theirs(tokens, lengths, mels, torch.full((3,), mels.shape[2]))
        got = ours(tokens, lengths, mels)
    for ours_part, theirs_part, name in zip(got, expected, ["mel", "refined", "gate", "alignment"], strict=True):
        torch.testing.assert_close(ours_part, theirs_part, atol=1e-4, rtol=0, msg=lambda m, n=name: f"{n}: {m}")
    assert expected[0].abs().max() > 0.1


def test_free_running_steps_repeat_the_teacher_forced_pass(monkeypatch):
    """Feeding the true frames step by step gives what the batched pass gives."""
    torch.manual_seed(5)
    model = Tacotron2(SMALL).eval()
    tokens, lengths = torch.randint(1, 20, (2, 8)), torch.tensor([8, 5])
    mels = torch.randn(2, SMALL.n_mels, 6 * SMALL.frames_per_step)
    ones = torch.ones(2, SMALL.prenet_dim)
    with torch.no_grad():
        memory = model.encode(tokens, lengths)
        mask = torch.arange(8)[None] < lengths[:, None]
        state = model.decoder.start(memory, mask)
        frames = mels.transpose(1, 2).reshape(2, 6, -1)
        frame, steps, gates, weights = torch.zeros(2, frames.shape[2]), [], [], []
        for step in range(6):
            out, gate, state = model.decoder.step(frame, state, (ones, ones))
            steps.append(out)
            gates.append(gate)
            weights.append(state.attention.weights)
            frame = frames[:, step]
        monkeypatch.setattr(F, "dropout", lambda x, *_args, **_kwargs: x)
        forced = model(tokens, lengths, mels)
    mel = torch.stack(steps, 1).reshape(2, 12, SMALL.n_mels).transpose(1, 2)
    torch.testing.assert_close(mel, forced.mel, atol=1e-5, rtol=0)
    torch.testing.assert_close(torch.stack(gates, 1), forced.gate, atol=1e-5, rtol=0)
    torch.testing.assert_close(torch.stack(weights, 1), forced.alignment, atol=1e-5, rtol=0)


def test_the_deferred_weight_gradient_is_the_plain_one(monkeypatch):
    """The hoisted product must give the gradient that autograd gives through the loop."""
    monkeypatch.setattr(F, "dropout", lambda x, *_args, **_kwargs: x)
    torch.manual_seed(7)
    theirs = torchaudios(ONE_FRAME).eval()
    ours = Tacotron2(ONE_FRAME).eval()
    ours.load_state_dict(theirs.state_dict())
    tokens, lengths = torch.randint(1, 20, (2, 8)), torch.tensor([8, 8])
    mels = torch.randn(2, SMALL.n_mels, 5)
    for model in (ours, theirs):
        args = (mels,) if model is ours else (mels, torch.full((2,), mels.shape[2]))
        output = model(tokens, lengths, *args)
        (output[1].square().mean() + output[2].square().mean()).backward()
    expected = dict(theirs.named_parameters())
    for name, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter.grad, expected[name].grad, atol=1e-5, rtol=1e-3, msg=name)


def test_padding_tokens_are_never_attended():
    torch.manual_seed(1)
    model = Tacotron2(SMALL).eval()
    lengths = torch.tensor([8, 3])
    alignment = model(torch.randint(1, 20, (2, 8)), lengths, torch.randn(2, 12, 6)).alignment
    assert alignment[1, :, 3:].abs().max() == 0
    torch.testing.assert_close(alignment.sum(2), torch.ones(2, 3))
