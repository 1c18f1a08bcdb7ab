"""Each measure on takes whose answer is known in closed form."""

from math import log, pi, sqrt

import numpy as np
import pytest

from voiceover.synthesis.mels import MelConfig
from voiceover.train import corpus, measures

BANDS, FRAMES = 80, 50


def noise_mel():
    return np.random.default_rng(1).normal(size=(BANDS, FRAMES))


def straight(frames=FRAMES):
    return np.stack([np.arange(frames)] * 2, axis=1)


def wave(order):
    return np.cos(pi * order * (np.arange(BANDS) + 0.5) / BANDS)[:, None]


def test_equal_takes_have_no_distortion_and_align_frame_by_frame():
    cepstra = measures.mel_cepstra(noise_mel())
    path = measures.align(cepstra, cepstra)
    assert (path == straight()).all()
    assert measures.mel_cepstral_distortion(cepstra, cepstra, path) == 0.0


@pytest.mark.parametrize("order", [1, 5, 13])
def test_an_offset_of_one_cepstrum_is_its_closed_form(order):
    mel = noise_mel()
    one, other = measures.mel_cepstra(mel), measures.mel_cepstra(mel + 0.3 * wave(order))
    expected = np.zeros((measures.CEPSTRA, FRAMES))
    expected[order - 1] = 0.3
    np.testing.assert_allclose(other - one, expected, atol=1e-9)
    distortion = measures.mel_cepstral_distortion(one, other, straight())
    assert distortion == pytest.approx(10 / log(10) * sqrt(2) * 0.3)
    difference_db = 20 / log(10) * 0.3 * wave(order)  # what the formula stands for: the RMS difference of the spectra
    assert distortion == pytest.approx(sqrt(float(np.square(difference_db).mean())))


def test_neither_the_level_nor_the_finest_ripple_counts():
    mel = noise_mel()
    one, other = measures.mel_cepstra(mel), measures.mel_cepstra(mel + 2.0 + wave(14))
    assert measures.mel_cepstral_distortion(one, other, straight()) == pytest.approx(0.0, abs=1e-9)


def test_a_slower_take_is_warped_onto_the_recording():
    cepstra = measures.mel_cepstra(noise_mel())
    slower = np.repeat(cepstra, 2, axis=1)
    path = measures.align(cepstra, slower)
    assert tuple(path[0]) == (0, 0)
    assert tuple(path[-1]) == (FRAMES - 1, 2 * FRAMES - 1)
    assert measures.mel_cepstral_distortion(cepstra, slower, path) == pytest.approx(0.0, abs=1e-9)


def tone(hertz, seconds=1.0, rate=22050):
    t = np.arange(round(seconds * rate)) / rate
    return sum(0.2 / n * np.sin(2 * pi * n * hertz * t) for n in range(1, 6)).astype(np.float32)


def test_a_tone_three_semitones_higher_is_three_semitones_off():
    low = corpus.fundamental(tone(200.0), MelConfig())
    high = corpus.fundamental(tone(200.0 * 2 ** (3 / 12)), MelConfig())
    path = straight(len(low))
    assert measures.f0_error(low, high, path) == pytest.approx(3.0, abs=0.1)
    assert measures.f0_error(low, low, path) == 0.0
    assert measures.voicing_error(low, high, path) < 0.05


def test_f0_counts_where_both_are_voiced_and_voicing_where_one_is():
    one = np.array([0.0, 100.0, 100.0, 100.0, 0.0])
    other = np.array([0.0, 200.0, 0.0, 100.0, 150.0])
    assert measures.f0_error(one, other, straight(5)) == pytest.approx(sqrt((12.0**2 + 0.0) / 2))
    assert measures.voicing_error(one, other, straight(5)) == pytest.approx(2 / 5)
    assert measures.f0_error(one, np.zeros(5), straight(5)) is None


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("the cat sat", "the cat sat", 0),
        ("the cat sat", "", 3),
        ("", "the cat", 2),
        ("the cat sat down", "a cat sat down there", 2),
        ("one two three", "two three one", 2),
        ("It's a well-known, OLD trick!", "its a well known old trick", 0),
        ("a café in Zürich", "a cafe in Zürich", 1),
    ],
)
def test_word_errors(said, heard, errors):
    assert measures.edits(measures.words(said), measures.words(heard)) == errors


def test_an_odd_pace_stands_out_and_an_even_one_does_not():
    assert measures.outliers([0.07, 0.071, 0.068, 0.07, 0.2, 0.069, 0.072, 0.03]) == [
        False, False, False, False, True, False, False, True,
    ]  # fmt: skip
    assert measures.outliers([0.07, 0.07, 0.07, 0.072]) == [False] * 4
    assert measures.outliers([0.07]) == [False]
    assert measures.outliers([]) == []
