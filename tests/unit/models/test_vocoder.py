import dataclasses

import numpy as np
import pytest
import torch

from voiceover.models.mel import log_mel
from voiceover.models.vocoder import Pitch, Vocoder, harmonic_source, pitch_position, trusted_pitch
from voiceover.synthesis.configs import VocoderConfig
from voiceover.synthesis.mels import MelConfig
from voiceover.synthesis.source_filter import UNVOICED_HZ, fill_unvoiced

MEL = MelConfig()
SMALL = VocoderConfig(dim=16, layers=1, pitch_dim=16, pitch_layers=1)


def test_the_source_is_a_pulse_train_at_its_pitch_with_unit_power():
    frames = 200
    source = harmonic_source(torch.full((1, frames), 210.0), MEL)[0].numpy()
    assert len(source) == (frames - 1) * MEL.hop_length
    assert np.square(source).mean() == pytest.approx(1.0, rel=0.05)
    spectrum = np.abs(np.fft.rfft(source * np.hanning(len(source))))
    hertz = np.fft.rfftfreq(len(source), 1 / MEL.sample_rate)
    at_harmonics = [spectrum[np.argmin(np.abs(hertz - k * 210.0))] for k in (1, 5, 20, 50)]
    between = [spectrum[np.argmin(np.abs(hertz - (k + 0.5) * 210.0))] for k in (1, 5, 20, 50)]
    assert min(at_harmonics) > 100 * max(between)
    assert at_harmonics[-1] == pytest.approx(at_harmonics[0], rel=0.1)  # all equally strong


def test_a_gliding_pitch_makes_no_jumps():
    glide = torch.linspace(100.0, 400.0, 100)[None]
    source = harmonic_source(glide, MEL)
    assert torch.isfinite(source).all()
    assert source.abs().max() < 15


def test_pitch_is_decoded_to_a_fraction_of_a_bin_and_carried_over_unvoiced_frames():
    f0 = torch.tensor([150.0, 0.0, 0.0, 300.0])
    bins = -0.5 * (torch.arange(120) - pitch_position(f0)[:, None]).square()
    decoded = trusted_pitch(Pitch(bins[None], torch.tensor([[9.0, -9.0, -9.0, 9.0]])))
    assert decoded[[0, 3]] == pytest.approx([150.0, 300.0], rel=2e-3)
    assert decoded[1] == pytest.approx(150 * 2 ** (1 / 3), rel=1e-2)
    assert fill_unvoiced(np.zeros(3, np.float32)).tolist() == [UNVOICED_HZ] * 3


def test_synthesis_has_the_mels_length_and_repeats_itself():
    torch.manual_seed(0)
    vocoder = Vocoder(SMALL, MEL).eval()
    mel = torch.randn(80, 40) - 5
    first, again, other = (vocoder.synthesise(mel, seed) for seed in (1, 1, 2))
    assert len(first) == 39 * MEL.hop_length
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def speech_like(frames):
    """A log-mel that changes over time and bands, (80, frames)."""
    time, band = torch.arange(frames)[None], torch.arange(80)[:, None]
    return -5 + 2 * torch.sin(time / 9 + band / 7) - band / 40


def test_what_is_corrected_has_the_mel_it_was_asked_for_where_that_is_trusted():
    mel = speech_like(60)
    apart = {}
    for corrections, trust in ((0, 0.0), (1, 9.0), (3, 9.0), (3, -9.0)):
        torch.manual_seed(0)
        vocoder = Vocoder(dataclasses.replace(SMALL, corrections=corrections), MEL).eval()
        if corrections:
            vocoder.trust.bias.data.fill_(trust)
        made = log_mel(torch.from_numpy(vocoder.synthesise(mel, 1)), MEL)
        apart[corrections, trust] = float((made - mel)[:, 4:-4].abs().mean())
    assert apart[0, 0.0] > 2
    assert apart[1, 9.0] < 0.5 * apart[0, 0.0]
    assert apart[3, 9.0] < 0.5 * apart[1, 9.0]
    assert apart[3, -9.0] == pytest.approx(apart[0, 0.0], rel=0.1)


