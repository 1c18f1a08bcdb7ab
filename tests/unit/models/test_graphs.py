"""The loop in chunks against the plain loop. On a CPU the chunks run as they are, on a GPU as captured graphs."""

import copy
import sys

import pytest
import torch

from voiceover.models import graphs
from voiceover.models.device import has_bf16
from voiceover.models.graphs import Graphs
from voiceover.models.tacotron2 import Tacotron2
from voiceover.synthesis.configs import TacotronConfig

SMALL = TacotronConfig(
    n_symbols=20,
    n_mels=12,
    frames_per_step=2,
    symbol_dim=16,
    encoder_dim=16,
    prenet_dim=8,
    attention_rnn_dim=24,
    attention_dim=10,
    location_filters=4,
    location_kernel=7,
    decoder_rnn_dim=20,
    postnet_dim=14,
)


def outcome(model, steps, seed=0, device="cpu", precision=None):
    """Return the outputs and gradients of a training step of 3 lines."""
    torch.manual_seed(11)
    tokens, lengths = torch.randint(1, 20, (3, 21)).to(device), torch.tensor([21, 17, 5]).to(device)
    mels = torch.randn(3, SMALL.n_mels, steps * SMALL.frames_per_step).to(device)
    model.zero_grad(set_to_none=True)
    torch.manual_seed(seed)
    with torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bf16"):
        output = model(tokens, lengths, mels, isolate=True)
    weights = torch.linspace(-1, 1, output.alignment.shape[2], device=device)
    loss = output.refined.float().square().mean() + output.gate.float().square().mean()
    (loss + (output.alignment * weights).square().mean() * 10).backward()
    return [part.detach() for part in output], {name: p.grad for name, p in model.named_parameters()}


@pytest.mark.parametrize("steps", [graphs.STEPS // 2, graphs.STEPS, 2 * graphs.STEPS + 5])
def test_chunks_give_the_plain_loops_results_and_gradients(steps):
    torch.manual_seed(2)
    plain = Tacotron2(SMALL).train()
    chunked = copy.deepcopy(plain)
    chunked.decoder.graphs = Graphs(capture=False)
    for seed in (0, 1):  # the second time, the programs are there already
        expected, wanted = outcome(plain, steps, seed)
        got, gradients = outcome(chunked, steps, seed)
        for theirs, ours in zip(expected, got, strict=True):
            torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)
        for name, gradient in wanted.items():
            torch.testing.assert_close(gradients[name], gradient, atol=1e-5, rtol=1e-3, msg=name)
    assert wanted["decoder.attention_rnn.weight_hh"].abs().max() > 1e-4  # there was something to compare


@pytest.mark.skipif(not has_bf16(torch.device("cpu")), reason="this processor has no bfloat16")
def test_bf16_keeps_softmax_and_cell_state_in_float32(monkeypatch):
    seen = []
    update = torch.nn.functional.softmax
    monkeypatch.setattr(
        torch.nn.functional, "softmax", lambda x, **options: seen.append(x.dtype) or update(x, **options)
    )
    model = Tacotron2(SMALL).train()
    outputs, gradients = outcome(model, 40, precision="bf16")
    assert set(seen) == {torch.float32}
    assert outputs[3].dtype == torch.float32
    exact, wanted = outcome(model, 40)
    assert (outputs[3] - exact[3]).abs().max() < 0.02
    for name, gradient in wanted.items():
        assert torch.isfinite(gradients[name]).all(), name
        if name.startswith("decoder."):  # batch norms of three short lines blow rounding up
            assert torch.cosine_similarity(gradients[name].flatten(), gradient.flatten(), dim=0) > 0.95, name


def test_a_capture_that_fails_is_told_and_done_without(monkeypatch):
    def refuse(*_):
        raise RuntimeError("operation not permitted when stream is capturing\nmore")

    monkeypatch.setattr(Graphs, "_captured", refuse)
    told = []
    model = Tacotron2(SMALL).train()
    expected, _ = outcome(model, 10)
    model.decoder.graphs = Graphs(told.append)
    for _ in range(2):
        got, _ = outcome(model, 10)
        torch.testing.assert_close(got[0], expected[0])
    assert len(told) == 1
    assert "not permitted when stream is capturing)" in told[0]


def test_a_copied_network_gets_graphs_of_its_own():
    model = Tacotron2(SMALL).train()
    model.decoder.graphs = Graphs(sys.stderr.write, capture=False)  # a stream cannot be copied
    outcome(model, 10)
    copied = copy.deepcopy(model)
    assert copied.decoder.graphs is not model.decoder.graphs
    with torch.no_grad():
        copied.decoder.attention_layer.query_layer.weight.mul_(3)
    plain = copy.deepcopy(copied)
    plain.decoder.graphs = None
    torch.testing.assert_close(outcome(copied, 10)[0], outcome(plain, 10)[0])


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_captured_graphs_give_the_plain_loops_results_and_gradients(precision):
    torch.manual_seed(2)
    plain = Tacotron2(SMALL).cuda().train()
    captured = copy.deepcopy(plain)
    told = []
    captured.decoder.graphs = Graphs(told.append)
    close = {"atol": 1e-4, "rtol": 1e-3} if precision == "fp32" else {"atol": 3e-2, "rtol": 3e-2}
    for seed in (0, 1, 2):
        for steps in (20, 70):
            expected, wanted = outcome(plain, steps, seed, "cuda", precision)
            got, gradients = outcome(captured, steps, seed, "cuda", precision)
            assert not told
            for theirs, ours in zip(expected, got, strict=True):
                torch.testing.assert_close(ours, theirs, **close)
            for name, gradient in wanted.items():
                torch.testing.assert_close(gradients[name], gradient, **close, msg=name)
