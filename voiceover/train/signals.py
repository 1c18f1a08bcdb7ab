"""What signals tell of one clip: levels, pauses, spectrum, pitch and timbre, as plain numbers.

Levels are dB; those called relative are against the clip's own speech, so they hold for quiet recordings as well.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voiceover.train.recordings import SILENT, Recording, mono, resampled
from voiceover.types import Samples

Floats = NDArray[np.float64]

RATE = 22050  # what timbre, pitch and pauses are measured at
HOP, WINDOW = 220, 551  # 10 and 25 ms at RATE
CEPSTRA = 13
SPEECH_DB = 30.0  # below the speech level a frame counts as a pause
_EDGE = 0.02  # seconds looked at on each side for a word that was cut
_TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """The figures of one clip; `nan` where a figure needs sound that the clip lacks."""

    rate: int  # Hz
    channels: int
    seconds: float
    digest: str  # of the samples: equal sound, equal digest
    peak: float  # of full scale
    offset: float  # mean of the samples over their effective value
    flat: float  # share of the samples in flat tops: clipping
    speech_db: float  # level of the loud frames, dBFS
    snr_db: float  # speech against the quietest frames
    hum_db: float  # 50 or 60 Hz with harmonics, against the speech, where they stick out; -120 where not
    lead: float  # seconds before the first sound
    trail: float  # and after the last
    pause: float  # longest silence inside, seconds
    speech: float  # seconds of sound without the pauses
    start_db: float  # level of the very first samples against the speech
    end_db: float  # and of the very last
    tones: float  # sustained partials that sound on through the quietest frames, their count
    tones_db: float  # level of those frames against the speech
    decay: float  # how fast sound dies away at its fastest, dB/s
    high_db: float  # 4.5 to 8 kHz against 0.5 to 3.5 kHz
    cliff: float  # Hz above which the spectrum falls off abruptly; 0 where it does not
    dropouts: int  # holes of digital silence within speech
    likeness: float  # correlation of two channels, 1 for mono
    balance_db: float  # the louder channel against the quieter one
    f0: float  # median, Hz
    f0_spread: float  # semitones between the 10th and the 90th percentile
    halves: float  # how far the pitch of the first and the second half are apart, semitones
    timbre: tuple[float, ...]  # mean cepstra of the loud frames


def measure(recording: Recording, f0: Samples | None = None) -> Measures:
    """Measure a recording; `f0` (frames,) in Hz, 0 where unvoiced, saves estimating it."""
    audio = mono(recording)
    samples = audio.samples.astype(np.float64)
    seconds = len(samples) / audio.rate
    digest = hashlib.sha256(np.round(samples * 32767).astype("<i2").tobytes()).hexdigest()
    peak = float(np.abs(recording.samples).max()) if recording.samples.size else 0.0
    nan = float("nan")
    likeness, balance = _channels(recording.samples)
    if peak < SILENT or seconds < 0.1:
        return Measures(
            audio.rate, recording.samples.shape[1], seconds, digest, peak, 0.0, 0.0, nan, nan, nan, nan, nan, nan,
            0.0, nan, nan, nan, nan, nan, nan, nan, 0, likeness, balance, nan, nan, nan, (),
        )  # fmt: skip
    effective = float(np.sqrt(np.mean(samples**2)))
    centred = samples - samples.mean()
    at_rate = resampled(type(audio)(centred.astype(np.float32), audio.rate), RATE)
    levels = frame_levels(at_rate)
    speech_db = float(np.percentile(levels[levels > np.percentile(levels, 99) - 30], 75))
    heard = levels[levels > -100]
    noise_db = float(np.percentile(heard, 4)) if len(heard) else -100.0
    loud = levels > speech_db - SPEECH_DB
    lead, trail, pause = _pauses(loud)
    edge = max(round(_EDGE * audio.rate), 1)
    quiet = _quiet_spectrum(at_rate, levels)
    spectrum, rates = _loud_spectrum(centred, audio.rate)
    pitch = _pitch(at_rate) if f0 is None else f0
    voiced = pitch[pitch > 0]
    return Measures(
        rate=audio.rate,
        channels=recording.samples.shape[1],
        seconds=seconds,
        digest=digest,
        peak=peak,
        offset=abs(float(samples.mean())) / max(effective, _TINY),
        flat=_flat_tops(samples),
        speech_db=speech_db,
        snr_db=speech_db - noise_db,
        hum_db=_hum(centred, audio.rate, speech_db),
        lead=lead,
        trail=trail,
        pause=pause,
        speech=float(loud.sum()) * HOP / RATE,
        start_db=_decibels(centred[:edge]) - speech_db,
        end_db=_decibels(centred[-edge:]) - speech_db,
        tones=_tones(quiet),
        tones_db=noise_db - speech_db,
        decay=_decay(levels, speech_db),
        high_db=_high(spectrum, rates),
        cliff=_cliff(spectrum, rates),
        dropouts=_dropouts(samples, audio.rate, speech_db),
        likeness=likeness,
        balance_db=balance,
        f0=float(np.median(voiced)) if len(voiced) else nan,
        f0_spread=_semitones(*np.percentile(voiced, [10, 90])) if len(voiced) else nan,
        halves=_halves(pitch),
        timbre=_timbre(at_rate, loud),
    )


def frame_levels(samples: Samples) -> Floats:
    """Return the level of each 10 ms at RATE, dBFS."""
    padded = np.pad(samples.astype(np.float64), (WINDOW // 2, WINDOW))
    power = np.concatenate([[0.0], np.cumsum(padded**2)])
    starts = np.arange(0, len(samples), HOP)
    return np.asarray(10 * np.log10((power[starts + WINDOW] - power[starts]) / WINDOW + _TINY))


def _decibels(samples: Floats) -> float:
    return float(10 * np.log10(np.mean(samples**2) + _TINY))


def _semitones(low: float, high: float) -> float:
    return float(12 * np.log2(high / low))


def _channels(samples: Samples) -> tuple[float, float]:
    """Return how alike the first two channels are, and how far apart their levels."""
    if samples.shape[1] < 2 or not samples.size:
        return 1.0, 0.0
    pair = samples[:, :2].astype(np.float64)
    pair = pair - pair.mean(axis=0)
    power = np.mean(pair**2, axis=0) + _TINY
    likeness = float(np.mean(pair[:, 0] * pair[:, 1]) / np.sqrt(power.prod()))
    return likeness, float(abs(10 * np.log10(power[0] / power[1])))


def _flat_tops(samples: Floats) -> float:
    """Return the share of samples that stay at the clip's own highest or lowest value for three samples or more."""
    share = 0
    for side in (samples, -samples):
        top = side.max()
        at_top = side >= top - 0.002 * abs(top)
        runs = at_top[:-2] & at_top[1:-1] & at_top[2:]
        share += int(runs.sum())
    return share / len(samples)


