from __future__ import annotations

import io
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voiceover.batch import lock
from voiceover.errors import BadInputError
from voiceover.progress import Progress

HOLD = """
import sys, time
from pathlib import Path
from voiceover.batch import lock
from voiceover.progress import Progress
with lock.locked(Path(sys.argv[1]), Progress()):
    print("held", flush=True)
    time.sleep(60)
"""


def start(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.skipif(os.name == "nt", reason="Windows locks no folders")
def test_a_live_run_is_named_and_a_dead_ones_place_is_taken(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        told = rf"process {process.pid} on {platform.node()}"
        with pytest.raises(BadInputError, match=told) as caught, lock.locked(tmp_path, Progress()):
            pass
        assert f"kill {process.pid}" in caught.value.remedy
        process.kill()
    shown = io.StringIO()
    with lock.locked(tmp_path, Progress(shown)):
        assert f"process {process.pid}" in shown.getvalue()
        assert json.loads((tmp_path / lock.NAME).read_text())["pid"] == os.getpid()
    assert list(tmp_path.iterdir()) == []


def owned(folder: Path, **values: object) -> Path:
    path = folder / lock.NAME
    path.write_text(json.dumps({"pid": 1, "host": "elsewhere", "since": "yesterday", **values}))
    return path


def test_a_run_on_another_machine_counts_as_long_as_it_gives_signs_of_life(tmp_path: Path) -> None:
    path = owned(tmp_path)
    with pytest.raises(BadInputError, match="process 1 on elsewhere") as caught, lock.locked(tmp_path, Progress()):
        pass
    assert str(path) in caught.value.remedy
    long_ago = time.time() - lock.SILENT_SECONDS - 5
    os.utime(path, (long_ago, long_ago))
    with lock.locked(tmp_path, Progress(io.StringIO())):
        pass
    assert not path.exists()


def test_signs_of_life_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.05)
    with lock.locked(tmp_path, Progress()):
        path = tmp_path / lock.NAME
        os.utime(path, (1, 1))
        deadline = time.monotonic() + 10
        while path.stat().st_mtime < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert path.stat().st_mtime > 2


def test_without_locks_the_process_itself_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "hold", lambda folder: lock.NO_LOCKS)
    owned(tmp_path, host=platform.node(), pid=os.getppid())
    with pytest.raises(BadInputError, match="another batch"), lock.locked(tmp_path, Progress()):
        pass
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    owned(tmp_path, host=platform.node(), pid=gone.pid)
    with lock.locked(tmp_path, Progress(io.StringIO())):
        pass


def test_a_file_that_says_nothing_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / lock.NAME).write_text("")
    with lock.locked(tmp_path, Progress()):
        pass


@pytest.mark.skipif(os.name == "nt", reason="Windows locks no folders")
def test_a_run_over_the_whole_keeps_one_over_a_part_out(tmp_path: Path) -> None:
    part = tmp_path / "week"
    part.mkdir()
    with start(tmp_path) as process:
        with pytest.raises(BadInputError, match=str(process.pid)), lock.locked(part, Progress(), [tmp_path]):
            pass
        process.kill()
    with lock.locked(part, Progress(), [tmp_path]):  # dead, and not this run's to clear away
        assert (tmp_path / lock.NAME).exists()
