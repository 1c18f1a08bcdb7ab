"""Spectrograms to 11 kHz of held-out recordings and of their copies by voices' vocoders, to be looked at.

    python benchmarks/vocoder_pictures.py CORPUS OUT VOICE [VOICE ...] [--clips 3]

A picture OUT/CLIP.webp for each clip: the recording, its mel through Griffin-Lim, and through each voice's vocoder.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from matplotlib import pyplot

from voiceover.synthesis.griffin_lim import griffin_lim
from voiceover.synthesis.mels import log_mel
from voiceover.train.corpus import load
from voiceover.train.evaluation import clips_to_speak
from voiceover.types import Audio
from voiceover.voices import catalog
from voiceover.voices.tacotron import TacotronVoice

FLOOR_DB, N_FFT = -80.0, 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("voices", nargs="+")
    parser.add_argument("--clips", type=int, default=3)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    corpus = load(given.corpus)
    voices = {name: catalog.open_voice(name, "cpu") for name in given.voices}
    for clip in clips_to_speak(corpus, given.clips):
        samples = corpus.samples(clip)
        rows = {
            "recording": samples,
            "Griffin-Lim": griffin_lim(log_mel(samples, corpus.mel), corpus.mel),
        }
        for name, voice in voices.items():
            assert isinstance(voice, TacotronVoice)
            rows[f"vocoder of {Path(name).name}"] = voice.resynthesise(Audio(samples, corpus.mel.sample_rate)).samples
        draw(
            {name: np.asarray(audio) for name, audio in rows.items()},
            corpus.mel.sample_rate,
            given.out / f"{clip.id}.webp",
        )


def draw(rows: dict[str, np.ndarray], rate: int, path: Path) -> None:
    """Draw spectrograms below each other, all by the first one's loudest bin."""
    figure, axes = pyplot.subplots(len(rows), 1, figsize=(11, 2.6 * len(rows)), sharex=True, layout="constrained")
    loudest = None
    for axis, (name, samples) in zip(np.atleast_1d(axes), rows.items(), strict=True):
        window = torch.hann_window(N_FFT)
        power = (
            torch.stft(torch.from_numpy(samples), N_FFT, N_FFT // 8, window=window, return_complex=True).abs().square()
        )
        loudest = power.max() if loudest is None else loudest
        decibels = 10 * torch.log10((power / loudest).clamp_min(1e-12)).numpy()
        extent = (0, len(samples) / rate, 0, rate / 2000)
        axis.imshow(decibels, origin="lower", aspect="auto", extent=extent, vmin=FLOOR_DB, vmax=0, cmap="magma")
        axis.set_title(name, fontsize=9, loc="left")
        axis.set_ylabel("kHz")
    axes[-1].set_xlabel("seconds")
    figure.savefig(path, dpi=90, pil_kwargs={"quality": 70})
    pyplot.close(figure)


if __name__ == "__main__":
    main()
