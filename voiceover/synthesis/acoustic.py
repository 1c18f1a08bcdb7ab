"""Tacotron 2 as three graphs: a line's encoder, a decoder step of many lines, and a line's post-net.

What the public networks do and what their weights are called is described in `voiceover.models.tacotron2`. The step
differs from it in form only: the attention looks at a window of tokens, so energies, location features and context
are worked out for those alone, and the location's convolution and projection are one product over what it can see.

Shapes: b lines in a step, N tokens, T frames, M mel bands, r frames per step, W tokens in the window.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voiceover.synthesis.configs import TacotronConfig
from voiceover.synthesis.onnx_builder import GraphBuilder
from voiceover.synthesis.storage import Weights
from voiceover.types import Samples

_EPSILON = 1e-5  # of torch's batch norms


class StepState(NamedTuple):
    """What one step hands to the next, a row a line."""

    attention_hidden: Samples  # (b, attention_rnn_dim)
    attention_cell: Samples
    decoder_hidden: Samples  # (b, decoder_rnn_dim)
    decoder_cell: Samples
    context: Samples  # (b, encoder_dim)
    frames: Samples  # (b, r * M), the last output, in the network's scale


class StepInputs(NamedTuple):
    """What else a step is given."""

    drop_1: Samples  # the pre-net's dropout, 0 or 2, (b, prenet_dim)
    drop_2: Samples
    keys: Samples  # of the tokens in the window, (b, W, attention_dim)
    memory: Samples  # (b, W, encoder_dim)
    seen: Samples  # the last weights and the sum of all, around the window: (b, 2 * (W + location_kernel - 1))
    barred: Samples  # 0, or -inf where the window leaves the line, (b, W)


class AcousticModel:
    """A voice's Tacotron 2, ready to run. Its methods may be called from several threads at once."""

    def __init__(self, weights: Weights, config: TacotronConfig, window: int, *, quantised: bool = False) -> None:
        """Build the graphs for attention windows of `window` tokens; `quantised` has the LSTM cells in bytes.

        Raises:
            ValueError: the weights are not those of such a network.
        """
        _check(weights, config)
        self.config, self.window = config, window
        self._encoder = _encoder(weights, config)
        self._step = _step(weights, config, window, quantised)
        self._postnet = _postnet(weights, config)

    def encode(self, tokens: NDArray[np.int64]) -> tuple[Samples, Samples]:
        """Encode one line's tokens (N,) into its memory (N, encoder_dim) and keys (N, attention_dim)."""
        memory, keys = self._encoder.run(["memory", "keys"], {"tokens": tokens})
        return memory, keys

    def step(self, state: StepState, inputs: StepInputs) -> tuple[StepState, Samples, Samples]:
        """Run one step; returns the next state, stop logits (b,) and attention weights (b, W)."""
        given = {**state._asdict(), **inputs._asdict()}
        *after, gate, weights = self._step.run(_STEP_OUTPUTS, given)
        return StepState(*after), gate, weights

    def refine(self, mel: Samples) -> Samples:
        """Send one line's mel (M, T), in the network's scale, through the post-net: a log-mel (M, T)."""
        (refined,) = self._postnet.run(["log_mel"], {"mel": mel[None]})
        log_mel: Samples = refined[0]
        return log_mel

    def start(self, lines: int) -> StepState:
        """Return the state of lines before their first step."""
        config = self.config
        sizes = (config.attention_rnn_dim, config.attention_rnn_dim, config.decoder_rnn_dim, config.decoder_rnn_dim)
        frame = config.frames_per_step * config.n_mels
        return StepState(*(np.zeros((lines, size), np.float32) for size in (*sizes, config.encoder_dim, frame)))


_STEP_OUTPUTS = [f"next_{name}" for name in StepState._fields] + ["gate", "weights"]


def shapes(config: TacotronConfig) -> dict[str, tuple[int, ...]]:
    """Return what the weights of such a network are called, and their shapes; torch's names."""
    of: dict[str, tuple[int, ...]] = {"embedding.weight": (config.n_symbols, config.symbol_dim)}
    frame = config.n_mels * config.frames_per_step
    encoder = [config.symbol_dim] + [config.encoder_dim] * config.encoder_layers
    postnet = [config.n_mels] + [config.postnet_dim] * (config.postnet_layers - 1) + [config.n_mels]
    for part, widths, kernel in (
        ("encoder", encoder, config.encoder_kernel),
        ("postnet", postnet, config.postnet_kernel),
    ):
        for number, (width_in, width_out) in enumerate(pairwise(widths)):
            name = f"{part}.convolutions.{number}"
            of |= {f"{name}.0.weight": (width_out, width_in, kernel), f"{name}.0.bias": (width_out,)}
            of |= {f"{name}.1.{field}": (width_out,) for field in ("weight", "bias", "running_mean", "running_var")}
    half = config.encoder_dim // 2
    for direction in ("", "_reverse"):
        of |= _lstm("encoder.lstm", f"_l0{direction}", config.encoder_dim, half)
    of |= _lstm("decoder.attention_rnn", "", config.prenet_dim + config.encoder_dim, config.attention_rnn_dim)
    of |= _lstm("decoder.decoder_rnn", "", config.attention_rnn_dim + config.encoder_dim, config.decoder_rnn_dim)
    output = config.decoder_rnn_dim + config.encoder_dim
    attention = "decoder.attention_layer"
    return of | {
        "decoder.prenet.layers.0.weight": (config.prenet_dim, frame),
        "decoder.prenet.layers.1.weight": (config.prenet_dim, config.prenet_dim),
        f"{attention}.query_layer.weight": (config.attention_dim, config.attention_rnn_dim),
        f"{attention}.memory_layer.weight": (config.attention_dim, config.encoder_dim),
        f"{attention}.v.weight": (1, config.attention_dim),
        f"{attention}.location_layer.location_conv.weight": (config.location_filters, 2, config.location_kernel),
        f"{attention}.location_layer.location_dense.weight": (config.attention_dim, config.location_filters),
        "decoder.linear_projection.weight": (frame, output),
        "decoder.linear_projection.bias": (frame,),
        "decoder.gate_layer.weight": (1, output),
        "decoder.gate_layer.bias": (1,),
    }


