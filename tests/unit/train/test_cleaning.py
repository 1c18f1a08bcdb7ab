"""Steady noise goes down, speech stays, and what shows no noise comes back as it was."""

import numpy as np

from voiceover.train.cleaning import clean_up

RATE = 22050
RANDOM = np.random.default_rng(1)


def spoken(level):
    """A second of harmonics between silences."""
    t = np.arange(RATE) / RATE
    voice = sum(np.sin(2 * np.pi * 180 * k * t) / k for k in range(1, 20)) * np.hanning(RATE)
    quiet = np.zeros(RATE // 2)
    return (level * np.concatenate([quiet, voice, quiet])).astype(np.float32)


def rms(samples):
    return float(np.sqrt(np.square(samples).mean()))


def test_hiss_and_hum_go_down_and_speech_stays():
    voice = spoken(0.2)
    t = np.arange(len(voice)) / RATE
    noise = 0.003 * RANDOM.standard_normal(len(voice)) + 0.01 * np.sin(2 * np.pi * 60 * t)
    cleaned = clean_up((voice + noise).astype(np.float32), RATE)
    assert len(cleaned) == len(voice)
    assert cleaned.dtype == np.float32
    edge = RATE // 4
    assert rms(cleaned[:edge]) < 0.5 * rms(noise[:edge])
    middle = slice(RATE // 2 + RATE // 4, RATE + RATE // 4)
    assert rms(cleaned[middle] - voice[middle]) < 0.1 * rms(voice[middle])


def test_what_shows_no_noise_comes_back_as_it_was():
    voice = spoken(0.2)
    assert clean_up(voice, RATE) is voice  # its silence is digital
    short = voice[: RATE // 3]
    assert clean_up(short, RATE) is short
