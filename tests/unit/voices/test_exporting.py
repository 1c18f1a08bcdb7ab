"""What is exported does what the voice does, and comes back as it was."""

import json
import sys
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch
from public_networks import (
    NVIDIA_KEYS,
    SMALL,
    SMALL_GENERATOR,
    config_json,
    nvidia_checkpoint,
    published_forward,
    random_generator,
    torchaudios,
)

from voiceover.errors import BadInputError, MissingError, VoiceoverError
from voiceover.models import checkpoints, onnx
from voiceover.models.onnx_vocoder import PitchGraph, VocoderGraph
from voiceover.models.vocoder import Vocoder, trusted_pitch
from voiceover.synthesis.configs import VocoderConfig
from voiceover.synthesis.mels import MelConfig
from voiceover.voices import exporting, networks
from voiceover.voices.catalog import find
from voiceover.voices.exporting import Format, export_voice
from voiceover.voices.importing import import_voice
from voiceover.voices.tacotron import open_bundle


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))
    return tmp_path


def make(folder, name="public", config=SMALL, vocoder=True, **options):
    torch.manual_seed(8)
    torch.save(nvidia_checkpoint(torchaudios(config)), folder / "in.pt")
    torch.save({"generator": random_generator(SMALL_GENERATOR)}, folder / "g_in")
    (folder / "in.json").write_text(json.dumps(config_json(SMALL_GENERATOR)))
    (folder / "hparams.json").write_text(json.dumps({"n_mel_channels": 8}))
    files = {"vocoder": folder / "g_in", "vocoder_config": folder / "in.json"} if vocoder else {}
    return import_voice(folder / "in.pt", name=name, acoustic_config=folder / "hparams.json", **files, **options).folder


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def test_a_voice_file_is_the_voice(home):
    path = make(home)
    exported = export_voice(path, Format.VOICE, home / "out.voice")
    assert exported.files == (home / "out.voice",)
    assert open_bundle(home / "out.voice", "cpu").fingerprint == open_bundle(path, "cpu").fingerprint
    again = export_voice(home / "out.voice", Format.VOICE, home / "again.voice")
    assert zipfile.ZipFile(again.files[0]).namelist() == zipfile.ZipFile(home / "out.voice").namelist()


def test_nvidias_format_has_its_keys_and_comes_back_equal(home):
    voice = networks.load(make(home))
    exported = export_voice(home / "home/voices/public", Format.NVIDIA, home / "tacotron2.pt")
    assert exported.largest_difference == 0
    assert "encoder_dim 16" in exported.notes[0]
    stored = torch.load(home / "tacotron2.pt", weights_only=True)
    assert set(stored["state_dict"]) == set(NVIDIA_KEYS)
    again = checkpoints.read_tacotron(home / "tacotron2.pt", voice.mel)
    assert same(again.state_dict(), voice.acoustic.state_dict())


def test_a_table_of_its_own_is_written_beside(home):
    table = ["_", *"abcdefgh ."]
    (home / "symbols").write_text(json.dumps(table))
    path = make(home, config=replace(SMALL, n_symbols=11), symbols=home / "symbols")
    exported = export_voice(path, Format.NVIDIA, home / "own.pt")
    assert json.loads(exported.files[1].read_text()) == table
    again = import_voice(
        home / "own.pt", name="again", acoustic_config=home / "hparams.json", symbols=exported.files[1]
    ).folder
    assert same(networks.load(again).acoustic.state_dict(), networks.load(path).acoustic.state_dict())


def test_hifigans_format_is_read_by_the_published_graph_and_comes_back_equal(home):
    path = make(home)
    voice = networks.load(path)
    exported = export_voice(path, Format.HIFIGAN, home / "g_out")
    assert exported.files == (home / "g_out", home / "config.json")
    assert exported.largest_difference == 0
    weights = torch.load(home / "g_out", weights_only=True)["generator"]
    log_mel = torch.randn(1, 8, 5)
    expected = published_forward(weights, SMALL_GENERATOR, log_mel)[:, 0]
    torch.testing.assert_close(voice.vocoder(log_mel), expected, atol=1e-4, rtol=0)
    about = json.loads((home / "config.json").read_text())
    assert about["resblock"] == "2"
    assert {key: about[key] for key in ("hop_size", "n_fft", "sampling_rate", "fmax")} == {
        "hop_size": 256, "n_fft": 1024, "sampling_rate": 22050, "fmax": 8000.0,
    }  # fmt: skip
    config, mel = checkpoints.read_hifigan_config(home / "config.json")
    assert same(checkpoints.read_hifigan(home / "g_out", config, mel).state_dict(), voice.vocoder.state_dict())