def _lstm(name: str, suffix: str, width_in: int, width: int) -> dict[str, tuple[int, ...]]:
    gates = 4 * width
    biases = {f"{name}.bias_{side}{suffix}": (gates,) for side in ("ih", "hh")}
    return {f"{name}.weight_ih{suffix}": (gates, width_in), f"{name}.weight_hh{suffix}": (gates, width), **biases}


def _check(weights: Weights, config: TacotronConfig) -> None:
    check_shapes(weights, shapes(config), ignored=".num_batches_tracked")


def check_shapes(weights: Weights, wanted: dict[str, tuple[int, ...]], *, ignored: str = "\0") -> None:
    """Raise ValueError unless weights have exactly these names and shapes, and nothing but finite numbers."""
    found = {name: array.shape for name, array in weights.items() if not name.endswith(ignored)}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise ValueError(f"{name} is {found.get(name, 'missing')}, the card says {wanted.get(name, 'nothing')}")


def _convolutions(graph: GraphBuilder, x: str, weights: Weights, part: str, layers: int, between: str) -> str:
    """Apply convolutions with their batch norms folded in, an activation after each but the post-net's last."""
    for number in range(layers):
        name = f"{part}.convolutions.{number}"
        scale = weights[f"{name}.1.weight"] / np.sqrt(weights[f"{name}.1.running_var"] + np.float32(_EPSILON))
        bias = (weights[f"{name}.0.bias"] - weights[f"{name}.1.running_mean"]) * scale + weights[f"{name}.1.bias"]
        x = graph.conv(x, weights[f"{name}.0.weight"] * scale[:, None, None], bias)
        if part == "encoder" or number < layers - 1:
            x = graph.op(between, x)
    return x


def _encoder(weights: Weights, config: TacotronConfig):  # type: ignore[no-untyped-def]
    graph = GraphBuilder()
    tokens = graph.input("tokens", ["tokens"], whole=True)
    embedded = graph.op("Gather", graph.constant(weights["embedding.weight"]), tokens)
    x = graph.op("Unsqueeze", graph.op("Transpose", embedded, perm=[1, 0]), graph.number(0))
    x = _convolutions(graph, x, weights, "encoder", config.encoder_layers, "Relu")
    stacked = [_stacked(weights, kind) for kind in ("weight_ih", "weight_hh")]
    biases = np.concatenate([_stacked(weights, "bias_ih"), _stacked(weights, "bias_hh")], axis=1)
    half = config.encoder_dim // 2
    output, _, _ = graph.ops(
        "LSTM", graph.op("Transpose", x, perm=[2, 0, 1]), *map(graph.constant, [*stacked, biases]),
        count=3, hidden_size=half, direction="bidirectional",
    )  # fmt: skip
    memory = graph.op("Reshape", output, graph.number(-1, 2 * half))  # (N, directions, 1, half)
    keys = graph.linear(memory, weights["decoder.attention_layer.memory_layer.weight"])
    return graph.session({"memory": memory, "keys": keys})


def _stacked(weights: Weights, kind: str) -> NDArray[np.float32]:
    """Return both directions' LSTM weights with the gates in ONNX's order: input, output, forget, cell."""
    both = []
    for direction in ("", "_reverse"):
        gates = np.split(weights[f"encoder.lstm.{kind}_l0{direction}"], 4)  # torch: input, forget, cell, output
        both.append(np.concatenate([gates[0], gates[3], gates[1], gates[2]]))
    return np.stack(both)


