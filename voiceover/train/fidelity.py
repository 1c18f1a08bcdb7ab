"""How near a copy of a recording is to it, sample by sample: what a vocoder alone can be measured by."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from voiceover.models.mel import log_mel
from voiceover.synthesis.mels import MelConfig
from voiceover.train.recogniser import Compare
from voiceover.train.spectral import multi_resolution_stft_loss
from voiceover.types import Audio


@dataclass(frozen=True, slots=True)
class Fidelity:
    """A copy against its recording."""

    stft: float  # spectral convergence plus L1 of log magnitudes, mean over resolutions
    mel: float  # L1 of log-mels, in nepers
    pesq: float | None  # wideband, 1 to 4.64; None where it cannot be measured


def compare(copy: Audio, recording: Audio, mel: MelConfig, pesq: Compare | None = None) -> Fidelity:
    """Measure a copy that begins where its recording does; both at the mels' rate.

    Args:
        copy: what a vocoder made of the recording's mel.
        recording: the recording.
        mel: the mel configuration.
        pesq: see `recogniser.open_pesq`.
    """
    length = min(len(copy.samples), len(recording.samples))
    made, target = (torch.from_numpy(audio.samples[:length])[None] for audio in (copy, recording))
    return Fidelity(
        stft=float(multi_resolution_stft_loss(made, target)),
        mel=float(F.l1_loss(log_mel(made, mel), log_mel(target, mel))),
        pesq=pesq(copy, recording) if pesq else None,
    )
