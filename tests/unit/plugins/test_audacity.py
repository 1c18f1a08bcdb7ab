"""plugins/audacity/narrate.py with a stand-in for Audacity; benchmarks/editors.py drives the real one."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from voiceover.editors import assembly


@pytest.fixture
def narrate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, content in assembly.assemble_audacity(["voiceover"]).items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("narrate", "voiceover_link"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("narrate")


class Project:
    """A project that knows tracks, clips and labels, and takes the commands that the script gives."""

    def __init__(self, labels: list[Any] | None = None, drift: float = 0.0) -> None:
        self.tracks: list[dict[str, Any]] = [{"name": "Music", "clips": [], "labels": []}]
        self.said = labels or []
        self.drift = drift
        self.chosen, self.span, self.copied = 0, (0.0, 0.0), ""

    def do(self, command: str, **options: Any) -> str:
        getattr(self, f"on_{command.lower()}")(**options)
        return ""

    def select(self, track: int, start: float, end: float) -> None:
        self.chosen, self.span = track, (start, end)

    def list_all(self, kind: str) -> list[Any]:
        if kind == "Labels":
            return self.said + [
                [number, track["labels"]] for number, track in enumerate(self.tracks) if track["labels"]
            ]
        if kind == "Clips":
            return [{"start": float(f"{start:.6g}")} for track in self.tracks for start, _ in track["clips"]]
        return self.tracks

    def on_import2(self, Filename: str) -> None:  # noqa: N803
        self.tracks.append({"name": Filename, "clips": [(0.0, Filename)], "labels": []})

    def on_selecttracks(self, Track: int, **_: Any) -> None:  # noqa: N803
        self.chosen = Track

    def on_settrackstatus(self, Name: str) -> None:  # noqa: N803
        self.tracks[self.chosen]["name"] = Name

    def on_setclip(self, At: float, Start: str) -> None:  # noqa: N803
        self.tracks[self.chosen]["clips"] = [(float(Start), self.tracks[self.chosen]["clips"][0][1])]

    def on_copy(self) -> None:
        self.copied = self.tracks[self.chosen]["clips"][0][1]

    def on_removetracks(self) -> None:
        del self.tracks[self.chosen]

    def on_paste(self) -> None:
        self.tracks[self.chosen]["clips"].append((self.span[0] + self.drift, self.copied))

    def on_newlabeltrack(self) -> None:
        self.chosen = len(self.tracks)
        self.tracks.append({"name": "", "clips": [], "labels": []})

    def on_addlabel(self) -> None:
        self.tracks[self.chosen]["labels"].append([*self.span, ""])

    def on_setlabel(self, Label: int, Text: str) -> None:  # noqa: N803
        every = [label for _, labels in self.said for label in labels]
        every += [label for track in self.tracks for label in track["labels"]]
        every[Label][2] = Text


LINES = [
    {"path": f"{number}.wav", "clip_start": start, "clip_end": start + 1, "cue_start": start, "cue_end": start + 2}
    | {"speaker": speaker, "text": f"Line {number}"}
    for number, (start, speaker) in enumerate([(1.5, None), (4000.123456, None), (3.0, "ANNA")])
]


def test_every_speaker_has_a_track_and_every_clip_its_time(narrate: ModuleType) -> None:
    project = Project()
    narrate.add_clips(project, LINES)
    assert [(track["name"], track["clips"]) for track in project.tracks] == [
        ("Music", []),
        ("Narration", [(1.5, "0.wav"), (4000.123456, "1.wav")]),
        ("Narration ANNA", [(3.0, "2.wav")]),
    ]


def test_a_clip_that_is_not_where_it_belongs_is_told(narrate: ModuleType) -> None:
    with pytest.raises(narrate.voiceover_link.LinkError, match=r"not where it belongs, at 4000.123 s: Line 1"):
        narrate.add_clips(Project(drift=0.1), LINES)


def test_the_lines_become_labels_after_those_that_are_there(narrate: ModuleType) -> None:
    theirs = [[0.0, 1.0, "Theirs"]]
    project = Project(labels=[[0, theirs]])
    narrate.add_labels(project, LINES)
    assert theirs == [[0.0, 1.0, "Theirs"]]
    assert project.tracks[-1]["name"] == "Narrated lines"
    assert [label[2] for label in project.tracks[-1]["labels"]] == ["Line 0", "Line 2", "Line 1"]


def test_a_label_without_a_length_lasts_until_the_next(narrate: ModuleType) -> None:
    project = Project(labels=[[1, [[9.0, 9.0, "last"], [1.0, 2.0, "first"], [3.0, 3.0, "point"], [4.0, 4.0, "  "]]]])
    assert narrate.read_labels(project) == [(1.0, 2.0, "first"), (3.0, 8.0, "point"), (9.0, 14.0, "last")]
    with pytest.raises(narrate.voiceover_link.LinkError, match="no labels"):
        narrate.read_labels(Project(labels=[[1, [[1.0, 2.0, " "]]]]))


def test_quotes_and_line_breaks_reach_audacity_as_one_text(narrate: ModuleType) -> None:
    assert narrate._quote('say "it"\n\\ now') == '"say \\"it\\" \\\\ now"'


@pytest.mark.skipif(os.name == "nt", reason="Windows' pipes have no path to hide")
def test_without_audacity_the_user_hears_what_to_enable(
    narrate: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)  # nobody's pipe
    monkeypatch.setattr(sys, "argv", ["narrate.py"])
    assert narrate.main() == 1
    assert "mod-script-pipe" in capsys.readouterr().err


def test_the_command_that_installed_it_is_noted(narrate: ModuleType) -> None:
    folder = Path(narrate.__file__).parent
    assert (folder / "command.txt").read_text() == "voiceover\n"
    assert json.loads((folder / assembly.MARK).read_text())["format"] == 1
