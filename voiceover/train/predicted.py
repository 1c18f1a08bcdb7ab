"""The mels that an acoustic model makes of a corpus's texts, frame for frame on the recordings' time.

A vocoder trained on them hears in training what it will hear in use (ground-truth-aligned fine-tuning, as in HiFi-GAN:
Kong et al., 2020).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from voiceover.models.tacotron2 import Tacotron2
from voiceover.synthesis.configs import TacotronConfig
from voiceover.text import languages
from voiceover.train import warm_start
from voiceover.train.acoustic import KIND
from voiceover.train.corpus import Clip, Corpus

BATCH = 16  # clips at once
HIDDEN = 0.5  # share of the teacher's frames that are hidden: free running knows its past less well than a teacher does


def mels(
    corpus: Corpus,
    clips: Sequence[Clip],
    acoustic: Path,
    *,
    device: torch.device,
    seed: int = 1,
    advance: Callable[[int], None] | None = None,
) -> dict[str, Tensor]:
    """Predict clips' mels teacher-forced.

    Args:
        corpus: the recordings.
        clips: of the corpus.
        acoustic: a voice bundle or a checkpoint of an acoustic run.
        device: where to compute.
        seed: of the pre-net's dropout and of which frames are hidden.
        advance: called with the number of clips done so far.

    Returns:
        For each clip's id a log-mel (n_mels, T), T the clip's frames, in half precision.

    Raises:
        BadInputError: nothing readable is there, or a model of other mels.
    """
    source = warm_start.read(acoustic, KIND, asdict(corpus.mel))
    front_end = languages.named(corpus.front_end)
    symbols = list(front_end.symbols)
    model = Tacotron2(TacotronConfig(**{**source.config, "n_symbols": len(symbols)}))
    warm_start.fill(model, source, symbols, corpus.mel.n_mels)
    model.to(device).eval().requires_grad_(False)
    ordered = sorted(clips, key=lambda clip: clip.frames)
    made: dict[str, Tensor] = {}
    torch.manual_seed(seed)
    for first in range(0, len(ordered), BATCH):
        batch = ordered[first : first + BATCH]
        tokens = [torch.tensor(front_end.tokens(clip.spoken).ids) for clip in batch]
        made |= _predict(model, batch, tokens, [torch.from_numpy(corpus.features(clip)[0]) for clip in batch], device)
        if advance:
            advance(first + len(batch))
    return made


@torch.inference_mode()
def _predict(
    model: Tacotron2, clips: Sequence[Clip], tokens: Sequence[Tensor], mels: Sequence[Tensor], device: torch.device
) -> dict[str, Tensor]:
    r = model.config.frames_per_step
    size = -(-max(map(len, mels)) // r) * r
    teacher = torch.stack([torch.cat([mel.float(), mel[-1:].float().expand(size - len(mel), -1)]) for mel in mels])
    teacher = model.scale(teacher.transpose(1, 2)).to(device)
    hidden = torch.rand(len(clips), 1, size, device=device) < HIDDEN
    output = model(
        torch.nn.utils.rnn.pad_sequence(list(tokens), batch_first=True).to(device),
        torch.tensor([len(ids) for ids in tokens], device=device),
        teacher.masked_fill(hidden, 0.0),
        isolate=True,
    )
    refined = model.unscale(output.refined).half().cpu()
    return {clip.id: refined[row, :, : len(mels[row])].clone() for row, clip in enumerate(clips)}
