"""Both networks as ONNX graphs: encoder, one decoder step, post-net, vocoder, each checked against torch.

A program that runs them keeps the loop: encode once, step until the gate rises, refine all frames, vocode.

Shapes: B lines, N tokens, T frames, M mel bands, r frames per step.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from voiceover.errors import MissingError, VoiceoverError
from voiceover.models.attention import AttentionState
from voiceover.models.hifigan import Hifigan
from voiceover.models.onnx_vocoder import PitchGraph, VocoderGraph
from voiceover.models.tacotron2 import DecoderState, Tacotron2
from voiceover.models.vocoder import Vocoder, trusted_pitch

TOLERANCE = 1e-3  # of mels and states
WAVEFORM_TOLERANCE = 1e-4
HERTZ_TOLERANCE = 0.1
_STATE = ("attention_hidden", "attention_cell", "decoder_hidden", "decoder_cell", "weights", "cumulative", "context")
_STEPS = 5  # decoder steps that are compared, each fed with its own last output


@dataclass(frozen=True, slots=True)
class Graph:
    """One ONNX file: what goes in, what comes out, and how far it is from torch."""

    file: str
    inputs: dict[str, list[int | str]]  # name -> shape, a name for a dimension that is free
    outputs: dict[str, list[int | str]]
    largest_difference: float


class _Encoder(nn.Module):
    """A line's tokens (1, N) to its memory (1, N, encoder_dim) and keys (1, N, attention_dim)."""

    def __init__(self, model: Tacotron2) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        x = self.model.embedding(tokens).transpose(1, 2)
        for conv in self.model.encoder.convolutions:
            x = torch.relu(conv(x))
        memory, _ = self.model.encoder.lstm(x.transpose(1, 2))
        return memory, self.model.decoder.attention_layer.memory_layer(memory)


class _Step(nn.Module):
    """`Decoder.step` with its state as plain tensors."""

    def __init__(self, model: Tacotron2) -> None:
        super().__init__()
        self.decoder = model.decoder

    def forward(
        self,
        frame: Tensor,
        mask_1: Tensor,
        mask_2: Tensor,
        allowed: Tensor,
        memory: Tensor,
        keys: Tensor,
        *state: Tensor,
    ) -> tuple[Tensor, ...]:
        hidden, cell, decoder_hidden, decoder_cell, weights, cumulative, context = state
        attention = AttentionState(memory, keys, allowed, weights, cumulative, context)
        before = DecoderState(hidden, cell, decoder_hidden, decoder_cell, attention)
        frames, gate, after = self.decoder.step(frame, before, (mask_1, mask_2))
        seen = after.attention
        return (frames, torch.sigmoid(gate), *after[:4], seen.weights, seen.cumulative, seen.context)


class _Postnet(nn.Module):
    """The network's mels (1, M, T) to log-mels (1, M, T)."""

    def __init__(self, model: Tacotron2) -> None:
        super().__init__()
        self.model = model

    def forward(self, mel: Tensor) -> Tensor:
        return self.model.unscale(mel + self.model.postnet(mel))


def export_tacotron(model: Tacotron2, folder: Path) -> list[Graph]:
    """Write `encoder.onnx`, `decoder_step.onnx` and `postnet.onnx`, and compare each with torch.

    Raises:
        MissingError: the extra `export` is not installed.
        VoiceoverError: a graph differs from torch by more than `TOLERANCE`.
    """
    config = model.config
    frame, symbols = config.n_mels * config.frames_per_step, config.n_symbols
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randint(0, symbols, (1, 7), generator=generator)
    encoder = _Encoder(model).eval()
    encoded = _Export(folder / "encoder.onnx", encoder, {"tokens": (tokens, {1: "tokens"})})
    encoded.outputs = {"memory": [1, "tokens", config.encoder_dim], "keys": [1, "tokens", config.attention_dim]}
    session = encoded.write()

    step = _Step(model).eval()
    stepped = _Export(folder / "decoder_step.onnx", step, _step_inputs(model, encoder, 2, 7, generator))
    sizes = _sizes(model)
    states: dict[str, list[int | str]] = {f"next_{name}": ["lines", sizes[name]] for name in _STATE}
    stepped.outputs = {"frames": ["lines", frame], "gate": ["lines"], **states}
    step_session = stepped.write()

    mel = torch.randn(1, config.n_mels, 9, generator=generator)
    refined = _Export(folder / "postnet.onnx", _Postnet(model).eval(), {"mel": (mel, {2: "frames"})})
    refined.outputs = {"log_mel": [1, config.n_mels, "frames"]}
    postnet_session = refined.write()

    other = torch.randint(0, symbols, (1, 23), generator=generator)  # other sizes than those it was made with
    differences = (
        _compare(encoder, session, {"tokens": other}),
        _compare_steps(step, step_session, _step_inputs(model, encoder, 3, 23, generator)),
        _compare(
            _Postnet(model).eval(), postnet_session, {"mel": torch.randn(1, config.n_mels, 31, generator=generator)}
        ),
    )
    exports = (encoded, stepped, refined)
    return [export.graph(difference, TOLERANCE) for export, difference in zip(exports, differences, strict=True)]