def _pauses(loud: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return seconds of silence before, after and, at the longest, within the sound."""
    where = np.flatnonzero(loud)
    if not len(where):
        return 0.0, 0.0, 0.0
    step = HOP / RATE
    longest = int(np.diff(where).max(initial=1)) - 1
    return float(where[0] * step), float((len(loud) - 1 - where[-1]) * step), longest * step


def _hum(samples: Floats, rate: int, speech_db: float) -> float:
    """Return the level of mains hum against the speech: lines at 50 or 60 Hz that stand out of their neighbours."""
    if len(samples) < 0.8 * rate:
        return -120.0
    window = np.hanning(len(samples))
    power = np.abs(np.fft.rfft(samples * window)) ** 2 / np.sum(window**2) / len(samples) * 2
    hertz = np.fft.rfftfreq(len(samples), 1 / rate)
    best = -120.0
    for mains in (50.0, 60.0):
        total, standing = 0.0, 0
        for partial in (1, 2, 3):
            centre = mains * partial
            near = np.abs(hertz - centre) <= max(1.5, 2 * hertz[1])
            around = (np.abs(hertz - centre) > 4) & (np.abs(hertz - centre) < 15)
            line, rest = float(power[near].max()), float(np.percentile(power[around], 90))
            if line > 30 * rest:
                standing += 1
                total += float(power[near].sum())
        if standing and power[np.abs(hertz - mains) <= 2].max() > 30 * np.percentile(
            power[(np.abs(hertz - mains) > 4) & (np.abs(hertz - mains) < 15)], 90
        ):
            best = max(best, 10 * float(np.log10(total + _TINY)) - speech_db)
    return best


def _quiet_spectrum(samples: Samples, levels: Floats) -> Floats:
    """Return the mean power spectrum (1025 bins) of the quietest fifth of a clip, its digital silence left out."""
    size = 2048
    count = max((len(samples) - size) // 512 + 1, 1)
    padded = np.pad(samples.astype(np.float64), (0, max(0, size - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::512][:count]
    power = np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2
    total = power.sum(axis=1)
    heard = power[total > 1e-7]
    if not len(heard):
        return np.zeros(power.shape[1])
    order = np.argsort(heard.sum(axis=1))
    return np.asarray(heard[order[: max(len(heard) // 5, 1)]].mean(axis=0))


def _tones(power: Floats) -> float:
    """Count the lines between 200 and 5000 Hz that stand 15 dB and more out of their surroundings."""
    from scipy.ndimage import median_filter

    decibels = 10 * np.log10(power + _TINY)
    over = decibels - median_filter(decibels, 41)
    hertz = np.fft.rfftfreq(2048, 1 / RATE)
    inside = (hertz[1:-1] > 200) & (hertz[1:-1] < 5000)
    summits = (over[1:-1] >= over[:-2]) & (over[1:-1] > over[2:]) & (over[1:-1] > 15) & inside
    return float(summits.sum())


def _decay(levels: Floats, speech_db: float) -> float:
    """Return how fast the sound falls, dB/s, where it falls fastest: rooms slow that down."""
    span = 5
    falls = (levels[:-span] - levels[span:])[levels[:-span] > speech_db - 15]
    return float(np.percentile(falls, 97)) / (span * HOP / RATE) if len(falls) else float("nan")


def _loud_spectrum(samples: Floats, rate: int) -> tuple[Floats, Floats]:
    """Return the mean power spectrum of the louder half of a clip, in steps of about 43 Hz, and its frequencies."""
    size = max(2 ** round(np.log2(rate / 43.0)), 64)
    if len(samples) < size:
        samples = np.pad(samples, (0, size - len(samples)))
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 2]
    power = np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2
    total = power.sum(axis=1)
    hertz = np.asarray(np.fft.rfftfreq(size, 1 / rate), np.float64)
    return np.asarray(power[total >= np.median(total)].mean(axis=0)), hertz


def _band(power: Floats, hertz: Floats, low: float, high: float) -> float:
    inside = (hertz >= low) & (hertz < high)
    return float(10 * np.log10(power[inside].mean() + _TINY)) if inside.any() else -120.0


def _high(power: Floats, hertz: Floats) -> float:
    return _band(power, hertz, 4500, min(8000, 0.98 * hertz[-1])) - _band(power, hertz, 500, 3500)


def _cliff(power: Floats, hertz: Floats) -> float:
    """Return where the spectrum falls by 25 dB within 700 Hz and does not come back, in Hz; 0 where it does not."""
    decibels = 10 * np.log10(np.convolve(power, np.ones(5) / 5, "same") + _TINY)
    step = max(round(700 / hertz[1]), 1)
    last = len(hertz) - step - 3
    for begin in range(round(2500 / hertz[1]), last):
        if decibels[begin] - decibels[begin + step : -3].max() > 25:
            return float(hertz[begin] + 350)
    return 0.0


def _dropouts(samples: Floats, rate: int, speech_db: float) -> int:
    """Count the runs of 4 ms and more of one and the same value that begin and end within loud sound."""
    same = np.diff(samples) == 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], same.astype(np.int8), [0]])))
    near = round(0.01 * rate)
    count = 0
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start >= 0.004 * rate and start > near and stop < len(samples) - near:
            sides = min(_decibels(samples[start - near : start]), _decibels(samples[stop + 1 : stop + 1 + near]))
            count += sides > speech_db - 15
    return count


def _pitch(samples: Samples) -> Samples:
    from voiceover.synthesis.mels import MelConfig
    from voiceover.train.features import fundamental

    return fundamental(samples, MelConfig())


def _halves(pitch: Samples) -> float:
    """Return by how many semitones the median pitch of a clip's voiced frames differs between its two halves."""
    voiced = pitch[pitch > 0]
    if len(voiced) < 20:
        return 0.0
    first, second = np.median(voiced[: len(voiced) // 2]), np.median(voiced[len(voiced) // 2 :])
    return abs(_semitones(float(first), float(second)))


def _timbre(samples: Samples, loud: NDArray[np.bool_]) -> tuple[float, ...]:
    import librosa

    cepstra = librosa.feature.mfcc(y=samples, sr=RATE, n_mfcc=CEPSTRA, n_fft=1024, hop_length=HOP, fmax=8000.0)
    frames = cepstra[:, : len(loud)][:, loud[: cepstra.shape[1]]]
    return tuple(float(value) for value in frames[1:].mean(axis=1)) if frames.size else ()
