"""The vocoder's real-time factor beside HiFi-GAN V1's, and whether a long line's chunks can be heard.

    python benchmarks/vocoder_speed.py [--voice narrator] [--threads 2]

Lines are the voice's own mels, which are hints; and the same as if they were a recording's, which are met, and cost
more. HiFi-GAN's weights are random, which costs the same. All in one run; the least of five rounds counts (of two for
HiFi-GAN). The last row is the largest difference between a minute filtered in one piece and in chunks, by the largest
sample, in dB.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np
import torch

from voiceover.models.hifigan import Hifigan
from voiceover.synthesis import storage
from voiceover.synthesis.configs import HifiganConfig, VocoderConfig
from voiceover.synthesis.engine import Vocode
from voiceover.synthesis.source_filter import CHUNK, SourceFilterVocoder
from voiceover.train.trial_sentences import ORDINARY
from voiceover.types import Samples
from voiceover.voices import bundle, catalog, tacotron

LINES = 16
MINUTE = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    path = catalog.find(given.voice).path
    assert path is not None
    voice = tacotron.open_bundle(path, "cpu")
    assert voice.card.vocoder is not None
    weights = storage.load(bundle.read_member(path, bundle.VOCODER) or b"")
    config = VocoderConfig(**voice.card.vocoder.config)  # type: ignore[arg-type]
    own = SourceFilterVocoder(weights, config, voice.mel)
    met = SourceFilterVocoder({**weights, "trust.bias": np.full(1, 100.0, np.float32)}, config, voice.mel)
    torch.manual_seed(1)
    hifigan = Hifigan(HifiganConfig(), voice.mel).eval()
    spoken = [voice.read(text).spoken for text in ORDINARY[:LINES]]
    many = [take.mel for text in spoken for _, take in voice.attend(text)]
    second = voice.mel.frames_per_second
    vocoders: tuple[tuple[str, Vocode, int], ...] = (
        ("this vocoder, the voice's own mels", own, 5),
        ("this vocoder, mels that are met", met, 5),
        ("HiFi-GAN V1", lambda mel, seed: hifigan.synthesise(torch.from_numpy(mel), seed), 2),
    )
    pool = ThreadPoolExecutor(given.threads)
    torch.set_num_threads(1)
    for name, synthesise, rounds in vocoders:
        for what, lines in (("one line", many[:1]), (f"{len(many)} lines", many)):
            print(f"{name}, {what}: {factor(pool, synthesise, lines, second, rounds):.4f}", flush=True)
    long = np.tile(np.concatenate(many, axis=1), 4)[:, : round(MINUTE * second)]
    for name, vocoder in (("own mels", own), ("mels that are met", met)):
        whole, cut = vocoder(long, 1, 10**9), vocoder(long, 1)
        largest = np.abs(whole - cut).max() / np.abs(whole).max()
        print(f"a minute in chunks of {CHUNK} frames, {name}: {20 * np.log10(max(largest, 1e-12)):.0f} dB")


def factor(pool: Executor, vocode: Vocode, lines: list[Samples], second: float, rounds: int) -> float:
    """Return seconds of computing for each second of sound, each line on one thread."""
    vocode(lines[0], 1)
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        list(pool.map(lambda line: vocode(line, 1), lines))
        taken.append(time.perf_counter() - begin)
    return min(taken) / sum(line.shape[1] / second for line in lines)


if __name__ == "__main__":
    main()
