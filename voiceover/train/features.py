"""What is computed of a clip beside its mel: pitch and cepstra."""

from __future__ import annotations

from typing import Any

import numpy as np

from voiceover.synthesis.mels import MelConfig
from voiceover.types import Samples

F0_RANGE = (65.0, 500.0)  # Hz
CEPSTRA = 13


def fundamental(samples: Samples, mel: MelConfig) -> Samples:
    """Estimate F0 with librosa's pYIN, one value per mel frame, in Hz; 0 where unvoiced."""
    import librosa

    f0, voiced, _ = librosa.pyin(
        samples,
        fmin=F0_RANGE[0],
        fmax=F0_RANGE[1],
        sr=mel.sample_rate,
        frame_length=1024,
        hop_length=mel.hop_length,
        resolution=0.25,
    )
    return np.where(voiced, np.nan_to_num(f0), 0.0).astype(np.float32)


def compile_pitch() -> None:
    """Have pYIN compiled by this process, before several do at once.

    numba's cache of such functions is not safe from two writers (numba issue 10128): what they leave crashes every
    process that reads it, then and in all later runs. Children that are forked afterwards have it compiled.
    """
    mel = MelConfig()
    fundamental(np.sin(np.arange(4 * mel.n_fft, dtype=np.float32) / 20), mel)


def cepstra(mel: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the MFCCs (frames, CEPSTRA) float16 of a log-mel (frames, bands)."""
    from scipy.fft import dct

    return np.asarray(dct(mel, axis=1, norm="ortho")[:, :CEPSTRA], dtype=np.float16)
