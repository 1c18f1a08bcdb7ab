"""The add-on in the Blender of this machine, with a voice that only beeps; benchmarks/editors.py has the real one."""

from __future__ import annotations

import shutil
from pathlib import Path

import doubles
import narrated_strips
import pytest

from voiceover import editors

BLENDER = shutil.which("blender")


@pytest.mark.skipif(BLENDER is None, reason="Blender is not installed (apt install blender)")
def test_text_strips_are_narrated_saved_mixed_down_and_edited(tmp_path: Path) -> None:
    assert BLENDER is not None
    extension, addon = editors.pack_blender(tmp_path)
    brought = doubles.install(tmp_path / "plugins")
    command = narrated_strips.write_command(tmp_path, brought, Path(doubles.__file__).parent)
    program = [BLENDER, "-b", "--factory-startup", "--python-exit-code", "3", "--python", str(narrated_strips.SCRIPT)]
    narrated = narrated_strips.narrate(program, addon, command, tmp_path, voice="beep:words", fps="30/1.001")
    narrated_strips.check(narrated)
    assert extension.exists()
