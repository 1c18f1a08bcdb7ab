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
