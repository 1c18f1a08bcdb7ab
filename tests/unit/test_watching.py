from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from voiceover import watching
from voiceover.watching import Watched


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "film.srt"
    path.write_text("first")
    return path


def after(seconds: float, act: Callable[[], object]) -> None:
    threading.Timer(seconds, act).start()


def in_place(path: Path) -> None:
    path.write_text("second")


def by_rename(path: Path) -> None:
    new = path.with_name("film.srt.swp")
    new.write_text("second")
    new.replace(path)


def emptied_first(path: Path) -> None:
    path.write_text("")
    time.sleep(watching.SETTLED * 1.5)
    path.write_text("second")


def in_steps(path: Path) -> None:
    for end in range(1, 7):
        path.write_text("second"[:end])
        time.sleep(watching.SETTLED / 3)


def moved_away_first(path: Path) -> None:
    path.rename(path.with_name("film.srt~"))
    time.sleep(watching.SETTLED * 1.5)
    path.write_text("second")


@pytest.mark.parametrize("save", [in_place, by_rename, emptied_first, in_steps, moved_away_first])
def test_a_save_is_told_once_and_when_it_is_whole(file: Path, save: Callable[[Path], None]) -> None:
    watched = Watched([file, file.with_name("cast.yaml")])
    after(0.1, lambda: save(file))
    assert watched.wait() == (file,)
    assert file.read_text() == "second"


def test_what_is_saved_before_the_wait_counts(file: Path) -> None:
    watched = Watched([file])
    file.write_text("second")
    assert watched.wait() == (file,)


def test_a_save_of_the_same_and_other_files_are_no_change(file: Path) -> None:
    watched = Watched([file])
    after(0.05, lambda: file.write_text("first"))
    after(0.1, lambda: file.with_name("film.wav").write_text("ours"))
    changed = time.monotonic() + 0.8
    after(0.8, lambda: file.write_text("second"))
    assert watched.wait() == (file,)
    assert time.monotonic() >= changed


def test_a_file_that_stays_away_is_told_and_waited_for(file: Path) -> None:
    watched = Watched([file])
    file.unlink()
    assert watched.wait() == (file,)
    assert not file.exists()
    after(0.1, lambda: file.write_text("back"))
    assert watched.wait() == (file,)
    assert file.read_text() == "back"


def test_a_link_is_followed(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = elsewhere / "link.srt"
    link.symlink_to(file)
    watched = Watched([link])
    after(0.1, lambda: by_rename(file))
    assert watched.wait() == (link,)
