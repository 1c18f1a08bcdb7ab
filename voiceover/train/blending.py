"""Between two networks: a mean of a base's weights and of those that were trained from it.

Fine-tuned on minutes of speech, a network forgets words that it could say. The mean of both says them again, and sounds
no less like the new speaker: weights that were trained from one another lie in one valley (Wortsman et al., "Robust
fine-tuning of zero-shot models", 2022).
"""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn

from voiceover.models.tacotron2 import Tacotron2
from voiceover.models.vocoder import Vocoder
from voiceover.synthesis.configs import TacotronConfig, VocoderConfig
from voiceover.synthesis.mels import MelConfig
from voiceover.train import checkpoints, vocoder, warm_start


def blend(trained: Path, base: Path, share: float, target: Path) -> None:
    """Write a checkpoint of a network, acoustic model or vocoder, between a base and what was trained from it.

    Args:
        trained: checkpoint of the run.
        base: the bundle or checkpoint that it was warm-started from.
        share: of the trained weights, 0 to 1.
        target: the checkpoint to write. What the base lacks, such as rows of symbols, is the trained network's.

    Raises:
        BadInputError: either cannot be read, or their shapes differ.
    """
    checkpoint = checkpoints.load_weights(trained)
    about = checkpoint["describe"]
    source = warm_start.read(base, about["kind"], about["mel"])
    network: nn.Module
    if about["kind"] == vocoder.KIND:
        network = Vocoder(VocoderConfig(**about["config"]), MelConfig(**about["mel"]))
    else:
        network = Tacotron2(TacotronConfig(**about["config"]))
    network.load_state_dict(checkpoint["average"])
    warm_start.fill(network, source, list(about.get("symbols", [])), about["mel"]["n_mels"])
    begun = network.state_dict()
    mean: dict[str, Tensor] = {
        name: begun[name].lerp(weight, share) if weight.is_floating_point() else weight
        for name, weight in checkpoint["average"].items()
    }
    checkpoints.write(target, {"describe": about, "average": mean, "step": checkpoint["step"]})
