"""Recordings to a voice: the whole path on twenty clips. It proves the path, not the sound."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from voiceover.errors import BadInputError
from voiceover.models.mel import log_mel
from voiceover.train import acoustic, corpus, predicted, vocoder
from voiceover.train.checkpoints import load_weights
from voiceover.types import Line
from voiceover.voices import bundle
from voiceover.voices.tacotron import open_bundle

CLIPS = Path(__file__).parents[1] / "data" / "clips"
ROOT = Path(__file__).parents[2]


def run_python(*arguments):
    """Run Python on one thread with this package."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)], env=variables, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    made, left_out = corpus.prepare(CLIPS, folder, workers=2)
    assert not left_out
    return made


def test_a_prepared_corpus_is_what_it_says(prepared):
    reopened = corpus.load(prepared.folder)
    assert reopened == prepared
    assert len(reopened.clips) == 20
    assert len(reopened.split("validation")) == 2
    clip = reopened.clips[3]
    mel, f0 = reopened.features(clip)
    assert mel.shape == (clip.frames, 80)
    assert len(f0) == clip.frames
    expected = log_mel(torch.from_numpy(reopened.samples(clip)), reopened.mel).T
    assert (torch.from_numpy(mel).float() - expected).abs().mean() < 0.05  # 16-bit audio, half-precision mels
    voiced = f0[f0 > 0]
    assert 120 < float(sorted(voiced)[len(voiced) // 2]) < 300  # the speaker is a woman


def test_preparing_again_keeps_what_is_there(prepared):
    features = prepared.folder / "features" / f"{prepared.clips[0].id}.safetensors"
    before = features.stat().st_mtime_ns
    again, _ = corpus.prepare(CLIPS, prepared.folder, workers=1)
    assert again == prepared
    assert features.stat().st_mtime_ns == before


def test_clips_to_a_voice_that_speaks(prepared, tmp_path, run_cli):
    """The three commands of the documentation, at their smallest."""
    runs = tmp_path / "runs"
    trained = run_cli("train", "acoustic", str(prepared.folder), "--run", str(runs / "a"), "--preset", "tiny")
    assert trained.exit_code == 0, trained.stderr
    trained = run_cli("train", "vocoder", str(prepared.folder), "--run", str(runs / "v"), "--preset", "tiny")
    assert trained.exit_code == 0, trained.stderr
    log = [json.loads(row) for row in (runs / "a" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["loss"] < 0.9 * log[0]["loss"]
    assert list((runs / "a" / "tensorboard").iterdir())

    exported = run_cli(
        "train", "export", str(tmp_path / "mine"), "--acoustic", str(runs / "a" / "best.pt"),
        "--vocoder", str(runs / "v" / "best.pt"), "--name", "mine", "--licence", "CC0-1.0", "--consent", "public",
    )  # fmt: skip
    assert exported.exit_code == 0, exported.stderr
    assert sorted(p.name for p in (tmp_path / "mine").iterdir()) == sorted(bundle.MEMBERS)
    voice = open_bundle(tmp_path / "mine", "cpu")
    lines = [Line(1, 0.0, 2.0, "It works."), Line(2, 3.0, 5.0, "?!?!"), Line(3, 6.0, 8.0, "Again and again it works.")]
    speeches = {speech.line.index: speech for speech in voice.speak(lines, seed=4)}
    assert set(speeches) == {1, 2, 3}
    assert speeches[2].flags == ("unsaid",)
    assert len(speeches[2].audio.samples) == 0
    for index in (1, 3):
        speech = speeches[index]
        assert speech.audio.rate == 22050
        assert speech.audio.seconds > 0.1
        assert [word.word for word in speech.words] == speech.spoken_text.strip(".").split()
        starts = [word.start for word in speech.words]
        assert starts == sorted(starts)
    again = {speech.line.index: speech for speech in voice.speak(lines, seed=4)}
    assert (again[3].audio.samples == speeches[3].audio.samples).all()
    other = {speech.line.index: speech for speech in voice.speak(lines, seed=5)}
    assert other[3].audio.samples.tobytes() != speeches[3].audio.samples.tobytes()

    packed = tmp_path / "mine.voice"
    bundle.pack(tmp_path / "mine", packed)
    zipped = open_bundle(packed, "cpu")
    assert zipped.fingerprint == voice.fingerprint


def test_a_resumed_training_goes_on_as_if_it_had_never_stopped(prepared, tmp_path, monkeypatch):
    losses: dict[str, list[float]] = {"whole": [], "halves": []}

    class StopError(Exception):
        pass

    def follow(name, stop_at=None):
        def note(status):
            losses[name].append(status.losses["loss"])
            if status.step == stop_at:
                raise StopError

        return note

    acoustic.train(prepared, tmp_path / "whole", preset="tiny", steps=8, device="cpu", progress=follow("whole"))
    with pytest.raises(StopError):
        acoustic.train(
            prepared, tmp_path / "halves", preset="tiny", steps=8, device="cpu", progress=follow("halves", 4)
        )
    acoustic.train(prepared, tmp_path / "halves", preset="tiny", steps=8, device="cpu", progress=follow("halves"))
    assert losses["whole"] == losses["halves"]
    whole, halves = (load_weights(tmp_path / name / "last.pt") for name in ("whole", "halves"))
    assert all(torch.equal(whole["model"][key], halves["model"][key]) for key in whole["model"])


def test_a_vocoder_learns_from_predicted_mels_before_a_critic(prepared, tmp_path, monkeypatch):
    """A run that is stopped takes up its critic again, and the mels it learns from are the same ones."""
    config, settings = vocoder.PRESETS["tiny"]
    critical = dataclasses.replace(settings, adversarial=1.0, critic_alone=2)
    monkeypatch.setitem(vocoder.PRESETS, "critical", (config, critical))
    acoustic.train(prepared, tmp_path / "a", preset="tiny", steps=4, device="cpu")
    learning = {"preset": "critical", "steps": 6, "device": "cpu", "mels_of": tmp_path / "a" / "last.pt"}
    told = []
    vocoder.train(prepared, tmp_path / "whole", **learning, tell=told.append)
    assert told == [f"predicting the mels of 20 clips with {tmp_path / 'a' / 'last.pt'}"]
    vocoder.train(prepared, tmp_path / "halves", **learning, minutes=1e-9)
    assert load_weights(tmp_path / "halves" / "last.pt")["step"] < 6
    vocoder.train(prepared, tmp_path / "halves", **learning)
    whole, halves = (load_weights(tmp_path / name / "last.pt") for name in ("whole", "halves"))
    for part in ("model", "critic"):
        assert all(torch.equal(whole[part][key], halves[part][key]) for key in whole[part])


def test_a_preset_with_sizes_of_its_own_keeps_them_where_it_starts_from_a_voice(prepared, tmp_path):
    narrator = ROOT / "voiceover" / "voices" / "bundled" / "narrator"
    with pytest.raises(BadInputError, match="its network has other sizes"):
        vocoder.train(prepared, tmp_path / "run", preset="tiny", device="cpu", warm_start=narrator)


def test_predicted_mels_are_on_the_recordings_time(prepared, tmp_path):
    acoustic.train(prepared, tmp_path / "a", preset="tiny", steps=2, device="cpu")
    made = predicted.mels(prepared, prepared.clips, tmp_path / "a" / "last.pt", device=torch.device("cpu"))
    assert {clip.id: (80, clip.frames) for clip in prepared.clips} == {name: tuple(m.shape) for name, m in made.items()}
    narrator = ROOT / "voiceover" / "voices" / "bundled" / "narrator"
    close = predicted.mels(prepared, prepared.clips[:4], narrator, device=torch.device("cpu"))
    for clip in prepared.clips[:4]:
        recorded = torch.from_numpy(prepared.features(clip)[0]).float().T
        distances = [float((close[clip.id].float() - recorded.roll(by, 1)).abs().mean()) for by in (-12, 0, 12)]
        assert min(distances) == distances[1]  # shifted either way it fits less


def test_a_run_of_another_configuration_is_refused(prepared, tmp_path):
    acoustic.train(prepared, tmp_path / "run", preset="tiny", steps=1, device="cpu")
    with pytest.raises(BadInputError, match="another configuration"):
        acoustic.train(prepared, tmp_path / "run", preset="compact", steps=2, device="cpu")


@pytest.mark.skipif(sys.platform == "win32", reason="it forks, and kills with SIGKILL")
def test_a_killed_training_goes_on_to_the_same_weights(prepared):
    """Two kills; `benchmarks/kill_training.py CORPUS` does ten."""
    done = run_python(ROOT / "benchmarks" / "kill_training.py", prepared.folder, "--kills", "2", "--steps", "6")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 kills, 6 steps: the same run, to the last bit" in done.stdout


def test_two_processes_train_as_one_with_the_double_batch(prepared, tmp_path, monkeypatch):
    """Divided the same way they agree to rounding; as one undivided batch, only dropout and batch norms differ."""
    options = ("--preset", "tiny", "--precision", "fp32", "--steps", "10", "--device", "cpu", "--quiet")
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m")
    both = run_python(*launcher, "voiceover", "train", "acoustic", prepared.folder, "-o", tmp_path / "both", *options)
    assert both.returncode == 0, both.stderr
    assert both.stdout.splitlines() == [str(tmp_path / "both"), "step 10 of 10"]  # one process tells
    torch.set_num_threads(1)  # as torchrun gives each process: other threads add up in another order
    chosen = {"preset": "tiny", "precision": "fp32", "steps": 10, "device": "cpu"}
    halves, whole = [], []
    acoustic.train(
        prepared, tmp_path / "halves", **chosen, accumulate=2, progress=lambda s: halves.append(s.losses["loss"])
    )
    config, settings = acoustic.PRESETS["tiny"]
    doubled = dataclasses.replace(settings, loop=dataclasses.replace(settings.loop, batch_size=16))
    monkeypatch.setitem(acoustic.PRESETS, "tiny", (config, doubled))
    acoustic.train(prepared, tmp_path / "whole", **chosen, progress=lambda s: whole.append(s.losses["loss"]))
    assert whole == pytest.approx(halves, rel=0.03)

    logs = [json.loads((tmp_path / run / "log.jsonl").read_text()) for run in ("both", "halves")]
    assert logs[0]["loss"] == pytest.approx(logs[1]["loss"], rel=1e-5)
    theirs, ours = (load_weights(tmp_path / run / "last.pt")["model"] for run in ("both", "halves"))
    for name, tensor in ours.items():
        # one process counts its halves one after the other; and a bias before a batch norm has rounding for a gradient
        if not re.search(r"running_|num_batches|convolutions\.\d\.0\.bias", name):
            torch.testing.assert_close(theirs[name], tensor, atol=1e-4, rtol=1e-3, msg=name)


def test_a_warm_start_keeps_what_the_source_learnt(prepared, tmp_path, run_cli):
    first = ("train", "acoustic", prepared.folder, "--preset", "tiny", "--steps", "10", "--run", tmp_path / "old")
    assert run_cli(*first).exit_code == 0
    adapt = ("train", "acoustic", prepared.folder, "--preset", "finetune", "--run", tmp_path / "new", "--device", "cpu")
    nothing = run_cli(*adapt)
    assert nothing.exit_code == 2
    assert "--warm-start" in nothing.stderr
    old = tmp_path / "old" / "last.pt"
    adapted = run_cli(*adapt, "--warm-start", old, "--steps", "1")
    assert adapted.exit_code == 0, adapted.stderr
    assert f"warm start from {old}: 79 of 79 symbols matched" in adapted.stderr
    before, after = load_weights(old), load_weights(tmp_path / "new" / "last.pt")
    assert after["describe"]["config"] == before["describe"]["config"]
    weights = [name for name in before["average"] if name.endswith(("weight", "bias"))]
    moved = [(after["model"][name] - before["average"][name]).abs().max() for name in weights]
    assert max(moved) < 0.01
    on = run_cli(*adapt, "--warm-start", old, "--steps", "2")  # the same command carries on
    assert on.exit_code == 0, on.stderr
    assert "warm start" not in on.stderr
    assert load_weights(tmp_path / "new" / "last.pt")["step"] == 2


@torch.no_grad()
def test_the_guide_fades_by_what_was_measured_and_never_comes_back(prepared, tmp_path):
    config, settings = acoustic.PRESETS["tiny"]
    task = acoustic.AcousticTask(prepared, config, settings, torch.device("cpu"))
    assert task.guide == settings.guide
    measured = task.validate(task.model.eval())
    assert 0 < measured["diagonality"] < 0.3  # an attention that has learnt nothing
    assert task.guide == settings.guide
    task.memory["diagonality"] = 0.5  # as a better validation leaves it
    halfway = task.guide
    assert settings.guide_end < halfway < settings.guide
    task.validate(task.model)
    assert task.guide == halfway
    task.memory["diagonality"] = 0.9
    assert task.guide == settings.guide_end


def test_a_voice_without_a_vocoder_speaks_through_griffin_lim(prepared, tmp_path):
    from voiceover.train.export import export

    acoustic.train(prepared, tmp_path / "run", preset="tiny", steps=2, device="cpu")
    card = export(
        tmp_path / "voice",
        acoustic=tmp_path / "run" / "last.pt",
        vocoder=None,
        name="plain",
        licence="CC0-1.0",
        consent="public",
    )
    assert card.vocoder is None
    assert not (tmp_path / "voice" / bundle.VOCODER).exists()
    speech = next(open_bundle(tmp_path / "voice").speak([Line(1, 0, 1, "Hello there.")]))
    assert abs(speech.audio.samples).max() > 0


def test_broken_recordings_are_left_out_and_named(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(CLIPS, source)
    broken = source / "wavs" / "arctic_a0004.ogg"
    broken.write_bytes(b"not audio")
    made, left_out = corpus.prepare(source, tmp_path / "corpus", workers=2)
    assert len(made.clips) == 19
    assert len(left_out) == 1
    assert str(broken) in left_out[0]
