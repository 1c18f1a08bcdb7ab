"""The vocoder's real-time factor beside HiFi-GAN V1's, and whether a long line's chunks can be heard.

    python benchmarks/vocoder_speed.py [--voice narrator] [--threads 2]

Lines are pieces of the voice's own sample; HiFi-GAN's weights are random, which costs the same. All in one run;
the least of five rounds counts (of two for HiFi-GAN). The last row is the largest difference between a minute filtered
in one piece and in chunks, by the largest sample, in dB.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import soundfile
import torch
from torch import Tensor

from voiceover.models.hifigan import Hifigan, HifiganConfig
from voiceover.models.mel import log_mel
from voiceover.models.vocoder import CHUNK, Vocoder
from voiceover.types import Samples
from voiceover.voices import bundle, catalog, tacotron

LINES = 16  # of 1 to 5 seconds
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
    samples, _ = soundfile.read(path / bundle.SAMPLE, dtype="float32")
    long = np.tile(samples, int(np.ceil(MINUTE * voice.rate / len(samples))))[: round(MINUTE * voice.rate)]
    mel = log_mel(torch.from_numpy(long), voice.mel)
    second = voice.mel.frames_per_second
    single = [mel[:, : round(3 * second)]]
    lengths = np.random.default_rng(1).uniform(1, 5, LINES)
    starts = np.random.default_rng(2).uniform(0, MINUTE - 5, LINES)
    many = [mel[:, round(a * second) : round((a + length) * second)] for a, length in zip(starts, lengths, strict=True)]
    for name, synthesise, rounds in (("this vocoder", own.synthesise, 5), ("HiFi-GAN V1", hifigan.synthesise, 2)):
        for what, lines in (("a line of 3 s", single), (f"{LINES} lines of 1 to 5 s", many)):
            print(f"{name}, {what}: {factor(synthesise, lines, second, rounds):.4f}", flush=True)
    whole, cut = own.synthesise(mel, 1, chunk=10**9), own.synthesise(mel, 1)
    largest = np.abs(whole - cut).max() / np.abs(whole).max()
    print(f"a minute in chunks of {CHUNK} frames: {20 * np.log10(max(largest, 1e-12)):.0f} dB")


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
