from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from voiceover.cache import ClipCache, _prefix
from voiceover.config import CacheSettings
from voiceover.types import Attention, Audio, Line, MelPiece, Speech, SpokenMel, WordTime

LINE = Line(3, 1.0, 2.0, "Hello & welcome")


def speech(seed: int = 0, flags: tuple[str, ...] = ()) -> Speech:
    samples = np.random.default_rng(seed).uniform(-1, 1, 1000).astype(np.float32)
    return Speech(
        LINE,
        Audio(samples, 22050),
        "Hello and welcome",
        0.01,
        0.04,
        words=(WordTime("Hello", 0.01, 0.02),),
        attempts=2,
        attention=Attention(0.9, 1.0, repeats=1, skips=2, stopped=False),
        flags=flags,
    )


def cache(folder: Path, *, fingerprint: str = "voice", seed: int = 0, max_bytes: int = 10**9) -> ClipCache:
    return ClipCache(CacheSettings(folder=folder, max_bytes=max_bytes), fingerprint, seed)


def test_a_clip_comes_back_bit_for_bit_for_another_line_with_its_text(tmp_path: Path) -> None:
    cache(tmp_path).save(speech(), "Hello and welcome")
    other = Line(9, 50.0, 51.0, "Hello & welcome")
    loaded = cache(tmp_path).load(other, "Hello and welcome")
    assert loaded is not None
    assert loaded.line is other
    assert loaded.audio.samples.tobytes() == speech().audio.samples.tobytes()
    assert (loaded.onset, loaded.offset, loaded.attempts) == (0.01, 0.04, 2)
    assert (loaded.words, loaded.attention) == (speech().words, speech().attention)


@pytest.mark.parametrize("other", [{"fingerprint": "voice 2"}, {"seed": 1}])
def test_another_voice_or_seed_is_another_clip(tmp_path: Path, other: dict[str, object]) -> None:
    cache(tmp_path).save(speech(), "Hello")
    assert cache(tmp_path).load(LINE, "Hello") is not None
    assert cache(tmp_path, **other).load(LINE, "Hello") is None  # type: ignore[arg-type]
    assert cache(tmp_path).load(LINE, "hello") is None


def test_a_clip_comes_back_with_its_mel(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(-5, 2, (80, 7)).astype(np.float16)
    mel = SpokenMel(values, (MelPiece(3, 0, 2**56 - 1), MelPiece(4, 3158, 5)), start=12, fade=34)
    cache(tmp_path).save(replace(speech(), mel=mel), "Hello")
    loaded = cache(tmp_path).load(LINE, "Hello")
    assert loaded is not None
    assert loaded.mel is not None
    assert loaded.mel.values.tobytes() == values.tobytes()
    assert loaded.mel.values.dtype == np.float16
    assert (loaded.mel.pieces, loaded.mel.start, loaded.mel.fade) == (mel.pieces, 12, 34)


def test_a_mel_that_is_not_its_pieces_counts_as_damage(tmp_path: Path) -> None:
    mel = SpokenMel(np.zeros((80, 7), np.float16), (MelPiece(6, 0, 1),))
    cache(tmp_path).save(replace(speech(), mel=mel), "Hello")
    assert cache(tmp_path).load(LINE, "Hello") is None


def test_unsaid_lines_are_tried_again(tmp_path: Path) -> None:
    cache(tmp_path).save(speech(flags=("unsaid",)), "Hello")
    assert cache(tmp_path).load(LINE, "Hello") is None


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 torn", pickle.dumps({"samples": 1})])
def test_a_damaged_clip_is_absent(tmp_path: Path, damage: bytes) -> None:
    clips = cache(tmp_path)
    clips.save(speech(), "Hello")
    clips.path("Hello").write_bytes(damage)
    assert clips.load(LINE, "Hello") is None


def test_prune_removes_the_longest_unused(tmp_path: Path) -> None:
    clips = cache(tmp_path)
    for age, text in enumerate(["new", "middle", "old"]):
        clips.save(speech(age), text)
        os.utime(clips.path(text), (1e9 - age * 100, 1e9 - age * 100))
    assert clips.load(LINE, "old") is not None  # used now, so it is the youngest
    size = clips.path("old").stat().st_size
    assert cache(tmp_path, max_bytes=2 * size).prune() == 1
    assert [clips.path(text).exists() for text in ("new", "middle", "old")] == [True, False, True]


def test_prune_removes_what_a_killed_run_left(tmp_path: Path) -> None:
    clips = cache(tmp_path)
    clips.save(speech(), "Hello")
    stale, fresh = clips.path("Hello").with_name("a.part"), clips.path("Hello").with_name("b.part")
    stale.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(stale, (1e9, 1e9))
    clips.prune()
    assert (stale.exists(), fresh.exists(), clips.path("Hello").exists()) == (False, True, True)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not tell of processes without harm")
def test_what_a_killed_process_of_this_machine_left_goes_at_once(tmp_path: Path) -> None:
    clips = cache(tmp_path)
    folder = clips.path("Hello").parent
    folder.mkdir(parents=True)
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    left = [
        tempfile.mkstemp(dir=folder, suffix=".part", prefix=_prefix().replace(str(os.getpid()), pid))[1]
        for pid in (gone.stdout.decode().strip(), str(os.getpid()))
    ]
    clips.prune()
    assert [Path(name).exists() for name in left] == [False, True]


def test_a_folder_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    clips = cache(tmp_path / "file")
    clips.save(speech(), "Hello")
    assert clips.load(LINE, "Hello") is None
