"""A bundle's networks in torch: for other devices than processors, and for exports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from torch import nn

from voiceover.errors import BadInputError
from voiceover.models import weights
from voiceover.models.hifigan import Hifigan
from voiceover.models.tacotron2 import Tacotron2
from voiceover.models.vocoder import Vocoder
from voiceover.synthesis.configs import HifiganConfig, TacotronConfig, VocoderConfig
from voiceover.synthesis.mels import MelConfig
from voiceover.voices import bundle


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """What a bundle holds, in evaluation mode."""

    card: bundle.VoiceCard
    mel: MelConfig
    acoustic: Tacotron2
    vocoder: Vocoder | Hifigan | None


def load(path: Path, device: str = "cpu") -> Networks:
    """Load a bundle's networks onto a device.

    Raises:
        BadInputError: the bundle is not sound.
    """
    card = bundle.check(path)
    try:
        mel = MelConfig(**card.mel)  # type: ignore[arg-type]
        acoustic = Tacotron2(TacotronConfig(**card.acoustic.config))  # type: ignore[arg-type]
        _fill(acoustic, path, bundle.ACOUSTIC, device)
        vocoder: Vocoder | Hifigan | None = None
        if card.vocoder:
            if card.vocoder.kind == bundle.HIFIGAN_KIND:
                vocoder = Hifigan(HifiganConfig(**card.vocoder.config), mel)  # type: ignore[arg-type]
            else:
                vocoder = Vocoder(VocoderConfig(**card.vocoder.config), mel)  # type: ignore[arg-type]
            _fill(vocoder, path, bundle.VOCODER, device)
    except (TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise bundle.does_not_fit(path, error) from None
    return Networks(card, mel, acoustic, vocoder)


def _fill(network: nn.Module, path: Path, member: str, device: str) -> None:
    tensors = weights.load(bundle.read_member(path, member) or b"")
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise BadInputError(f"{path}: {member} holds numbers that are not finite ({name})", "Export it again.")
    network.load_state_dict(tensors)
    network.eval().requires_grad_(False).to(device)
