"""Judges of speech that are packages of their own: a recogniser, quality and speaker models, PESQ. All run offline.

Each function opens one and returns what it can be asked, or None where its package is not installed here.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceover.types import Audio, Samples

RATE = 16_000  # Hz, of them all
SHORTEST = 0.5  # seconds; the quality and speaker models say nothing useful about less
INSTALL = {  # what to say where one is not installed
    "recogniser": "not installed: pip install 'voiceover[asr]'",
    "quality": "not installed: pip install 'voiceover[quality]'",
    "speaker": "not installed: pip install --no-deps Resemblyzer webrtcvad-wheels",
    "pesq": "not installed: pip install pesq",
}

Transcribe = Callable[[Audio], str]
Rate = Callable[[Audio], tuple[float, float]]
Embed = Callable[[Audio], NDArray[np.float32]]
Compare = Callable[[Audio, Audio], float | None]


def open_recogniser() -> Transcribe | None:
    """Open moonshine-voice's tiny English model, which its wheel carries: audio to the words it hears."""
    try:
        from moonshine_voice import ModelArch, Transcriber, get_assets_path
    except (ImportError, OSError):  # OSError: a library of the system that the package needs is not there
        return None
    folder = Path(get_assets_path()) / "tiny-en"
    if not folder.is_dir():  # later releases carry no model
        return None
    transcriber = Transcriber(str(folder), ModelArch.TINY)

    def transcribe(audio: Audio) -> str:
        padded = np.pad(_at_rate(audio), RATE // 2)  # it drops words that touch the edges
        lines = transcriber.transcribe_without_streaming(padded.tolist(), RATE).lines
        return " ".join(line.text.strip() for line in lines)

    return transcribe


def open_quality() -> Rate | None:
    """Open DNSMOS P.835 and P.808 (Reddy et al., 2022): audio to its overall quality by both, 1 to 5."""
    model = _imported("speechmos.dnsmos")
    if model is None:
        return None

    def rate(audio: Audio) -> tuple[float, float]:
        samples = _at_rate(audio)
        scores = model.run(np.clip(samples / max(1.0, float(np.abs(samples).max())), -1, 1), sr=RATE)
        return float(scores["ovrl_mos"]), float(scores["p808_mos"])

    return rate


def open_speaker() -> Embed | None:
    """Open Resemblyzer (the GE2E speaker encoder; Wan et al., 2018): audio to a vector of length 1."""
    package = _imported("resemblyzer")
    if package is None:
        return None
    encoder = package.VoiceEncoder("cpu", verbose=False)

    def embed(audio: Audio) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = encoder.embed_utterance(package.preprocess_wav(_at_rate(audio)))
        return vector

    return embed


def open_pesq() -> Compare | None:
    """Open wideband PESQ (ITU-T P.862.2): a copy and its recording to 1 to 4.64; None where it hears no utterance."""
    package = _imported("pesq")
    if package is None:
        return None

    def score(copy: Audio, recording: Audio) -> float | None:
        made, target = _at_rate(copy), _at_rate(recording)
        length = min(len(made), len(target))
        try:
            return float(package.pesq(RATE, target[:length], made[:length], "wb"))
        except package.PesqError:
            return None

    return score


def _imported(name: str) -> Any:
    """Import an old package, whose warnings are nobody's business here; None where it or what it needs is missing."""
    from importlib import import_module

    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            return import_module(name)
    except (ImportError, OSError):
        return None


def _at_rate(audio: Audio) -> Samples:
    return np.asarray(soxr.resample(audio.samples, audio.rate, RATE), dtype=np.float32)
