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
    (folder / "2024-07 interview.wav").write_bytes(b"the user's own, too")
    theirs = {"notes.txt", "2024-07 interview.wav"}
    with stems.collect(folder) as keep:
        assert keep is not None
        keep(clip(2))
        keep(clip(12345))
        assert {path.name for path in folder.iterdir()} == {"0009.wav", *theirs}
    assert {path.name for path in folder.iterdir()} == {"0002.wav", "12345.wav", *theirs}
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


def test_a_stem_that_cannot_be_written_is_told_by_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)

    def collect() -> None:
        with stems.collect(tmp_path / "s") as keep:
            assert keep is not None
            keep(clip(3))

    with pytest.raises(BadInputError, match=r"^\S+/s/0003.wav: cannot be written: No space left") as caught:
        collect()
    assert "--stems" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []
