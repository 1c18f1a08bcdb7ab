"""The vocoder: log-mels in, audio out, by filtering a pitched source in the short-time Fourier domain.

An ISTFT vocoder in the manner of Vocos (Siuzdak, 2023): a ConvNeXt stack predicts, frame by frame, what an
inverse STFT turns into audio. A plain one must invent the phase, which takes an adversarial training to learn.
This one takes the phase of a harmonic source at the fundamental frequency (as the neural source-filter models of
Wang et al., 2019, do) and of white noise, and predicts how to filter both. It needs spectral losses only, and
learns in CPU-hours. What it makes is then brought to the mel that it was asked for, see `correction`, as far as that
one can be trusted: a recording's is met, an acoustic model's is blurred and was only a hint.

Shapes: B clips, T frames, n samples = (T - 1) * hop_length.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from voiceover.models.convnext import Backbone
from voiceover.models.correction import bands, correction, log_mel_of
from voiceover.synthesis import source_filter
from voiceover.synthesis.configs import VocoderConfig
from voiceover.synthesis.mels import MelConfig
from voiceover.synthesis.source_filter import (
    BINS_PER_OCTAVE,
    CHUNK,
    DOUBT,
    LOG_MEL_MEAN,
    LOG_MEL_STD,
    LOWEST_HZ,
    MOMENTUM,
)
from voiceover.types import Samples


class Pitch(NamedTuple):
    """What the pitch branch reads off a mel."""

    bins: Tensor  # logits over pitch bins, (B, T, pitch_bins)
    voiced: Tensor  # logits, (B, T)


class Filtered(NamedTuple):
    """What became of a mel."""

    audio: Tensor  # (B, n)
    off: Tensor  # how far the sound's mel was from the wanted one before it was corrected, in nepers: one number


class Vocoder(nn.Module):
    """Source-filter ISTFT vocoder."""

    def __init__(self, config: VocoderConfig, mel: MelConfig) -> None:
        super().__init__()
        self.config, self.mel = config, mel
        self.bins = mel.n_fft // 2 + 1
        self.pitch_backbone = Backbone(mel.n_mels, config.pitch_dim, config.pitch_layers)
        self.pitch_head = nn.Linear(config.pitch_dim, config.pitch_bins + 1)
        self.backbone = Backbone(mel.n_mels, config.dim, config.layers)
        self.head = nn.Linear(config.dim, 3 * self.bins)
        nn.init.normal_(self.head.weight, std=0.01)
        with torch.no_grad():
            self.head.bias.zero_()
            self.head.bias[: 2 * self.bins] = -4.0  # quiet to begin with
        if config.corrections:
            self.trust = nn.Linear(config.dim, 1)
        self.window: Tensor
        self.register_buffer("window", torch.hann_window(mel.win_length), persistent=False)

    def pitch(self, log_mel: Tensor) -> Pitch:
        """Estimate the pitch of log-mels (B, n_mels, T)."""
        logits = self.pitch_head(self.pitch_backbone(standardise(log_mel)))
        return Pitch(logits[..., :-1], logits[..., -1])

    def forward(self, log_mel: Tensor, f0: Tensor, noise: Tensor) -> Tensor:
        """Synthesise audio.

        Args:
            log_mel: (B, n_mels, T).
            f0: a pitch for every frame, unvoiced ones included, in Hz, (B, T).
            noise: white noise of unit variance, (B, n).

        Returns:
            Audio, (B, n).
        """
        features = self.features(log_mel)
        source = harmonic_source(f0.float(), self.mel)
        return self.filter(features, log_mel, source, noise, self.trusted(features)).audio

    def features(self, log_mel: Tensor) -> Tensor:
        """Return what filters are predicted from, (B, T, dim)."""
        features: Tensor = self.backbone(standardise(log_mel))
        return features

    def trust_logits(self, features: Tensor) -> Tensor:
        """Return how sure it is that a mel is a recording's, all its frames taken together, (B, 1)."""
        if not self.config.corrections:
            return features.new_zeros(len(features), 1)
        logits: Tensor = self.trust(features).float().mean(dim=1)
        return logits

    def trusted(self, features: Tensor) -> Tensor:
        """Return how far a mel is to be met, 0 to 1, (B, 1)."""
        return decided(self.trust_logits(features))

    def filter(
        self,
        features: Tensor,
        log_mel: Tensor,
        source: Tensor,
        noise: Tensor,
        trust: Tensor,
        corrections: int | None = None,
    ) -> Filtered:
        """Filter a pitched source and noise, both (B, n), as the features ask, and meet the mel as far as trusted.

        Args:
            features: (B, T, dim).
            log_mel: (B, n_mels, T).
            source: see `harmonic_source`.
            noise: white noise of unit variance.
            trust: how far the mel is to be met, 0 to 1, (B, 1).
            corrections: how often, at most; by default as often as the vocoder is made for.
        """
        harmonic_gain, noise_gain, phase = self.head(features).float().transpose(1, 2).split(self.bins, dim=1)
        pitched = self._stft(source) * torch.polar(gains(harmonic_gain), phase)
        spectrum = pitched + self._stft(noise.float()) * gains(noise_gain)
        # towards what it has made anyway, correcting costs time and takes the voice's shine (DNSMOS 2.90 -> 2.60)
        if not self.config.corrections or not (self.training or bool(trust.any())):
            return Filtered(self._istft(spectrum), spectrum.real.new_zeros(()))
        with torch.autocast(spectrum.device.type, enabled=False):
            rounds = min(corrections or self.config.corrections, self.config.corrections)
            return self._corrected(spectrum, log_mel.float(), trust, rounds)

    def _corrected(self, spectrum: Tensor, asked: Tensor, trust: Tensor, rounds: int) -> Filtered:
        bank, shares = bands(self.mel, spectrum.device)
        first = log_mel_of(spectrum, bank)
        wanted = first + trust[:, None] * (asked - first)
        before = spectrum = spectrum * correction(wanted, first, shares)
        for _ in range(1, rounds):
            ahead = self._stft(self._istft(spectrum + MOMENTUM * (spectrum - before)))
            before, spectrum = spectrum, ahead * correction(wanted, log_mel_of(ahead, bank), shares)
        return Filtered(self._istft(spectrum), (first - wanted).abs().mean())

    def _istft(self, spectrum: Tensor) -> Tensor:
        mel = self.mel
        return torch.istft(spectrum, mel.n_fft, mel.hop_length, mel.win_length, self.window)

    def _stft(self, audio: Tensor) -> Tensor:
        mel = self.mel
        return torch.stft(audio, mel.n_fft, mel.hop_length, mel.win_length, self.window, return_complex=True)

    @property
    def reach(self) -> int:
        """How many frames away a frame's features and mel can be heard: the windows of each transform."""
        return (self.config.corrections + 1) * self.mel.n_fft // self.mel.hop_length

    @torch.inference_mode()
    def synthesise(self, log_mel: Tensor, seed: int, chunk: int = CHUNK) -> Samples:
        """Turn one log-mel (n_mels, T) into samples ((T - 1) * hop_length,); the same seed gives the same noise.

        A long one is filtered `chunk` frames at a time, each with as many neighbours as it can hear, so that spectra
        do not grow with it and no seam is left: features, pitch, source and noise are those of the whole.
        """
        device, hop = self.window.device, self.mel.hop_length
        log_mel = log_mel[None].to(device)
        frames = log_mel.shape[2]
        f0 = trusted_pitch(self.pitch(log_mel))
        noise = torch.from_numpy(source_filter.white_noise(seed, (frames - 1) * hop))[None].to(device)
        source = harmonic_source(torch.from_numpy(f0)[None].to(device), self.mel)
        features = self.features(log_mel)
        trust = self.trusted(features)
        made = []
        for first in range(0, frames - 1, chunk):
            stop = min(first + chunk, frames - 1)
            if frames - 1 - stop < self.reach:  # what is left is no more than the neighbours that are needed anyway
                stop = frames - 1
            begin, end = max(0, first - self.reach), min(frames - 1, stop + self.reach)
            seen, heard = slice(begin, end + 1), slice(begin * hop, end * hop)
            audio = self.filter(features[:, seen], log_mel[:, :, seen], source[:, heard], noise[:, heard], trust).audio[
                0
            ]
            made.append(audio[(first - begin) * hop : (stop - begin) * hop])
            if stop == frames - 1:
                break
        return np.asarray(torch.cat(made).clamp(-1, 1).cpu().numpy(), dtype=np.float32)