def test_formats_that_cannot_hold_a_voice_say_why_and_write_nothing(home):
    narrator = find("narrator").path
    for kind, reasons in (
        (Format.NVIDIA, "3 frames a step.*; its mels are standardised"),
        (Format.HIFIGAN, "voiceover's own vocoder"),
    ):
        with pytest.raises(BadInputError, match=reasons):
            export_voice(narrator, kind, home / "out")
    with pytest.raises(BadInputError, match="has no vocoder: it speaks through Griffin-Lim"):
        export_voice(make(home, vocoder=False), Format.HIFIGAN, home / "out")
    assert not list(home.glob("out*"))


def test_nothing_is_replaced_without_force(home):
    path = make(home)
    for kind, name in ((Format.VOICE, "a"), (Format.NVIDIA, "b"), (Format.HIFIGAN, "c"), (Format.ONNX, "d")):
        (home / name).write_text("somebody's work")
        with pytest.raises(BadInputError, match="is there already"):
            export_voice(path, kind, home / name)
        assert (home / name).read_text() == "somebody's work"
    (home / "config.json").write_text("somebody's work")
    with pytest.raises(BadInputError, match=r"config\.json: is there already"):
        export_voice(path, Format.HIFIGAN, home / "new")
    assert not (home / "new").exists()
    export_voice(path, Format.HIFIGAN, home / "c", force=True)
    (home / "films").mkdir()
    (home / "films" / "film.mp4").write_text("x")
    with pytest.raises(BadInputError, match="not a folder that was exported"):
        export_voice(path, Format.ONNX, home / "films", force=True)
    with pytest.raises(BadInputError, match="is a folder"):
        export_voice(path, Format.VOICE, home / "films")
    with pytest.raises(BadInputError, match="there is no such folder"):
        export_voice(path, Format.VOICE, home / "none" / "x.voice")


def test_what_differs_from_the_voice_is_not_kept(home, monkeypatch):
    path = make(home)
    wrong = checkpoints.nvidia_names

    def spoilt(weights):
        return {
            key: tensor + 0.01 if "postnet" in key and "conv.bias" in key else tensor
            for key, tensor in wrong(weights).items()
        }

    monkeypatch.setattr(checkpoints, "nvidia_names", spoilt)
    with pytest.raises(VoiceoverError, match="differs from the voice by"):
        export_voice(path, Format.NVIDIA, home / "out.pt")
    monkeypatch.setattr(
        checkpoints, "split_weight_norm", lambda weights: {key: tensor * 1.1 for key, tensor in weights.items()}
    )
    with pytest.raises(VoiceoverError, match="differs from the voice by"):
        export_voice(path, Format.HIFIGAN, home / "g")
    assert not (home / "out.pt").exists()
    assert not (home / "g").exists()
    assert not (home / "config.json").exists()


def test_onnx_graphs_speak_as_the_voice(home, run_cli):
    runtime = pytest.importorskip("onnxruntime", reason="needs the extra `export`")
    pytest.importorskip("onnxscript", reason="needs the extra `export`")
    path = make(home)
    voice = networks.load(path)
    done = run_cli("voices", "export", "public", "--format", "onnx", "-o", home / "graphs")
    assert done.exit_code == 0, done.stderr
    assert "vocoder.onnx: largest difference" in done.stderr
    assert [line.rpartition("/")[2] for line in done.stdout.splitlines()] == [
        "encoder.onnx", "decoder_step.onnx", "postnet.onnx", "vocoder.onnx", "onnx.json",
    ]  # fmt: skip
    about = json.loads((home / "graphs" / "onnx.json").read_text())
    assert about["front_end"]["symbols"][38] == "a"
    assert about["graphs"][0]["outputs"]["memory"] == [1, "tokens", 16]
    sessions = {graph["file"]: runtime.InferenceSession(home / "graphs" / graph["file"]) for graph in about["graphs"]}
    for graph in about["graphs"]:
        assert graph["largest_difference"] <= 1e-3
        session = sessions[graph["file"]]
        assert {value.name: value.shape for value in session.get_inputs()} == graph["inputs"]
        assert [value.name for value in session.get_outputs()] == list(graph["outputs"])

    # a line said with the graphs alone, as onnx.json tells, against the voice's own loop
    ids = open_bundle(path, "cpu")._front_end.tokens("Hello there").ids
    masks = np.random.default_rng(1).integers(0, 2, (6, 2, 1, 8)).astype(np.float32) * 2
    memory, keys = sessions["encoder.onnx"].run(None, {"tokens": np.array([ids])})
    step = sessions["decoder_step.onnx"]
    feed = {
        value.name: np.zeros(
            [len(ids) if size == "tokens" else 1 if size == "lines" else size for size in value.shape], np.float32
        )
        for value in step.get_inputs()
    }
    feed |= {"memory": memory, "keys": keys, "allowed": np.ones((1, len(ids)), bool)}
    frames = []
    for mask in masks:
        outputs = dict(
            zip(
                [v.name for v in step.get_outputs()],
                step.run(None, feed | {"mask_1": mask[0], "mask_2": mask[1]}),
                strict=True,
            )
        )
        feed["frame"] = outputs["frames"]
        feed |= {name.removeprefix("next_"): value for name, value in outputs.items() if name.startswith("next_")}
        frames.append(outputs["frames"])
    (log_mel,) = sessions["postnet.onnx"].run(None, {"mel": np.stack(frames, axis=2)})
    (audio,) = sessions["vocoder.onnx"].run(None, {"log_mel": log_mel})

    with torch.no_grad():
        encoded = voice.acoustic.encode(torch.tensor([ids]), torch.tensor([len(ids)]))
        state = voice.acoustic.decoder.start(encoded, torch.ones(1, len(ids), dtype=torch.bool))
        frame, expected = torch.zeros(1, 8), []
        for mask in torch.from_numpy(masks):
            frame, _, state = voice.acoustic.decoder.step(frame, state, (mask[0], mask[1]))
            expected.append(frame)
        mel = torch.stack(expected, dim=2)
        mel = voice.acoustic.unscale(mel + voice.acoustic.postnet(mel))
        wave = voice.vocoder(mel)
    np.testing.assert_allclose(log_mel, mel.numpy(), atol=1e-3)
    np.testing.assert_allclose(audio, wave.numpy(), atol=1e-3)


