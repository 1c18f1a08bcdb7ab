"""Train Tacotron 2 on a corpus."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from voiceover.models.device import resolve
from voiceover.models.graphs import Graphs
from voiceover.models.tacotron2 import Tacotron2, length_mask
from voiceover.synthesis.configs import TacotronConfig
from voiceover.text import languages
from voiceover.train import parallel, plots
from voiceover.train.alignment import align
from voiceover.train.batches import bucketed
from voiceover.train.checkpoints import LAST
from voiceover.train.corpus import Clip, Corpus
from voiceover.train.loop import LoopSettings, Status, fit
from voiceover.train.settings import choose
from voiceover.train.warm_start import Source, fill, source_for

KIND = "tacotron2"
TAIL_STEPS = 3  # decoder steps of held last frame after each clip: they teach the gate to stop, and quiet after it


@dataclass(frozen=True, slots=True)
class AcousticSettings:
    """How Tacotron 2 is trained, beside the loop's own settings."""

    loop: LoopSettings = dataclasses.field(default_factory=lambda: LoopSettings(steps=8000))
    frame_drop: float = 0.5  # share of the teacher's frames replaced by the mean
    guide: float = 5.0  # weight of the guided attention loss until the attention follows
    guide_end: float = 0.5  # and once it does
    guide_sigma: float = 1.2  # tokens; how far from the forced alignment the attention may look for little
    guide_fades: tuple[float, float] = (0.3, 0.75)  # measured diagonality where the guide begins, and ends, to fade
    gate: float = 1.0  # weight of the stop loss
    gate_positive: float = 5.0  # weight of the few steps that do stop


# Sizes are None where the warm start gives them.
PRESETS: dict[str, tuple[TacotronConfig | None, AcousticSettings]] = {
    # the public checkpoints' sizes
    "full": (
        TacotronConfig(frames_per_step=2),
        AcousticSettings(LoopSettings(steps=20000, batch_size=64)),
    ),
    # an hour of one speaker on a laptop: a quarter of the weights, three frames a step
    "compact": (
        TacotronConfig(
            frames_per_step=3,
            symbol_dim=256,
            encoder_dim=256,
            prenet_dim=128,
            attention_rnn_dim=512,
            decoder_rnn_dim=512,
            postnet_dim=256,
            dropout=0.2,
        ),
        AcousticSettings(LoopSettings(steps=5000, hold=0.6)),
    ),
    # minutes of another speaker on a trained network: the attention stands, so little guide and small steps, and an end
    # when held-out clips stop getting better, for little data is soon learnt by heart
    "finetune": (
        None,
        AcousticSettings(
            LoopSettings(
                steps=2000,
                batch_size=8,
                learning_rate=4e-4,
                final_learning_rate=4e-5,
                warmup=50,
                validate_every=100,
                patience=6,
            ),
            guide=1.0,
        ),
    ),
    # proves the path on a handful of clips in seconds; the sound is noise
    "tiny": (
        TacotronConfig(
            frames_per_step=4,
            symbol_dim=32,
            encoder_dim=32,
            prenet_dim=32,
            attention_rnn_dim=64,
            attention_dim=32,
            location_filters=8,
            decoder_rnn_dim=64,
            postnet_dim=32,
        ),
        AcousticSettings(
            LoopSettings(steps=40, batch_size=8, learning_rate=4e-3, warmup=5, validate_every=10),
            frame_drop=0.1,
        ),
    ),
}


class Batch(NamedTuple):
    """Clips padded to one length; mels in the network's scale."""

    tokens: Tensor  # (B, N)
    token_lengths: Tensor  # (B,)
    mels: Tensor  # (B, M, T * r)
    frame_lengths: Tensor  # (B,), the tail included
    steps_voiced: Tensor  # (B,), decoder steps before the gate should open
    paths: Tensor  # (B, T), the token that each decoder step speaks


