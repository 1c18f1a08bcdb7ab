"""Ways of teaching the attention, side by side at equal cost.

    python benchmarks/attention_trials.py CORPUS OUT VARIANT MINUTES [--synthetic CORPUS]

Trains the compact network from scratch for so many minutes of this process's own time, then measures it on the held-out
clips: teacher-forced loss, attention, and free running through narrator's vocoder, with the guards of synthesis and
without. Prints one row of JSON, and adds it to OUT. Variants join with `+`:

    base        location-sensitive attention, guided, three frames a step, half of the teacher's frames hidden
    dynamic     dynamic convolution attention (Battenberg et al., 2020)
    ddc         double decoder consistency (Gölge, 2020): a second decoder of six frames a step, to agree with
    unguided    no guide
    r2, r4      two, four frames a step
    drop10      a tenth of the teacher's frames hidden
    letters     letters in place of phonemes
    synthetic   the first half of the time on a synthetic speaker
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from voiceover.models.attention import AttentionState
from voiceover.models.engine import DeviceEngine
from voiceover.models.tacotron2 import Decoder, Tacotron2, length_mask
from voiceover.synthesis.attempts import DecodingOptions
from voiceover.text import characters, languages
from voiceover.train import acoustic, loop, measures, recogniser
from voiceover.train.corpus import Corpus, load
from voiceover.train.parallel import Group
from voiceover.train.warm_start import Source
from voiceover.types import Line
from voiceover.voices import catalog

COARSE = 6  # frames a step of the second decoder
FREE = DecodingOptions(window_back=10**6, window_ahead=10**6, rest_seconds=10**6)  # no guard but the cap
LETTERS = tuple("_ abcdefghijklmnopqrstuvwxyz',.?!~")


class DynamicConvolutionAttention(nn.Module):
    """Attention that moves by filters (Battenberg et al., 2020): static ones, ones the query makes, and a prior.

    The prior only moves forward: a causal filter with the beta-binomial distribution of alpha .1, beta .9 over 0 to 10
    tokens, the paper's values.
    """

    def __init__(self, query_dim: int, dim: int, filters: int = 8, kernel: int = 21, reach: int = 10) -> None:
        super().__init__()
        self.kernel = kernel
        self.static = nn.Conv1d(1, filters, kernel, padding=kernel // 2, bias=False)
        self.static_dense = nn.Linear(filters, dim, bias=False)
        self.made = nn.Sequential(nn.Linear(query_dim, dim), nn.Tanh(), nn.Linear(dim, filters * kernel, bias=False))
        self.dynamic_dense = nn.Linear(filters, dim)
        self.v = nn.Linear(dim, 1, bias=False)
        places = torch.arange(reach + 1, dtype=torch.float64)
        beta = lambda a, b: torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)  # noqa: E731
        whole, a, b = torch.tensor(float(reach)).double(), torch.tensor(0.1).double(), torch.tensor(0.9).double()
        choose = torch.lgamma(whole + 1) - torch.lgamma(places + 1) - torch.lgamma(whole - places + 1)
        self.register_buffer(
            "prior", (choose + beta(places + a, whole - places + b) - beta(a, b)).exp().float().flip(0)
        )

    def start(self, memory: Tensor, mask: Tensor) -> AttentionState:
        """Return the state before the first step."""
        zeros = torch.zeros(memory.shape[:2], device=memory.device)
        context = memory.new_zeros(memory.shape[0], memory.shape[2])
        return AttentionState(memory, zeros[:, :, None], mask, zeros, zeros, context)

    def forward(self, query: Tensor, state: AttentionState, window: Tensor | None = None) -> AttentionState:
        """Attend once; as `LocationSensitiveAttention`, whose place it takes."""
        weights = state.weights
        first = F.one_hot(torch.zeros(len(weights), dtype=torch.long), weights.shape[1]).to(weights)
        before = torch.where(state.cumulative.sum(1, keepdim=True) == 0, first, weights)
        static = self.static_dense(self.static(before[:, None]).transpose(1, 2))
        around = F.pad(before, (self.kernel // 2,) * 2).unfold(1, self.kernel, 1)  # (B, N, kernel)
        filters = self.made(query.float()).view(len(weights), -1, self.kernel)
        dynamic = self.dynamic_dense(around @ filters.transpose(1, 2))
        prior = F.conv1d(F.pad(before[:, None], (len(self.prior) - 1, 0)), self.prior[None, None]).squeeze(1)
        energies = self.v(torch.tanh(static + dynamic)).squeeze(2) + prior.clamp_min(1e-6).log()
        allowed = state.mask if window is None else state.mask & window
        weights = F.softmax(energies.masked_fill(~allowed, -torch.inf), dim=1)
        context = torch.bmm(weights[:, None].to(state.memory.dtype), state.memory).squeeze(1)
        return AttentionState(state.memory, state.keys, state.mask, weights, state.cumulative + weights, context)


class Trial(acoustic.AcousticTask):
    """One variant's training."""

    def __init__(self, corpus: Corpus, names: set[str], source: Source | None = None) -> None:
        config, settings = acoustic.PRESETS["compact"]
        assert config
        r = 2 if "r2" in names else 4 if "r4" in names else config.frames_per_step
        settings = dataclasses.replace(settings, loop=dataclasses.replace(settings.loop, steps=10**6))
        if "unguided" in names:
            settings = dataclasses.replace(settings, guide=0.0, guide_end=0.0)
        if "drop10" in names:
            settings = dataclasses.replace(settings, frame_drop=0.1)
        super().__init__(corpus, dataclasses.replace(config, frames_per_step=r), settings, torch.device("cpu"), source)
        assert isinstance(self.model, Tacotron2)
        if "dynamic" in names:
            layer: Any = DynamicConvolutionAttention(self.config.attention_rnn_dim, self.config.attention_dim)
            self.model.decoder.attention_layer = layer
        self.coarse: Decoder | None = None
        if "ddc" in names:
            self.coarse = Decoder(dataclasses.replace(self.config, frames_per_step=COARSE))
            self.model.coarse = self.coarse  # trained along, and left out of synthesis

    def collate(self, clips: Any) -> acoustic.Batch:
        """Pad clips to whole steps of both decoders."""
        batch = super().collate(clips)
        if self.coarse is None:
            return batch
        more = -batch.mels.shape[2] % COARSE
        mels = torch.cat([batch.mels, batch.mels[:, :, -1:].expand(-1, -1, more)], dim=2)
        steps = more // self.config.frames_per_step
        return batch._replace(mels=mels, paths=torch.cat([batch.paths, batch.paths[:, -1:].expand(-1, steps)], dim=1))

    def loss(self, batch: Any, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the usual loss and, with a second decoder, its own and how far the two attentions are apart."""
        if self.coarse is None:
            return super().loss(batch, step)
        kept: list[Tensor] = []
        model = self.model
        hook = model.encoder.register_forward_hook(lambda _m, _i, output: kept.append(output))
        forward = model.decoder.register_forward_hook(lambda _m, _i, output: kept.append(output[2]))
        total, parts = super().loss(batch, step)
        hook.remove()
        forward.remove()
        memory, fine = kept
        clips = self.collate(batch)
        dropped = torch.rand(clips.mels.shape[0], 1, clips.mels.shape[2]) < self.settings.frame_drop
        mel, _, alignment = self.coarse(memory, clips.token_lengths, clips.mels.masked_fill(dropped, 0.0))
        inside = length_mask(clips.frame_lengths, clips.mels.shape[2])[:, None]
        error = ((mel.float() - clips.mels).square() * inside).sum() / (inside.sum() * clips.mels.shape[1])
        spread = alignment.repeat_interleave(COARSE // self.config.frames_per_step, dim=1)
        heard = length_mask(clips.steps_voiced, fine.shape[1])[:, :, None]
        apart = ((fine - spread).abs() * heard).sum() / clips.steps_voiced.sum()
        return total + error + 0.5 * apart, parts


def train(task: Trial, folder: Path, minutes: float) -> tuple[loop._Run, int, float]:
    """Train for minutes of this process's time; returns the run, the frames seen and the seconds taken."""
    running = loop._Run(task, folder, task.settings.loop, task.device, Group())
    begun, frames = time.process_time(), 0
    while time.process_time() - begun < minutes * 60:
        running.step(lambda: False)
        frames += sum(clip.frames for clip in running._batches[1][running.state.position - 1])
        if running.state.step % 100 == 0:  # the guide fades by what validations see
            with torch.no_grad():
                running.average.eval()
                task.validate(running.average)
    return running, frames, time.process_time() - begun


def spoken(voice: Any, task: Trial, options: DecodingOptions) -> tuple[list[Any], int]:
    """Speak the held-out texts; returns the speech, and how many lines failed at the first attempt."""
    voice._options = dataclasses.replace(options, end_tokens=voice._front_end.end_tokens)
    lines = [Line(n, 0.0, 1.0, text) for n, text in enumerate(dict.fromkeys(c.spoken for c in task.held_out))]
    with mock.patch("voiceover.voices.tacotron.ATTEMPTS", 1):
        found = sorted(voice.speak(lines), key=lambda speech: speech.line.index)
    bad = [s for s in found if s.flags or s.attention.repeats or s.attention.skips]
    return found, len(bad)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("variant")
    parser.add_argument("minutes", type=float)
    parser.add_argument("--synthetic", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(1)
    names = set(given.variant.split("+"))
    letters = characters.Characters("en-us-letters", 1, LETTERS, languages.named(languages.ENGLISH))
    front_end: Any = letters if "letters" in names else languages.named(languages.ENGLISH)
    voice: Any = catalog.open_voice("narrator", "cpu")
    with mock.patch.object(acoustic.languages, "named", return_value=front_end), tempfile.TemporaryDirectory() as work:
        minutes, source, frames, seconds = given.minutes, None, 0, 0.0
        if "synthetic" in names:
            minutes /= 2
            first = Trial(load(given.synthetic), names)
            running, frames, seconds = train(first, Path(work, "synthetic"), minutes)
            state = {name: tensor.clone() for name, tensor in running.average.state_dict().items()}
            about = first.describe()
            source = Source(Path("synthetic"), acoustic.KIND, about["config"], about["mel"], about["symbols"], state)
        task = Trial(load(given.corpus), names, source)
        running, more, took = train(task, Path(work, "run"), minutes)
        model: Any = running.average.eval()
        with torch.no_grad():
            measured = task.validate(model)
        voice.engine = DeviceEngine(model, None, voice.engine.vocode)
        voice._front_end, voice._frames_per_step = front_end, task.config.frames_per_step
        guarded, failed = spoken(voice, task, DecodingOptions())
        _, failed_free = spoken(voice, task, FREE)
    row = {
        "variant": given.variant,
        "minutes": round((seconds + took) / 60, 1),
        "steps": running.state.step,
        "frames_per_second": round((frames + more) / (seconds + took)),
        "held_out_mel_loss": round(measured["mel"], 3),
        "diagonality": round(measured["diagonality"], 3),
        "focus": round(measured["focus"], 3),
        "lines": len(guarded),
        "failed": failed,
        "failed_unguarded": failed_free,
    }
    transcribe = recogniser.open_recogniser()
    if transcribe:
        said = [measures.words(speech.line.text) for speech in guarded]
        heard = [measures.words(transcribe(speech.audio)) for speech in guarded]
        errors = sum(measures.edits(a, b) for a, b in zip(said, heard, strict=True))
        row["word_error_rate"] = round(100 * errors / np.sum([len(words) for words in said]), 1)
    print(json.dumps(row), flush=True)
    with given.out.open("a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