def export_hifigan(model: Hifigan, folder: Path) -> Graph:
    """Write `vocoder.onnx`, log-mels to audio, and compare it with torch; raises as `export_tacotron` does."""
    generator = torch.Generator().manual_seed(1)
    bands, hop = model.config.num_mels, model.config.hop_length
    log_mel = torch.randn(1, bands, 6, generator=generator) * 2 - 5
    export = _Export(folder / "vocoder.onnx", model, {"log_mel": (log_mel, {2: "frames"})})
    export.outputs = {"audio": [1, f"frames * {hop}"]}
    session = export.write()
    other = torch.randn(1, bands, 11, generator=generator) * 2 - 5
    return export.graph(_compare(model, session, {"log_mel": other}), WAVEFORM_TOLERANCE)


def export_vocoder(model: Vocoder, folder: Path) -> list[Graph]:
    """Write `pitch.onnx` and `vocoder.onnx`, and compare them with torch; raises as `export_tacotron` does."""
    mel = model.mel
    clip = ("frames", "samples")

    def inputs(frames: int, seed: int) -> dict[str, tuple[Tensor, dict[int, str]]]:
        generator = torch.Generator().manual_seed(seed)
        log_mel = torch.randn(1, mel.n_mels, frames, generator=generator) * 2 - 5
        noise = torch.randn(1, (frames - 1) * mel.hop_length, generator=generator)
        f0 = 100 + 200 * torch.rand(1, frames, generator=generator)
        return {"log_mel": (log_mel, {2: clip[0]}), "f0": (f0, {1: clip[0]}), "noise": (noise, {1: clip[1]})}

    pitched = _Export(folder / "pitch.onnx", PitchGraph(model).eval(), {"log_mel": inputs(12, 2)["log_mel"]})
    pitched.outputs = {"f0": [1, clip[0]]}
    voiced = _Export(folder / "vocoder.onnx", VocoderGraph(model).eval(), inputs(12, 3))
    voiced.outputs = {"audio": [1, clip[1]]}
    pitch_session, session = pitched.write(), voiced.write()
    other = {name: tensor for name, (tensor, _) in inputs(41, 4).items()}
    with torch.no_grad():
        hertz = torch.from_numpy(trusted_pitch(model.pitch(other["log_mel"])))[None]
    apart = _largest(pitch_session.run(None, {"log_mel": other["log_mel"].numpy()}), (hertz,))
    return [
        pitched.graph(apart, HERTZ_TOLERANCE),
        voiced.graph(_compare(model, session, other), WAVEFORM_TOLERANCE),
    ]


def _sizes(model: Tacotron2) -> dict[str, int | str]:
    config = model.config
    hidden, output = config.attention_rnn_dim, config.decoder_rnn_dim
    return dict(zip(_STATE, (hidden, hidden, output, output, "tokens", "tokens", config.encoder_dim), strict=True))


def _step_inputs(
    model: Tacotron2, encoder: nn.Module, lines: int, size: int, generator: torch.Generator
) -> dict[str, tuple[Tensor, dict[int, str]]]:
    """Return the inputs of a first step over random lines, each with its free dimensions."""
    config = model.config
    drawn = [torch.randint(0, config.n_symbols, (1, size), generator=generator) for _ in range(lines)]
    with torch.no_grad():
        encoded = [encoder(tokens) for tokens in drawn]
    memory, keys = (torch.cat([line[part] for line in encoded]) for part in (0, 1))
    masks = torch.randint(0, 2, (2, lines, config.prenet_dim), generator=generator).float() * 2
    one, two = {0: "lines"}, {0: "lines", 1: "tokens"}
    inputs = {
        "frame": (torch.zeros(lines, config.n_mels * config.frames_per_step), one),
        "mask_1": (masks[0], one),
        "mask_2": (masks[1], one),
        "allowed": (torch.ones(lines, size, dtype=torch.bool), two),
        "memory": (memory, two),
        "keys": (keys, two),
    }
    for name, width in _sizes(model).items():
        wide = size if isinstance(width, str) else width
        inputs[name] = (torch.zeros(lines, wide), two if isinstance(width, str) else one)
    return inputs


