from pathlib import Path

import pytest

from voiceover.batch import contents
from voiceover.config import DubSettings, Precision


def looked_at(folder: Path, precision: Precision) -> contents.Contents:
    film = folder / "film.mp4"
    film.touch()
    return contents.look(DubSettings(video=film, source=film, output=folder / "out.mp4", precision=precision))


@pytest.mark.parametrize(("precision", "same"), [("fp32", True), ("int8", False), ("bf16", False)])
def test_what_sounds_otherwise_is_another_dub(tmp_path: Path, precision: str, same: bool) -> None:
    usual = looked_at(tmp_path, Precision.AUTO)
    assert (looked_at(tmp_path, Precision(precision)).settings == usual.settings) is same
