"""Public checkpoints: reading them safely, and their names for weights against ours.

NVIDIA's Tacotron 2 names what it wraps (`.conv.`, `.linear_layer.`), which ours, torchaudio's, leaves out. HiFi-GAN's
weights are stored as magnitude and direction (weight norm), in the notation of the torch they were made with.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor, nn

from voiceover.errors import BadInputError
from voiceover.models import claims
from voiceover.models.hifigan import Hifigan
from voiceover.models.tacotron2 import Tacotron2
from voiceover.synthesis.configs import HifiganConfig, TacotronConfig
from voiceover.synthesis.mels import MelConfig

Weights = dict[str, Tensor]

_PREFIX = re.compile(r"^(?:(?:module|_orig_mod)\.)+")  # data-parallel training and torch.compile put these before keys
_WRAPPED = re.compile(r"\.(?:conv|linear_layer)(?=\.(?:weight|bias)$)")
_GLOBAL = re.compile(r"GLOBAL (?P<name>[\w.]+)")
_CLEAN = (
    "Only weights are read, never code. If you trust the file, load it in the program that made it and save its "
    "weights alone: torch.save({'%s': model.state_dict()}, 'clean.pt')."
)
_MAGNITUDE = (("weight_g", "weight_v"), ("parametrizations.weight.original0", "parametrizations.weight.original1"))
_SIZES = ("resblock", "upsample_rates", "upsample_kernel_sizes", "upsample_initial_channel", "resblock_kernel_sizes")
_TACOTRON, _HIFIGAN = "Tacotron 2", "HiFi-GAN generator"
_LOOKS_LIKE = {  # a key that only this network has
    "conv_pre.weight": f"a {_HIFIGAN}: give it as --vocoder",
    "conv_pre.weight_v": f"a {_HIFIGAN}: give it as --vocoder",
    "speaker_embedding.weight": "a network of many speakers, which is not read",
    "decoder.attention_rnn.weight_ih": f"a {_TACOTRON}: give it as --acoustic",
    "WN.0.start.bias": "a WaveGlow, which is not read: give a HiFi-GAN, or no vocoder",
}
_ENTRIES = {"generator": _LOOKS_LIKE["conv_pre.weight"], "state_dict": _LOOKS_LIKE["decoder.attention_rnn.weight_ih"]}


def read_weights(path: Path, entry: str) -> Weights:
    """Read a file's weights without running anything in it.

    Args:
        path: of a `.pt` or `.pth`, or a file without suffix, as torch saves them.
        entry: under which the public program stores the weights; a file of nothing but weights is read too.

    Raises:
        BadInputError: it is no such file, needs code to be read, or holds weights that are not finite.
    """
    try:
        claims.check(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what torch warns of, it refuses a moment later
            stored = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise BadInputError(f"{path}: there is no such file.", "Check the path.") from None
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}).", "Check the path.") from None
    except BadInputError:
        raise
    except UnpicklingError as error:
        raise _refused(path, str(error), entry) from None
    except Exception as error:  # whatever a file that is none makes of the reader
        if "TorchScript" in str(error):
            raise BadInputError(f"{path}: is a TorchScript program, which is code.", _CLEAN % entry) from None
        reason = f"{type(error).__name__}: {error}".strip().splitlines()[0].split(". ")[0]
        raise BadInputError(
            f"{path}: is not a checkpoint of torch, or is damaged ({reason}).", "Get the file again."
        ) from None
    tensors = _weights_in(path, stored, entry)
    for key, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            message = f"{path}: {key} holds numbers that are not finite."
            raise BadInputError(message, "Take an earlier checkpoint: this training had diverged.")
    return {_PREFIX.sub("", key): t.float() if t.is_floating_point() else t for key, t in tensors.items()}


def _refused(path: Path, reason: str, entry: str) -> BadInputError:
    needed = _GLOBAL.search(reason)
    if needed:
        return BadInputError(f"{path}: refused, reading it would run {needed['name']}.", _CLEAN % entry)
    return BadInputError(f"{path}: is not a checkpoint of torch, or needs code to be read.", _CLEAN % entry)


def _weights_in(path: Path, stored: Any, entry: str) -> Weights:
    found = stored.get(entry, stored) if isinstance(stored, dict) else None
    if isinstance(found, dict) and found and all(isinstance(tensor, Tensor) for tensor in found.values()):
        return {str(key): tensor for key, tensor in found.items()}
    held = ", ".join(map(str, list(stored)[:8])) if isinstance(stored, dict) else type(stored).__name__
    message = f"{path}: has no “{entry}” with weights in it; it holds {held or 'nothing'}."
    if isinstance(stored, dict) and _ENTRIES.keys() & stored.keys() - {entry}:
        raise BadInputError(message, f"It looks like {next(_ENTRIES[key] for key in _ENTRIES if key in stored)}.")
    if isinstance(stored, dict) and {"mpd", "msd"} & stored.keys():
        raise BadInputError(message, "These are the discriminators (do_*): the generator is in the file g_*.")
    raise BadInputError(message, f"Save them as torch.save({{'{entry}': model.state_dict()}}, 'clean.pt').")


def read_tacotron(path: Path, mel: MelConfig) -> Tacotron2:
    """Read a Tacotron 2 in NVIDIA's or torchaudio's notation; its sizes are read off its weights.

    Raises:
        BadInputError: the file cannot be read, or holds another network.
    """
    weights = {_WRAPPED.sub("", key): tensor for key, tensor in read_weights(path, "state_dict").items()}
    try:
        config = _tacotron_sizes(weights, mel.n_mels)
        with torch.device("meta"):  # only the shapes are needed: the weights come from the file
            model = Tacotron2(config)
    except KeyError as error:
        raise _other(path, _TACOTRON, f"{error.args[0]} is missing", weights) from None
    except (IndexError, ValueError, RuntimeError, ZeroDivisionError) as error:
        raise _other(path, _TACOTRON, str(error).splitlines()[0], weights) from None
    for key in model.state_dict():
        if key.endswith("num_batches_tracked"):  # old checkpoints lack it, and nothing reads it
            weights.setdefault(key, torch.tensor(0))
    _fill(path, model, weights, _TACOTRON)
    return model


def _tacotron_sizes(weights: Mapping[str, Tensor], n_mels: int) -> TacotronConfig:
    def size(key: str, dimension: int) -> int:
        return weights[key].shape[dimension]

    def count(part: str) -> int:
        return len({key.split(".")[2] for key in weights if key.startswith(f"{part}.convolutions.")})

    bands = size("postnet.convolutions.0.0.weight", 1)
    if bands != n_mels:
        raise ValueError(f"its mels have {bands} bands, {n_mels} were expected")
    location = "decoder.attention_layer.location_layer.location_conv.weight"
    return TacotronConfig(
        n_symbols=size("embedding.weight", 0),
        n_mels=bands,
        frames_per_step=size("decoder.linear_projection.weight", 0) // bands,
        symbol_dim=size("embedding.weight", 1),
        encoder_dim=size("encoder.convolutions.0.0.weight", 0),
        encoder_layers=count("encoder"),
        encoder_kernel=size("encoder.convolutions.0.0.weight", 2),
        prenet_dim=size("decoder.prenet.layers.0.weight", 0),
        attention_rnn_dim=size("decoder.attention_rnn.weight_hh", 1),
        attention_dim=size("decoder.attention_layer.query_layer.weight", 0),
        location_filters=size(location, 0),
        location_kernel=size(location, 2),
        decoder_rnn_dim=size("decoder.decoder_rnn.weight_hh", 1),
        postnet_dim=size("postnet.convolutions.0.0.weight", 0),
        postnet_layers=count("postnet"),
        postnet_kernel=size("postnet.convolutions.0.0.weight", 2),
    )


def read_hifigan(path: Path, config: HifiganConfig, mel: MelConfig) -> Hifigan:
    """Read a HiFi-GAN generator, and fold its weight norm.

    Raises:
        BadInputError: the file cannot be read, or holds another network than its configuration says.
    """
    weights = fold_weight_norm(read_weights(path, "generator"))
    try:
        with torch.device("meta"):  # only the shapes are needed, and a wrong configuration asks for any size
            model = Hifigan(config, mel)
    except ValueError as error:
        raise BadInputError(f"{path}: {error}.", "Give the config.json that belongs to the vocoder.") from None
    _fill(path, model, weights, _HIFIGAN)
    return model


def _fill(path: Path, model: nn.Module, weights: Mapping[str, Tensor], kind: str) -> None:
    wanted = model.state_dict()
    missing, more = [key for key in wanted if key not in weights], [key for key in weights if key not in wanted]
    if missing or more:
        parts = [f"{_some(keys)} {what}" for keys, what in ((missing, "missing"), (more, "not known")) if keys]
        raise _other(path, kind, "; ".join(parts), weights)
    for key, tensor in wanted.items():
        if weights[key].shape != tensor.shape:
            shapes = f"{key} is {_shape(weights[key])}, {_shape(tensor)} was expected"
            raise _other(path, kind, shapes, weights)
    model.load_state_dict(dict(weights), assign=True)
    model.eval().requires_grad_(False)


def _other(path: Path, kind: str, why: str, weights: Mapping[str, Tensor]) -> BadInputError:
    seems = next((what for key, what in _LOOKS_LIKE.items() if key in weights and kind not in what), None)
    remedy = f"It looks like {seems}." if seems else "Check that the files belong together."
    return BadInputError(f"{path}: not a {kind}: {why}.", remedy)


def _some(keys: Sequence[str]) -> str:
    return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")


def _shape(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "a number"


def fold_weight_norm(weights: Mapping[str, Tensor]) -> Weights:
    """Multiply magnitudes and directions, in either notation of torch, into plain weights.

    The ratio comes first: weights that `split_weight_norm` split come back bit by bit.
    """
    folded = dict(weights)
    for key in weights:
        for magnitude, direction in _MAGNITUDE:
            stem = key.removesuffix(magnitude)
            if stem != key and stem + direction in weights:
                v = folded.pop(stem + direction)
                g = folded.pop(key)
                folded[stem + "weight"] = v * (g / _norm(v)) if g.shape[0] == v.shape[0] else v
    return folded


def split_weight_norm(weights: Mapping[str, Tensor]) -> Weights:
    """Write plain weights as magnitudes and directions, the notation that every HiFi-GAN reads."""
    split: Weights = {}
    for key, tensor in weights.items():
        if not key.endswith(".weight"):
            split[key] = tensor
            continue
        norm = _norm(tensor)
        split[f"{key}_g"] = norm
        split[f"{key}_v"] = torch.where(norm > 0, tensor, torch.ones_like(tensor))  # nothing has no direction
    return split


def _norm(direction: Tensor) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(direction, dim=list(range(1, direction.dim())), keepdim=True)
    return norm


def nvidia_names(weights: Mapping[str, Tensor]) -> Weights:
    """Name a Tacotron 2's weights as NVIDIA's program does."""
    return {_nvidia_name(key): tensor for key, tensor in weights.items()}


def _nvidia_name(key: str) -> str:
    stem, _, last = key.rpartition(".")
    if re.fullmatch(r"(encoder|postnet)\.convolutions\.\d+\.0", stem) or stem.endswith("location_conv"):
        return f"{stem}.conv.{last}"
    plain = ("embedding", "encoder.lstm", "decoder.attention_rnn", "decoder.decoder_rnn")
    if stem in plain or re.fullmatch(r"(encoder|postnet)\.convolutions\.\d+\.1", stem):
        return key
    return f"{stem}.linear_layer.{last}"


def read_json(path: Path) -> dict[str, Any]:
    """Read a configuration.

    Raises:
        BadInputError: it cannot be read, or is no JSON object.
    """
    try:
        about = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}).", "Check the path.") from None
    except ValueError as error:
        raise BadInputError(f"{path}: is not JSON ({error}).", "Give the config.json of the network.") from None
    if not isinstance(about, dict):
        raise BadInputError(f"{path}: is not a JSON object.", "Give the config.json of the network.")
    return about


def read_hifigan_config(path: Path) -> tuple[HifiganConfig, MelConfig]:
    """Read HiFi-GAN's `config.json`: the sizes of the generator, and the mels it was trained on.

    Raises:
        BadInputError: it is not one, or describes another kind of network.
    """
    about = read_json(path)
    missing = [key for key in (*_SIZES, "resblock_dilation_sizes") if key not in about]
    if missing:
        message = f"{path}: not the configuration of a HiFi-GAN generator: {_some(missing)} missing."
        raise BadInputError(message, "Other vocoders are not read. Give the config.json that belongs to the g_* file.")
    try:
        config = HifiganConfig(
            **{key: about[key] for key in (*_SIZES[1:], "resblock_dilation_sizes")},
            resblock=int(about["resblock"]),
            num_mels=int(about.get("num_mels", 80)),
        )
    except (TypeError, ValueError) as error:
        raise BadInputError(f"{path}: describes no HiFi-GAN generator ({error}).", "Check the file.") from None
    return config, mel_config(path, about)


_MEL_NAMES = {  # ours: HiFi-GAN's, NVIDIA's hparams
    "sample_rate": ("sampling_rate",),
    "n_fft": ("n_fft", "filter_length"),
    "hop_length": ("hop_size", "hop_length"),
    "win_length": ("win_size", "win_length"),
    "n_mels": ("num_mels", "n_mel_channels"),
    "f_min": ("fmin", "mel_fmin"),
    "f_max": ("fmax", "mel_fmax"),
}


def mel_config(path: Path, about: Mapping[str, Any]) -> MelConfig:
    """Return the mel configuration that a HiFi-GAN's config or a Tacotron's hparams give; the public one elsewhere."""
    given: dict[str, Any] = {}
    for ours, theirs in _MEL_NAMES.items():
        value = next((about[name] for name in theirs if name in about), None)
        if value is None:
            if ours == "f_max" and any(name in about for name in theirs):  # null: all there is
                given[ours] = given.get("sample_rate", MelConfig().sample_rate) / 2
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise BadInputError(f"{path}: {theirs[0]} is {value!r}, a number was expected.", "Check the file.")
        given[ours] = float(value) if ours.startswith("f_") else int(value)
    return MelConfig(**given)
