"""Write a voice for other programs, each file checked against the voice it was made of before it takes its place."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import torch

from voiceover.errors import BadInputError, VoiceoverError
from voiceover.models import checkpoints, onnx
from voiceover.models.hifigan import Hifigan
from voiceover.models.tacotron2 import Tacotron2
from voiceover.synthesis.configs import HifiganConfig, TacotronConfig
from voiceover.text import characters
from voiceover.voices import bundle, networks
from voiceover.voices.networks import Networks
from voiceover.voices.tacotron import open_bundle

README = "onnx.json"


class Format(StrEnum):
    """What a voice can be written as."""

    VOICE = "voice"  # one file, for `voices add`
    NVIDIA = "nvidia"  # the acoustic model for NVIDIA's Tacotron 2
    HIFIGAN = "hifigan"  # the vocoder for HiFi-GAN, with its config.json
    ONNX = "onnx"  # a folder of graphs


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what the check found."""

    files: tuple[Path, ...]
    largest_difference: float  # between the original's outputs and those of what was written
    notes: tuple[str, ...] = ()


def export_voice(path: Path, kind: Format, output: Path, *, force: bool = False) -> Exported:
    """Write a bundle, a folder or a `.voice` file, in another format.

    Args:
        path: of the bundle.
        kind: the format.
        output: a file; a folder for onnx.
        force: whether to replace what is there.

    Raises:
        BadInputError: the format cannot hold this voice, or the output is there already.
        MissingError: onnx needs the extra `export`.
        VoiceoverError: what was written does not do what the voice does.
    """
    writers: dict[Format, Callable[[Path, Path, bool], Exported]] = {
        Format.VOICE: _write_voice,
        Format.NVIDIA: _write_nvidia,
        Format.HIFIGAN: _write_hifigan,
        Format.ONNX: _write_onnx,
    }
    if output.is_dir() and kind is not Format.ONNX:
        raise BadInputError(f"{output}: is a folder.", "Give the path of the file to write.")
    if not output.parent.is_dir():
        raise BadInputError(f"{output.parent}: there is no such folder.", "Make it first, or choose another place.")
    _refuse_to_replace(output, force)
    return writers[kind](path, output, force)


def _refuse_to_replace(output: Path, force: bool) -> None:
    if output.exists() and not force:
        raise BadInputError(f"{output}: is there already.", "Use --force to replace it, or -o another place.")


def _write_voice(path: Path, output: Path, force: bool) -> Exported:
    original = open_bundle(path, "cpu")
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".exporting-") as scratch:
        folder, packed = Path(scratch) / "voice", Path(scratch) / "packed.voice"
        bundle.unpack(path, folder)
        bundle.pack(folder, packed)
        if open_bundle(packed, "cpu").fingerprint != original.fingerprint:  # the digest of all weights and the card
            raise _differs(output, float("inf"))
        packed.replace(output)
    return Exported((output,), 0.0)


def _write_nvidia(path: Path, output: Path, force: bool) -> Exported:
    voice = networks.load(path)
    _check_nvidia(path, voice)
    config = voice.acoustic.config
    weights = checkpoints.nvidia_names(voice.acoustic.state_dict())
    table = output.with_name(f"{output.name}.symbols.json")
    own_table = voice.card.front_end.symbols != list(characters.PUBLIC_SYMBOLS)
    if own_table:
        _refuse_to_replace(table, force)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".exporting-") as scratch:
        written = Path(scratch) / output.name
        torch.save({"iteration": 0, "state_dict": weights}, written)
        difference = _compare_mels(voice.acoustic, checkpoints.read_tacotron(written, voice.mel))
        if not difference <= onnx.WAVEFORM_TOLERANCE:
            raise _differs(output, difference)
        if own_table:
            listed = Path(scratch) / "symbols"
            _write_json(listed, voice.card.front_end.symbols)
            listed.replace(table)
        written.replace(output)
    notes = []
    if own_table:
        notes.append(f"Its symbols are not the public ones: {table.name} lists its {config.n_symbols} in order.")
    published = asdict(TacotronConfig())
    other = [f"{key} {value}" for key, value in asdict(config).items() if value != published[key] and key in _SIZES]
    if other:
        notes.append(f"Its sizes are not the published ones: set {', '.join(other)} in the program's hparams.")
    return Exported((output, table) if own_table else (output,), difference, tuple(notes))


_SIZES = frozenset(TacotronConfig.__dataclass_fields__) - {"dropout", "rnn_dropout", "mel_mean", "mel_std"}


def _check_nvidia(path: Path, voice: Networks) -> None:
    config = voice.acoustic.config
    reasons = []
    if config.frames_per_step != 1:
        reasons.append(f"it makes {config.frames_per_step} frames a step, NVIDIA's Tacotron 2 one")
    if (config.mel_mean, config.mel_std) != (0.0, 1.0):
        reasons.append(f"its mels are standardised (mean {config.mel_mean:g}, deviation {config.mel_std:g})")
    if config.symbol_dim != config.encoder_dim:
        reasons.append(f"its embedding has {config.symbol_dim} columns, its encoder {config.encoder_dim}")
    if reasons:
        raise BadInputError(
            f"{path}: NVIDIA's format cannot hold this voice: {'; '.join(reasons)}.",
            "Export it with --format onnx or --format voice.",
        )


def _compare_mels(original: Tacotron2, written: Tacotron2) -> float:
    """Return the largest difference of two networks' mels, gates and attention, fed the same."""
    config = original.config
    generator = torch.Generator().manual_seed(2)
    tokens = torch.randint(0, config.n_symbols, (2, 13), generator=generator)
    mels = torch.randn(2, config.n_mels, 9 * config.frames_per_step, generator=generator)
    outputs = []
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        for model in (original, written):
            torch.manual_seed(3)  # the pre-net's dropout never rests: both get the same
            outputs.append(model(tokens, torch.tensor([13, 9]), mels))
    return max(float((mine - theirs).abs().max()) for mine, theirs in zip(*outputs, strict=True))


