"""The command line of corpora; what is found is tested in unit/train."""

import json
import shutil

import long_recording
import planted
import pytest

from voiceover.train import corpus


def test_one_recording_needs_a_text(tmp_path, run_cli):
    shutil.copy(planted.CLIPS / "wavs" / "arctic_a0004.ogg", tmp_path / "day.ogg")
    refused = run_cli("dataset", "prepare", tmp_path / "day.ogg", "-o", tmp_path / "corpus", "--i-have-the-rights")
    assert refused.exit_code == 2
    assert "--text" in refused.stderr
    refused = run_cli("dataset", "prepare", planted.CLIPS, "--text", tmp_path / "no.srt", "-o", tmp_path / "corpus")
    assert refused.exit_code == 2
    assert not (tmp_path / "corpus").exists()


def test_a_long_recording_becomes_a_corpus(tmp_path, run_cli):
    said = long_recording.record(tmp_path / "day.flac")
    long_recording.subtitle(tmp_path / "day.srt", said)
    made = run_cli(
        "dataset", "prepare", tmp_path / "day.flac", "--text", tmp_path / "day.srt", "-o", tmp_path / "corpus",
        "--i-have-the-rights", "--progress", "json", "--workers", "2",
    )  # fmt: skip
    assert made.exit_code == 0, made.stderr
    events = [json.loads(row) for row in made.stderr.splitlines()]
    assert [event["stage"] for event in events if event["event"] == "stage"] == ["Cutting", "Preparing"]
    assert events[-1] | {"output": ""} == {
        "event": "done", "output": "", "clips": 20, "left_out": 0, "set_aside": 0, "exit_code": 0,
    }  # fmt: skip
    prepared = corpus.load(tmp_path / "corpus")
    assert sorted(clip.text for clip in prepared.clips) == sorted(item.text for item in said)
    assert all(len(clip.clip_sha256) == 64 and len(clip.source_sha256) == 64 for clip in prepared.clips)


def test_inspecting_prints_faults_and_writes_what_was_asked_for(tmp_path, run_cli):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("arctic_a0004", "arctic_a0057"):
        shutil.copy(planted.CLIPS / "wavs" / f"{name}.ogg", source)
        (source / f"{name}.txt").write_text("Lord, but I'm glad to see you again.", encoding="utf-8")
    (source / "broken.wav").write_bytes(b"RIFF")
    (source / "broken.txt").write_text("Not readable.", encoding="utf-8")
    asked = ("--page", tmp_path / "page.html", "--json", tmp_path / "all.json", "--workers", "1")
    told = run_cli("dataset", "inspect", source, *asked)
    assert told.exit_code == 0, told.stderr
    assert "unreadable" in told.stdout
    assert "1 clips with faults" in told.stdout
    assert json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["totals"]["clips"] == 3
    assert (tmp_path / "page.html").is_file()
    told = run_cli("dataset", "inspect", source, "--strict", "--fix", "drop", "--workers", "1")
    assert told.exit_code == 1
    assert "dropped.txt" in told.stdout
    assert run_cli("dataset", "inspect", source, "--strict", "--workers", "1").exit_code == 0


@pytest.mark.parametrize("option", ["--page", "--json"])
def test_a_place_that_cannot_be_written_is_told_before_the_work(tmp_path, run_cli, option):
    told = run_cli("dataset", "inspect", planted.CLIPS, option, tmp_path / "none" / "file")
    assert told.exit_code == 2
    assert "no such folder" in told.stderr