@pytest.mark.parametrize("corrections", [0, 2])
def test_the_source_filter_vocoder_in_onnx_operators_is_the_original(corrections):
    """What is exported of it, and the pitch decoded in it: unvoiced stretches, ends, and clips without any voice."""
    torch.manual_seed(2)
    mel = MelConfig(n_fft=64, hop_length=16, win_length=64, n_mels=8)
    vocoder = Vocoder(VocoderConfig(8, 1, 8, 1, corrections=corrections), mel).eval()
    for parameter in vocoder.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    log_mel, f0, noise = torch.randn(1, 8, 20) * 2 - 5, 100 + 200 * torch.rand(1, 20), torch.randn(1, 19 * 16)
    with torch.no_grad():
        expected, got = vocoder(log_mel, f0, noise), VocoderGraph(vocoder)(log_mel, f0, noise)
        torch.testing.assert_close(got, expected, atol=1e-5, rtol=0)
        assert expected.abs().max() > 0.01
        for bias in (-100.0, 0.0, 100.0):
            vocoder.pitch_head.bias.data[-1] = bias
            pitch = vocoder.pitch(log_mel)
            voiced = (pitch.voiced > 0).sum()
            assert voiced in {-100.0: [0], 0.0: range(1, 20), 100.0: [20]}[bias]
            hertz = torch.from_numpy(trusted_pitch(pitch))
            torch.testing.assert_close(PitchGraph(vocoder)(log_mel)[0], hertz, atol=0.02, rtol=0)


@pytest.mark.parametrize("sure", [-90.0, 90.0])
def test_the_graph_leaves_a_mel_alone_where_the_original_does(sure):
    torch.manual_seed(2)
    mel = MelConfig(n_fft=64, hop_length=16, win_length=64, n_mels=8)
    vocoder = Vocoder(VocoderConfig(8, 1, 8, 1, corrections=6), mel).eval()
    for parameter in vocoder.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    vocoder.trust.bias.data.fill_(sure)
    log_mel, f0, noise = torch.randn(1, 8, 20) * 2 - 5, 100 + 200 * torch.rand(1, 20), torch.randn(1, 19 * 16)
    with torch.no_grad():
        expected, got = vocoder(log_mel, f0, noise), VocoderGraph(vocoder)(log_mel, f0, noise)
    torch.testing.assert_close(got, expected, atol=1e-5, rtol=0)


def test_without_the_extra_the_message_says_what_to_install(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingError, match="packages that are not installed") as caught:
        export_voice(make(home), Format.ONNX, home / "graphs")
    assert "voiceover[export]" in caught.value.remedy
    assert not (home / "graphs").exists()


def test_a_graph_that_differs_is_refused(home, monkeypatch):
    pytest.importorskip("onnxscript", reason="needs the extra `export`")
    graph = onnx._Export(home / "x.onnx", torch.nn.Identity(), {}, {})
    with pytest.raises(VoiceoverError, match=r"differs from the voice by 0\.01"):
        graph.graph(0.01, onnx.TOLERANCE)
    with pytest.raises(VoiceoverError, match="differs"):
        graph.graph(float("nan"), onnx.TOLERANCE)


def test_the_command_refuses_what_it_cannot_do(home, run_cli):
    make(home)
    assert "no such format" in run_cli("voices", "export", "public", "--format", "mp3", "-o", home / "x").stderr
    assert run_cli("voices", "export", "public", "-o", home / "x.voice").exit_code == 0
    assert run_cli("voices", "export", "public", "-o", home / "x.voice").exit_code == 2
    assert exporting.README == "onnx.json"
