import dataclasses

import numpy as np
import pytest
import torch
from device_decoding import decode

from voiceover.models.stepping import STEPS, Stepper
from voiceover.models.tacotron2 import Tacotron2
from voiceover.synthesis.attempts import Decoded, DecodingOptions, Utterance, count_repeats, dropout_masks
from voiceover.synthesis.configs import TacotronConfig

CONFIG = TacotronConfig(
    n_symbols=12, n_mels=8, frames_per_step=2, symbol_dim=8, encoder_dim=8, prenet_dim=8, attention_rnn_dim=8,
    attention_dim=8, location_filters=2, location_kernel=5, decoder_rnn_dim=8, postnet_dim=8,
)  # fmt: skip
OPTIONS = DecodingOptions()
STEP = 0.05
MEL = np.zeros((8, 4), np.float32)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Tacotron2(CONFIG).eval()


def gate_always(model, value):
    with torch.no_grad():
        model.decoder.gate_layer.weight.zero_()
        model.decoder.gate_layer.bias.fill_(value)


def test_no_line_runs_over_its_cap(model):
    """A gate that never opens and an attention that never arrives: the length cap ends the line, and says so."""
    gate_always(model, -20.0)
    options = dataclasses.replace(OPTIONS, window_ahead=0, rest_seconds=1e9)
    lines = [[1] * 9, [2] * 5]
    for line, decoded in zip(lines, decode(model, lines, [1, 2], STEP, options), strict=True):
        cap = np.ceil((len(line) * options.cap_seconds_per_token + options.cap_seconds) / STEP)
        assert decoded.alignment.shape == (cap, len(line))
        assert decoded.mel.shape == (8, cap * 2)
        assert not decoded.stopped
        assert decoded.failed(options)


def test_an_open_gate_cannot_cut_a_line_before_its_last_tokens(model):
    gate_always(model, 20.0)
    options = dataclasses.replace(OPTIONS, window_back=0, window_ahead=1)
    (decoded,) = decode(model, [[3] * 10], [1], STEP, options)
    if decoded.stopped:
        assert decoded.alignment[-1].argmax() >= 10 - options.end_tokens
        assert decoded.alignment[:-1].argmax(axis=1).max() < 10 - options.end_tokens


def test_the_window_keeps_the_attention_from_jumping(model):
    (decoded,) = decode(model, [list(range(1, 12))], [3], STEP, OPTIONS)
    moves = np.diff(decoded.alignment.argmax(axis=1))
    assert moves.max() <= OPTIONS.window_ahead
    assert moves.min() >= -OPTIONS.window_back


def test_a_line_does_not_depend_on_its_neighbours(model):
    lines = [[1, 2, 3, 4], [5, 6, 7, 8, 9, 10], [2, 2, 3]]
    together = decode(model, lines, [1, 2, 3], STEP, OPTIONS)
    alone = [decode(model, [line], [seed], STEP, OPTIONS)[0] for seed, line in enumerate(lines, start=1)]
    for one, other in zip(together, alone, strict=True):
        assert one.mel.shape == other.mel.shape
        np.testing.assert_allclose(one.mel, other.mel, atol=1e-4)


def test_the_seed_decides(model):
    first, again = (decode(model, [[1, 2, 3, 4]], [7], STEP, OPTIONS)[0] for _ in range(2))
    assert np.array_equal(first.mel, again.mel)
    other = decode(model, [[1, 2, 3, 4]], [8], STEP, OPTIONS)[0]
    assert first.mel.shape != other.mel.shape or not np.array_equal(first.mel, other.mel)


@pytest.mark.parametrize(
    "change",
    [{"stopped": False}, {"focus": 0.1}, {"coverage": 0.5}, {"stall_seconds": 3.0}],
    ids=lambda change: next(iter(change)),
)
def test_each_kind_of_failure_is_seen(change):
    good = Decoded(
        np.zeros((8, 4), np.float32), np.eye(2, dtype=np.float32), True, focus=0.7, coverage=1.0, stall_seconds=0.2
    )
    bad = dataclasses.replace(good, **change)
    assert not good.failed(OPTIONS)
    assert bad.failed(OPTIONS)
    assert bad.score < good.score


@pytest.mark.parametrize("change", [{"repeats": 1}, {"skips": 1}])
def test_a_small_flaw_is_worth_another_attempt_but_no_flag(change):
    good = Decoded(
        np.zeros((8, 4), np.float32), np.eye(2, dtype=np.float32), True, focus=0.7, coverage=1.0, stall_seconds=0.2
    )
    flawed = dataclasses.replace(good, focus=0.95, **change)
    assert not good.flawed(OPTIONS)
    assert flawed.flawed(OPTIONS)
    assert not flawed.failed(OPTIONS)
    assert flawed.score < good.score


