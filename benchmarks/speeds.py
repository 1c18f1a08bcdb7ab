"""Ways of speaking a clip at another speed, measured beside each other and beside the natural clip.

    python benchmarks/speeds.py [--voice narrator] [--lines examples/narrator/unseen.txt] [--count 36]

Each sentence is spoken once, then brought to each speed by every way. Printed for each speed and way:

- length: the largest difference to the length that was asked for, in samples of 48 kHz;
- onset, end: how far from its place the voiced part begins and ends, without sign, median and 95th percentile, in ms;
- pitch: F0 (pYIN) against the natural clip's at the same moment by the way's own time map, in cents: the median,
  and the median without sign;
- voicing: share of frames that are voiced in one of both only;
- mel: L1 of log-mels against the natural clip's, along the same map, in nepers;
- word error rate and DNSMOS (overall / P.808), where a recogniser and speechmos are installed;
- cost: seconds of computing for each of sound.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import librosa
import numpy as np
import soxr
import torch

from voiceover import fitting, warping
from voiceover.fitting import RATE, Clip
from voiceover.models.mel import log_mel
from voiceover.synthesis.mels import MelConfig
from voiceover.text import languages
from voiceover.train import measures
from voiceover.train.evaluation import Judges, open_judges
from voiceover.types import Audio, Line, Placed, Samples, Speech
from voiceover.voices import catalog, respeaking
from voiceover.voices.base import as_spoken
from voiceover.voices.tacotron import TacotronVoice
from voiceover.voices.voiced import voiced_bounds
from voiceover.warping import TimeMap

START = 1.0  # second of the film that each clip is placed at

Make = Callable[[TacotronVoice, Speech, TimeMap], TimeMap]


@dataclass(frozen=True, eq=False)
class Made:
    """A fitted clip, and when its moments sound in it."""

    clip: Clip
    times: TimeMap
    speed: float
    config: MelConfig

    @cached_property
    def samples(self) -> Samples:
        """At the mel's rate."""
        return np.asarray(soxr.resample(self.clip.samples, RATE, self.config.sample_rate), np.float32)

    @cached_property
    def f0(self) -> Samples:
        """F0 a frame, 0 where unvoiced, in steps of 10 cents: finer than the trainer's."""
        f0, voiced, _ = librosa.pyin(
            self.samples,
            fmin=65,
            fmax=500,
            sr=self.config.sample_rate,
            frame_length=1024,
            hop_length=self.config.hop_length,
        )
        return np.where(voiced, np.nan_to_num(f0), 0.0)


@dataclass
class Figures:
    """What is collected of a way at a speed, one value a clip unless said otherwise."""

    length: list[float] = field(default_factory=list)
    onset: list[float] = field(default_factory=list)
    end: list[float] = field(default_factory=list)
    cents: list[float] = field(default_factory=list)  # one a frame
    voicing: list[float] = field(default_factory=list)
    mel: list[float] = field(default_factory=list)
    errors: int = 0
    words: int = 0
    quality: list[tuple[float, float]] = field(default_factory=list)
    seconds: float = 0.0
    sound: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--lines", type=Path, default=Path("examples/narrator/unseen.txt"))
    parser.add_argument("--count", type=int, default=36, help="how many of its lines, evenly spread")
    parser.add_argument("--speeds", type=float, nargs="+", default=[0.9, 1.1, 1.25])
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=list(WAYS))
    given = parser.parse_args()
    torch.set_num_threads(1)
    voice = catalog.open_voice(given.voice, "cpu")
    assert isinstance(voice, TacotronVoice)
    texts = given.lines.read_text().splitlines()
    texts = [texts[i] for i in np.linspace(0, len(texts) - 1, min(given.count, len(texts))).round().astype(int)]
    speeches = list(voice.speak(as_spoken(voice, [Line(i, 0.0, 1.0, text) for i, text in enumerate(texts, 1)])))
    judges = open_judges()
    print(f"{len(speeches)} sentences, {sum(speech.natural_seconds for speech in speeches):.1f} s of speech")
    print("speed | way | length | onset | end | pitch | voicing | mel | word errors | DNSMOS | cost")
    natural = Figures()
    references = [fit(voice, speech, 1.0, None) for speech in speeches]
    for speech, reference in zip(speeches, references, strict=True):
        measure(natural, voice, speech, reference, reference, judges)
    tell("1", "natural", natural)
    for speed in given.speeds:
        for name in given.ways:
            figures = Figures()
            for speech, reference in zip(speeches, references, strict=True):
                began = time.perf_counter()
                made = fit(voice, speech, speed, WAYS[name])
                figures.seconds += time.perf_counter() - began
                measure(figures, voice, speech, made, reference, judges)
            tell(f"{speed:g}", name, figures)


