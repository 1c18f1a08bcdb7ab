"""Log-mel spectrograms and the Fourier transforms around them, in numpy.

Shapes: T frames, F = n_fft / 2 + 1 bins, n samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiceover.types import Samples

FLOOR = 1e-5  # the smallest magnitude kept: log(1e-5) = -11.5 is silence

Spectrum = NDArray[np.complex64]
_rfft: Any = np.fft.rfft  # both keep single precision, whatever their annotations say
_irfft: Any = np.fft.irfft


@dataclass(frozen=True, slots=True)
class MelConfig:
    """How audio becomes mels. The defaults are those of the public Tacotron 2 and HiFi-GAN voices."""

    sample_rate: int = 22050  # Hz
    n_fft: int = 1024  # samples
    hop_length: int = 256  # samples
    win_length: int = 1024  # samples, periodic Hann
    n_mels: int = 80
    f_min: float = 0.0  # Hz
    f_max: float = 8000.0  # Hz

    @property
    def frames_per_second(self) -> float:
        """Mel frames in one second of audio."""
        return self.sample_rate / self.hop_length


@lru_cache(maxsize=8)
def filter_bank(config: MelConfig) -> Samples:
    """Return what a log-mel weighs the bins with, (F, n_mels): triangles of equal area on Slaney's scale.

    The scale is that of Slaney's Auditory Toolbox (1998): 15 mels for 1,000 Hz and linear below it, 27 to a factor
    of 6.4 above.
    """
    bins = np.linspace(0.0, config.sample_rate // 2, config.n_fft // 2 + 1)
    edges = _hertz(np.linspace(_mels(config.f_min), _mels(config.f_max), config.n_mels + 2))
    rising = (bins[:, None] - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - bins[:, None]) / np.diff(edges)[1:]
    bank = np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (edges[2:] - edges[:-2]))
    return bank.astype(np.float32)


_LINEAR = 200.0 / 3.0  # Hz to a mel below 1,000 Hz
_STEP = np.log(6.4) / 27.0  # logarithm of the ratio of a mel above


def _mels(hertz: float) -> float:
    return hertz / _LINEAR if hertz < 1000.0 else 15.0 + float(np.log(hertz / 1000.0)) / _STEP


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    high = 1000.0 * np.exp(_STEP * (np.maximum(mels, 15.0) - 15.0))
    return np.where(mels < 15.0, mels * _LINEAR, high)


@lru_cache(maxsize=8)
def _window(config: MelConfig) -> Samples:
    """Return the periodic Hann window, in the middle of n_fft samples."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(config.win_length) / config.win_length)
    before = (config.n_fft - config.win_length) // 2
    return np.pad(window, (before, config.n_fft - config.win_length - before)).astype(np.float32)


def stft(audio: Samples, config: MelConfig) -> Spectrum:
    """Transform samples (n,), mirrored at both ends, into frames (n // hop_length + 1, F) centred on every hop."""
    margin = config.n_fft // 2
    padded = np.pad(audio, margin, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, config.n_fft)[:: config.hop_length]
    spectrum = np.empty((len(frames), config.n_fft // 2 + 1), np.complex64)  # four times as fast with `out`
    transformed: Spectrum = _rfft(frames * _window(config), axis=1, out=spectrum)
    return transformed


def log_mel(audio: Samples, config: MelConfig) -> Samples:
    """Compute the log-mel spectrogram of samples (n,), n > n_fft / 2.

    Returns:
        Natural logarithm of mel magnitudes, floored at log(1e-5); shape (n_mels, n // hop_length + 1).
        Frame t is centred on sample t * hop_length.
    """
    magnitude = np.abs(stft(audio.astype(np.float32, copy=False), config))
    made: Samples = np.log(np.maximum(magnitude @ filter_bank(config), np.float32(FLOOR))).T
    return made


def istft(spectrum: Spectrum, config: MelConfig) -> Samples:
    """Turn frames (T, F) into samples ((T - 1) * hop_length,), the least-squares inverse of `stft`.

    Griffin and Lim (1984), equation 6: windowed again, overlapped, and divided by the overlapped squares of the window.
    """
    window, hop, margin = _window(config), config.hop_length, config.n_fft // 2
    frames: Samples = _irfft(spectrum, config.n_fft, axis=1) * window
    audio = _overlap_add(frames, hop)
    squares = np.repeat(np.square(window)[None], len(frames), axis=0)
    weight = _overlap_add(squares, hop)
    kept = slice(margin, margin + (len(frames) - 1) * hop)
    inverse: Samples = (audio[kept] / np.maximum(weight[kept], 1e-11)).astype(np.float32, copy=False)
    return inverse


def _overlap_add(frames: Samples, hop: int) -> Samples:
    """Add frames (T, n_fft) up, each a hop after the last."""
    count, size = frames.shape
    rows = -(-size // hop)  # hops that a frame reaches over
    added = np.zeros((count + rows - 1, hop), np.float32)
    for row in range(rows):
        part = frames[:, row * hop : (row + 1) * hop]
        added[row : row + count, : part.shape[1]] += part
    return added.reshape(-1)
