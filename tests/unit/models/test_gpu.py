"""What the CPU gives, a GPU gives too."""

import pytest
import torch
from device_decoding import decode

from voiceover.models.stepping import STEPS, Stepper
from voiceover.models.tacotron2 import Tacotron2
from voiceover.models.vocoder import Vocoder
from voiceover.synthesis.attempts import DecodingOptions
from voiceover.synthesis.configs import TacotronConfig, VocoderConfig
from voiceover.synthesis.mels import MelConfig

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device"),
]


def test_decoding_on_the_gpu_follows_the_cpu():
    torch.manual_seed(0)
    model = Tacotron2(TacotronConfig(frames_per_step=2)).eval()
    lines, seeds = [[5, 9, 3, 7], [4, 4, 8, 1, 2, 6]], [1, 2]
    on_cpu = decode(model, lines, seeds, 0.02, DecodingOptions())
    on_gpu = decode(model.cuda(), lines, seeds, 0.02, DecodingOptions())
    for cpu, gpu in zip(on_cpu, on_gpu, strict=True):
        frames = min(cpu.mel.shape[1], gpu.mel.shape[1], 10)  # rounding differs, and feeds back from frame to frame
        torch.testing.assert_close(cpu.mel[:, :frames], gpu.mel[:, :frames], atol=1e-2, rtol=0)


def test_a_training_step_in_bf16_gives_finite_gradients():
    model = Tacotron2(TacotronConfig(frames_per_step=2)).cuda()
    tokens, lengths = torch.randint(1, 148, (4, 30), device="cuda"), torch.full((4,), 30, device="cuda")
    with torch.autocast("cuda", dtype=torch.bfloat16):
        output = model(tokens, lengths, torch.randn(4, 80, 60, device="cuda"), isolate=True)
    (output.refined.float().square().mean() + output.gate.float().square().mean()).backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters())


def test_the_vocoder_on_the_gpu_is_the_cpus():
    torch.manual_seed(0)
    vocoder = Vocoder(VocoderConfig(), MelConfig()).eval()
    mel = torch.randn(80, 50) - 5
    on_cpu = vocoder.synthesise(mel, seed=3)
    on_gpu = vocoder.cuda().synthesise(mel, seed=3)
    assert abs(on_cpu - on_gpu).max() < 1e-2


def test_steps_are_the_same_from_a_graph_and_without():
    torch.manual_seed(0)
    model, options = Tacotron2(TacotronConfig(frames_per_step=2)).eval().cuda(), DecodingOptions()
    found = []
    for capture in (True, False):
        with torch.inference_mode():
            stepper = Stepper(model, options, options.rest_steps(0.02), torch.float32, capture=capture)
            lines, carried = stepper.start(4, 64)
            lines.memory.normal_(generator=torch.Generator("cuda").manual_seed(1))
            lines.mask[:], lines.lengths[:] = True, 64
            drops = torch.full((STEPS, 2, 4, model.config.prenet_dim), 2, dtype=torch.uint8, device="cuda")
            for _ in range(2):
                steps, carried = stepper.run(drops, lines, carried)
            found.append(steps)
        assert bool(stepper.captured) is capture
    torch.testing.assert_close(found[0].frames, found[1].frames, atol=1e-4, rtol=0)
