from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceover import mastering, onsets
from voiceover.onsets import find_onset, measure_lags, measure_onsets
from voiceover.types import Samples

RATE = 48_000
STARTS = [0.0, 1.5, 3.0, 3.9, 6.0]
ENDS = [1.0, 2.6, 3.82, 5.0, 7.0]


def narration(shift: float = 0.0, noise_db: float = -80.0) -> Samples:
    """Lines of noise with word gaps; the third and fourth are only 80 ms apart."""
    rng = np.random.default_rng(3)
    samples = rng.normal(size=8 * RATE) * 10 ** (noise_db / 20)
    for start, end in zip(STARTS, ENDS, strict=True):
        low, high = round((start + shift) * RATE), round((end + shift) * RATE)
        time = np.arange(high - low) / RATE
        words = np.where((time % 0.4) < 0.34, 1.0, 0.001)  # pauses of 60 ms
        samples[max(low, 0) : high] += (0.2 * words * rng.normal(size=len(time)))[max(0, -low) :]
    return samples.astype(np.float32)


def errors(shift: float, **options: float) -> list[float]:
    found = measure_onsets(narration(shift, **options), RATE, STARTS, ENDS)
    assert None not in found
    return [value - start for value, start in zip(found, STARTS, strict=True) if value is not None]


@pytest.mark.parametrize("shift", [0.0, 0.01, 0.05, 0.12, -0.03, -0.09])
def test_a_shift_is_seen_for_what_it_is(shift: float) -> None:
    measured = errors(shift)
    np.testing.assert_allclose(measured[1:], shift, atol=0.003)
    assert measured[0] == pytest.approx(max(shift, 0.0), abs=0.006)  # before the film there is nothing


def test_background_noise_40_db_down_does_not_move_an_onset() -> None:
    np.testing.assert_allclose(errors(0.02, noise_db=-60.0), 0.02, atol=0.004)


def test_the_last_breath_of_the_line_before_is_not_this_line() -> None:
    """It ends inside the window, though hardly, and what flickers there was once taken for a line 243 ms early."""
    rng = np.random.default_rng(5)
    samples = np.zeros(4 * RATE, np.float32)
    breath = slice(round(1.76 * RATE), round(1.785 * RATE))
    samples[breath] = 0.02 * rng.normal(size=breath.stop - breath.start)
    samples[2 * RATE : 3 * RATE] = 0.2 * rng.normal(size=RATE)
    found = measure_onsets(samples, RATE, [1.0, 2.0], [1.785, 3.0])
    assert found[1] == pytest.approx(2.0, abs=0.003)


def test_a_word_that_fades_out_is_not_the_silence_before_the_line() -> None:
    """What flickers once more at its end was once taken for a line 122 ms early."""
    rng = np.random.default_rng(5)
    samples = np.zeros(4 * RATE, np.float32)
    for start, end, level in ((1.5, 1.75, 0.2), (1.75, 1.875, 0.006), (1.875, 1.89, 0.03), (2.0, 3.0, 0.2)):
        low, high = round(start * RATE), round(end * RATE)
        samples[low:high] = level * rng.normal(size=high - low)
    found = measure_onsets(samples, RATE, [1.5, 2.0], [1.89, 3.0])
    assert found[1] == pytest.approx(2.0, abs=0.003)


def test_a_missing_line_is_none() -> None:
    samples = narration()
    samples[round(5.2 * RATE) :] = 0.0
    assert measure_onsets(samples, RATE, STARTS, ENDS)[-1] is None


def test_a_click_is_no_onset() -> None:
    samples = np.zeros(3 * RATE, np.float32)
    samples[round(0.9 * RATE)] = 1.0
    samples[RATE : 2 * RATE] = 0.3 * np.random.default_rng(0).normal(size=RATE)
    assert measure_onsets(samples, RATE, [1.0], [2.0])[0] == pytest.approx(1.0, abs=0.003)


@pytest.mark.parametrize("shift", [0, 1, 480, -4000])
def test_lags_are_found_under_a_bed_to_the_sample(shift: int) -> None:
    reference = narration()
    bed = 0.1 * np.random.default_rng(9).normal(size=len(reference)).astype(np.float32)
    lags = measure_lags(np.roll(reference, shift) + bed, reference, RATE, STARTS[1:])
    np.testing.assert_allclose(lags, shift / RATE, atol=0.5 / RATE)


# --- the onset of a clip ---

CLIPS = sorted((Path(__file__).parents[1] / "data" / "clips" / "wavs").glob("*.ogg"))


def spoken_noise(onset: float, seconds: float, *, background_db: float = -60.0) -> Samples:
    """A line of noise that begins at `onset`, over a background that never stops."""
    rng = np.random.default_rng(4)
    samples = 0.2 * 10 ** (background_db / 20) * rng.normal(size=round((onset + seconds + 0.3) * RATE))
    samples[round(onset * RATE) : round((onset + seconds) * RATE)] = 0.2 * rng.normal(size=round(seconds * RATE))
    return samples.astype(np.float32)


