from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from signals import RATE, bursts

from voiceover import loudness
from voiceover.finishing import finish
from voiceover.loudness import Target
from voiceover.media import Level
from voiceover.progress import Progress
from voiceover.report import Measured
from voiceover.types import Samples


class Warnings(Progress):
    """Keeps what was warned of and which stages there were."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.stages: list[str] = []

    def warn(self, message: str, **_: object) -> None:
        self.told.append(message)

    def stage(self, name: str, total: int | None = None) -> None:
        self.stages.append(name)


class Encoder:
    """An encoder that changes the level: by a gain, and by a click it puts on the loudest moment."""

    def __init__(self, sound: Samples, gain_db: float = 0.0, peak_db: float = 0.0) -> None:
        self.sound, self.gain, self.peak = sound, 10 ** (gain_db / 20), 10 ** (peak_db / 20)
        self.written: list[Samples] = []
        self.changed: list[Sequence[tuple[int, int]] | None] = []

    def write(self, level: Level, *, changed: Sequence[tuple[int, int]] | None) -> tuple[str, ...]:
        self.changed.append(changed)
        encoded = level(self.sound, 0) * np.float32(self.gain)
        encoded[int(np.abs(encoded).argmax())] *= self.peak
        self.written.append(encoded)
        return ()

    def measure(self) -> Measured:
        found = loudness.measure(self.written[-1], RATE)
        return Measured(integrated_lufs=found.lufs, true_peak_dbtp=found.peak_dbtp)


def run(encoder: Encoder, target: Target | None) -> tuple[Measured, Warnings]:
    told = Warnings()
    found = finish(
        encoder.sound, target, write=encoder.write, measure=encoder.measure, output=Path("out.mp4"), progress=told
    )
    return found, told


def test_a_level_that_is_right_is_written_once() -> None:
    encoder = Encoder(bursts(8))
    found, told = run(encoder, Target(-23.0, -1.0))
    assert found.integrated_lufs == pytest.approx(-23.0, abs=0.3)
    assert len(encoder.written) == 1
    assert told.told == []


@pytest.mark.parametrize("gain_db", [-1.2, 0.9])
def test_a_loudness_that_the_encoder_moved_is_corrected(gain_db: float) -> None:
    encoder = Encoder(bursts(8), gain_db=gain_db)
    found, told = run(encoder, Target(-23.0, -1.0))
    assert found.integrated_lufs == pytest.approx(-23.0, abs=0.3)
    assert len(encoder.written) == 2
    assert told.stages == [
        "Levelling", "Writing the film", "Measuring", "Correcting its level", "Measuring",
    ]  # fmt: skip


@pytest.mark.parametrize("target", [Target(-18.0, -1.0), None])
def test_a_peak_that_the_encoder_raised_is_corrected(target: Target | None) -> None:
    encoder = Encoder(bursts(8) * np.float32(3.0), peak_db=2.5)
    found, told = run(encoder, target)
    assert len(encoder.written) in {2, 3}
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp <= (target.peak_dbtp if target else 0.0)
    assert told.told == []


def test_without_a_target_the_level_stays() -> None:
    encoder = Encoder(bursts(4) * np.float32(0.3))
    run(encoder, None)
    assert np.array_equal(encoder.written[0], encoder.sound)


def test_what_the_peaks_forbid_is_told() -> None:
    clicks = np.zeros(8 * RATE, np.float32)
    clicks[RATE // 2 :: RATE // 2] = 0.9
    encoder = Encoder(clicks)
    found, told = run(encoder, Target(-8.0, -1.0))
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp <= -1.0
    assert len(encoder.written) == 1
    assert len(told.told) == 1
    assert "not -8" in told.told[0]


def test_silence_is_written_once_and_not_told() -> None:
    encoder = Encoder(np.zeros(RATE, np.float32))
    found, told = run(encoder, Target(-14.0, -1.0))
    assert found.integrated_lufs == -np.inf
    assert len(encoder.written) == 1
    assert told.told == []


class LocalEncoder(Encoder):
    """An encoder that puts a click on one spot until the level is lowered there, and tells where it is too loud."""

    def write(self, level: Level, *, changed: Sequence[tuple[int, int]] | None) -> tuple[str, ...]:
        told = super().write(level, changed=changed)
        self.written[-1][3 * RATE] = 1.1 * level(np.ones(1, np.float32), 3 * RATE)[0] / self.first
        return told

    first = 1.0

    def measure(self) -> Measured:
        found = super().measure()
        over = ((3.0, found.true_peak_dbtp),) if (found.true_peak_dbtp or 0.0) > -1.0 else ()
        return replace(found, over=over)  # type: ignore[arg-type]


def test_a_peak_is_lowered_where_it_is_and_nowhere_else() -> None:
    encoder = LocalEncoder(bursts(8) * np.float32(0.2))
    encoder.first = 10 ** (6 / 20)
    found, told = run(encoder, Target(-23.0, -1.0))
    assert encoder.changed[0] is None
    assert len(encoder.changed) == 2
    assert encoder.changed[1] is not None
    ((start, end),) = encoder.changed[1]
    assert start < 3 * RATE < end
    assert end - start < RATE // 4
    same = np.ones(len(encoder.sound), np.bool_)
    same[start:end] = False
    assert np.array_equal(encoder.written[0][same], encoder.written[1][same])
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp <= -1.0
    assert told.told == []
