from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from voiceover import backlog
from voiceover.backlog import Backlog
from voiceover.types import Audio, Line, MelPiece, Speech, SpokenMel


def clip(seconds: float, number: int = 0, mel: np.ndarray | None = None) -> Speech:
    generator = np.random.default_rng(number)
    samples = generator.standard_normal(round(seconds * 22_050)).astype(np.float32)
    values = generator.standard_normal((80, 87)).astype(np.float16) if mel is None else mel
    return Speech(
        Line(number, 0.0, 1.0, "x"), Audio(samples, 22_050), "x", 0.0, 1.0, mel=SpokenMel(values, (MelPiece(87, 0, 1),))
    )


def same(one: Speech, other: Speech) -> bool:
    assert one.mel is not None
    assert other.mel is not None
    return np.array_equal(one.audio.samples, other.audio.samples) and np.array_equal(one.mel.values, other.mel.values)


def test_clips_come_back_as_they_were_from_memory_and_from_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "_SEGMENT", 1 << 20)  # so that several are needed
    keeping = Backlog(free_bytes=500_000)
    given = [clip(0.1 + number % 5, number) for number in range(30)]  # some of over a megabyte are not among them
    given.append(clip(30.0, 31))  # larger than a segment
    given.append(clip(0.0, 32))
    kept = [keeping.put(speech) for speech in given]
    assert kept[0].audio.samples is given[0].audio.samples
    assert kept[20].audio.samples is not given[20].audio.samples
    assert all(same(one, other) for one, other in zip(given, kept, strict=True))
    assert [speech.line for speech in kept] == [speech.line for speech in given]


def test_a_clip_without_a_mel_stays_without() -> None:
    plain = Speech(Line(1, 0.0, 1.0, "x"), Audio(np.ones(9, np.float32), 22_050), "x", 0.0, 1.0)
    kept = Backlog(free_bytes=0).put(plain)
    assert kept.mel is None
    assert np.array_equal(kept.audio.samples, plain.audio.samples)


def test_lines_of_one_sentence_share_their_mel() -> None:
    keeping, mel = Backlog(free_bytes=0), np.ones((80, 87), np.float16)
    one, other = (keeping.put(clip(0.5, number, mel)) for number in range(2))
    assert one.mel is not None
    assert other.mel is not None
    assert one.mel.values is other.mel.values


def test_a_full_disk_costs_memory_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    given = clip(1.0)
    kept = Backlog(free_bytes=0).put(given)
    assert kept.audio.samples is given.audio.samples


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_an_hour_of_speech_takes_the_memory_of_what_is_free() -> None:
    program = """
import re, sys
sys.path.insert(0, "tests/unit")
from test_backlog import clip
from voiceover.backlog import Backlog
def held():
    return int(re.search(r"RssAnon:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
before = held()
keeping = Backlog(free_bytes=16 << 20)
kept = [keeping.put(clip(10.0, number)) for number in range(360)]
print(held() - before, sum(speech.audio.samples.nbytes for speech in kept) / 2**20)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    more, of = map(float, done.stdout.split())
    assert of > 300
    assert more < 60