@dataclass(slots=True)
class _Export:
    """A graph on its way to a file."""

    path: Path
    module: nn.Module
    example: Mapping[str, tuple[Tensor, dict[int, str]]]
    outputs: dict[str, list[int | str]] = field(default_factory=dict)

    def write(self) -> Any:
        """Write the file, and return a session of ONNX Runtime that runs it."""
        onnx, runtime = _packages()
        linked = "samples" in {name for _, free in self.example.values() for name in free.values()}
        dimensions: dict[str, Any] = {}
        for name in sorted({name for _, free in self.example.values() for name in free.values()}):
            # samples depend on frames, which the exporter finds out itself
            dimensions[name] = torch.export.Dim.AUTO if linked else torch.export.Dim(name, min=1, max=65_536)
        shapes = tuple({at: dimensions[name] for at, name in free.items()} for _, free in self.example.values())
        variadic = isinstance(self.module, _Step)
        plain = len(shapes) - len(_STATE)
        with _quiet():
            program = torch.onnx.export(
                self.module,
                tuple(tensor for tensor, _ in self.example.values()),
                dynamo=True,
                verbose=False,
                input_names=list(self.example),
                output_names=list(self.outputs),
                dynamic_shapes=(*shapes[:plain], shapes[plain:]) if variadic else shapes,
            )
        assert program is not None  # noqa: S101  # it is None for the other exporter only
        proto = program.model_proto
        del proto.graph.value_info[:]  # an LSTM's inner shapes are written down for the example's length
        for values, sizes in ((proto.graph.input, self._inputs()), (proto.graph.output, self.outputs)):
            for value in values:
                for dimension, size in zip(value.type.tensor_type.shape.dim, sizes[value.name], strict=True):
                    dimension.Clear()
                    if isinstance(size, int):
                        dimension.dim_value = size
                    else:
                        dimension.dim_param = size
        onnx.save(proto, str(self.path))
        options = runtime.SessionOptions()
        options.log_severity_level = 3
        return runtime.InferenceSession(str(self.path), options, providers=["CPUExecutionProvider"])

    def graph(self, difference: float, tolerance: float) -> Graph:
        """Return what was made, if it does what torch does."""
        if not difference <= tolerance:
            raise VoiceoverError(
                f"{self.path.name} differs from the voice by {difference:.2g}, {tolerance:g} is allowed: not written.",
                "Please report it, with the versions of torch and onnxruntime.",
            )
        return Graph(self.path.name, self._inputs(), self.outputs, difference)

    def _inputs(self) -> dict[str, list[int | str]]:
        return {
            name: [free.get(at, size) for at, size in enumerate(tensor.shape)]
            for name, (tensor, free) in self.example.items()
        }


def _compare(module: nn.Module, session: Any, inputs: Mapping[str, Tensor]) -> float:
    with torch.no_grad():
        expected = module(*inputs.values())
    expected = expected if isinstance(expected, tuple) else (expected,)
    return _largest(session.run(None, {name: tensor.numpy() for name, tensor in inputs.items()}), expected)


def _compare_steps(module: nn.Module, session: Any, first: Mapping[str, tuple[Tensor, dict[int, str]]]) -> float:
    """Run several steps in each, from the same start; their differences add up as they do in use."""
    ours = {name: tensor for name, (tensor, _) in first.items()}
    theirs = {name: tensor.numpy() for name, tensor in ours.items()}
    largest = 0.0
    for _ in range(_STEPS):
        with torch.no_grad():
            expected = module(*ours.values())
        got = session.run(None, theirs)
        largest = max(largest, _largest(got, expected))
        for name, at in zip(("frame", *_STATE), (0, *range(2, 9)), strict=True):
            ours[name], theirs[name] = expected[at], got[at]
    return largest


def _largest(got: Sequence[Any], expected: Sequence[Tensor]) -> float:
    if any(mine.shape != tuple(tensor.shape) for mine, tensor in zip(got, expected, strict=True)):
        return float("inf")
    return max(float(np.abs(mine - tensor.numpy()).max()) for mine, tensor in zip(got, expected, strict=True))


def _packages() -> tuple[Any, Any]:
    try:
        import onnx
        import onnxruntime
        import onnxscript  # noqa: F401  # torch's exporter translates with it
    except ImportError as error:
        raise MissingError(
            f"The ONNX format needs packages that are not installed ({error}).",
            "Install them: pip install 'voiceover[export]'",
        ) from None
    return onnx, onnxruntime


def check_packages() -> None:
    """Make sure that the extra is there before anything is computed.

    Raises:
        MissingError: it is not installed.
    """
    _packages()


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what the exporter tells its own developers."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "torch.export", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
