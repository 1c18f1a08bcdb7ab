from __future__ import annotations

import json
from pathlib import Path

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
    assert json.loads(capsys.readouterr().out) == {"kind": "beep", "name": "BeepVoice:x", "sample_rate": doubles.RATE}


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
