from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voiceover import mixdown
from voiceover.blocks import between, blocks, release


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
