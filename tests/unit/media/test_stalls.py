from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from voiceover.errors import BadInputError
from voiceover.media import ffmpeg

STALL = 1.0
TONE = ["-f", "lavfi", "-i", "sine=duration=20"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes of this kind")
def test_an_ffmpeg_that_waits_for_ever_is_stopped_and_told_of(tmp_path: Path) -> None:
    dead = tmp_path / "drive"
    os.mkfifo(dead)
    began = time.monotonic()
    with pytest.raises(BadInputError, match=r"film: ffmpeg made no progress for 1 s") as caught:
        ffmpeg.run(["-i", f"file:{dead}", "-f", "null", "-"], about=Path("film"), stall=STALL)
    assert time.monotonic() - began < 10
    assert "answer, and run again" in caught.value.remedy


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes of this kind")
def test_one_that_stops_amid_its_work_shows_what_it_said(tmp_path: Path) -> None:
    status, raw, _ = ffmpeg.run([*TONE, "-f", "wav", "pipe:1"])
    assert status == 0
    dead = tmp_path / "drive"
    os.mkfifo(dead)
    over = threading.Event()

    def serve() -> None:
        with dead.open("wb") as pipe:
            pipe.write(raw[:500_000])
            pipe.flush()
            over.wait(30)

    thread = threading.Thread(target=serve)
    thread.start()
    with pytest.raises(BadInputError, match="no progress") as caught:
        ffmpeg.run(["-v", "verbose", "-i", f"file:{dead}", "-f", "f32le", "-y", f"file:{tmp_path / 'o'}"], stall=STALL)
    over.set()
    thread.join()
    assert "ffmpeg: " in caught.value.message


def test_one_that_works_for_longer_is_left_alone(tmp_path: Path) -> None:
    slow = ["-re", "-f", "lavfi", "-i", "sine=duration=2.5"]  # in real time, longer than it may stand still
    ffmpeg.run([*slow, "-f", "null", "-"], stall=STALL)


def test_one_that_waits_for_us_is_left_alone(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(2):
            time.sleep(1.5)
            yield bytes(8000)

    raw = ["-f", "s16le", "-ar", "8000", "-ch_layout", "mono", "-i", "pipe:0"]
    output = ffmpeg.run([*raw, "-f", "s16le", "pipe:1"], feed=pieces(), stall=STALL)[1]
    assert len(output) == 16_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes of this kind")
def test_one_that_is_read_as_it_goes_is_stopped_too(tmp_path: Path) -> None:
    dead = tmp_path / "drive"
    os.mkfifo(dead)
    with pytest.raises(BadInputError, match=r"film: ffmpeg made no progress for 1 s"):
        list(
            ffmpeg.run_and_read(["-i", f"file:{dead}", "-f", "f32le", "pipe:1"], 1000, about=Path("film"), stall=STALL)
        )


def test_one_that_waits_for_us_to_read_on_is_left_alone() -> None:
    read = 0
    for piece in ffmpeg.run_and_read([*TONE, "-f", "f32le", "pipe:1"], 1_000_000, about=Path("film"), stall=STALL):
        read += len(piece)
        if read == 1_000_000:
            time.sleep(2.5)
    assert read == 20 * 44_100 * 4