def train(
    corpus: Corpus,
    run: Path,
    *,
    preset: str = "compact",
    numbers: Path | None = None,
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
    """Train an acoustic model; see `loop.fit` for checkpoints and resuming.

    Args:
        corpus: prepared clips.
        run: folder of the run's checkpoints and TensorBoard log.
        preset: a name in PRESETS.
        numbers: a TOML file of settings in place of the preset's; see `settings`.
        steps: planned steps, in place of the preset's.
        minutes: stop after so long; the same call carries on later.
        device: auto, cpu, cuda or cuda:N.
        precision: bf16 or fp32, in place of the preset's.
        accumulate: batches in one step, in place of the preset's.
        patience: validations without a better figure before the run ends, in place of the preset's; 0 never ends it.
        save_every: minutes between checkpoints.
        warm_start: a bundle or checkpoint to start from; the run's own checkpoint goes first, where there is one.
        progress: called after every step.
        tell: called with what was taken over from the warm start.

    Raises:
        BadInputError: the run belongs to another configuration, or the warm start does not fit.
    """
    loop = {"steps": steps, "precision": precision, "accumulate": accumulate, "patience": patience}
    config, settings = choose(PRESETS, preset, numbers, **loop)
    with parallel.joined(resolve(device)) as (group, place):
        source = source_for(run, warm_start, KIND, corpus, preset, config)
        task = AcousticTask(corpus, config, settings, place, source)
        if place.type == "cuda":
            task.capture(tell if group.leads else None)
        if tell and group.leads and task.warm and not (run / LAST).exists():
            tell(task.warm)
        return fit(
            task,
            run,
            settings.loop,
            device=place,
            group=group,
            minutes=minutes,
            save_every=save_every,
            progress=progress,
        )


class AcousticTask:
    """Batches, loss and validation of Tacotron 2."""

    def __init__(
        self,
        corpus: Corpus,
        config: TacotronConfig | None,
        settings: AcousticSettings,
        device: torch.device,
        source: Source | None = None,
    ) -> None:
        self.corpus, self.settings, self.device = corpus, settings, device
        self.critic: nn.Module | None = None
        front_end = languages.named(corpus.front_end)
        self.front_end = {"name": front_end.name, "version": front_end.version, "symbols": list(front_end.symbols)}
        self.clips = corpus.split("train")
        self.held_out = sorted(corpus.split("validation"), key=lambda clip: clip.frames) or self.clips[:1]
        self._mels = {c.id: torch.from_numpy(corpus.features(c)[0]) for c in (*self.clips, *self.held_out)}
        self._tokens = {c.id: torch.tensor(front_end.tokens(c.spoken).ids) for c in (*self.clips, *self.held_out)}
        aligned = align(
            {name: ids.tolist() for name, ids in self._tokens.items()},
            {name: mel.numpy() for name, mel in self._mels.items()},
            table=front_end.symbols,
        )
        self._paths = {name: torch.from_numpy(found.path) for name, found in aligned.items()}
        self.memory = {"diagonality": 0.0}
        mean, std = self._scale(source)
        self.config = dataclasses.replace(
            config or TacotronConfig(**(source.config if source else {})),
            n_symbols=len(front_end.symbols),
            n_mels=corpus.mel.n_mels,
            mel_mean=mean,
            mel_std=std,
        )
        torch.manual_seed(settings.loop.seed)
        self.model: nn.Module = Tacotron2(self.config)
        self.warm = fill(self.model, source, list(front_end.symbols), corpus.mel.n_mels) if source else ""

    def _scale(self, source: Source | None) -> tuple[float, float]:
        """Return mean and deviation of log-mels: the source's, in whose scale its weights mean what they mean."""
        if source:
            return float(source.config["mel_mean"]), float(source.config["mel_std"])
        frames = np.concatenate([self._mels[c.id].numpy().astype(np.float32) for c in self.clips])
        return round(float(frames.mean()), 4), round(float(frames.std()), 4)

    def capture(self, tell: Callable[[str], None] | None) -> None:
        """Run the decoder's loop as CUDA graphs where they can be had."""
        assert isinstance(self.model, Tacotron2)  # noqa: S101  (narrows the type)
        self.model.decoder.graphs = Graphs(tell)

    def describe(self) -> dict[str, Any]:
        """Return what the bundle needs to know about the network, its input and its mels."""
        about = {"kind": KIND, "config": asdict(self.config), "mel": asdict(self.corpus.mel), **self.front_end}
        return {**about, "consent": self.corpus.consent} if self.corpus.consent else about

    def batches(self, epoch: int, size: int) -> Sequence[list[Clip]]:
        """Return an epoch's batches of clips of similar length."""
        order = bucketed([clip.frames for clip in self.clips], size, self.settings.loop.seed, epoch)
        return [[self.clips[item] for item in batch] for batch in order]

    def weight(self, batch: Sequence[Clip]) -> float:
        """Count frames, over which the losses are means."""
        return float(sum(clip.frames for clip in batch))

    @property
    def guide(self) -> float:
        """The guide's weight: it fades as the attention has been seen to follow, and never comes back."""
        begin, end = self.settings.guide_fades
        faded = min(max((self.memory["diagonality"] - begin) / (end - begin), 0.0), 1.0)
        return self.settings.guide + faded * (self.settings.guide_end - self.settings.guide)

    def collate(self, clips: Sequence[Clip]) -> Batch:
        """Pad clips to one length: tokens with 0, mels with their own last frame."""
        r = self.config.frames_per_step
        tokens = [self._tokens[clip.id] for clip in clips]
        mels = [self._mels[clip.id].float() for clip in clips]
        voiced = torch.tensor([-(-len(mel) // r) for mel in mels])
        size = int(voiced.max() + TAIL_STEPS) * r
        paths = torch.stack(
            [self._path(clip, len(token), size // r) for clip, token in zip(clips, tokens, strict=True)]
        )
        padded = torch.stack([torch.cat([mel, mel[-1:].expand(size - len(mel), -1)]) for mel in mels])
        model = self.model
        assert isinstance(model, Tacotron2)  # noqa: S101  (narrows the type)
        return Batch(
            nn.utils.rnn.pad_sequence(tokens, batch_first=True).to(self.device),
            torch.tensor([len(t) for t in tokens], device=self.device),
            model.scale(padded.transpose(1, 2)).contiguous().to(self.device),
            ((voiced + TAIL_STEPS) * r).to(self.device),
            voiced.to(self.device),
            paths.to(self.device),
        )

    def _path(self, clip: Clip, tokens: int, steps: int) -> Tensor:
        """Return the token in the middle of each decoder step; the end token where the clip is over."""
        r = self.config.frames_per_step
        path = self._paths[clip.id][r // 2 :: r]
        return F.pad(path, (0, steps - len(path)), value=tokens - 1)

    def loss(self, batch: Sequence[Clip], step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """Return L2 + L1 of the mels before and after the post-net, the stop loss and the fading guide's."""
        settings = self.settings
        clips = self.collate(batch)
        dropped = torch.rand(clips.mels.shape[0], 1, clips.mels.shape[2], device=self.device) < settings.frame_drop
        output = self.model(clips.tokens, clips.token_lengths, clips.mels.masked_fill(dropped, 0.0), isolate=True)
        mel, gate = _losses(output, clips, self.config.frames_per_step, settings.gate_positive)
        attention = guided_attention_loss(output.alignment, clips, settings.guide_sigma)
        total = mel + settings.gate * gate + self.guide * attention
        parts = {"loss": total, "mel": mel, "gate": gate, "guide": attention}
        return total, {name: value.detach() for name, value in parts.items()}

    def validate(self, model: nn.Module) -> dict[str, float]:
        """Measure teacher-forced loss and attention on the held-out clips.

        Focus is the mean of each step's largest weight; diagonality the share of the attention that the guide would
        leave alone. The best diagonality so far is remembered, for the guide to fade.
        """
        sums = np.zeros(4)
        size = self.settings.loop.batch_size
        for first in range(0, len(self.held_out), size):
            clips = self.collate(self.held_out[first : first + size])
            torch.manual_seed(first)  # the pre-net's dropout is the same at every validation
            output = model(clips.tokens, clips.token_lengths, clips.mels, isolate=True)
            mel, gate = _losses(output, clips, self.config.frames_per_step, self.settings.gate_positive)
            inside = length_mask(clips.steps_voiced, output.alignment.shape[1])
            focus = output.alignment.amax(dim=2)[inside].mean()
            away = guided_attention_loss(output.alignment, clips, self.settings.guide_sigma)
            sums += np.array([float(mel), float(gate), float(focus), 1 - float(away)]) * len(clips.tokens)
        mel_loss, gate_loss, focus_mean, diagonality = (sums / len(self.held_out)).tolist()
        self.memory["diagonality"] = max(self.memory["diagonality"], diagonality)
        return {
            "loss": mel_loss + self.settings.gate * gate_loss,
            "mel": mel_loss,
            "focus": focus_mean,
            "diagonality": diagonality,
            "guide": self.guide,
        }

    def draw(self, model: nn.Module, writer: Any, step: int) -> None:
        """Plot the attention and mels of one held-out clip, and let its prediction be heard."""
        from voiceover.synthesis.griffin_lim import griffin_lim

        clip = self.held_out[len(self.held_out) // 2]
        batch = self.collate([clip])
        output = model(batch.tokens, batch.token_lengths, batch.mels)
        assert isinstance(model, Tacotron2)  # noqa: S101  (narrows the type)
        predicted = model.unscale(output.refined[0]).float()
        writer.add_image("attention", plots.attention(output.alignment[0].float()), step)
        writer.add_image("mel", plots.mels(model.unscale(batch.mels[0]).cpu(), predicted.cpu()), step)
        audio = griffin_lim(predicted.cpu().numpy(), self.corpus.mel, iterations=8)
        writer.add_audio("teacher-forced", audio[None], step, sample_rate=self.corpus.mel.sample_rate)


def _losses(output: Any, clips: Batch, frames_per_step: int, gate_positive: float) -> tuple[Tensor, Tensor]:
    inside = length_mask(clips.frame_lengths, clips.mels.shape[2])[:, None].float()
    count = inside.sum() * clips.mels.shape[1]
    target = clips.mels
    first, refined = output.mel.float(), output.refined.float()
    mel = sum(((p - target).square() * inside).sum() for p in (first, refined))
    mel = mel + sum(((p - target).abs() * inside).sum() for p in (first, refined))
    steps = output.gate.shape[1]
    stop = (~length_mask(clips.steps_voiced, steps)).float()
    weight = length_mask(clips.frame_lengths // frames_per_step, steps).float() * (1 + stop * (gate_positive - 1))
    gate = F.binary_cross_entropy_with_logits(output.gate.float(), stop, weight, reduction="sum") / weight.sum()
    return mel / count, gate


def guided_attention_loss(alignment: Tensor, clips: Batch, sigma: float) -> Tensor:
    """Penalise attention away from the forced alignment.

    As guided attention (Tachibana et al., 2017), with the aligned token p(t) in place of the straight diagonal:
    W[t, n] = 1 - exp(-(n - p(t))^2 / (2 sigma^2)), weighted by the attention and averaged over real steps.
    """
    _, steps, tokens = alignment.shape
    n = torch.arange(tokens, device=alignment.device)[None, None, :]
    inside = length_mask(clips.steps_voiced, steps)[:, :, None]
    penalty = (1 - torch.exp(-((n - clips.paths[:, :, None]) ** 2) / (2 * sigma**2))) * inside
    return (alignment * penalty).sum() / clips.steps_voiced.sum()