def test_what_was_first_used_to_speak_can_be_used_to_train():
    mel = dataclasses.replace(MEL, f_max=7000.0)  # a configuration that nothing has used yet
    vocoder = Vocoder(dataclasses.replace(SMALL, corrections=2), mel)
    vocoder.synthesise(speech_like(20), 1)
    with torch.inference_mode():
        log_mel(torch.randn(4096), mel)
    audio = vocoder(speech_like(20)[None], torch.full((1, 20), 200.0), torch.randn(1, 19 * mel.hop_length))
    log_mel(audio, mel).mean().backward()
    assert vocoder.head.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("corrections", [0, 3])
def test_a_long_line_in_chunks_has_no_seams(corrections):
    torch.manual_seed(0)
    vocoder = Vocoder(dataclasses.replace(SMALL, layers=3, corrections=corrections), MEL).eval()
    for parameter in vocoder.parameters():
        parameter.data += 0.02 * torch.randn_like(parameter)  # so that neighbours are heard
    for frames in (4, 40, 101, 150):
        mel = speech_like(frames)
        whole, cut = vocoder.synthesise(mel, 1, chunk=1000), vocoder.synthesise(mel, 1, chunk=40)
        assert len(whole) == len(cut) == (frames - 1) * MEL.hop_length
        difference = np.abs(whole - cut).max() / np.abs(whole).max()
        assert 20 * np.log10(max(difference, 1e-9)) < -80


def test_chunks_hear_no_further_than_they_say():
    torch.manual_seed(0)
    vocoder = Vocoder(dataclasses.replace(SMALL, layers=2, corrections=3), MEL).eval()
    for parameter in vocoder.parameters():
        parameter.data += 0.02 * torch.randn_like(parameter)
    source, noise = torch.randn(2, 1, 119 * 256)
    mel = speech_like(120)[None]
    features = torch.randn(1, 120, SMALL.dim)
    changed, others = mel.clone(), features.clone()
    changed[:, :, 60] += 3.0
    others[:, 60] += 1.0
    trust = torch.ones(1, 1)
    with torch.inference_mode():
        one, other = (
            vocoder.filter(of, asked, source, noise, trust).audio for of, asked in ((features, mel), (others, changed))
        )
    apart = (one - other)[0].abs()
    heard = torch.nonzero(apart > 1e-7 * apart.max())[:, 0] / MEL.hop_length
    assert 60 - vocoder.reach <= heard.min()
    assert heard.max() <= 60 + vocoder.reach


@pytest.mark.parametrize(("logit", "met"), [(-3.0, 0.0), (0.0, 0.5), (3.0, 1.0)])
def test_a_mel_is_met_wholly_or_not_at_all_where_the_vocoder_is_sure(logit, met):
    vocoder = Vocoder(dataclasses.replace(SMALL, corrections=2), MEL).eval()
    vocoder.trust.weight.data.zero_()
    vocoder.trust.bias.data.fill_(logit)
    with torch.inference_mode():
        assert float(vocoder.trusted(vocoder.features(speech_like(20)[None]))) == pytest.approx(met)


def test_a_mel_that_is_not_to_be_met_costs_no_corrections(monkeypatch):
    torch.manual_seed(0)
    vocoder = Vocoder(dataclasses.replace(SMALL, corrections=3), MEL).eval()
    vocoder.trust.bias.data.fill_(-9.0)
    mel = speech_like(50)
    with monkeypatch.context() as patched:
        patched.setattr("voiceover.models.vocoder.correction", None)
        quick = vocoder.synthesise(mel, 1)
    monkeypatch.setattr(vocoder, "trusted", lambda features: torch.full((len(features), 1), 1e-30))
    thorough = vocoder.synthesise(mel, 1)
    assert np.abs(quick - thorough).max() < 0.01 * np.abs(quick).max()
