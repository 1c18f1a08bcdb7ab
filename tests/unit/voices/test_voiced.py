from __future__ import annotations

import numpy as np
import pytest

from voiceover.types import Audio
from voiceover.voices.voiced import voiced_bounds

RATE = 16000


def clip(*parts: tuple[float, float]) -> Audio:
    """Make a clip of square waves from (seconds, amplitude) pairs."""
    waves = [np.where(np.arange(round(seconds * RATE)) % 2, -level, level) for seconds, level in parts]
    return Audio(np.concatenate(waves).astype(np.float32), RATE)


def test_the_onset_is_exact_to_a_millisecond_and_the_offset_to_the_sample() -> None:
    bounds = voiced_bounds(clip((0.1234375, 0.0), (0.5, 0.8), (0.3, 0.0)))
    assert bounds == (pytest.approx(0.1234375, abs=1.1e-3), 0.6234375)


def test_a_quiet_last_word_is_kept() -> None:
    # 36 dB below the peak: a fixed -40 dBFS would cut it, this clip's peak being -20 dBFS
    assert voiced_bounds(clip((0.2, 0.1), (0.1, 0.0), (0.2, 0.0016), (0.4, 0.0))) == (
        pytest.approx(0.0, abs=1.1e-3),
        pytest.approx(0.5),
    )


def test_noise_far_below_the_peak_is_not_voice() -> None:
    assert voiced_bounds(clip((0.2, 0.004), (0.2, 0.8), (0.2, 0.004))) == (
        pytest.approx(0.2, abs=1.1e-3),
        pytest.approx(0.4),
    )


@pytest.mark.parametrize("gain", [1.0, 0.01, 1e-3])
def test_bounds_do_not_depend_on_the_level(gain: float) -> None:
    loud = clip((0.1, 0.0), (0.2, 0.9), (0.1, 0.0))
    assert voiced_bounds(Audio(loud.samples * np.float32(gain), RATE)) == (
        pytest.approx(0.1, abs=1.1e-3),
        pytest.approx(0.3),
    )


@pytest.mark.parametrize("samples", [0, 1, 5000])
def test_silence_and_emptiness_have_no_voice(samples: int) -> None:
    assert voiced_bounds(Audio(np.zeros(samples, dtype=np.float32), RATE)) == (0.0, 0.0)


def test_a_click_before_the_speech_is_no_onset() -> None:
    speech = clip((0.2, 0.0), (0.4, 0.5), (0.1, 0.0))
    speech.samples[800] = 1.0
    assert voiced_bounds(speech)[0] == pytest.approx(0.2, abs=1.1e-3)
