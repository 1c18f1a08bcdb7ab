"""What a clean-up does to clips as they were recorded, and to the same with hiss and hum.

    python benchmarks/cleaning.py RECORDINGS [--clips 16]

RECORDINGS: a folder that `voiceover dataset prepare` reads. Hiss is white, 30 dB under the speech, the hum has 60, 120,
180 and 300 Hz, 26 dB under it. For each share of the noise that is taken away: DNSMOS and P.808, PESQ against the clip
as it was recorded, word error rate, and how far the quietest quarter of a second is under the speech.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from voiceover.text import languages
from voiceover.train import cleaning, measures, recordings, transcripts
from voiceover.train.evaluation import Judges, open_judges
from voiceover.types import Audio, Samples

LEVEL = 0.1  # RMS that the judges hear speech at
SPEECH = 0.1  # of the peak: samples above it are speech
HISS_DB, HUM_DB = -30.0, -26.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--clips", type=int, default=16)
    given = parser.parse_args()
    found = list(transcripts.survey(given.recordings).usable(given.recordings))
    chosen = found[:: max(1, len(found) // given.clips)][: given.clips]
    clips = [(item.text, recordings.mono(recordings.read(item.audio))) for item in chosen]
    judges = open_judges()
    for name, noise in (("as recorded", 0.0), ("with hiss and hum", 1.0)):
        print(name)
        for share in (0.0, 0.5, cleaning.SHARE, 0.9):
            figures = measure(clips, judges, noise, share)
            print(f"  {share:.2f}: " + ", ".join(f"{key} {value:.2f}" for key, value in figures.items()), flush=True)


def measure(clips: list[tuple[str, Audio]], judges: Judges, noise: float, share: float) -> dict[str, float]:
    """Clean clips up and judge them."""
    transcribe, rate_quality, pesq = judges.transcribe, judges.rate, judges.pesq
    assert transcribe
    assert rate_quality
    assert pesq
    write_out = languages.named(languages.ENGLISH).spoken
    random = np.random.default_rng(0)
    errors = words = 0
    rows = []
    for text, audio in clips:
        speech = rms(audio.samples[np.abs(audio.samples) > SPEECH * np.abs(audio.samples).max()])
        noisy = audio.samples + noise * speech * disturbance(len(audio.samples), audio.rate, random)
        cleaned = cleaning.clean_up(noisy.astype(np.float32), audio.rate, share) if share else noisy
        heard = Audio((cleaned * LEVEL / speech).clip(-1, 1).astype(np.float32), audio.rate)
        said = measures.words(write_out(text))
        errors += measures.edits(said, measures.words(write_out(transcribe(heard))))
        words += len(said)
        original = Audio(audio.samples * np.float32(LEVEL / speech), audio.rate)
        quiet = rms(cleaning.quietest(cleaned, round(cleaning.QUIET_SECONDS * audio.rate)))
        rows.append([*rate_quality(heard), pesq(heard, original) or np.nan, 20 * np.log10(quiet / speech)])
    overall, p808, fidelity, floor = np.nanmean(rows, axis=0)
    return {"DNSMOS": overall, "P.808": p808, "PESQ": fidelity, "WER %": 100 * errors / words, "floor dB": floor}


def disturbance(size: int, rate: int, random: np.random.Generator) -> Samples:
    """Return hiss and hum relative to speech of RMS 1."""
    hiss = random.standard_normal(size)
    time = np.arange(size) / rate
    hum = sum(np.sin(2 * np.pi * 60 * k * time + k) / k for k in (1, 2, 3, 5))
    return np.asarray(hiss * 10 ** (HISS_DB / 20) + hum / np.std(hum) * 10 ** (HUM_DB / 20), dtype=np.float32)


def rms(samples: Samples) -> float:
    return float(np.sqrt(np.square(samples, dtype=np.float64).mean()))


if __name__ == "__main__":
    main()
