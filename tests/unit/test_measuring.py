from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from doubles import BeepVoice

from voiceover import media, mixdown, timing
from voiceover.measuring import measure_output
from voiceover.mixdown import RATE
from voiceover.types import Audio, Line, Placed

LINES = [Line(1, 0.5, 1.5, "one two three"), Line(2, 2.0, 3.0, "four five"), Line(3, 3.2, 4.2, "six and seven")]


@pytest.fixture(scope="module")
def placed() -> list[Placed]:
    return timing.plan(list(BeepVoice().speak(LINES)))


@pytest.mark.parametrize("bed", [False, True])
@pytest.mark.parametrize("late", [0.0, 0.060])
def test_the_onset_error_is_how_late_the_file_is(placed: list[Placed], tmp_path: Path, bed: bool, late: float) -> None:
    narration = mixdown.render(placed, seconds=5.0)
    delayed = np.concatenate([np.zeros(round(late * RATE), np.float32), narration.audio.samples])
    noise = np.random.default_rng(0).normal(0, 0.02 if bed else 0.0, len(delayed)).astype(np.float32)
    media.write_wav(tmp_path / "out.wav", Audio(delayed + noise, RATE))
    measured = measure_output(tmp_path / "out.wav", narration, placed, bed=bed, scratch=tmp_path)
    assert len(measured.onset_errors) == 3
    assert measured.lost == ()
    assert measured.onset_errors == pytest.approx([late] * 3, abs=0.003)


def test_lines_that_are_not_there_are_lost_not_left_out_of_the_account(placed: list[Placed], tmp_path: Path) -> None:
    narration = mixdown.render(placed, seconds=5.0)
    cut = narration.audio.samples.copy()
    cut[round(1.8 * RATE) : round(3.1 * RATE)] = 0.0
    media.write_wav(tmp_path / "out.wav", Audio(cut, RATE))
    measured = measure_output(tmp_path / "out.wav", narration, placed, bed=False, scratch=tmp_path)
    assert measured.lost == (2,)
    assert len(measured.onset_errors) == 2


def test_shifted_lines_do_not_count(tmp_path: Path) -> None:
    crowded = [Line(1, 0.5, 1.0, "a line too long"), Line(2, 1.0, 1.5, "pushed")]
    placed = timing.plan(list(BeepVoice().speak(crowded)))
    assert placed[1].shift > 0.0
    narration = mixdown.render(placed, seconds=3.0)
    media.write_wav(tmp_path / "out.wav", narration.audio)
    measured = measure_output(tmp_path / "out.wav", narration, placed, bed=False, scratch=tmp_path)
    assert len(measured.onset_errors) == 1
