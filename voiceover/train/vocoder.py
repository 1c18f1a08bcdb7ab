"""Train the source-filter ISTFT vocoder on a corpus."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from voiceover.models.device import resolve
from voiceover.models.mel import log_mel
from voiceover.models.vocoder import Vocoder, VocoderConfig, fill_unvoiced, pitch_position
from voiceover.train import parallel, plots
from voiceover.train.checkpoints import LAST
from voiceover.train.corpus import Clip, Corpus
from voiceover.train.loop import LoopSettings, Status, fit
from voiceover.train.spectral import multi_resolution_stft_loss
from voiceover.train.warm_start import Source, fill, source_for

KIND = "source-filter-istft"
GAIN_DB = (-8.0, 4.0)  # a vocoder must not care how loud a recording was


@dataclass(frozen=True, slots=True)
class VocoderSettings:
    """How the vocoder is trained, beside the loop's own settings."""

    loop: LoopSettings = dataclasses.field(
        default_factory=lambda: LoopSettings(
            steps=12000,
            batch_size=12,
            learning_rate=8e-4,
            betas=(0.9, 0.99),
            weight_decay=1e-4,
            clip=5.0,
            validate_every=500,
            hold=0.3,
        )
    )
    segment: int = 64  # frames per training example
    mel: float = 4.0  # weight of the log-mel L1
    pitch: float = 0.3  # weight of the pitch branch's losses


_TINY_LOOP = LoopSettings(steps=20, batch_size=4, warmup=5, validate_every=10, clip=5.0)
# Sizes are None where the warm start gives them.
PRESETS: dict[str, tuple[VocoderConfig | None, VocoderSettings]] = {
    "compact": (VocoderConfig(), VocoderSettings()),
    # a trained vocoder meets another voice: it knows how to filter, so small steps, and it ends when it has adapted
    "finetune": (
        None,
        VocoderSettings(
            dataclasses.replace(
                VocoderSettings().loop, steps=3000, learning_rate=2e-4, final_learning_rate=2e-5, patience=4
            )
        ),
    ),
    # proves the path on a handful of clips in seconds
    "tiny": (VocoderConfig(dim=32, layers=2, pitch_dim=32, pitch_layers=2), VocoderSettings(_TINY_LOOP, segment=32)),
}


