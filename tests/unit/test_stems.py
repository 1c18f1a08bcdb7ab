from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceover import stems
from voiceover.errors import BadInputError
from voiceover.mixdown import Clip, Span


def clip(index: int) -> Clip:
    return Clip(Span(index, "", 0, 0, 480, 480, -23.0), np.full(480, 0.25, np.float32))


def test_stems_are_named_by_line_and_replace_those_of_an_earlier_run(tmp_path: Path) -> None:
    folder = tmp_path / "stems"
    folder.mkdir()
    (folder / "0009.wav").write_bytes(b"of a line that is no more")
    (folder / "notes.txt").write_text("the user's own")
    with stems.collect(folder) as keep:
        assert keep is not None
        keep(clip(2))
        keep(clip(12345))
        assert {path.name for path in folder.iterdir()} == {"0009.wav", "notes.txt"}
    assert {path.name for path in folder.iterdir()} == {"0002.wav", "12345.wav", "notes.txt"}
    samples, rate = soundfile.read(folder / "0002.wav")
    assert (len(samples), rate) == (480, 48_000)
    assert samples[0] == 0.25


def test_a_run_that_fails_leaves_no_stems(tmp_path: Path) -> None:
    def fail() -> None:
        with stems.collect(tmp_path / "stems") as keep:
            assert keep is not None
            keep(clip(1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_stems_that_are_there_are_replaced_only_by_force(tmp_path: Path) -> None:
    (tmp_path / "0001.wav").write_bytes(b"somebody's work")
    with pytest.raises(BadInputError, match="holds stems already"):
        stems.check_folder(tmp_path, force=False)
    stems.check_folder(tmp_path, force=True)
    with pytest.raises(BadInputError, match="is a file"):
        stems.check_folder(tmp_path / "0001.wav", force=True)
    with pytest.raises(BadInputError, match="no such folder"):
        stems.check_folder(tmp_path / "a" / "b", force=False)
    assert [path.name for path in tmp_path.iterdir()] == ["0001.wav"]
