"""Families of vocoders, side by side at equal cost.

    python benchmarks/vocoder_trials.py CORPUS OUT FAMILY MINUTES

Trains a vocoder from scratch for so many minutes of this process's own time on a corpus's own mels, one thread, by
spectral losses alone, then measures copies of twelve held-out clips and the speed. Prints one row of JSON, and adds it
to OUT.

    filter         narrator's: filters of a pitched source, brought to the mel three times
    uncorrected    the same, never corrected
    vocos          the same backbone, which predicts magnitude and phase (Siuzdak, 2023)
    istftnet       HiFi-GAN's first two upsamplings, then an inverse transform of 16 points (Kaneko et al., 2022)
    hifigan-v2     HiFi-GAN (Kong et al., 2020) with V2's sizes
    hifigan-v3     with V3's
    griffin-lim    sixty iterations; nothing to train
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from voiceover.models.convnext import Backbone
from voiceover.models.hifigan import Hifigan
from voiceover.models.mel import log_mel
from voiceover.models.vocoder import Vocoder, standardise
from voiceover.synthesis.configs import HifiganConfig, VocoderConfig
from voiceover.synthesis.griffin_lim import griffin_lim
from voiceover.synthesis.mels import MelConfig
from voiceover.train import fidelity, recogniser
from voiceover.train.corpus import load
from voiceover.train.spectral import multi_resolution_stft_loss
from voiceover.train.vocoder import CORRECTIONS, VocoderSettings, VocoderTask
from voiceover.types import Audio, Samples

BATCH = 8
RATE, WARMUP = 8e-4, 100  # learning rate, steps
TIMED_SECONDS = 10.0
V2 = HifiganConfig(upsample_initial_channel=128)
V3 = HifiganConfig(
    resblock=2,
    upsample_rates=(8, 8, 4),
    upsample_kernel_sizes=(16, 16, 8),
    upsample_initial_channel=256,
    resblock_kernel_sizes=(3, 5, 7),
    resblock_dilation_sizes=((1, 2), (2, 6), (3, 12)),
)


class Vocos(nn.Module):
    """Magnitude and phase of every frame from one backbone."""

    def __init__(self, mel: MelConfig) -> None:
        super().__init__()
        self.mel, self.bins = mel, mel.n_fft // 2 + 1
        self.backbone = Backbone(mel.n_mels, 256, 8)
        self.head = nn.Linear(256, 2 * self.bins)
        nn.init.normal_(self.head.weight, std=0.01)
        self.window: Tensor
        self.register_buffer("window", torch.hann_window(mel.win_length))

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map log-mels to audio."""
        magnitude, phase = self.head(self.backbone(standardise(log_mel))).transpose(1, 2).split(self.bins, dim=1)
        spectrum = torch.polar(torch.exp(magnitude.clamp_max(5.0)), phase)
        return torch.istft(spectrum, self.mel.n_fft, self.mel.hop_length, self.mel.win_length, self.window)


class HalfHopLess(nn.Module):
    """HiFi-GAN, whose frames lie half a hop later than Tacotron's."""

    def __init__(self, generator: nn.Module, hop: int) -> None:
        super().__init__()
        self.generator, self.hop = generator, hop

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map log-mels to audio."""
        audio: Tensor = self.generator(log_mel)
        return audio[:, self.hop // 2 : self.hop // 2 + (log_mel.shape[2] - 1) * self.hop]


class IstftNet(nn.Module):
    """HiFi-GAN to a 64th of the hop, then an inverse transform of 16 points every 4 samples."""

    POINTS, STEP = 16, 4

    def __init__(self, mel: MelConfig) -> None:
        super().__init__()
        sizes = {"upsample_rates": (8, 8), "upsample_kernel_sizes": (16, 16), "upsample_initial_channel": 128}
        trunk = dataclasses.replace(V2, **sizes)
        self.trunk = Hifigan(trunk, dataclasses.replace(mel, hop_length=64))
        self.trunk.conv_post = nn.Conv1d(128 // 4, self.POINTS + 2, 7, padding=3)
        self.window: Tensor
        self.register_buffer("window", torch.hann_window(self.POINTS))

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map log-mels to audio."""
        x = self.trunk.conv_pre(log_mel)
        for number, up in enumerate(self.trunk.ups):
            x = up(F.leaky_relu(x, 0.1))
            x = torch.stack([block(x) for block in self.trunk.resblocks[number * 3 : number * 3 + 3]]).mean(dim=0)
        magnitude, phase = self.trunk.conv_post(F.pad(F.leaky_relu(x), (0, 1))).chunk(2, dim=1)
        spectrum = torch.polar(torch.exp(magnitude.clamp_max(5.0)), phase)
        return torch.istft(spectrum, self.POINTS, self.STEP, self.POINTS, self.window)


