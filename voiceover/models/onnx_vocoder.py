"""The source-filter vocoder as ONNX operators: short-time Fourier transforms as convolutions with their basis.

torch's exporter has no inverse transform that ONNX Runtime loads, and the pitch is decoded in numpy: both are written
here with what ONNX has, and compared with the original at export time.

Shapes: T frames, M mel bands, n samples = (T - 1) * hop_length.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from voiceover.models.correction import bands, correction, log_mel_of_power
from voiceover.models.vocoder import Vocoder, gains, harmonic_source
from voiceover.synthesis.source_filter import BINS_PER_OCTAVE, LOWEST_HZ, MOMENTUM, UNVOICED_HZ


class PitchGraph(nn.Module):
    """Log-mels (1, M, T) to the pitch of every frame in Hz (1, T): `Vocoder.pitch` and `trusted_pitch`."""

    def __init__(self, vocoder: Vocoder) -> None:
        super().__init__()
        self.vocoder = vocoder

    def forward(self, log_mel: Tensor) -> Tensor:
        """Decode the pitch."""
        logits, voiced_logits = self.vocoder.pitch(log_mel)
        probabilities = logits.softmax(dim=2)
        bins = torch.arange(probabilities.shape[2])
        near = probabilities * ((bins - probabilities.argmax(dim=2, keepdim=True)).abs() <= 3)
        octaves = (near * bins).sum(dim=2) / near.sum(dim=2) / BINS_PER_OCTAVE
        return _filled(octaves[0], voiced_logits[0] > 0)[None]


def _filled(octaves: Tensor, voiced: Tensor) -> Tensor:
    """Interpolate octaves above `LOWEST_HZ` (T,) between voiced frames, and return Hz."""
    frames = torch.arange(octaves.shape[0])
    count = octaves.shape[0]
    behind = (frames[None] <= frames[:, None]) & voiced[None]  # row: the frame, column: a voiced one before it
    ahead = (frames[None] >= frames[:, None]) & voiced[None]
    before = torch.where(behind, frames[None], -1).amax(dim=1)
    after = torch.where(ahead, frames[None], count).amin(dim=1)
    before, after = torch.where(before < 0, after, before), torch.where(after >= count, before, after)
    before, after = before.clamp(0, count - 1), after.clamp(0, count - 1)
    share = (frames - before).float() / (after - before).clamp_min(1).float()
    interpolated = octaves[before] * (1 - share) + octaves[after] * share
    unvoiced = math.log2(UNVOICED_HZ / LOWEST_HZ)
    return LOWEST_HZ * torch.exp2(torch.where(voiced.any(), interpolated, torch.full_like(octaves, unvoiced)))


class VocoderGraph(nn.Module):
    """Log-mels (1, M, T), pitch (1, T) and noise (1, n) to audio (1, n): `Vocoder.forward`."""

    def __init__(self, vocoder: Vocoder) -> None:
        super().__init__()
        self.vocoder = vocoder
        size, self.hop = vocoder.mel.n_fft, vocoder.mel.hop_length
        self.margin = size // 2
        window = F.pad(vocoder.window.double(), ((size - len(vocoder.window)) // 2,) * 2)
        bins = torch.arange(self.margin + 1, dtype=torch.float64)[:, None]
        angle = (bins * torch.arange(size, dtype=torch.float64)) % size * (2 * math.pi / size)
        share = torch.full((self.margin + 1, 1), 2.0 / size, dtype=torch.float64)
        share[0] = share[-1] = 1.0 / size  # the first and the last bin stand for themselves, the others for two
        self.analysis: Tensor
        self.synthesis: Tensor
        self.squared: Tensor
        self.register_buffer("analysis", torch.cat([angle.cos(), -angle.sin()])[:, None].mul(window).float())
        self.register_buffer(
            "synthesis", torch.cat([share * angle.cos(), -share * angle.sin()])[:, None].mul(window).float()
        )
        self.register_buffer("squared", window.square().float()[None, None])
        bank, shares = bands(vocoder.mel, torch.device("cpu"))
        self.bank: Tensor
        self.shares: Tensor
        self.register_buffer("bank", bank.clone())
        self.register_buffer("shares", shares.clone())

    def forward(self, log_mel: Tensor, f0: Tensor, noise: Tensor) -> Tensor:
        """Filter the source and the noise."""
        vocoder = self.vocoder
        features = vocoder.features(log_mel)
        harmonic_gain, noise_gain, phase = vocoder.head(features).transpose(1, 2).split(vocoder.bins, dim=1)
        real, imaginary = self._transform(harmonic_source(f0, vocoder.mel))
        gain = gains(harmonic_gain)
        turn_real, turn_imaginary = phase.cos() * gain, phase.sin() * gain
        noise_real, noise_imaginary = (part * gains(noise_gain) for part in self._transform(noise))
        real, imaginary = (
            real * turn_real - imaginary * turn_imaginary + noise_real,
            real * turn_imaginary + imaginary * turn_real + noise_imaginary,
        )
        plain = self._inverse(real, imaginary)
        if not vocoder.config.corrections:
            return plain
        trust = vocoder.trusted(features)
        first = self._log_mel(real, imaginary)
        wanted = first + trust[:, None] * (log_mel - first)
        before = now = self._corrected(real, imaginary, wanted)
        for _ in range(1, vocoder.config.corrections):
            ahead = [new + MOMENTUM * (new - old) for new, old in zip(now, before, strict=True)]
            before, now = now, self._corrected(*self._transform(self._inverse(*ahead)), wanted)
        return torch.where(trust > 0, self._inverse(*now), plain)  # a mel that is not trusted is left alone

    def _corrected(self, real: Tensor, imaginary: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
        gain = correction(wanted, self._log_mel(real, imaginary), self.shares)
        return real * gain, imaginary * gain

    def _log_mel(self, real: Tensor, imaginary: Tensor) -> Tensor:
        return log_mel_of_power(real.square() + imaginary.square(), self.bank)

    def _inverse(self, real: Tensor, imaginary: Tensor) -> Tensor:
        spectrum = torch.cat([real, imaginary], dim=1)
        added = F.conv_transpose1d(spectrum, self.synthesis, stride=self.hop)
        overlap = F.conv_transpose1d(torch.ones_like(spectrum[:, :1]), self.squared, stride=self.hop)
        return (added / overlap.clamp_min(1e-11))[:, 0, self.margin : -self.margin]

    def _transform(self, audio: Tensor) -> tuple[Tensor, Tensor]:
        padded = F.pad(audio[:, None], (self.margin, self.margin), mode="reflect")
        real, imaginary = F.conv1d(padded, self.analysis, stride=self.hop).chunk(2, dim=1)
        return real, imaginary
