"""The critic: whom its losses teach, and what they say of sound that differs."""

import dataclasses

import torch
from torch import nn

from voiceover.train.critic import Critic, features_apart, taken_for_real, told_apart


def test_losses_are_least_for_what_each_side_wants():
    torch.manual_seed(1)
    judged = Critic()(torch.randn(2, 8192) * 0.1)
    fooled = [one._replace(score=torch.ones_like(one.score)) for one in judged]
    seen_through = [one._replace(score=torch.zeros_like(one.score)) for one in judged]
    assert taken_for_real(fooled) == 0
    assert told_apart(fooled, seen_through) == 0
    assert told_apart(seen_through, fooled) == 2
    assert features_apart(judged, judged) == 0


def test_features_tell_a_spectrum_that_is_smoothed():
    torch.manual_seed(1)
    critic = Critic()
    noise = torch.randn(2, 8192) * 0.1
    smooth = nn.functional.avg_pool1d(noise[:, None], 9, 1, 4)[:, 0]
    louder = noise * 1.02
    assert features_apart(critic(noise), critic(smooth)) > 3 * features_apart(critic(noise), critic(louder))


def test_the_discriminators_of_a_step_follow_from_its_number():
    critic = Critic()
    drawn = [critic.draw(3, step) for step in range(40)]
    assert drawn == [critic.draw(3, step) for step in range(40)]
    assert {number for few in drawn for number in few} == set(range(len(critic.discriminators)))
    assert all(len(set(few)) == 3 for few in drawn)
    audio = torch.randn(1, 8192)
    chosen, everyone = critic(audio, [1, 6]), critic(audio)
    assert [torch.equal(one.score, everyone[n].score) for one, n in zip(chosen, (1, 6), strict=True)] == [True, True]


def test_a_critic_learns_to_tell_two_kinds_of_sound_apart():
    torch.manual_seed(1)
    critic = Critic()
    optimizer = torch.optim.AdamW(critic.parameters(), 5e-3)
    losses = []
    for _ in range(30):
        noise, clicks = torch.randn(2, 4096) * 0.1, (torch.rand(2, 4096) > 0.99).float()
        loss = told_apart(critic(noise), critic(clicks))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_the_critic_and_the_vocoder_are_each_taught_by_their_own_loss():
    from voiceover.train.vocoder import PRESETS, VocoderTask

    class Judging(VocoderTask):
        def __init__(self):
            self.settings = dataclasses.replace(PRESETS["tiny"][1], adversarial=1.0, critic_alone=5, judges=8)

    critic = Critic()
    made, audio = torch.randn(2, 4096, requires_grad=True), torch.randn(2, 4096)
    early, _ = Judging()._judged(critic, made, audio, step=4)
    early.backward()
    own = [parameter.grad.clone() for parameter in critic.parameters()]
    assert not made.grad.any()  # not listened to yet
    critic.zero_grad()
    late, parts = Judging()._judged(critic, made, audio, step=5)
    late.backward()
    assert made.grad.abs().sum() > 0
    assert all(torch.allclose(p.grad, g, atol=1e-7) for p, g in zip(critic.parameters(), own, strict=True))
    assert set(parts) == {"critic", "fooled", "matched"}
