"""A clip made again from its mel at another pace: the frames are read along a time map, then vocoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil

import numpy as np
from numpy.typing import NDArray

from voiceover import warping
from voiceover.synthesis.mels import MelConfig
from voiceover.types import MelPiece, Samples, SpokenMel
from voiceover.warping import TimeMap

_MARGIN = 0.5  # seconds of the mel beyond what is asked for: what a vocoder hears of a frame's neighbours

Vocode = Callable[[Samples, int], Samples]


def bend(mel: SpokenMel, times: TimeMap, config: MelConfig) -> TimeMap:
    """Return the elastic map that a clip is spoken again with, given the even one."""
    grid, give = [], []
    for piece, values in _pieces(mel):
        # a frame stands for what is around its middle; after the last comes the silence between two pieces
        places = np.arange(piece.frames + 1) - 0.5
        grid.append(_clock(mel, piece, config) + places / config.frames_per_second)
        give.append(np.append(warping.steadiness(values), 1.0))
    moments, order = np.unique(np.concatenate(grid), return_index=True)  # pieces that meet overlap by a frame
    return warping.bend(times, moments, np.concatenate(give)[order])


def respeak(mel: SpokenMel, natural_seconds: float, times: TimeMap, config: MelConfig, vocode: Vocode) -> Samples:
    """Speak a clip again.

    Args:
        mel: the clip's.
        natural_seconds: how long the clip is.
        times: when its moments are to sound.
        config: the mel's.
        vocode: makes samples, (frames - 1) * hop_length or more, of a log-mel (bands, frames) and a seed.

    Returns:
        Samples until the map's end; the last may lie up to one sample after it.
    """
    rate, frame_rate = config.sample_rate, config.frames_per_second
    made = np.zeros(int(np.ceil(times.seconds * rate)), np.float32)
    heard = TimeMap(
        np.concatenate([times.natural[:1] - _MARGIN, times.natural, times.natural[-1:] + _MARGIN]),
        np.concatenate([times.placed[:1] - _MARGIN, times.placed, times.placed[-1:] + _MARGIN]),
    )
    for piece, values in _pieces(mel):
        clock = _clock(mel, piece, config)
        begin = max(clock, float(heard.natural[0]))
        finish = min(clock + (piece.frames - 1) / frame_rate, float(heard.natural[-1]))
        if finish <= begin:
            continue
        start, stop = heard.to_placed(np.array([begin, finish])).tolist()
        count = ceil((stop - start) * frame_rate) + 1
        moments = heard.to_natural(start + np.arange(count) / frame_rate)
        samples = vocode(_read(values, (moments - clock) * frame_rate), piece.seed)[: round((stop - start) * rate)]
        at = round(start * rate)
        low, high = max(at, 0), min(at + len(samples), len(made))
        if high > low:
            made[low:high] = samples[low - at : high - at]
    if mel.fade:
        left = (natural_seconds - times.to_natural(np.arange(len(made)) / rate)) * rate / mel.fade
        made *= (np.sin(np.clip(left, 0.0, 1.0) * np.pi / 2) ** 2).astype(np.float32)
    return made


def _pieces(mel: SpokenMel) -> Iterator[tuple[MelPiece, NDArray[np.float16]]]:
    first = 0
    for piece in mel.pieces:
        yield piece, mel.values[:, first : first + piece.frames]
        first += piece.frames


def _clock(mel: SpokenMel, piece: MelPiece, config: MelConfig) -> float:
    """Return on which second of the clip a piece's first frame is centred."""
    return (piece.sample - mel.start) / config.sample_rate


def _read(values: NDArray[np.float16], places: NDArray[np.float64]) -> Samples:
    """Return a log-mel between its frames, at places (n,) in frames: (bands, n).

    By cubic convolution (Keys, 1981): between two frames a straight line would blur the mel, and words are lost.
    """
    last = values.shape[1] - 1
    places = np.clip(places, 0, last)
    frame = np.floor(places).astype(np.intp)
    t = (places - frame).astype(np.float32)
    whole = values.astype(np.float32)
    a, b, c, d = (whole[:, np.clip(frame + k, 0, last)] for k in (-1, 0, 1, 2))
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
