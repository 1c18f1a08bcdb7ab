from __future__ import annotations

import tempfile
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from voiceover import room
from voiceover.config import DubSettings, Mix
from voiceover.errors import BadInputError
from voiceover.media import Media, Stream

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def film(tmp_path: Path) -> Media:
    path = tmp_path / "a.mp4"
    path.write_bytes(bytes(1_000_000))
    return Media(path, "mov,mp4", 7200.0, (Stream(0, "video", "h264"), Stream(1, "audio", "aac", channels=2)))


def settings(folder: Path) -> DubSettings:
    return DubSettings(video=folder / "a.mp4", source=folder / "a.srt", output=folder / "out" / "a.mp4")


def test_sound_on_the_disk_is_counted(film: Media) -> None:
    second = 48_000 * 4
    assert room.scratch_bytes(film, Mix.DUCK) == 7200 * second * 6  # narration, mix of 2, decoded 2, one of it in mono
    assert room.scratch_bytes(film, Mix.REPLACE) == 7200 * second * 3
    assert room.output_bytes(film) == 1_000_000 + 7200 * 24_000


def test_a_disk_too_small_is_told_with_numbers(film: Media, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(room.shutil, "disk_usage", lambda folder: Usage(0, 0, 3_000_000_000))
    with pytest.raises(BadInputError, match=r"8\.5 GB are needed for .*a\.mp4, and 3\.0 GB are free"):
        room.check(settings(tmp_path), film)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda folder: Usage(0, 0, 9_000_000_000))
    room.check(settings(tmp_path), film)


def test_what_is_signed_needs_room_once_more(film: Media, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[Path, int] = {}
    monkeypatch.setattr(room, "_by_disk", lambda need: asked.update(need) or {})
    plain = settings(tmp_path)
    room.check(plain, film)
    before = dict(asked)
    room.check(replace(plain, c2pa=(tmp_path / "certificate.pem", tmp_path / "key.pem")), film)
    assert {folder: size - before[folder] for folder, size in asked.items()} == dict.fromkeys(
        before, room.output_bytes(film)
    )


def test_each_disk_is_asked_for_its_own(film: Media, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    temporary = Path(tempfile.gettempdir())
    free = {tmp_path / "out": 1_000_000_000, temporary: 1_000_000_000}
    monkeypatch.setattr(room.shutil, "disk_usage", lambda folder: Usage(0, 0, free[folder]))
    need = {tmp_path / "out": (200_000_000, free[tmp_path / "out"]), temporary: (8_000_000_000, free[temporary])}
    monkeypatch.setattr(room, "_by_disk", lambda _: need)
    with pytest.raises(BadInputError, match="for sound of") as caught:
        room.check(settings(tmp_path), film)
    assert "TMPDIR" in caught.value.remedy
