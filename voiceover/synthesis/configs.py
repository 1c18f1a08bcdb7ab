"""Sizes of the networks that bundles hold, as their cards give them."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TacotronConfig:
    """Sizes of Tacotron 2. The defaults are the public checkpoints'; smaller ones suit small corpora and CPUs."""

    n_symbols: int = 148
    n_mels: int = 80
    frames_per_step: int = 1  # the reduction factor r
    symbol_dim: int = 512
    encoder_dim: int = 512
    encoder_layers: int = 3
    encoder_kernel: int = 5
    prenet_dim: int = 256
    attention_rnn_dim: int = 1024
    attention_dim: int = 128
    location_filters: int = 32
    location_kernel: int = 31
    decoder_rnn_dim: int = 1024
    postnet_dim: int = 512
    postnet_layers: int = 5
    postnet_kernel: int = 5
    dropout: float = 0.5  # encoder, post-net
    rnn_dropout: float = 0.1
    mel_mean: float = 0.0  # the network works on (log-mel - mean) / std
    mel_std: float = 1.0


@dataclass(frozen=True, slots=True)
class VocoderConfig:
    """Sizes of the source-filter vocoder."""

    dim: int = 256
    layers: int = 8
    pitch_dim: int = 128
    pitch_layers: int = 4
    pitch_bins: int = 120  # from the lowest pitch up, 36 to the octave: 55 to 554 Hz
    corrections: int = 0  # how often what was made is brought to its mel; none in the bundles of earlier versions


@dataclass(frozen=True, slots=True)
class HifiganConfig:
    """Sizes of a HiFi-GAN generator, named as in its `config.json`. The defaults are V1's."""

    resblock: int = 1  # 1: pairs of convolutions (V1, V2); 2: single ones (V3)
    upsample_rates: tuple[int, ...] = (8, 8, 2, 2)
    upsample_kernel_sizes: tuple[int, ...] = (16, 16, 4, 4)
    upsample_initial_channel: int = 512
    resblock_kernel_sizes: tuple[int, ...] = (3, 7, 11)
    resblock_dilation_sizes: tuple[tuple[int, ...], ...] = ((1, 3, 5), (1, 3, 5), (1, 3, 5))
    num_mels: int = 80

    def __post_init__(self) -> None:
        """Take lists, as JSON has them, and refuse sizes that make no network."""
        for name in ("upsample_rates", "upsample_kernel_sizes", "resblock_kernel_sizes"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "resblock_dilation_sizes", tuple(map(tuple, self.resblock_dilation_sizes)))
        pairs = list(zip(self.upsample_rates, self.upsample_kernel_sizes, strict=False))
        numbers = [*self.upsample_rates, *self.resblock_kernel_sizes, *sum(self.resblock_dilation_sizes, ())]
        if self.resblock not in (1, 2):
            raise ValueError(f"resblock {self.resblock}: there are 1 and 2")
        if not pairs or not self.resblock_kernel_sizes or min(numbers) < 1 or self.num_mels < 1:
            raise ValueError("empty or negative sizes")
        if len(self.upsample_rates) != len(self.upsample_kernel_sizes):
            raise ValueError("upsample_rates and upsample_kernel_sizes differ in length")
        if len(self.resblock_kernel_sizes) != len(self.resblock_dilation_sizes):
            raise ValueError("resblock_kernel_sizes and resblock_dilation_sizes differ in length")
        if any(kernel < rate or (kernel - rate) % 2 for rate, kernel in pairs):
            raise ValueError("an upsampling kernel must be its rate and an even number more")
        if any(kernel % 2 == 0 for kernel in self.resblock_kernel_sizes):
            raise ValueError("resblock_kernel_sizes must be odd")
        if self.upsample_initial_channel % 2 ** len(pairs) or self.upsample_initial_channel < 2 ** len(pairs):
            raise ValueError(f"upsample_initial_channel {self.upsample_initial_channel} cannot be halved that often")

    @property
    def hop_length(self) -> int:
        """Samples for each frame."""
        return math.prod(self.upsample_rates)
