"""plugins/link/voiceover_link.py, with a command that says what each test wants."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from voiceover.editors.assembly import source_folder


@pytest.fixture(scope="module")
def link() -> ModuleType:
    spec = importlib.util.spec_from_file_location("voiceover_link", source_folder() / "link" / "voiceover_link.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def start(link: ModuleType, script: str, **options: Any) -> Any:
    return link.Job([sys.executable, "-c", script], [], tells=True, **options)


def telling(*events: dict[str, Any] | str, code: int = 0) -> str:
    said = [event if isinstance(event, str) else json.dumps(event) for event in events]
    return f"import sys; print({chr(10).join(said)!r}, file=sys.stderr); sys.exit({code})"


START = {"event": "start", "format": 1, "version": "1.0", "command": "narrate", "lines": 1}
LINE = {"event": "line", "index": 1}
DONE = {"event": "done", "output": "o.wav", "exit_code": 0}


@pytest.mark.parametrize("code", [0, 1, 4])
def test_done_makes_a_success(link: ModuleType, code: int) -> None:
    job = start(link, telling(START, LINE, {"event": "new in some later version"}, DONE, code=code))
    job.wait()
    assert (job.error, job.lines, job.done) == ("", [LINE], DONE)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (telling(START, LINE), "without saying that it was done"),
        (telling(START, DONE, LINE), "without saying that it was done"),
        (
            telling({"event": "error", "message": "No voice.", "remedy": "Get one.", "exit_code": 2}, code=2),
            "No voice. Get",
        ),
        (telling("Usage: voiceover", "No such option: --x", code=2), "ended with 2. Usage: voiceover No such option"),
        (telling(START, DONE, code=3), "ended with 3"),
        (telling({**START, "format": 2}, DONE), "newer than this plugin"),
        ("import os; os.kill(os.getpid(), 9)", "ended with"),
    ],
)
def test_nothing_but_done_is_a_success(link: ModuleType, script: str, says: str) -> None:
    job = start(link, script)
    job.wait()
    assert job.done is None
    assert says in job.error


def test_a_run_is_looked_at_without_waiting_and_can_be_cancelled(link: ModuleType) -> None:
    event = {"event": "advance", "stage": "Speaking", "done": 1, "total": 4}
    job = start(link, f"import sys, time; print({json.dumps(event)!r}, file=sys.stderr, flush=True); time.sleep(60)")
    began = time.monotonic()
    while not job.share and time.monotonic() - began < 30:
        assert not job.poll()
        time.sleep(0.01)
    assert job.share == 0.25
    job.cancel()
    job.wait()
    assert (job.error, job.done) == ("Cancelled.", None)
    assert time.monotonic() - began < 30


def test_what_an_editor_sets_for_its_own_python_is_not_passed_on(
    link: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH"):
        monkeypatch.setenv(name, "/of/an/editor")
    monkeypatch.setenv("KEPT", "yes")
    job = link.Job([sys.executable, "-c", "import os; print(sorted(os.environ))"], [])
    job.wait()
    assert "KEPT" in job.output
    assert not any(name in job.output for name in ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH"))


def test_a_command_is_a_path_or_a_line(link: ModuleType, tmp_path: Path) -> None:
    program = tmp_path / "a program"
    program.touch()
    assert link.split_command(f" {program}\n") == [str(program)]
    assert link.split_command("'/a b/python' -m voiceover") == ["/a b/python", "-m", "voiceover"]
    for wrong in ("", "  ", "'open"):
        with pytest.raises(link.LinkError):
            link.split_command(wrong)
    with pytest.raises(link.LinkError, match="cannot be started"):
        link.Job(["/no/such/voiceover"], [])


def test_subtitles_survive_what_people_write(link: ModuleType, tmp_path: Path) -> None:
    from voiceover import subtitles

    path = tmp_path / "strips.srt"
    link.write_subtitles(
        str(path), [(0.0, 1.0416667, "One\n\n\ntwo"), (3599.9996, 3601.0, "a --> b\r\nÄ"), (7200, 7201, "7")]
    )
    cues = subtitles.read(path)
    assert [(cue.start, cue.end) for cue in cues] == [(0.0, 1.042), (3600.0, 3601.0), (7200.0, 7201.0)]
    assert [cue.text for cue in cues] == ["One\ntwo", "a — b\nÄ", "7"]
