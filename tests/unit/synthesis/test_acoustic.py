"""The acoustic model in ONNX Runtime is torch's, and keeps to its text."""

import dataclasses
from dataclasses import replace
from threading import Event

import numpy as np
import pytest
import torch
from device_decoding import decode
from public_networks import SMALL

from voiceover.models.tacotron2 import Tacotron2
from voiceover.synthesis.acoustic import AcousticModel, StepInputs
from voiceover.synthesis.attempts import DecodingOptions, Utterance
from voiceover.synthesis.engine import ProcessorEngine

OPTIONS = DecodingOptions()
STEP = 0.05
LINES = [[1, 2, 3, 4], [5, 6, 7, 8, 9, 10, 11, 12, 13], [2, 2, 3], [7] * 20]


def network(**changed):
    torch.manual_seed(0)
    model = Tacotron2(replace(SMALL, **changed)).eval()
    for name, buffer in model.named_buffers():  # batch norms as after a training
        if name.endswith("running_mean"):
            buffer.normal_()
        elif name.endswith("running_var"):
            buffer.uniform_(0.5, 2.0)
    return model


def weights_of(model):
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


def run(model, lines, options=OPTIONS, *, seeds=None, workers=1, silent=frozenset(), quantised=False):
    acoustic = AcousticModel(weights_of(model), model.config, options.window, quantised=quantised)
    engine = ProcessorEngine(acoustic, lambda mel, seed: mel[0], workers)
    found = {}
    utterances = [Utterance(tuple(line), seed) for line, seed in zip(lines, seeds or range(len(lines)), strict=True)]
    engine.decode(utterances, options, step_seconds=STEP, silent=silent, done=found.__setitem__, cancelled=Event())
    return [found[place] for place in range(len(lines))]


def gate_always(model, value):
    with torch.no_grad():
        model.decoder.gate_layer.weight.zero_()
        model.decoder.gate_layer.bias.fill_(value)
    return model


@pytest.mark.parametrize(
    "changed",
    [{}, {"frames_per_step": 3, "mel_mean": -5.0, "mel_std": 2.0}, {"encoder_layers": 1, "postnet_layers": 2}],
    ids=["r1", "r3", "shallow"],
)
@pytest.mark.parametrize("window", [{}, {"window_back": 0, "window_ahead": 1}, {"window_back": 9, "window_ahead": 30}])
def test_it_decodes_as_torch_does(changed, window):
    """Whatever the window: also one wider than a line, so that most of what it sees is beyond the line's ends."""
    model, options = network(**changed), dataclasses.replace(OPTIONS, attempts=1, **window)
    for place, line in enumerate(LINES):
        (got,) = run(model, [line], options, seeds=[place])
        (expected,) = decode(model, [line], [place], STEP, options)
        assert got.mel.shape == expected.mel.shape
        np.testing.assert_allclose(got.mel, expected.mel, atol=2e-4)
        np.testing.assert_allclose(got.alignment, expected.alignment, atol=2e-5)
        assert (got.stopped, got.repeats, got.skips) == (expected.stopped, expected.repeats, expected.skips)


@pytest.mark.parametrize("quantised", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("size", [1, 2, 3, 32])
def test_a_line_is_the_same_to_the_last_bit_whatever_stands_beside_it(size, workers, quantised):
    model, options = network(), dataclasses.replace(OPTIONS, batch_size=size)
    alone = [run(model, [line], options, seeds=[n], quantised=quantised)[0] for n, line in enumerate(LINES)]
    together = run(model, LINES, options, workers=workers, quantised=quantised)
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one.mel, other.mel)
        assert np.array_equal(one.alignment, other.alignment)
        assert one.attempts == other.attempts


def test_bytes_come_near_what_they_stand_for():
    model, options = network(), dataclasses.replace(OPTIONS, attempts=1)
    acoustic = [AcousticModel(weights_of(model), model.config, options.window, quantised=q) for q in (False, True)]
    state = acoustic[0].start(3)
    rng = np.random.default_rng(0)
    state = type(state)(*(rng.standard_normal(part.shape).astype(np.float32) for part in state))
    size = {"drop_1": 8, "drop_2": 8, "keys": (7, 10), "memory": (7, 16), "seen": 26, "barred": 7}
    shapes = [(3, *(width if isinstance(width, tuple) else (width,))) for width in size.values()]
    inputs = StepInputs(*(0.1 * rng.random(shape).astype(np.float32) for shape in shapes))
    exact, rounded = (model.step(state, inputs)[0] for model in acoustic)
    for one, other in zip(exact, rounded, strict=True):
        assert 0 < np.abs(one - other).max() < 0.05 * np.abs(one).max()


def test_no_line_runs_over_its_cap():
    """A gate that never opens and an attention that never arrives: the length cap ends the line, and says so."""
    model = gate_always(network(), -20.0)
    options = dataclasses.replace(OPTIONS, window_ahead=0, rest_seconds=1e9)
    for line, decoded in zip(LINES, run(model, LINES, options), strict=True):
        cap = options.cap(len(line), STEP)
        assert decoded.alignment.shape == (cap, len(line))
        assert decoded.mel.shape == (8, cap)
        assert not decoded.stopped
        assert decoded.failed(options)
        assert decoded.attempts == options.attempts


def test_an_open_gate_cannot_cut_a_line_before_its_last_tokens():
    model = gate_always(network(), 20.0)
    options = dataclasses.replace(OPTIONS, window_back=0, window_ahead=1, attempts=1)
    (decoded,) = run(model, [[3] * 10], options)
    peaks = decoded.alignment.argmax(axis=1)
    assert len(peaks) > 1
    assert peaks[:-1].max() < 10 - options.end_tokens
    if decoded.stopped:
        assert peaks[-1] >= 10 - options.end_tokens


def test_the_window_keeps_the_attention_from_jumping():
    (decoded,) = run(network(), [list(range(1, 12))], seeds=[3])
    moves = np.diff(decoded.alignment.argmax(axis=1))
    assert moves.max() <= OPTIONS.window_ahead
    assert moves.min() >= -OPTIONS.window_back


def test_of_several_attempts_the_best_is_kept_and_all_are_counted():
    model = gate_always(network(), -20.0)
    options = dataclasses.replace(OPTIONS, attempts=4)
    (best,) = run(model, [LINES[1]], options)
    scores = [
        decode(model, [LINES[1]], [0], STEP, options, attempt=attempt)[0].score for attempt in range(best.attempts)
    ]
    assert best.score == pytest.approx(max(scores), abs=1e-4)


def test_weights_of_another_network_are_refused():
    weights = weights_of(network())
    with pytest.raises(ValueError, match=r"gate_layer\.bias is \(2,\), the card says \(1,\)"):
        AcousticModel({**weights, "decoder.gate_layer.bias": np.zeros(2, np.float32)}, SMALL, 7)
    with pytest.raises(ValueError, match=r"embedding\.weight is missing"):
        AcousticModel({name: array for name, array in weights.items() if name != "embedding.weight"}, SMALL, 7)
    with pytest.raises(ValueError, match="the card says nothing"):
        AcousticModel({**weights, "more": np.zeros(2, np.float32)}, SMALL, 7)
    with pytest.raises(ValueError, match="decoder"):
        AcousticModel(weights, replace(SMALL, decoder_rnn_dim=21), 7)