@pytest.mark.parametrize("onset", [0.0, 0.0123, 0.2, 1.7])
@pytest.mark.parametrize("seconds", [0.08, 0.5, 3.0])
def test_the_onset_of_a_clip_is_where_its_sound_begins(onset: float, seconds: float) -> None:
    assert find_onset(spoken_noise(onset, seconds), RATE) == pytest.approx(onset, abs=0.002)


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100])
def test_the_onset_of_a_clip_is_in_seconds_at_any_rate(rate: int) -> None:
    samples = np.zeros(2 * rate, np.float32)
    samples[rate // 2 :] = 0.1 * np.random.default_rng(0).normal(size=len(samples) - rate // 2)
    assert find_onset(samples, rate) == pytest.approx(0.5, abs=0.002)


def test_silence_has_its_onset_at_zero() -> None:
    assert find_onset(np.zeros(RATE, np.float32), RATE) == 0.0
    assert find_onset(np.zeros(0, np.float32), RATE) == 0.0
    assert find_onset(np.full(RATE, 1e-5, np.float32), RATE) == 0.0


def test_a_click_before_the_words_is_not_their_onset() -> None:
    samples = spoken_noise(0.5, 1.0)
    samples[round(0.2 * RATE)] = 0.5
    assert find_onset(samples, RATE) == pytest.approx(0.5, abs=0.002)


def test_a_loud_end_does_not_hide_a_quiet_beginning() -> None:
    """The usual level is that of the first second: a shout two seconds later changes nothing."""
    samples = spoken_noise(0.3, 1.2)
    shout = np.concatenate([samples, 0.2 * 10 ** (20 / 20) * np.random.default_rng(1).normal(size=RATE)])
    assert find_onset(shout.astype(np.float32) / 10, RATE) == pytest.approx(0.3, abs=0.002)


def test_a_level_that_flickers_around_the_threshold_is_still_quiet() -> None:
    """Noise before a line, of which single frames reach the threshold: the onset is the line's, in clip and film."""
    samples = spoken_noise(1.0, 1.0, background_db=-90.0)
    for start in np.arange(0.80, 0.99, 0.012):  # 5 ms in every 12
        low = round(start * RATE)
        samples[low : low + round(0.002 * RATE)] = 0.2 * 10 ** (-18 / 20)
    levels = onsets._levels(samples, RATE)
    usual = onsets._usual_level(levels)
    flicker = levels[810:980] > usual + onsets.THRESHOLD_DB
    assert 0.2 < flicker.mean() < 0.7  # or nothing is tested here
    assert find_onset(samples, RATE) == pytest.approx(1.0, abs=0.012)
    assert measure_onsets(samples, RATE, [1.0], [2.0])[0] == pytest.approx(1.0, abs=0.012)


@pytest.fixture(scope="module", params=CLIPS, ids=lambda path: path.stem)
def real_speech(request: pytest.FixtureRequest) -> tuple[Samples, int]:
    samples, rate = soundfile.read(request.param, dtype="float32")
    return samples, rate


def placed_on_its_cue(samples: Samples, rate: int, cue: float) -> tuple[Samples, float]:
    """A narration of one clip, its onset on the cue, and where the clip ends in it (seconds)."""
    begin = round((cue - find_onset(samples, rate)) * rate)
    track = np.zeros(begin + len(samples) + rate, np.float32)
    track[begin : begin + len(samples)] = samples
    return track, (begin + len(samples)) / rate


def test_the_check_of_a_film_finds_the_onset_that_the_plan_used(real_speech: tuple[Samples, int]) -> None:
    samples, rate = real_speech
    assert 0.0 < find_onset(samples, rate) < 1.0
    track, end = placed_on_its_cue(samples, rate, 2.0)
    assert measure_onsets(track, rate, [2.0], [end]) == [pytest.approx(2.0, abs=0.0015)]


def test_limiting_hardly_moves_an_onset() -> None:
    """Under 4 dB of limiting, what a loudness target does to a narration, the loudest frames are no measure."""
    errors = []
    for clip in CLIPS:
        samples, rate = soundfile.read(clip, dtype="float32")
        track, end = placed_on_its_cue(samples, rate, 2.0)
        assert mastering.limit(track, rate, float(20 * np.log10(np.abs(track).max())) - 4.0)
        (found,) = measure_onsets(track, rate, [2.0], [end])
        assert found is not None
        errors.append(abs(found - 2.0))
    assert len(errors) == 20
    assert np.median(errors) <= 0.002
    assert np.percentile(errors, 80) <= 0.010
