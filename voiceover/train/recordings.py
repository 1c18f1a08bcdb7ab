"""One recording from disk: any format, any rate, any number of channels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voiceover import media
from voiceover.errors import BadInputError
from voiceover.types import Audio, Samples

# what soundfile reads by itself, then what needs ffmpeg
AUDIO_SUFFIXES = (
    *(".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif", ".oga", ".w64", ".caf", ".au"),
    *(".m4a", ".m4b", ".aac", ".wma", ".amr", ".ac3", ".mka", ".mp2", ".webm", ".mp4", ".mkv", ".mov", ".avi", ".3gp"),
)
SILENT = 1e-4  # a peak below this is no recording
_ONE_SIDED = 10.0  # a channel so many times louder than another holds the voice alone


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What a file holds."""

    samples: Samples  # (n, channels)
    rate: int  # Hz


def read(path: Path) -> Recording:
    """Read a recording as it is: with soundfile where that can, else with ffmpeg.

    Raises:
        BadInputError: neither can read it, or it holds no sound.
    """
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (RuntimeError, OSError, TypeError):
        rate = media.audio_rate(path)
        samples = media.decode_audio(path, rate=rate)
    if not np.isfinite(samples).all():
        raise BadInputError(f"{path}: its samples are not numbers", "Export it again from where it comes from.")
    return Recording(np.asarray(samples, dtype=np.float32), int(rate))


def mono(recording: Recording) -> Audio:
    """Mix the channels to one; channels that are nearly silent or cancel each other out give way to the loudest."""
    samples = recording.samples
    if samples.shape[1] == 1 or not len(samples):
        return Audio(samples.mean(axis=1) if samples.size else np.zeros(0, np.float32), recording.rate)
    levels = np.sqrt(np.mean(samples.astype(np.float64) ** 2, axis=0))
    mixed = samples.mean(axis=1)
    cancelled = float(np.sqrt(np.mean(mixed.astype(np.float64) ** 2))) < 0.5 * float(levels.mean())
    if cancelled or levels.max() > _ONE_SIDED * levels.min():
        return Audio(np.ascontiguousarray(samples[:, int(levels.argmax())]), recording.rate)
    return Audio(mixed, recording.rate)


def resampled(audio: Audio, rate: int) -> Samples:
    """Return the samples at another rate."""
    import soxr

    return audio.samples if audio.rate == rate else np.asarray(soxr.resample(audio.samples, audio.rate, rate), "<f4")
