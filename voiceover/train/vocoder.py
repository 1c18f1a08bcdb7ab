"""Train the source-filter ISTFT vocoder on a corpus."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from voiceover.errors import BadInputError
from voiceover.models.device import resolve
from voiceover.models.mel import log_mel
from voiceover.models.vocoder import Vocoder, harmonic_source, pitch_position
from voiceover.synthesis.configs import VocoderConfig
from voiceover.synthesis.mels import FLOOR, MelConfig
from voiceover.synthesis.source_filter import fill_unvoiced
from voiceover.train import parallel, plots
from voiceover.train.checkpoints import LAST
from voiceover.train.corpus import Clip, Corpus
from voiceover.train.critic import Critic, Judged, features_apart, taken_for_real, told_apart
from voiceover.train.loop import LoopSettings, Status, fit
from voiceover.train.predicted import mels as predict_mels
from voiceover.train.settings import choose
from voiceover.train.spectral import multi_resolution_stft_loss
from voiceover.train.warm_start import Source, fill, source_for

KIND = "source-filter-istft"
GAIN_DB = (-8.0, 4.0)  # a vocoder must not care how loud a recording was
PACES = (0.7, 1.4)  # of what is varied: pitch and formants move together, as from one speaker to another
CORRECTIONS = 16  # of the vocoder that is trained


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
    corrections: int = 3  # in training; the others need none, and cost as much each
    off: float = 0.5  # weight of what the vocoder leaves to be corrected
    trust: float = 0.2  # weight of telling a recording's mel from a predicted one
    only_trust: bool = False  # nothing else is learnt
    adversarial: float = 0.0  # weight of the critic's word; 0 trains without one
    matching: float = 2.0  # weight of its features, where there is one
    judges: int = 3  # of the critic's eight discriminators that judge a step
    critic_alone: int = 100  # steps in which the critic learns and is not listened to
    true_mels: float = 0.25  # share of the segments with the recording's own mel where mels are predicted
    varied: float = (
        0.25  # share of the segments with their own mels that are played slower or faster, as other speakers
    )


_TINY_LOOP = LoopSettings(steps=20, batch_size=4, warmup=5, validate_every=10, clip=5.0)
# Sizes are None where the warm start gives them.
PRESETS: dict[str, tuple[VocoderConfig | None, VocoderSettings]] = {
    "compact": (VocoderConfig(corrections=CORRECTIONS), VocoderSettings()),
    # a trained vocoder meets another voice: it knows how to filter, so small steps, and it ends when it has adapted
    "finetune": (
        None,
        VocoderSettings(
            dataclasses.replace(
                VocoderSettings().loop, steps=3000, learning_rate=2e-4, final_learning_rate=2e-5, patience=4
            )
        ),
    ),
    # a trained vocoder meets a critic: what spectral losses alone leave blurred gets sharp. Take last.pt: the
    # losses that choose best.pt do not hear this
    "adversarial": (
        None,
        VocoderSettings(
            dataclasses.replace(
                VocoderSettings().loop, steps=3000, learning_rate=2e-4, final_learning_rate=5e-5, betas=(0.8, 0.99)
            ),
            adversarial=1.0,
        ),
    ),
    # a vocoder whose weights were changed otherwise, by a mean, learns anew to tell predicted mels from recordings'
    "trust": (
        None,
        VocoderSettings(
            dataclasses.replace(
                VocoderSettings().loop,
                steps=400,
                batch_size=32,
                learning_rate=2e-2,
                final_learning_rate=2e-3,
                weight_decay=0.0,
                ema=0.98,
                validate_every=400,
            ),
            true_mels=0.5,
            only_trust=True,
        ),
    ),
    # proves the path on a handful of clips in seconds
    "tiny": (
        VocoderConfig(dim=32, layers=2, pitch_dim=32, pitch_layers=2, corrections=CORRECTIONS),
        VocoderSettings(_TINY_LOOP, segment=32),
    ),
}


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
    mels_of: Path | None = None,
    also: Sequence[Corpus] = (),
    progress: Callable[[Status], None] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Status:
    """Train a vocoder; the arguments are those of `acoustic.train`, `mels_of` and `also`.

    `mels_of` is a voice bundle or a checkpoint whose acoustic model predicts the mels to learn from, in place of most
    of the recordings' own: the vocoder then learns to mend what that model blurs. `also` are other speakers' corpora,
    whose training clips are learnt from with their own mels; what is validated is the first corpus.
    """
    loop = {"steps": steps, "precision": precision, "accumulate": accumulate, "patience": patience}
    config, settings = choose(PRESETS, preset, numbers, **loop)
    with parallel.joined(resolve(device)) as (group, place):
        _check_mels(corpus, also)
        source = source_for(run, warm_start, KIND, corpus, preset, config)
        if tell and group.leads and mels_of:
            tell(f"predicting the mels of {len(corpus.clips)} clips with {mels_of}")
        if source and config is None and source.path != run / LAST:
            # a vocoder of an earlier version learns to be corrected, or oftener
            config = dataclasses.replace(VocoderConfig(**source.config), corrections=CORRECTIONS)
        task = VocoderTask(corpus, config, settings, place, source, mels_of, also)
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


def _check_mels(corpus: Corpus, also: Sequence[Corpus]) -> None:
    for other in also:
        if other.mel != corpus.mel:
            raise BadInputError(
                f"{other.folder}: its mels are not those of {corpus.folder}", "Prepare both corpora alike."
            )


_Drawn = tuple[int, int]  # a sound's number, and the seed of its segment's place, gain and pace


@dataclass(frozen=True, slots=True, eq=False)
class _Sound:
    """A clip, as training needs it."""

    audio: Tensor  # int16, (n,)
    f0: Tensor  # Hz, 0 where unvoiced, (T,)
    predicted: Tensor | None  # the mel that an acoustic model makes of its text, (n_mels, T)

    def cut(self, random: np.random.Generator, frames: int, mel: MelConfig, pace: float) -> tuple[int, Tensor, Tensor]:
        """Cut a segment somewhere, played at a pace: its first frame, audio ((frames - 1) * hop,) and F0 (frames,)."""
        hop, samples = mel.hop_length, (frames - 1) * mel.hop_length
        first = int(random.integers(0, max(1, len(self.f0) - math.ceil(frames * pace) + 1)))
        piece = self.audio[first * hop :][: math.ceil(samples * pace)].float() / 32767
        places = first + torch.arange(frames)
        if pace != 1.0:
            piece = torch.from_numpy(soxr.resample(piece.numpy(), mel.sample_rate * pace, mel.sample_rate))[:samples]
            places = first + torch.round(torch.arange(frames) * pace).long()
        f0 = torch.where(places < len(self.f0), self.f0[places.clamp_max(len(self.f0) - 1)] * pace, 0.0)
        return first, F.pad(piece, (0, samples - len(piece))), f0


def _sound(corpus: Corpus, clip: Clip, predicted: dict[str, Tensor]) -> _Sound:
    audio = torch.from_numpy((corpus.samples(clip) * 32767).astype(np.int16))
    return _Sound(audio, torch.from_numpy(corpus.features(clip)[1]), predicted.get(clip.id))


class VocoderTask:
    """Batches, loss and validation of the vocoder."""

    def __init__(
        self,
        corpus: Corpus,
        config: VocoderConfig | None,
        settings: VocoderSettings,
        device: torch.device,
        source: Source | None = None,
        mels_of: Path | None = None,
        also: Sequence[Corpus] = (),
    ) -> None:
        self.corpus, self.settings, self.device = corpus, settings, device
        self.config = config or VocoderConfig(**(source.config if source else {}))
        self.memory: dict[str, float] = {}
        clips, held_out = corpus.split("train"), (corpus.split("validation") or list(corpus.clips))[:12]
        predicted = predict_mels(corpus, [*clips, *held_out], mels_of, device=device) if mels_of else {}
        self.sounds = [_sound(corpus, clip, predicted) for clip in clips]
        self.sounds += [_sound(other, clip, {}) for other in also for clip in other.split("train")]
        self.held_out = [_sound(corpus, clip, predicted) for clip in held_out]
        torch.manual_seed(settings.loop.seed)
        self.model: nn.Module = Vocoder(self.config, corpus.mel)
        self.warm = fill(self.model, source, [], corpus.mel.n_mels) if source else ""
        if settings.only_trust:
            for name, parameter in self.model.named_parameters():
                parameter.requires_grad_(name.startswith("trust."))
        self.critic: nn.Module | None = Critic() if settings.adversarial else None

    def describe(self) -> dict[str, Any]:
        """Return the configuration that is stored with the weights."""
        return {"kind": KIND, "config": asdict(self.config), "mel": asdict(self.corpus.mel)}

    def batches(self, epoch: int, size: int) -> Sequence[Sequence[_Drawn]]:
        """Return an epoch's batches.

        A clip is drawn once for every segment that fits into it, so that every second of audio counts alike.
        """
        seed, segment = self.settings.loop.seed, self.settings.segment
        pieces = [item for item, one in enumerate(self.sounds) for _ in range(max(1, round(len(one.f0) / segment)))]
        order = np.random.default_rng((seed, epoch)).permutation(pieces).tolist()
        drawn = [(item, epoch * 1_000_003 + place) for place, item in enumerate(order)]
        return [drawn[first : first + size] for first in range(0, len(drawn), size)]

    def weight(self, batch: Sequence[_Drawn]) -> float:
        """Count segments: they are all of one length."""
        return float(len(batch))

    def _segments(self, batch: Sequence[_Drawn]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Cut one segment from each clip.

        Returns:
            Audio (B, (segment - 1) * hop), its mel, F0 (B, segment), 0 where unvoiced, and (B, 1) whether the mel is
            the recording's own, 1 or 0.
        """
        settings, mel_config = self.settings, self.corpus.mel
        audios, pitches = [], []
        predictions: list[Tensor | None] = []
        for item, seed in batch:
            random, sound = np.random.default_rng(seed), self.sounds[item]
            gain = random.uniform(*GAIN_DB) / 20 * math.log(10)
            own = sound.predicted is None or random.random() < settings.true_mels
            varied = own and random.random() < settings.varied
            pace = math.exp(random.uniform(math.log(PACES[0]), math.log(PACES[1]))) if varied else 1.0
            first, audio, f0 = sound.cut(random, settings.segment, mel_config, pace)
            audios.append((audio * math.exp(gain)).clamp(-1, 1))
            pitches.append(f0)
            predicted = None if own else sound.predicted
            predictions.append(
                None if predicted is None else predicted[:, first : first + settings.segment].float() + gain
            )
        audio = torch.stack(audios).to(self.device)
        mel = log_mel(audio, mel_config)
        for row, predicted in enumerate(predictions):
            if predicted is not None:
                mel[row, :, : predicted.shape[1]] = predicted.clamp_min(math.log(FLOOR)).to(self.device)
        own_mels = torch.tensor([[float(predicted is None)] for predicted in predictions], device=self.device)
        return audio, mel, torch.stack(pitches).to(self.device), own_mels

    def loss(self, batch: Sequence[_Drawn], step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the spectral losses, the pitch branch's, and where there is a critic its own and what it says."""
        audio, mel, f0, own = self._segments(batch)
        settings, model = self.settings, self.model
        assert isinstance(model, Vocoder)  # noqa: S101  (narrows the type)
        features = model.features(mel)
        trust = F.binary_cross_entropy_with_logits(model.trust_logits(features), own)
        if settings.only_trust:
            return trust, {"loss": trust.detach()}
        source = harmonic_source(_filled(f0).to(self.device), self.corpus.mel)
        made, off = model.filter(features, mel, source, torch.randn_like(audio), own, settings.corrections)
        with torch.autocast(self.device.type, enabled=False):
            spectral = multi_resolution_stft_loss(made, audio)
            mel_loss = F.l1_loss(log_mel(made, self.corpus.mel), log_mel(audio, self.corpus.mel))
        pitch = self._pitch_loss(model, mel, f0)
        total = (
            spectral + settings.mel * mel_loss + settings.pitch * pitch + settings.off * off + settings.trust * trust
        )
        parts = {"loss": total, "stft": spectral, "mel": mel_loss, "pitch": pitch, "off": off, "trust": trust}
        if isinstance(self.critic, Critic):
            dispute, judged = self._judged(self.critic, made, audio, step)
            total, parts = total + dispute, parts | judged
        return total, {name: value.detach() for name, value in parts.items()}

    def _judged(self, critic: Critic, made: Tensor, audio: Tensor, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the critic's loss plus the vocoder's by it; each teaches its own network alone."""
        settings = self.settings
        chosen = critic.draw(settings.judges, step)
        real = critic(audio, chosen)
        apart = told_apart(real, critic(made.detach(), chosen))
        critic.requires_grad_(False)  # what is computed now teaches the vocoder and not the critic
        judged = critic(made, chosen)
        critic.requires_grad_(True)
        fooled, matched = taken_for_real(judged), features_apart([_detached(one) for one in real], judged)
        heard = float(step >= settings.critic_alone)
        total = apart + heard * (settings.adversarial * fooled + settings.matching * matched)
        return total, {"critic": apart, "fooled": fooled, "matched": matched}

    def _pitch_loss(self, model: Vocoder, mel: Tensor, f0: Tensor) -> Tensor:
        """Cross entropy to bins blurred by a semitone's third, on voiced frames, plus the voicing's own."""
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
        stft = mel_distance = cents = voicing = doubt = 0.0
        for sound in self.held_out:
            mel = self._heard(sound)
            predicted = torch.from_numpy(model.synthesise(mel, seed=1)).to(self.device)
            target = (sound.audio.float() / 32767).to(self.device)[: len(predicted)]
            stft += float(multi_resolution_stft_loss(predicted[None], target[None]))
            mel_distance += float(F.l1_loss(log_mel(predicted, self.corpus.mel), log_mel(target, self.corpus.mel)))
            pitch, f0 = model.pitch(mel[None]), sound.f0.to(self.device)
            both = (f0 > 0) & (pitch.voiced[0] > 0)
            off = (pitch.bins[0].argmax(dim=1).float() - pitch_position(f0)).abs() * 1200 / 36
            cents += float(off[both].median()) if both.any() else 0.0
            voicing += float(((f0 > 0) != (pitch.voiced[0] > 0)).float().mean())
            doubt += self._doubt(model, sound)
        count = len(self.held_out)
        return {
            "loss": (doubt if self.settings.only_trust else stft + self.settings.mel * mel_distance) / count,
            "stft": stft / count,
            "mel": mel_distance / count,
            "pitch cents": cents / count,
            "voicing error": voicing / count,
            "trust": doubt / count,
        }

    def _doubt(self, model: Vocoder, sound: _Sound) -> float:
        """Return the loss of telling a recording's own mel from the predicted one, where there is one."""
        own = log_mel(sound.audio.float().to(self.device) / 32767, self.corpus.mel)
        loss = F.softplus(-model.trust_logits(model.features(own[None])))
        if sound.predicted is not None:
            loss = loss + F.softplus(model.trust_logits(model.features(self._heard(sound)[None])))
        return float(loss)

    def _heard(self, sound: _Sound) -> Tensor:
        """Return the mel that a clip is synthesised from: the predicted one where there is one."""
        if sound.predicted is not None:
            return sound.predicted.float().to(self.device)
        return log_mel(sound.audio.float().to(self.device) / 32767, self.corpus.mel)

    def draw(self, model: nn.Module, writer: Any, step: int) -> None:
        """Let one held-out clip be seen and heard."""
        assert isinstance(model, Vocoder)  # noqa: S101  (narrows the type)
        mel = self._heard(self.held_out[0])
        audio = torch.from_numpy(model.synthesise(mel, seed=1))
        writer.add_audio("copy synthesis", audio[None], step, sample_rate=self.corpus.mel.sample_rate)
        writer.add_image("mel", plots.mels(mel.cpu(), log_mel(audio, self.corpus.mel)), step)


def _filled(f0: Tensor) -> Tensor:
    return torch.stack([torch.from_numpy(fill_unvoiced(row)) for row in f0.cpu().numpy()])


def _detached(judged: Judged) -> Judged:
    return Judged(judged.score.detach(), tuple(layer.detach() for layer in judged.features))