def evenly(voice: TacotronVoice, speech: Speech, times: TimeMap) -> TimeMap:
    return times


def elastically(voice: TacotronVoice, speech: Speech, times: TimeMap) -> TimeMap:
    assert speech.mel is not None
    return respeaking.bend(speech.mel, times, voice.mel)


WAYS: dict[str, Make | None] = {"rubberband": None, "mel, evenly": evenly, "mel, elastically": elastically}


def fit(voice: TacotronVoice, speech: Speech, speed: float, way: Make | None) -> Made:
    """Fit a clip as the product does."""
    used: list[TimeMap] = []

    def respeak(speech: Speech, times: TimeMap) -> Audio:
        assert speech.mel is not None
        assert way is not None
        used.append(way(voice, speech, times))
        samples = respeaking.respeak(speech.mel, speech.audio.seconds, used[0], voice.mel, voice.vocode)
        return Audio(samples, voice.rate)

    placed = Placed(speech, START, START + speech.natural_seconds / speed, speed)
    (clip,) = fitting.fit_clips([placed], respeak=respeak if way else None)
    if not used:
        head, tail = (clip.span.onset - clip.span.start) / RATE, (clip.span.end - clip.span.offset) / RATE
        edges = (speech.onset - head * speed, speech.onset, speech.offset, speech.offset + tail * speed)
        used.append(warping.even(edges, speed))
    return Made(clip, used[0], speed, voice.mel)


def measure(
    figures: Figures, voice: TacotronVoice, speech: Speech, made: Made, reference: Made, judges: Judges
) -> None:
    span, audio = made.clip.span, Audio(made.clip.samples, RATE)
    figures.sound += audio.seconds
    figures.length.append(abs(span.offset - span.onset - speech.natural_seconds / made.speed * RATE))
    onset, offset = voiced_bounds(audio)
    figures.onset.append(1000 * abs(onset - (span.onset - span.start) / RATE))
    figures.end.append(1000 * abs(offset - (span.offset - span.start) / RATE))
    config = voice.mel
    moments = np.arange(len(made.samples) // config.hop_length + 1) / config.frames_per_second
    places = reference.times.to_placed(made.times.to_natural(moments)) * config.frames_per_second
    asked, got = (log_mel(torch.from_numpy(each.samples), config).numpy() for each in (reference, made))
    wanted = np.stack([np.interp(places, np.arange(asked.shape[1]), band) for band in asked])
    figures.mel.append(float(np.abs(got - wanted).mean()))
    f0, own = reference.f0, made.f0
    f0 = f0[np.clip(places.round().astype(int), 0, len(f0) - 1)]
    both = (f0 > 0) & (own > 0)
    figures.cents += (1200 * np.log2(own[both] / f0[both])).tolist()
    figures.voicing.append(float(((f0 > 0) != (own > 0)).mean()))
    if judges.transcribe:
        write_out = languages.named(languages.ENGLISH).spoken
        said = measures.words(write_out(speech.spoken_text))
        figures.errors += measures.edits(said, measures.words(write_out(judges.transcribe(audio))))
        figures.words += len(said)
    if judges.rate:
        figures.quality.append(judges.rate(audio))


def off(errors: list[float]) -> str:
    return f"{np.median(errors):.1f}, {np.percentile(errors, 95):.1f} ms"


def tell(speed: str, name: str, figures: Figures) -> None:
    cents = np.array(figures.cents)
    quality = np.mean(figures.quality, axis=0) if figures.quality else (float("nan"), float("nan"))
    print(
        f"{speed} | {name} | {max(figures.length):.1f} | {off(figures.onset)} | {off(figures.end)} | "
        f"{np.median(cents):+.1f}, {np.median(np.abs(cents)):.1f} cents | "
        f"{np.mean(figures.voicing):.1%} | {np.mean(figures.mel):.3f} | "
        f"{figures.errors / max(figures.words, 1):.1%} of {figures.words} | {quality[0]:.2f} / {quality[1]:.2f} | "
        f"{figures.seconds / figures.sound:.4f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
