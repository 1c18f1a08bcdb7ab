"""`voiceover evaluate` with test voices; what is measured is in unit/train/test_evaluation.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import doubles
import pytest

import voiceover
from voiceover.train import evaluation
from voiceover.train.evaluation import Judges

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def voices(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the test voices, and none of the optional packages, whatever this machine has."""
    monkeypatch.syspath_prepend(doubles.install(tmp_path_factory.mktemp("plugins")))
    monkeypatch.setattr(evaluation, "open_judges", Judges)


def test_table_json_and_page(run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "few.txt").write_text("Good morning.\n\nThat is all.\n", encoding="utf-8")
    arguments = [
        "evaluate", "beep:a", "--compare", "overrun:b", "--lines", tmp_path / "few.txt", "--no-hard",
        "--json", tmp_path / "found.json", "--page", tmp_path / "page.html",
    ]  # fmt: skip
    finished = run_cli(*arguments)
    assert finished.exit_code == 0, finished.stderr
    assert finished.stdout.splitlines()[:2] == [str(tmp_path / "page.html"), str(tmp_path / "found.json")]
    for shown in ("lines of few.txt (2)", "BeepVoice:a", "OverrunVoice:b", "milliseconds per character", "clipped"):
        assert shown in finished.stdout
    assert "word error rate: not installed: pip install 'voiceover[asr]'" in finished.stdout
    stored = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert stored["format"] == 1
    assert stored["sections"][0]["texts"] == ["Good morning.", "That is all."]
    assert len(stored["sections"][0]["materials"][1]["takes"]) == 2
    assert "Good morning." in (tmp_path / "page.html").read_text(encoding="utf-8")

    again = run_cli(*arguments)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert run_cli(*arguments, "--force", "--quiet").stdout.splitlines() == finished.stdout.splitlines()[:2]


def test_two_voices_of_one_name_are_told_apart_by_what_was_written(run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "few.txt").write_text("Good morning.\n", encoding="utf-8")
    arguments = ["--no-hard", "--lines", tmp_path / "few.txt", "--json", tmp_path / "found.json", "--force"]
    bundled = Path(voiceover.__file__).parent / "voices" / "bundled" / "narrator"
    for other, name in ((str(bundled), str(bundled)), ("narrator", "narrator again")):
        finished = run_cli("evaluate", "narrator", "--compare", other, *arguments)
        assert finished.exit_code == 0, finished.stderr
        stored = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
        assert (stored["voice"], stored["compared_with"]) == ("narrator", name)
        one, two = stored["sections"][0]["materials"]
        assert one["takes"] == two["takes"]


def test_without_lines_it_speaks_its_own_sentences(run_cli: Run) -> None:
    finished = run_cli("evaluate", "beep:a", "--count", "3")
    assert finished.exit_code == 0, finished.stderr
    assert "ordinary sentences (3)" in finished.stdout
    assert "hard sentences (50)" in finished.stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["no-such-voice"], "no voice"),
        (["beep:a", "--corpus", "nowhere"], "no prepared corpus"),
        (["beep:a", "--lines", "nowhere.srt"], "nowhere.srt"),
        (["beep:a", "--json", "nowhere/found.json"], "no such folder"),
    ],
)
def test_bad_input_says_what_is_wrong(
    run_cli: Run, arguments: list[str], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    finished = run_cli("evaluate", *arguments)
    assert finished.exit_code == 2
    assert why in finished.stderr
    assert not list(tmp_path.iterdir())


def test_a_voice_of_another_language_needs_lines_of_its_own(
    run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubles.BeepVoice, "language", "de-de")
    refused = run_cli("evaluate", "beep:a")
    assert refused.exit_code == 2
    assert "--lines" in refused.stderr
    (tmp_path / "few.txt").write_text("Guten Morgen.\n", encoding="utf-8")
    finished = run_cli("evaluate", "beep:a", "--lines", tmp_path / "few.txt")
    assert finished.exit_code == 0, finished.stderr
    assert "hard sentences, which are English, are left out" in finished.stderr
    assert "word error rate: the recogniser knows English only" in finished.stdout
