from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from voiceover import __version__
from voiceover.errors import BadInputError
from voiceover.progress import PlainProgress, Progress
from voiceover.progress_file import record


def test_the_file_has_every_event_as_it_happens_and_the_screen_its_own(tmp_path: Path) -> None:
    screen, file = io.StringIO(), tmp_path / "events.jsonl"
    progress = record(PlainProgress(screen), file)
    progress.start("narrate", lines=2)
    assert json.loads(file.read_text("utf-8")) == {
        "event": "start",
        "format": 1,
        "version": __version__,
        "command": "narrate",
        "lines": 2,
    }
    with progress:
        progress.stage("Speaking", 2)
        progress.advance()
        progress.note("half", way=True)
        progress.warn("odd")
        progress.line(index=1, path="é.wav")
    progress.error(BadInputError("bad", "better"))
    progress.done(output="o.wav", exit_code=0)
    events = [json.loads(line)["event"] for line in file.read_text("utf-8").splitlines()]
    assert events == ["start", "stage", "advance", "note", "warning", "line", "error", "done"]
    assert screen.getvalue() == "Speaking: 2\nSpeaking: 1 of 2\nhalf\nwarning: odd\nerror: bad\nbetter\n"


def test_a_name_that_a_program_reserved_is_taken_and_a_file_with_content_is_not(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.touch()
    record(Progress(), file).done(exit_code=0)
    before = file.read_bytes()
    assert before
    with pytest.raises(BadInputError, match="exists") as caught:
        record(Progress(), file)
    assert "--progress-file" in caught.value.remedy
    assert file.read_bytes() == before
    record(Progress(), file, force=True)
    assert file.read_bytes() == b""


@pytest.mark.parametrize("name", ["missing/events.jsonl", "."])
def test_a_file_that_cannot_be_written_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="progress cannot be written there") as caught:
        record(Progress(), tmp_path / name)
    assert "--progress-file" in caught.value.remedy
