"""The vocoder's real-time factor beside HiFi-GAN V1's, and whether a long line's chunks can be heard.

    python benchmarks/vocoder_speed.py [--voice narrator] [--threads 2]

Lines are the voice's own mels, which are hints; and the same as if they were a recording's, which are met, and cost
more. HiFi-GAN's weights are random, which costs the same. All in one run; the least of five rounds counts (of two for
HiFi-GAN). The last row is the largest difference between a minute filtered in one piece and in chunks, by the largest
sample, in dB.
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from voiceover.models.hifigan import Hifigan
from voiceover.models.vocoder import CHUNK, Vocoder
from voiceover.synthesis.configs import HifiganConfig
from voiceover.train.trial_sentences import ORDINARY
from voiceover.types import Samples
from voiceover.voices import catalog, tacotron

LINES = 16
MINUTE = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    path = catalog.find(given.voice).path
    assert path is not None
    voice = tacotron.open_bundle(path, "cpu")
    own = voice.vocoder
    assert isinstance(own, Vocoder)
    torch.manual_seed(1)
    hifigan = Hifigan(HifiganConfig(), voice.mel).eval()
    spoken = [voice.read(text).spoken for text in ORDINARY[:LINES]]
    many = [take.mel for text in spoken for _, take in voice.attend(text)]
    second = voice.mel.frames_per_second
    met = copy.deepcopy(own)
    met.trust.bias.data.fill_(100.0)
    vocoders = (
        ("this vocoder, the voice's own mels", own.synthesise, 5),
        ("this vocoder, mels that are met", met.synthesise, 5),
        ("HiFi-GAN V1", hifigan.synthesise, 2),
    )
    for name, synthesise, rounds in vocoders:
        for what, lines in (("one line", many[:1]), (f"{len(many)} lines", many)):
            print(f"{name}, {what}: {factor(synthesise, lines, second, rounds):.4f}", flush=True)
    long = torch.cat(many, dim=1).repeat(1, 4)[:, : round(MINUTE * second)]
    for name, vocoder in (("own mels", own), ("mels that are met", met)):
        whole, cut = vocoder.synthesise(long, 1, chunk=10**9), vocoder.synthesise(long, 1)
        largest = np.abs(whole - cut).max() / np.abs(whole).max()
        print(f"a minute in chunks of {CHUNK} frames, {name}: {20 * np.log10(max(largest, 1e-12)):.0f} dB")


def factor(synthesise: Callable[[Tensor, int], Samples], lines: list[Tensor], second: float, rounds: int) -> float:
    """Return seconds of computing for each second of sound."""
    synthesise(lines[0], 1)
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        for line in lines:
            synthesise(line, 1)
        taken.append(time.perf_counter() - begin)
    return min(taken) / sum(line.shape[1] / second for line in lines)


if __name__ == "__main__":
    main()
