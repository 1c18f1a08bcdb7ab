from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voiceover import scratch

HOLD = """
import sys, time
from pathlib import Path
from voiceover import scratch
with scratch.folder(within=Path(sys.argv[1])) as folder:
    (folder / "sound").write_text("much")
    print(folder, flush=True)
    time.sleep(60)
"""


def test_a_folder_goes_when_its_block_ends(tmp_path: Path) -> None:
    with scratch.folder(within=tmp_path) as folder:
        (folder / "sound").touch()
        assert scratch.contents(folder) == [folder / "sound"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows locks no folders")
def test_only_a_dead_process_loses_its_folder(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert scratch.sweep(within=tmp_path) == 0
        assert (folder / "sound").exists()
        process.kill()
        process.wait()
    assert scratch.sweep(within=tmp_path) == 1
    assert not folder.exists()


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    (tmp_path / "voiceover-new").mkdir()
    old = tmp_path / "voiceover-old"
    full = tmp_path / "voiceover-full"
    (full / "film").mkdir(parents=True)
    other = tmp_path / "something"
    for folder in (old, other):
        folder.mkdir()
    for folder in (old, other, full):
        os.utime(folder, (time.time() - 3600,) * 2)
    assert scratch.sweep(within=tmp_path) == 1
    assert not old.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["something", "voiceover-full", "voiceover-new"]
