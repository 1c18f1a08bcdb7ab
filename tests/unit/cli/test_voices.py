from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import doubles
import pytest

from voiceover.cli import main
from voiceover.voices import catalog
from voiceover.voices.catalog import Entry

ENTRIES = [
    Entry("anna", "bundle", "en-GB", "CC-BY-4.0", "/voices/anna"),
    Entry("broken", "bundle", "", "", "/voices/broken", problem="its voice.json is not JSON"),
    Entry("system:fred", "system", "en", "", "operating system"),
]


@pytest.fixture(autouse=True)
def voices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "entries", lambda: ENTRIES)


def test_the_table_has_a_row_for_each_voice(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["voices", "list"]) == 0
    table = capsys.readouterr().out
    rows = [line for line in table.splitlines() if line.startswith("│")]
    assert [row.split("│")[1].strip() for row in rows] == ["anna", "broken", "system:fred"]
    assert "unusable: its voice.json is not JSON" in table


def test_json_has_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["voices", "list", "--json"]) == 0
    stored = json.loads(capsys.readouterr().out)
    assert stored["format"] == 1
    assert stored["voices"][0] == {
        "name": "anna",
        "kind": "bundle",
        "language": "en-GB",
        "licence": "CC-BY-4.0",
        "where": "/voices/anna",
        "problem": "",
    }


def test_an_unknown_voice_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["voices", "show", "nobody"]) == 2
    assert "no voice “nobody”" in capsys.readouterr().err


def test_a_plug_in_voice_is_opened_to_be_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(doubles.install(tmp_path))
    assert main.run(["voices", "show", "beep:x", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "kind": "beep", "name": "BeepVoice:x", "sample_rate": doubles.RATE, "consent": "not known",
    }  # fmt: skip


def test_a_card_is_shown_for_people_without_networks_and_symbols(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = {
        "format": 1, "name": "anna", "language": "en-GB", "licence": "CC-BY-4.0", "consent": "given",
        "sample_rate": 22050, "mel": {"hop_length": 256}, "training": {"acoustic_steps": 7},
        "front_end": {"name": "f", "version": 3, "symbols": ["a", "b"]},
        "acoustic": {"kind": "tacotron2", "config": {"encoder_dim": 512}},
    }  # fmt: skip
    (tmp_path / "voice.json").write_text(json.dumps(card))
    assert main.run(["voices", "show", str(tmp_path)]) == 0
    rows = [line.split("│")[1:3] for line in capsys.readouterr().out.splitlines() if line.startswith("│")]
    assert [(key.strip(), value.strip()) for key, value in rows] == [
        ("name", "anna"),
        ("language", "en-GB"),
        ("licence", "CC-BY-4.0"),
        ("consent", "given"),
        ("sample rate", "22050 Hz"),
        ("front end", "f 3, 2 symbols"),
        ("acoustic", "tacotron2"),
        ("training", "acoustic steps: 7"),
        ("where", str(tmp_path)),
    ]
    assert main.run(["voices", "show", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["acoustic"]["config"] == {"encoder_dim": 512}


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("ran",)


def test_an_import_runs_nothing_and_tells_what_it_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_cli: Callable[..., Any]
) -> None:
    import torch

    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    torch.save({"state_dict": {}, "hparams": _Evil()}, tmp_path / "evil.pt")
    done = run_cli("voices", "import", "--acoustic", "evil.pt", "--name", "evil")
    assert done.exit_code == 2
    assert "refused, reading it would run" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["evil.pt"]


def test_an_export_that_lacks_its_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_cli: Callable[..., Any]
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    done = run_cli("voices", "export", "narrator", "--format", "onnx", "-o", tmp_path / "graphs")
    assert done.exit_code == 3
    assert "pip install 'voiceover[export]'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_only_bundles_are_exported(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    done = run_cli("voices", "export", "system:en", "-o", tmp_path / "x.voice")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Only voice bundles can be" in done.stderr
