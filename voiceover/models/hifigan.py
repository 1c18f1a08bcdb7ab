"""HiFi-GAN's generator (Kong et al., 2020): log-mels in, audio out. Inference only, weight norm folded.

One network for V1, V2 and V3: they differ in the sizes that their `config.json` gives. Parameter names are the
public checkpoints', without the weight norm.

Shapes: B clips, M mel bands, T frames.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from voiceover.synthesis.configs import HifiganConfig
from voiceover.synthesis.hifigan import LAST_SLOPE, SLOPE, centred, check_fit
from voiceover.synthesis.mels import MelConfig
from voiceover.types import Samples


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
        check_fit(config, mel)
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
        """Turn one log-mel (n_mels, T) into samples ((T - 1) * hop_length,); nothing in it is random."""
        audio = self(log_mel[None].to(self.conv_pre.weight.device))[0]
        return centred(audio.cpu().numpy(), log_mel.shape[1], self.mel.hop_length)
