from __future__ import annotations

from pathlib import Path

import pytest

from voiceover.cli import main


@pytest.mark.parametrize("network", ["acoustic", "vocoder"])
def test_a_missing_corpus_and_an_unknown_preset_are_bad_input(
    network: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", network, str(tmp_path / "none"), "--run", str(tmp_path / "run")]
    assert main.run(arguments) == 2
    assert "no prepared corpus there" in capsys.readouterr().err
    assert main.run([*arguments, "--preset", "huge"]) == 2
    assert "--preset huge" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_recordings_that_are_not_there_are_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["dataset", "prepare", str(tmp_path / "none"), "-o", str(tmp_path / "corpus")]) == 2
    assert "none" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