def build(family: str, mel: MelConfig) -> nn.Module | None:
    """Return a family's network; None where the task's own is meant, or none at all."""
    if family == "vocos":
        return Vocos(mel)
    if family == "istftnet":
        return HalfHopLess(IstftNet(mel), mel.hop_length)
    if family in ("hifigan-v2", "hifigan-v3"):
        return HalfHopLess(Hifigan(V2 if family.endswith("v2") else V3, mel), mel.hop_length)
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("family")
    parser.add_argument("minutes", type=float)
    given = parser.parse_args()
    torch.set_num_threads(1)
    corpus = load(given.corpus)
    config = VocoderConfig(corrections=0 if given.family == "uncorrected" else CORRECTIONS)
    task = VocoderTask(corpus, config, VocoderSettings(varied=0.0), torch.device("cpu"))
    torch.manual_seed(1)
    network = build(given.family, corpus.mel)
    trained = network or task.model
    row: dict[str, float | str | None] = {"family": given.family, "minutes": given.minutes}
    if given.family != "griffin-lim":
        row |= {"weights_millions": round(sum(p.numel() for p in trained.parameters()) / 1e6, 2)}
        row |= train(task, network, given.minutes * 60)
    row |= measure(task, synthesiser(given.family, task, network))
    print(json.dumps(row))
    with given.out.open("a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def train(task: VocoderTask, network: nn.Module | None, seconds: float) -> dict[str, float]:
    """Train for so many seconds of CPU time; returns steps and their cost."""
    model = network or task.model
    optimizer = torch.optim.AdamW(model.parameters(), RATE, betas=(0.9, 0.99), weight_decay=1e-4)
    begin, step, epoch = time.process_time(), 0, 0
    while True:
        for batch in task.batches(epoch, BATCH):
            spent = time.process_time() - begin
            if spent >= seconds:
                return {"steps": step, "seconds_per_step": round(spent / step, 3)}
            falling = min(1.0, 2.0 - 2.0 * spent / seconds)  # constant, then down to a twentieth over the second half
            optimizer.param_groups[0]["lr"] = RATE * min(1.0, (step + 1) / WARMUP) * max(falling, 0.05)
            optimizer.zero_grad(set_to_none=True)
            if network is None:
                loss, _ = task.loss(batch, step)
            else:
                audio, mel, *_ = task._segments(batch)
                made = network(mel)
                distance = F.l1_loss(log_mel(made, task.corpus.mel), log_mel(audio, task.corpus.mel))
                loss = multi_resolution_stft_loss(made, audio) + task.settings.mel * distance
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            step += 1
        epoch += 1


def synthesiser(family: str, task: VocoderTask, network: nn.Module | None) -> Callable[[Tensor], Samples]:
    """Return what turns one log-mel (M, T) into samples."""
    if family == "griffin-lim":
        return lambda mel: griffin_lim(mel.numpy(), task.corpus.mel)
    own = task.model
    if network is None and isinstance(own, Vocoder):
        return lambda mel: own.synthesise(mel, 1)
    assert network is not None
    return lambda mel: network(mel[None])[0].numpy()


@torch.inference_mode()
def measure(task: VocoderTask, synthesise: Callable[[Tensor], Samples]) -> dict[str, float | None]:
    """Copy the held-out clips."""
    mel_config = task.corpus.mel
    pesq, rate = recogniser.open_pesq(), recogniser.open_quality()
    found, quality = [], []
    for sound in task.held_out:
        recording = Audio(sound.audio.float().numpy() / 32767, mel_config.sample_rate)
        made = synthesise(log_mel(torch.from_numpy(recording.samples), mel_config))
        copy = Audio(np.asarray(made, dtype=np.float32).clip(-1, 1), mel_config.sample_rate)
        found.append(fidelity.compare(copy, recording, mel_config, pesq))
        quality.append(rate(copy) if rate else (float("nan"), float("nan")))
    timed = torch.randn(mel_config.n_mels, round(TIMED_SECONDS * mel_config.frames_per_second)) - 5
    synthesise(timed)
    begin = time.process_time()
    for _ in range(3):
        synthesise(timed)
    return {
        "stft": round(float(np.mean([one.stft for one in found])), 3),
        "mel": round(float(np.mean([one.mel for one in found])), 3),
        "pesq": round(float(np.mean([one.pesq for one in found if one.pesq])), 2) if pesq else None,
        "dnsmos": round(float(np.mean([one for one, _ in quality])), 2),
        "dnsmos_p808": round(float(np.mean([other for _, other in quality])), 2),
        "real_time_factor": round((time.process_time() - begin) / 3 / TIMED_SECONDS, 4),
    }


if __name__ == "__main__":
    main()