def _write_hifigan(path: Path, output: Path, force: bool) -> Exported:
    voice = networks.load(path)
    if not isinstance(voice.vocoder, Hifigan):
        what = (
            "has no vocoder: it speaks through Griffin-Lim" if voice.vocoder is None else "has voiceover's own vocoder"
        )
        raise BadInputError(
            f"{path}: {what}, HiFi-GAN's format cannot hold it.",
            "Only voices that were imported with a HiFi-GAN can be written as one. Use --format voice for a copy.",
        )
    config_file = output.with_name("config.json")  # where HiFi-GAN's own program looks for it
    if output.name == config_file.name:
        raise BadInputError(f"{output}: is where the configuration goes.", "Name the generator otherwise: -o g_voice")
    _refuse_to_replace(config_file, force)
    original, mel = voice.vocoder, voice.mel
    about = _hifigan_json(original.config, voice)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".exporting-") as scratch:
        written, described = Path(scratch) / "generator", Path(scratch) / "config.json"
        torch.save({"generator": checkpoints.split_weight_norm(original.state_dict())}, written)
        _write_json(described, about)
        config, made_for = checkpoints.read_hifigan_config(described)
        again = checkpoints.read_hifigan(written, config, made_for)
        log_mel = torch.randn(1, mel.n_mels, 8, generator=torch.Generator().manual_seed(4)) * 2 - 5
        with torch.no_grad():
            difference = float((original(log_mel) - again(log_mel)).abs().max())
        if made_for != mel or not difference <= onnx.WAVEFORM_TOLERANCE:
            raise _differs(output, difference)
        described.replace(config_file)
        written.replace(output)
    return Exported((output, config_file), difference)


def _hifigan_json(config: HifiganConfig, voice: Networks) -> dict[str, Any]:
    mel = voice.mel
    return {
        **asdict(config),
        "resblock": str(config.resblock),  # as the public program compares it
        "sampling_rate": mel.sample_rate,
        "n_fft": mel.n_fft,
        "hop_size": mel.hop_length,
        "win_size": mel.win_length,
        "fmin": mel.f_min,
        "fmax": mel.f_max,
    }


def _write_onnx(path: Path, output: Path, force: bool) -> Exported:
    if output.exists() and not (output.is_dir() and ((output / README).is_file() or not any(output.iterdir()))):
        raise BadInputError(
            f"{output}: is there, and is not a folder that was exported.", "Give the path of a new folder."
        )
    onnx.check_packages()
    voice = networks.load(path)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".exporting-") as scratch:
        folder = Path(scratch) / "onnx"
        folder.mkdir()
        graphs = onnx.export_tacotron(voice.acoustic, folder)
        if isinstance(voice.vocoder, Hifigan):
            graphs.append(onnx.export_hifigan(voice.vocoder, folder))
        elif voice.vocoder is not None:
            graphs += onnx.export_vocoder(voice.vocoder, folder)
        _write_json(folder / README, _onnx_json(voice, graphs))
        if output.exists():
            output.rename(Path(scratch) / "replaced")
        shutil.move(folder, output)
    notes = [f"{graph.file}: largest difference {graph.largest_difference:.1e}" for graph in graphs]
    if voice.vocoder is None:
        notes.append("The voice has no vocoder, so there is no vocoder.onnx.")
    files = tuple(output / name for name in (*(graph.file for graph in graphs), README))
    return Exported(files, max(graph.largest_difference for graph in graphs), tuple(notes))


def _onnx_json(voice: Networks, graphs: list[onnx.Graph]) -> dict[str, Any]:
    card = voice.card
    return {
        "format": 1,
        "voice": card.name,
        "language": card.language,
        "licence": card.licence,
        "consent": card.consent,
        "mel": card.mel,
        "front_end": card.front_end.model_dump(),
        "frames_per_step": voice.acoustic.config.frames_per_step,
        "how": [
            "encoder.onnx: the symbol numbers of one line to its memory and keys. Pad lines of a batch with zeros.",
            "decoder_step.onnx, again and again: frame is the last output, zeros at first, as is every state; next_X "
            "becomes X. mask_1 and mask_2 are the pre-net's dropout, which stays on: 0 or 2 at random for each unit. "
            "allowed is true where the attention may look: at the line's tokens, better in a window around its peak.",
            "Stop where gate is above 0.5 and the attention's peak is at the end.",
            "postnet.onnx: a line's frames, side by side, to its log-mel.",
            *_how_to_vocode(voice),
        ],
        "graphs": [asdict(graph) for graph in graphs],
    }


def _how_to_vocode(voice: Networks) -> tuple[str, ...]:
    if voice.vocoder is None:
        return ("No vocoder: use Griffin-Lim.",)
    if isinstance(voice.vocoder, Hifigan):
        return ("vocoder.onnx: the log-mel to samples in [-1, 1].",)
    return (
        "pitch.onnx: the log-mel to the pitch of each frame, in Hz.",
        "vocoder.onnx: the log-mel, that pitch, and white noise of unit variance, as many numbers as samples are "
        "wanted: (frames - 1) * hop_length, to samples. Clip them to [-1, 1].",
    )


def _write_json(path: Path, about: Any) -> None:
    path.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _differs(output: Path, difference: float) -> VoiceoverError:
    return VoiceoverError(
        f"{output}: what was written differs from the voice by {difference:.2g}; it was not kept.", "Please report it."
    )