def test_tokens_that_may_take_no_time_do_not_count_as_skipped(model):
    line = [1, 2, 1, 2, 1, 2, 1, 2]
    (strict,) = decode(model, [line], [1], STEP, OPTIONS)
    (lenient,) = decode(model, [line], [1], STEP, OPTIONS, silent=frozenset([2]))
    attended = strict.alignment.sum(axis=0) > 0.1
    assert strict.coverage == attended.mean()
    assert lenient.coverage == attended[::2].mean()
    assert strict.skips == (~attended).sum()
    assert lenient.skips == (~attended[::2]).sum()


@pytest.mark.parametrize(
    ("path", "repeats"),
    [
        ([0, 1, 1, 2, 3, 4], 0),
        ([0, 1, 2, 1, 0, 1, 2, 3], 0),  # within the window
        ([0, 1, 2, 3, 4, 2, 0, 1, 2, 3, 4, 5], 1),  # by two steps, and once however long it takes
        ([0, 3, 4, 2, 1, 3, 4, 2, 0, 4, 5], 2),
        ([0, 1, 2, 3, 4, 5, 3, 1, 0], 1),  # never comes back
    ],
)
def test_a_return_beyond_the_window_is_a_repeat(path, repeats):
    assert count_repeats(np.array(path), window_back=2) == repeats


def test_lines_take_turns_in_few_rows_and_come_out_the_same(model):
    lines, seeds = [[1, 2, 3, 4], [5, 6, 7, 8, 9, 10], [2, 2, 3], [4] * 12, [7, 8]], [1, 2, 3, 4, 5]
    together = decode(model, lines, seeds, STEP, OPTIONS)
    in_turn = decode(model, lines, seeds, STEP, OPTIONS, rows=2)
    for one, other in zip(together, in_turn, strict=True):
        assert one.stopped == other.stopped
        np.testing.assert_allclose(one.mel, other.mel, atol=1e-4)
        np.testing.assert_allclose(one.alignment, other.alignment, atol=1e-5)


def test_a_step_is_the_networks_own(model):
    """The steps that a GPU replays, weights laid out anew, against `Decoder.step`, which teacher forcing checks."""
    options, line = dataclasses.replace(OPTIONS, window_back=99, window_ahead=99), [3, 1, 4, 1, 5]
    (decoded,) = decode(model, [line], [1], STEP, options)
    masks = torch.from_numpy(dropout_masks(Utterance(tuple(line), 1).noise(0), 40, CONFIG.prenet_dim)).float()
    with torch.inference_mode():
        memory = model.encode(torch.tensor([line]), torch.tensor([len(line)]), isolate=True)
        state = model.decoder.start(memory, torch.ones(1, len(line), dtype=torch.bool))
        frame = torch.zeros(1, CONFIG.n_mels * CONFIG.frames_per_step)
        for step, weights in enumerate(decoded.alignment[:40]):
            frame, _, state = model.decoder.step(frame, state, (masks[step][:1], masks[step][1:]))
            np.testing.assert_allclose(state.attention.weights[0], weights, atol=1e-5)


def test_bfloat16_comes_near_what_it_stands_for(model):
    gate_always(model, -20.0)  # so that both are as long
    options = dataclasses.replace(OPTIONS, window_ahead=0, rest_seconds=1e9)
    whole, half = (decode(model, [[1] * 9], [1], STEP, options, half=half)[0] for half in (False, True))
    assert whole.mel.shape == half.mel.shape
    assert not np.array_equal(whole.mel, half.mel)
    assert np.abs(whole.mel - half.mel).mean() < 0.05 * np.abs(whole.mel).mean()


def test_steps_that_cannot_be_captured_are_taken_one_by_one(model):
    """As on a GPU whose driver knows no graphs: a processor has none either."""
    (expected,) = decode(model, [[1, 2, 3, 4]], [1], STEP, OPTIONS)
    stepper = Stepper(model, OPTIONS, OPTIONS.rest_steps(STEP), torch.float32, capture=True)
    with torch.inference_mode():
        lines, carried = stepper.start(1, 4)
        lines.memory[:] = model.encode(torch.tensor([[1, 2, 3, 4]]), torch.tensor([4]), isolate=True)
        lines.keys[:] = model.decoder.attention_layer.memory_layer(lines.memory)
        lines.mask[:], lines.lengths[:] = True, 4
        masks = dropout_masks(Utterance((1, 2, 3, 4), 1).noise(0), STEPS, CONFIG.prenet_dim)
        steps, _ = stepper.run(torch.from_numpy(masks)[:, :, None], lines, carried)
    count = min(STEPS, len(expected.alignment))
    np.testing.assert_allclose(steps.weights[:count, 0], expected.alignment[:count], atol=1e-6)
