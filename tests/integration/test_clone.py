"""A voice cloned from eight test clips, in as few steps as prove the path."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voiceover import calibration
from voiceover.train import cloning
from voiceover.voices import bundle

CLIPS = Path(__file__).parents[1] / "data" / "clips"


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Return a folder of eight recordings with their texts."""
    folder = tmp_path / "recordings"
    (folder / "wavs").mkdir(parents=True)
    rows = (CLIPS / "metadata.csv").read_text(encoding="utf-8").splitlines()[:8]
    (folder / "metadata.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for row in rows:
        name = f"{row.partition('|')[0]}.ogg"
        shutil.copy(CLIPS / "wavs" / name, folder / "wavs" / name)
    return folder


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloning, "plan", lambda seconds: cloning.Plan(3, 3, 0.5))
    monkeypatch.setattr(cloning, "LEAST_SECONDS", 5.0)
    monkeypatch.setattr(cloning, "_EVALUATED", 1)
    monkeypatch.setattr(cloning, "_CALIBRATION_SECONDS", 1.0)  # one batch of lines
    monkeypatch.setattr(calibration, "LEAST", 20)


def test_recordings_become_a_voice_that_speaks(
    run_cli: Callable[..., Any], recordings: Path, tmp_path: Path, home: Path
) -> None:
    work = tmp_path / "work"
    command = ("clone", recordings, "--name", "twin", "--i-have-the-rights", "--work", work, "--device", "cpu")
    made = run_cli(*command)
    assert made.exit_code == 0, made.stderr
    assert made.stdout.splitlines()[0] == str(home / "voices" / "twin")
    card = bundle.check(home / "voices" / "twin")
    assert card.training["base"] == "narrator"
    assert "rights" in card.consent
    assert card.durations is not None
    assert card.durations.figures["lines"] >= 20
    assert (work / "page" / "index.html").is_file()
    assert (work / "voice" / "twin" / "sample.wav").is_file()
    assert (work / "corpus" / "inspection.html").is_file()
    names = {m["name"] for m in json.loads((work / "evaluation.json").read_text())["sections"][0]["materials"]}
    assert {"recordings", "twin", "narrator"} <= names
    spoken = run_cli("say", "Hello there.", "--voice", "twin", "-o", tmp_path / "hello.wav")
    assert spoken.exit_code == 0, spoken.stderr

    before = (work / "runs" / "acoustic" / "last.pt").stat().st_mtime_ns
    again = run_cli(*command)
    assert again.exit_code == 0, again.stderr
    assert (work / "runs" / "acoustic" / "last.pt").stat().st_mtime_ns == before  # what is done is not done again


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--name", "twin"), "--i-have-the-rights"),
        (("--name", "../twin", "--i-have-the-rights"), "cannot be a voice's name"),
        (("--name", "twin", "--i-have-the-rights", "--base", "nobody"), "nobody"),
        (("--name", "twin", "--i-have-the-rights", "--base", "beep:"), "cannot be trained"),
    ],
)
def test_what_cannot_be_cloned_is_refused_before_any_work(
    run_cli: Callable[..., Any], recordings: Path, tmp_path: Path, arguments: tuple[str, ...], expected: str
) -> None:
    refused = run_cli("clone", recordings, "--work", tmp_path / "work", *arguments)
    assert refused.exit_code == 2
    assert expected in refused.stderr
    assert not (tmp_path / "work").exists()


def test_too_little_speech_makes_no_voice(
    run_cli: Callable[..., Any], recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloning, "LEAST_SECONDS", 1000.0)
    work = tmp_path / "work"
    refused = run_cli("clone", recordings, "--name", "twin", "--i-have-the-rights", "--work", work)
    assert refused.exit_code == 2
    assert "s of usable speech" in refused.stderr
