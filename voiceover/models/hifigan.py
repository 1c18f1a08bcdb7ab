"""HiFi-GAN's generator (Kong et al., 2020): log-mels in, audio out. Inference only, weight norm folded.

One network for V1, V2 and V3: they differ in the sizes that their `config.json` gives. Parameter names are the
public checkpoints', without the weight norm.

Shapes: B clips, M mel bands, T frames.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from voiceover.models.mel import MelConfig
from voiceover.types import Samples

SLOPE = 0.1  # of the leaky rectifiers
LAST_SLOPE = 0.01  # before the last convolution the published network has torch's default


@dataclass(frozen=True, slots=True)
class HifiganConfig:
    """Sizes of the generator, named as in its `config.json`. The defaults are V1's."""

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


class _Block(nn.Module):
    """Dilated convolutions, each added to what it saw."""

    def __init__(self, channels: int, kernel: int, dilations: tuple[int, ...], *, pairs: bool) -> None:
        super().__init__()
        first = nn.ModuleList(_conv(channels, channels, kernel, dilation) for dilation in dilations)
        if pairs:
            self.convs1, self.convs2 = first, nn.ModuleList(_conv(channels, channels, kernel) for _ in dilations)
        else:
            self.convs = first
        self.pairs = pairs

    def forward(self, x: Tensor) -> Tensor:
        for number, conv in enumerate(self.convs1 if self.pairs else self.convs):
            change = conv(F.leaky_relu(x, SLOPE))
            if self.pairs:
                change = self.convs2[number](F.leaky_relu(change, SLOPE))
            x = x + change
        return x


def _conv(channels_in: int, channels_out: int, kernel: int, dilation: int = 1) -> nn.Conv1d:
    return nn.Conv1d(channels_in, channels_out, kernel, dilation=dilation, padding=dilation * (kernel - 1) // 2)


class Hifigan(nn.Module):
    """The generator."""

    def __init__(self, config: HifiganConfig, mel: MelConfig) -> None:
        super().__init__()
        if config.hop_length != mel.hop_length or config.num_mels != mel.n_mels:
            raise ValueError(
                f"it makes {config.hop_length} samples of a frame of {config.num_mels} bands, "
                f"the voice's mels have {mel.hop_length} and {mel.n_mels}"
            )
        self.config, self.mel = config, mel
        channels = config.upsample_initial_channel
        self.conv_pre = _conv(config.num_mels, channels, 7)
        self.ups, self.resblocks = nn.ModuleList(), nn.ModuleList()
        for rate, kernel in zip(config.upsample_rates, config.upsample_kernel_sizes, strict=True):
            self.ups.append(nn.ConvTranspose1d(channels, channels // 2, kernel, rate, padding=(kernel - rate) // 2))
            channels //= 2
            for size, dilations in zip(config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True):
                self.resblocks.append(_Block(channels, size, dilations, pairs=config.resblock == 1))
        self.conv_post = _conv(channels, 1, 7)

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map log-mels (B, M, T) to audio (B, T * hop_length)."""
        x = self.conv_pre(log_mel)
        parallel = len(self.config.resblock_kernel_sizes)
        for number, up in enumerate(self.ups):
            x = up(F.leaky_relu(x, SLOPE))
            blocks = self.resblocks[number * parallel : (number + 1) * parallel]
            x = torch.stack([block(x) for block in blocks]).sum(dim=0) / parallel
        audio: Tensor = torch.tanh(self.conv_post(F.leaky_relu(x, LAST_SLOPE))).squeeze(1)
        return audio

    @torch.inference_mode()
    def synthesise(self, log_mel: Tensor, seed: int) -> Samples:
        """Turn one log-mel (n_mels, T) into samples ((T - 1) * hop_length,); nothing in it is random.

        A public HiFi-GAN's frame t is centred half a hop after sample t * hop_length, a Tacotron's on it. Half a hop
        less at each end puts words where the attention says they are.
        """
        audio = self(log_mel[None].to(self.conv_pre.weight.device))[0]
        half = self.mel.hop_length // 2
        kept = audio[half : half + (log_mel.shape[1] - 1) * self.mel.hop_length]
        return np.asarray(kept.cpu().numpy(), dtype=np.float32)
