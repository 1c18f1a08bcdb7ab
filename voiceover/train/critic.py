"""A critic for adversarial vocoder training: it learns to tell recordings from synthesis.

A spectral loss alone is best served by the mean of all that could have been said, which is blurred; a critic
is not. Discriminators on magnitudes at several resolutions are those of UnivNet (Jang et al., 2021), on samples at
several periods those of HiFi-GAN (Kong et al., 2020), both narrow: a CPU has to afford them. Losses are least squares
(Mao et al., 2017) and feature matching (Larsen et al., 2016; Kong et al., 2020).

Shapes: B clips, n samples, T frames, F frequency bins, C channels, P samples of a period.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

RESOLUTIONS = ((512, 128), (1024, 256), (2048, 512))  # (n_fft, hop)
PERIODS = (2, 3, 5, 7, 11)  # samples; prime, so that they share little
SLOPE = 0.1


class Judged(NamedTuple):
    """What one discriminator makes of audio."""

    score: Tensor  # (B, 1, T, F') or (B, 1, n', P), near 1 where it takes the sound for a recording
    features: tuple[Tensor, ...]  # of each layer, (B, C, T, F') or (B, C, n', P)


class Critic(nn.Module):
    """A discriminator for each resolution, and one for each period."""

    def __init__(self, resolutions: Sequence[tuple[int, int]] = RESOLUTIONS, periods: Sequence[int] = PERIODS) -> None:
        super().__init__()
        self.discriminators = nn.ModuleList(
            [*(_OfSpectra(n_fft, hop) for n_fft, hop in resolutions), *(_OfPeriods(period) for period in periods)]
        )

    def draw(self, count: int, seed: int) -> list[int]:
        """Choose discriminators by chance: few of them a step teach a vocoder as all do, and cost less."""
        random = np.random.default_rng(seed)
        return sorted(random.permutation(len(self.discriminators))[:count].tolist())

    def forward(self, audio: Tensor, chosen: Sequence[int] | None = None) -> list[Judged]:
        """Judge audio (B, n), by all discriminators or the chosen ones."""
        numbers = range(len(self.discriminators)) if chosen is None else chosen
        return [self.discriminators[number](audio) for number in numbers]


class _OfSpectra(nn.Module):
    """Convolutions over a log spectrogram, a strip of frequencies at a time."""

    def __init__(self, n_fft: int, hop: int) -> None:
        super().__init__()
        self.n_fft, self.hop = n_fft, hop
        self.convolutions = nn.ModuleList(
            [
                _conv(1, 16, (3, 7), (1, 3)),
                _conv(16, 32, (3, 5), (1, 2)),
                _conv(32, 32, (3, 5), (1, 2)),
                _conv(32, 32, (3, 3), (1, 1)),
            ]
        )
        self.score = _conv(32, 1, (3, 3), (1, 1))
        self.window: Tensor
        self.register_buffer("window", torch.hann_window(n_fft), persistent=False)

    def forward(self, audio: Tensor) -> Judged:
        with torch.autocast(audio.device.type, enabled=False):
            spectrum = torch.stft(audio.float(), self.n_fft, self.hop, self.n_fft, self.window, return_complex=True)
            power = spectrum.real.square() + spectrum.imag.square()
            x = (0.5 * torch.log(power + 1e-7)).transpose(1, 2)[:, None]
        return _through(self.convolutions, self.score, x)


class _OfPeriods(nn.Module):
    """Convolutions over every P-th sample, whatever the P: what repeats with a pitch, and its phase."""

    def __init__(self, period: int) -> None:
        super().__init__()
        self.period = period
        self.convolutions = nn.ModuleList(
            [
                _conv(1, 16, (5, 1), (3, 1)),
                _conv(16, 32, (5, 1), (3, 1)),
                _conv(32, 64, (5, 1), (3, 1)),
                _conv(64, 64, (5, 1), (3, 1)),
            ]
        )
        self.score = _conv(64, 1, (3, 1), (1, 1))

    def forward(self, audio: Tensor) -> Judged:
        whole = audio[:, : audio.shape[1] // self.period * self.period]
        return _through(self.convolutions, self.score, whole.reshape(len(audio), 1, -1, self.period))


def _through(convolutions: nn.ModuleList, score: nn.Module, x: Tensor) -> Judged:
    features = []
    for conv in convolutions:
        x = F.leaky_relu(conv(x), SLOPE)
        features.append(x)
    return Judged(score(x), tuple(features))


def _conv(channels_in: int, channels_out: int, kernel: tuple[int, int], stride: tuple[int, int]) -> nn.Module:
    conv = nn.Conv2d(channels_in, channels_out, kernel, stride, padding=(kernel[0] // 2, kernel[1] // 2))
    normalised: nn.Module = nn.utils.parametrizations.weight_norm(conv)
    return normalised


def told_apart(real: Sequence[Judged], made: Sequence[Judged]) -> Tensor:
    """Return the critic's own loss: recordings should score 1, synthesis 0."""
    losses = [
        (r.score.float() - 1).square().mean() + m.score.float().square().mean() for r, m in zip(real, made, strict=True)
    ]
    return torch.stack(losses).mean()


def taken_for_real(made: Sequence[Judged]) -> Tensor:
    """Return the vocoder's loss: what it makes should score 1."""
    return torch.stack([(m.score.float() - 1).square().mean() for m in made]).mean()


def features_apart(real: Sequence[Judged], made: Sequence[Judged]) -> Tensor:
    """Return how far the critic's features of synthesis are from the recording's, by layer relative to their size."""
    losses = [
        F.l1_loss(m.float(), r.float()) / r.float().abs().mean().clamp_min(1e-3)
        for one, other in zip(real, made, strict=True)
        for r, m in zip(one.features, other.features, strict=True)
    ]
    return torch.stack(losses).mean()