def train(
    corpus: Corpus,
    run: Path,
    *,
    preset: str = "compact",
    steps: int | None = None,
    minutes: float | None = None,
    device: str = "auto",
    precision: str | None = None,
    accumulate: int | None = None,
    patience: int | None = None,
    save_every: float = 5.0,
    warm_start: Path | None = None,
    progress: Callable[[Status], None] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Status:
    """Train a vocoder; the arguments are those of `acoustic.train`."""
    config, settings = PRESETS[preset]
    loop = settings.loop.replace(steps=steps, precision=precision, accumulate=accumulate, patience=patience)
    settings = dataclasses.replace(settings, loop=loop)
    with parallel.joined(resolve(device)) as (group, place):
        task = VocoderTask(corpus, config, settings, place, source_for(run, warm_start, KIND, corpus, preset, config))
        if tell and group.leads and task.warm and not (run / LAST).exists():
            tell(task.warm)
        return fit(
            task, run, loop, device=place, group=group, minutes=minutes, save_every=save_every, progress=progress
        )


class VocoderTask:
    """Batches, loss and validation of the vocoder."""

    def __init__(
        self,
        corpus: Corpus,
        config: VocoderConfig | None,
        settings: VocoderSettings,
        device: torch.device,
        source: Source | None = None,
    ) -> None:
        self.corpus, self.settings, self.device = corpus, settings, device
        self.config = config or VocoderConfig(**(source.config if source else {}))
        self.memory: dict[str, float] = {}
        self.clips = corpus.split("train")
        self.held_out = (corpus.split("validation") or self.clips)[:12]
        clips = (*self.clips, *self.held_out)
        self._audio = {clip.id: torch.from_numpy((corpus.samples(clip) * 32767).astype(np.int16)) for clip in clips}
        self._f0 = {clip.id: torch.from_numpy(corpus.features(clip)[1]) for clip in clips}
        torch.manual_seed(settings.loop.seed)
        self.model: nn.Module = Vocoder(self.config, corpus.mel)
        self.warm = fill(self.model, source, [], corpus.mel.n_mels) if source else ""

    def describe(self) -> dict[str, Any]:
        """Return the configuration that is stored with the weights."""
        return {"kind": KIND, "config": asdict(self.config), "mel": asdict(self.corpus.mel)}

    def batches(self, epoch: int, size: int) -> Sequence[Sequence[tuple[Clip, int]]]:
        """Return an epoch's batches: clips, each with the seed of its segment's place and gain.

        A clip is drawn once for every segment that fits into it, so that every second of audio counts alike.
        """
        seed, segment = self.settings.loop.seed, self.settings.segment
        pieces = [item for item, clip in enumerate(self.clips) for _ in range(max(1, round(clip.frames / segment)))]
        order = np.random.default_rng((seed, epoch)).permutation(pieces).tolist()
        drawn = [(self.clips[item], epoch * 1_000_003 + place) for place, item in enumerate(order)]
        return [drawn[first : first + size] for first in range(0, len(drawn), size)]

    def weight(self, batch: Sequence[tuple[Clip, int]]) -> float:
        """Count segments: they are all of one length."""
        return float(len(batch))

    def _segments(self, batch: Sequence[tuple[Clip, int]]) -> tuple[Tensor, Tensor]:
        """Cut one segment from each clip: audio (B, (segment - 1) * hop) and F0 (B, segment), 0 where unvoiced."""
        hop, frames = self.corpus.mel.hop_length, self.settings.segment
        samples = (frames - 1) * hop
        audio, pitch = [], []
        for clip, seed in batch:
            random = np.random.default_rng(seed)
            whole, f0 = self._audio[clip.id], self._f0[clip.id]
            first = int(random.integers(0, max(1, len(f0) - frames + 1)))
            piece = whole[first * hop : first * hop + samples].float() / 32767
            piece = F.pad(piece, (0, samples - len(piece))) * 10 ** (random.uniform(*GAIN_DB) / 20)
            audio.append(piece.clamp(-1, 1))
            pitch.append(F.pad(f0[first : first + frames], (0, max(0, frames - len(f0) + first))))
        return torch.stack(audio).to(self.device), torch.stack(pitch).to(self.device)

    def loss(self, batch: Sequence[tuple[Clip, int]], step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the spectral losses and the pitch branch's."""
        audio, f0 = self._segments(batch)
        mel = log_mel(audio, self.corpus.mel)
        spectral, mel_loss = self._spectral(self.model, audio, mel, f0)
        pitch = self._pitch_loss(self.model, mel, f0)
        total = spectral + self.settings.mel * mel_loss + self.settings.pitch * pitch
        parts = {"loss": total, "stft": spectral, "mel": mel_loss, "pitch": pitch}
        return total, {name: value.detach() for name, value in parts.items()}

    def _spectral(self, model: nn.Module, audio: Tensor, mel: Tensor, f0: Tensor) -> tuple[Tensor, Tensor]:
        filled = torch.stack([torch.from_numpy(fill_unvoiced(row)) for row in f0.cpu().numpy()]).to(self.device)
        predicted = model(mel, filled, torch.randn_like(audio))
        with torch.autocast(self.device.type, enabled=False):
            stft = multi_resolution_stft_loss(predicted, audio)
            return stft, F.l1_loss(log_mel(predicted, self.corpus.mel), mel)

    def _pitch_loss(self, model: nn.Module, mel: Tensor, f0: Tensor) -> Tensor:
        """Cross entropy to bins blurred by a semitone's third, on voiced frames, plus the voicing's own."""
        assert isinstance(model, Vocoder)  # noqa: S101  (narrows the type)
        pitch = model.pitch(mel)
        voiced = f0 > 0
        bins = torch.arange(self.config.pitch_bins, device=self.device)
        target = torch.softmax(-0.5 * (bins - pitch_position(f0)[..., None]).square(), dim=2)
        entropy = -(target * pitch.bins.float().log_softmax(dim=2)).sum(dim=2)
        voicing = F.binary_cross_entropy_with_logits(pitch.voiced.float(), voiced.float())
        return (entropy * voiced).sum() / voiced.sum().clamp_min(1) + voicing

    def validate(self, model: nn.Module) -> dict[str, float]:
        """Measure whole held-out clips, with the pitch the model itself reads."""
        assert isinstance(model, Vocoder)  # noqa: S101  (narrows the type)
        stft = mel_distance = cents = voicing = 0.0
        for clip in self.held_out:
            mel = log_mel(self._audio[clip.id].float().to(self.device) / 32767, self.corpus.mel)
            predicted = torch.from_numpy(model.synthesise(mel, seed=1)).to(self.device)
            target = (self._audio[clip.id].float() / 32767).to(self.device)[: len(predicted)]
            stft += float(multi_resolution_stft_loss(predicted[None], target[None]))
            mel_distance += float(F.l1_loss(log_mel(predicted, self.corpus.mel), log_mel(target, self.corpus.mel)))
            pitch, f0 = model.pitch(mel[None]), self._f0[clip.id].to(self.device)
            both = (f0 > 0) & (pitch.voiced[0] > 0)
            off = (pitch.bins[0].argmax(dim=1).float() - pitch_position(f0)).abs() * 1200 / 36
            cents += float(off[both].median()) if both.any() else 0.0
            voicing += float(((f0 > 0) != (pitch.voiced[0] > 0)).float().mean())
        count = len(self.held_out)
        return {
            "loss": (stft + self.settings.mel * mel_distance) / count,
            "stft": stft / count,
            "mel": mel_distance / count,
            "pitch cents": cents / count,
            "voicing error": voicing / count,
        }

    def draw(self, model: nn.Module, writer: Any, step: int) -> None:
        """Let one held-out clip be seen and heard."""
        assert isinstance(model, Vocoder)  # noqa: S101  (narrows the type)
        clip = self.held_out[0]
        mel = log_mel(self._audio[clip.id].float().to(self.device) / 32767, self.corpus.mel)
        audio = torch.from_numpy(model.synthesise(mel, seed=1))
        writer.add_audio("copy synthesis", audio[None], step, sample_rate=self.corpus.mel.sample_rate)
        writer.add_image("mel", plots.mels(mel.cpu(), log_mel(audio, self.corpus.mel)), step)
