"""Draw held-out sentences: the voice's attention and its spectrogram beside the recording's.

    python benchmarks/pictures.py CORPUS docs/narrator [--voice narrator] [--count 10]

CORPUS is a folder made by `voiceover dataset prepare`; only its validation clips are drawn.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from voiceover.models.decoding import decode
from voiceover.models.mel import log_mel
from voiceover.train import corpus as corpora
from voiceover.voices.catalog import find
from voiceover.voices.tacotron import open_bundle


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--count", type=int, default=10)
    options = parser.parse_args()
    voice = open_bundle(find(options.voice).path, "cpu")
    corpus = corpora.load(options.corpus)
    texts: dict[str, corpora.Clip] = {clip.text: clip for clip in corpus.split("validation")}
    options.out.mkdir(parents=True, exist_ok=True)
    for number, clip in enumerate(list(texts.values())[: options.count], start=1):
        tokens = voice._front_end.tokens(clip.spoken)
        (take,) = decode(
            voice.acoustic,
            [tokens.ids],
            [number],
            voice._step_seconds,
            voice._options,
            silent=voice._front_end.silent,
        )
        recorded = log_mel(torch.from_numpy(corpus.samples(clip)), corpus.mel)
        spoken = log_mel(torch.from_numpy(voice._vocode(take.mel.clone(), number)), corpus.mel)
        figure = Figure(figsize=(12, 7), dpi=70, layout="constrained")
        FigureCanvasAgg(figure)
        figure.suptitle(clip.text)
        axes = figure.subplots(2, 2)
        panels = [(axes[0, 0], recorded, "recording"), (axes[0, 1], spoken, f"{voice.name}, its audio analysed again")]
        for axis, mel, title in panels:
            axis.imshow(mel, origin="lower", aspect="auto", vmin=-11.5, vmax=1.5, interpolation="nearest")
            axis.set(title=title, xlabel="frame", ylabel="mel band")
        axes[1, 0].imshow(take.mel, origin="lower", aspect="auto", vmin=-11.5, vmax=1.5, interpolation="nearest")
        axes[1, 0].set(title="predicted mel", xlabel="frame", ylabel="mel band")
        axes[1, 1].imshow(take.alignment.T, origin="lower", aspect="auto", interpolation="nearest")
        starts = [span.start for span in tokens.words]
        axes[1, 1].set_yticks(starts, [span.word for span in tokens.words])
        axes[1, 1].set(title=f"attention, focus {take.focus:.2f}, coverage {take.coverage:.2f}", xlabel="decoder step")
        figure.savefig(options.out / f"sentence-{number:02d}.png")


if __name__ == "__main__":
    main()
