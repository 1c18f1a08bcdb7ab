"""What voiceover is made of collects nothing for anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_opening_a_voice_leaves_no_files_of_usage_data(tmp_path: Path) -> None:
    unset = {name: value for name, value in os.environ.items() if name not in {"ORT_DISABLE_TELEMETRY", "CI"}}
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    env = {**unset, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "TMPDIR": str(temporary)}
    opened = "from voiceover.voices.catalog import open_voice; open_voice('narrator', 'cpu')"
    subprocess.run([sys.executable, "-c", opened], env=env, check=True, timeout=120)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
