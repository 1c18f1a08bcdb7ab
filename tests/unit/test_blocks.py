from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from voiceover import mixdown
from voiceover.blocks import amplify, between, blocks, each, read_ahead, release


@pytest.mark.parametrize(("length", "step"), [(0, 10), (1, 10), (10, 10), (25, 10)])
def test_blocks_cover_everything_once(length: int, step: int) -> None:
    samples = np.zeros((length, 2), np.float32)
    parts = list(blocks(samples, step))
    assert [place for start, end in parts for place in range(start, end)] == list(range(length))
    assert all(0 < end - start <= step for start, end in parts)


def resident(name: str) -> int:
    """Bytes of a mapped file that count as this process's memory."""
    rows = Path("/proc/self/smaps").read_text().splitlines()
    first = next(number for number, row in enumerate(rows) if row.endswith(name))
    return 1024 * next(int(row.split()[1]) for row in rows[first:] if row.startswith("Rss:"))


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="needs Linux's account of a process's memory")
def test_what_is_released_is_kept_on_the_disk_and_out_of_memory(tmp_path: Path) -> None:
    samples = mixdown.allocate((30_000_000,), tmp_path)
    for start, end in blocks(samples, 1_000_000):
        samples[start:end] = start + 1
        assert resident(str(samples.filename)) < 80_000_000  # type: ignore[attr-defined]
    assert resident(str(samples.filename)) < 1_000_000  # type: ignore[attr-defined]
    assert samples[0] == 1
    assert samples[-1] == 29_000_001
    assert np.memmap(samples.filename, np.float32, "r")[15_000_000] == 15_000_001  # type: ignore[attr-defined]


def test_an_array_in_memory_is_left_alone() -> None:
    samples = np.ones(10, np.float32)
    release(samples)
    assert samples.all()


def test_lines_are_straight_between_nodes() -> None:
    drawn = between(np.array([0.0, 1.0, -1.0], np.float32), 4)
    np.testing.assert_allclose(drawn, [0.0, 0.25, 0.5, 0.75, 1.0, 0.5, 0.0, -0.5])


def test_two_threads_cover_everything_once() -> None:
    samples = np.zeros(1_003, np.float32)

    def count(start: int, end: int) -> None:
        samples[start:end] += 1.0

    each(samples, 10, count)
    assert (samples == 1.0).all()


def test_an_error_in_a_thread_is_raised() -> None:
    def fail(start: int, end: int) -> None:
        raise ValueError(start)

    with pytest.raises(ValueError, match="0"):
        each(np.zeros(100, np.float32), 10, fail)


def count_to(last: int, closed: list[bool], *, fail: bool = False) -> Generator[int]:
    try:
        yield from range(last)
        if fail:
            raise OSError("full")
    finally:
        closed.append(True)


def test_what_is_read_ahead_is_the_same() -> None:
    closed: list[bool] = []
    assert list(read_ahead(count_to(50, closed))) == list(range(50))
    assert closed == [True]


def test_what_goes_wrong_ahead_is_raised_in_its_turn() -> None:
    closed: list[bool] = []
    ahead = read_ahead(count_to(5, closed, fail=True))
    assert [next(ahead) for _ in range(5)] == list(range(5))
    with pytest.raises(OSError, match="full"):
        next(ahead)
    assert closed == [True]


def test_who_stops_early_stops_the_reading() -> None:
    closed: list[bool] = []
    with closing(read_ahead(count_to(10**9, closed))) as ahead:
        assert next(ahead) == 0
    assert closed == [True]


@pytest.mark.parametrize("shape", [(7,), (7, 1), (7, 2), (7, 6)])
def test_every_channel_is_amplified(shape: tuple[int, ...]) -> None:
    block = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    gain = np.linspace(0, 1, 7, dtype=np.float32)
    wanted = block * gain.reshape(-1, *[1] * (len(shape) - 1))
    assert np.array_equal(amplify(block, gain, np.empty_like(block)), wanted)
    assert amplify(block, gain, block) is block
    assert np.array_equal(block, wanted)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="tells what glibc's allocator does")
@pytest.mark.parametrize("keep", [True, False])
def test_memory_that_is_kept_is_not_fetched_again(keep: bool) -> None:
    """A process of its own: what others freed here counts as well."""
    program = f"""
import resource, numpy
from voiceover.blocks import keep_memory
if {keep}:
    keep_memory()
def touch():
    for _ in range(40):
        one, other = numpy.ones(500_000), numpy.ones(500_000)
        del one, other
touch()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
touch()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
    faults = int(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout)
    assert faults < 1000 if keep else faults > 10_000
