"""Start a training from weights that exist: a voice bundle's, or a run's.

Embedding rows are matched by what they stand for. Of everything else the shapes must agree, but for the layers that
the reduction factor r sizes: there the frames that both have are taken over.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from voiceover.errors import BadInputError
from voiceover.models import weights
from voiceover.train.checkpoints import LAST, load_weights
from voiceover.train.corpus import Corpus
from voiceover.voices import bundle

EMBEDDING = "embedding.weight"
PROJECTION = ("decoder.linear_projection.weight", "decoder.linear_projection.bias")  # a row for each value of r frames
TRUST = "trust."  # of a vocoder that is corrected: what there is to learn anew in an earlier one
PRENET = "decoder.prenet.layers.0.weight"  # a column for each value of the last step's r frames


@dataclass(frozen=True, slots=True)
class Source:
    """A trained network."""

    path: Path
    kind: str
    config: dict[str, Any]
    mel: dict[str, Any]
    symbols: list[str]  # of the embedding's rows; none for a vocoder
    weights: dict[str, Tensor]


def read(path: Path, kind: str, mel: dict[str, Any]) -> Source:
    """Read a network of a bundle (a folder or a `.voice` file) or of a checkpoint.

    Args:
        path: bundle or checkpoint.
        kind: of network that is wanted, as cards and checkpoints name it.
        mel: the mel configuration that it must have been trained on.

    Raises:
        BadInputError: nothing readable is there, or a network that cannot be gone on from.
    """
    source = _of_bundle(path, kind) if path.is_dir() or path.suffix == ".voice" else _of_checkpoint(path)
    if source.kind != kind:
        raise BadInputError(
            f"{path}: holds a network of the kind {source.kind}, not {kind}",
            "Warm-start the acoustic model from an acoustic run, a vocoder from a vocoder's, or either from a bundle.",
        )
    differing = [name for name in mel if source.mel.get(name) != mel[name]]
    if differing:
        name = differing[0]
        raise BadInputError(
            f"{path}: trained on other mels than the corpus has ({name} {source.mel.get(name)}, not {mel[name]})",
            "Start from a network whose mels are the corpus's, or train from scratch.",
        )
    return source


def source_for(
    run: Path, warm_start: Path | None, kind: str, corpus: Corpus, preset: str, config: object | None
) -> Source | None:
    """Return what a run starts from: its own last checkpoint where it carries on, which gives the same sizes.

    Raises:
        BadInputError: see `read`; or the preset has no sizes of its own and there is nothing to take them from.
    """
    carried_on = run / LAST
    if (warm_start or config is None) and carried_on.exists():
        return read(carried_on, kind, asdict(corpus.mel))
    if warm_start:
        return read(warm_start, kind, asdict(corpus.mel))
    if config is None:
        raise BadInputError(
            f"--preset {preset}: adapts a trained network, and none was given.",
            "Add --warm-start VOICE (a bundle, or best.pt of a run), or use another preset.",
        )
    return None


def fill(model: nn.Module, source: Source, symbols: list[str], bands: int) -> str:
    """Put a source's weights into a network; symbols that the source lacks keep their initial rows.

    Args:
        model: the network to fill.
        source: where from.
        symbols: what the network's embedding rows stand for; none for a vocoder.
        bands: of a mel frame.

    Returns:
        What was taken over, in a sentence.

    Raises:
        BadInputError: shapes differ that cannot be matched.
    """
    own = model.state_dict()
    taken = {name: tensor for name, tensor in own.items() if name.startswith(TRUST)}
    taken |= {name: _matched(name, tensor, own, source, symbols, bands) for name, tensor in source.weights.items()}
    wrong = [
        f"{name} {_shape(taken[name]) if name in taken else 'missing'}, here {_shape(own[name])}"
        for name in own
        if name not in taken or taken[name].shape != own[name].shape
    ]
    wrong += [f"{name} has no place here" for name in taken if name not in own]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise BadInputError(
            f"{source.path}: its network has other sizes: {'; '.join(wrong[:3])}{more}",
            "Use --preset finetune, which takes the source's sizes, or the preset that the source was trained with.",
        )
    model.load_state_dict(taken)
    told = f"warm start from {source.path}"
    if symbols:
        missing = [symbol for symbol in symbols if symbol not in source.symbols]
        told += f": {len(symbols) - len(missing)} of {len(symbols)} symbols matched"
        told += f"; new: {' '.join(missing)}" if missing else ""
    if source.weights.get(PRENET, torch.empty(0)).shape != own.get(PRENET, torch.empty(0)).shape:
        told += f"; frames per step {source.config['frames_per_step']} -> {own[PRENET].shape[1] // bands}"
    return told


def _matched(
    name: str, tensor: Tensor, own: dict[str, Tensor], source: Source, symbols: list[str], bands: int
) -> Tensor:
    """Fit a tensor of the source to this network where a difference is of symbols or of the reduction factor."""
    tensor = tensor.float() if tensor.is_floating_point() else tensor
    if name not in own:
        return tensor
    if name == EMBEDDING and tensor.shape[1:] == own[name].shape[1:]:
        rows = own[name].clone().cpu()
        row_of = {symbol: row for row, symbol in enumerate(source.symbols)}
        for number, symbol in enumerate(symbols):
            if symbol in row_of:
                rows[number] = tensor[row_of[symbol]]
        return rows
    if name in PROJECTION and tensor.shape[1:] == own[name].shape[1:]:
        first = tensor[: len(own[name])]  # the frames right after the last step, which both predict
        lacking = (len(own[name]) - len(first)) // bands  # later ones begin as copies of the latest there is
        return torch.cat([first, *[first[-bands:]] * lacking])
    if name == PRENET and len(tensor) == len(own[name]):
        latest = tensor[:, -own[name].shape[1] :]  # the frames just before this step
        older = latest.new_zeros(len(latest), own[name].shape[1] - latest.shape[1])  # ignored to begin with
        return torch.cat([older, latest], dim=1)
    return tensor


def _of_bundle(path: Path, kind: str) -> Source:
    card = bundle.check(path)
    networks = [(card.acoustic, bundle.ACOUSTIC), *([(card.vocoder, bundle.VOCODER)] if card.vocoder else [])]
    for network, member in networks:
        if network.kind == kind:
            try:
                tensors = weights.load(bundle.read_member(path, member) or b"")
            except (SafetensorError, ValueError) as error:
                raise BadInputError(f"{path}: {member} cannot be read ({error})", "Export the voice again.") from None
            symbols = list(card.front_end.symbols) if member == bundle.ACOUSTIC else []
            return Source(path, kind, dict(network.config), dict(card.mel), symbols, tensors)
    kinds = " and ".join(network.kind for network, _ in networks)
    raise BadInputError(
        f"{path}: this voice has no network of the kind {kind}, only {kinds}",
        "Start from another voice, or from a run's checkpoint.",
    )


def _of_checkpoint(path: Path) -> Source:
    checkpoint = load_weights(path)
    about = checkpoint["describe"]
    return Source(
        path, about["kind"], about["config"], about["mel"], list(about.get("symbols", [])), checkpoint["average"]
    )


def _shape(tensor: Tensor) -> str:
    return "x".join(str(size) for size in tensor.shape) or "one number"