def _step(weights: Weights, config: TacotronConfig, window: int, quantised: bool):  # type: ignore[no-untyped-def]
    graph = GraphBuilder()
    frame = config.n_mels * config.frames_per_step
    hidden = graph.input("attention_hidden", ["b", config.attention_rnn_dim])
    cell = graph.input("attention_cell", ["b", config.attention_rnn_dim])
    decoder_hidden = graph.input("decoder_hidden", ["b", config.decoder_rnn_dim])
    decoder_cell = graph.input("decoder_cell", ["b", config.decoder_rnn_dim])
    context = graph.input("context", ["b", config.encoder_dim])
    x = graph.input("frames", ["b", frame])
    drops = [graph.input(f"drop_{number}", ["b", config.prenet_dim]) for number in (1, 2)]
    keys = graph.input("keys", ["b", window, config.attention_dim])
    memory = graph.input("memory", ["b", window, config.encoder_dim])
    seen = graph.input("seen", ["b", 2 * (window + config.location_kernel - 1)])
    barred = graph.input("barred", ["b", window])

    for number, drop in enumerate(drops):
        x = graph.op("Relu", graph.linear(x, weights[f"decoder.prenet.layers.{number}.weight"]))
        x = graph.op("Mul", x, drop)
    hidden, cell = _lstm_cell(graph, [x, context], hidden, cell, weights, "decoder.attention_rnn", quantised)

    attention = "decoder.attention_layer"
    query = graph.linear(hidden, weights[f"{attention}.query_layer.weight"])
    location = graph.op("MatMul", seen, graph.constant(_location(weights, config, window)))
    location = graph.op("Reshape", location, graph.number(-1, window, config.attention_dim))
    summed = graph.op("Add", graph.op("Unsqueeze", query, graph.number(1)), graph.op("Add", location, keys))
    energies = graph.linear(graph.op("Tanh", summed), weights[f"{attention}.v.weight"])
    allowed = graph.op("Add", graph.op("Squeeze", energies, graph.number(2)), barred)
    attended = graph.op("Softmax", allowed, axis=1)
    context = graph.op("MatMul", graph.op("Unsqueeze", attended, graph.number(1)), memory)
    context = graph.op("Squeeze", context, graph.number(1))

    decoder_hidden, decoder_cell = _lstm_cell(
        graph, [hidden, context], decoder_hidden, decoder_cell, weights, "decoder.decoder_rnn", quantised
    )
    joined = graph.op("Concat", decoder_hidden, context, axis=1)
    out = np.concatenate([weights[f"decoder.{name}.weight"] for name in ("linear_projection", "gate_layer")])
    bias = np.concatenate([weights[f"decoder.{name}.bias"] for name in ("linear_projection", "gate_layer")])
    frames, gate = graph.ops("Split", graph.linear(joined, out, bias), graph.number(frame, 1), count=2, axis=1)
    after = StepState(hidden, cell, decoder_hidden, decoder_cell, context, frames)  # type: ignore[arg-type]
    named = {f"next_{name}": value for name, value in after._asdict().items()}
    return graph.session({**named, "gate": graph.op("Squeeze", gate, graph.number(1)), "weights": attended})


def _lstm_cell(
    graph: GraphBuilder, inputs: list[str], hidden: str, cell: str, weights: Weights, name: str, quantised: bool
) -> tuple[str, str]:
    """Apply an LSTM cell, all of its gates in one product; returns hidden and cell."""
    matrix = np.concatenate([weights[f"{name}.weight_ih"], weights[f"{name}.weight_hh"]], axis=1)
    joined = graph.op("Concat", *inputs, hidden, axis=1)
    linear = graph.linear_in_bytes if quantised else graph.linear
    gates = linear(joined, matrix, weights[f"{name}.bias_ih"] + weights[f"{name}.bias_hh"])
    enter, forget, new, leave = graph.ops("Split", gates, count=4, axis=1, num_outputs=4)
    kept = graph.op("Mul", graph.op("Sigmoid", forget), cell)
    cell = graph.op("Add", kept, graph.op("Mul", graph.op("Sigmoid", enter), graph.op("Tanh", new)))
    return graph.op("Mul", graph.op("Sigmoid", leave), graph.op("Tanh", cell)), cell


def _location(weights: Weights, config: TacotronConfig, window: int) -> NDArray[np.float32]:
    """Return the location's convolution and projection as one matrix over what the window sees.

    Shape (2 * (W + kernel - 1), W * attention_dim): row k of each half is the k-th token that can be seen.
    """
    name = "decoder.attention_layer.location_layer"
    conv = weights[f"{name}.location_conv.weight"].astype(np.float64)  # (filters, 2, kernel)
    dense = weights[f"{name}.location_dense.weight"].astype(np.float64)  # (attention_dim, filters)
    joined = np.einsum("df,fck->ckd", dense, conv)
    kernel = config.location_kernel
    matrix = np.zeros((2, window + kernel - 1, window, config.attention_dim))
    for token in range(window):
        matrix[:, token : token + kernel, token] = joined
    return matrix.reshape(2 * (window + kernel - 1), -1).astype(np.float32)


def _postnet(weights: Weights, config: TacotronConfig):  # type: ignore[no-untyped-def]
    graph = GraphBuilder()
    mel = graph.input("mel", [1, config.n_mels, "frames"])
    change = _convolutions(graph, mel, weights, "postnet", config.postnet_layers, "Tanh")
    scaled = graph.op("Mul", graph.op("Add", mel, change), graph.scalar(config.mel_std))
    return graph.session({"log_mel": graph.op("Add", scaled, graph.scalar(config.mel_mean))})