def standardise(log_mel: Tensor) -> Tensor:
    """Bring log-mels near zero mean and unit deviation."""
    return (log_mel - LOG_MEL_MEAN) / LOG_MEL_STD


def decided(logits: Tensor) -> Tensor:
    """Turn logits of a mel being a recording's into how far it is met: 0 to 1, both ends included."""
    return ((logits.sigmoid() - DOUBT) / (1 - 2 * DOUBT)).clamp(0, 1)


def gains(log_gain: Tensor) -> Tensor:
    """Turn predicted log gains into gains within bounds."""
    return torch.exp(log_gain.clamp(-14.0, 6.0))


def harmonic_source(f0: Tensor, mel: MelConfig) -> Tensor:
    """Make a band-limited pulse train of unit power.

    All harmonics below the Nyquist frequency at equal strength; their sum has the closed form of the Dirichlet
    kernel, sum over k = 1..K of cos(k x) = sin((K + 1/2) x) / (2 sin(x / 2)) - 1/2.

    Args:
        f0: Hz per frame, (B, T).
        mel: gives rate and hop.

    Returns:
        (B, (T - 1) * hop_length).
    """
    hop = mel.hop_length
    ramp = torch.arange(hop, device=f0.device, dtype=torch.float64) / hop
    frames = f0.double()
    hertz = (frames[:, :-1, None] * (1 - ramp) + frames[:, 1:, None] * ramp).flatten(1)
    cycles = torch.cumsum(hertz / mel.sample_rate, dim=1)
    x = (2 * math.pi * (cycles - cycles.floor())).float()
    harmonics = torch.floor(0.5 * mel.sample_rate / hertz).clamp_min(1.0).float()
    half = torch.sin(x / 2)
    near_pulse = half.abs() < 1e-4
    kernel = torch.sin((harmonics + 0.5) * x) / (2 * torch.where(near_pulse, torch.ones_like(half), half)) - 0.5
    return torch.where(near_pulse, harmonics, kernel) * torch.sqrt(2 / harmonics)


def trusted_pitch(pitch: Pitch) -> Samples:
    """Decode one clip's pitch: the mean of the bins around the likeliest, carried over unvoiced stretches.

    Returns:
        Hz per frame, (T,), float32.
    """
    return source_filter.trusted_pitch(pitch.bins[0].float().cpu().numpy(), pitch.voiced[0].float().cpu().numpy())


def pitch_position(f0: Tensor) -> Tensor:
    """Return the (fractional) bin of a pitch in Hz."""
    return BINS_PER_OCTAVE * torch.log2(f0.clamp_min(LOWEST_HZ) / LOWEST_HZ)
