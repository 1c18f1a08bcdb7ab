"""Compare speaking a subtitle file as one batch with speaking it line by line, in one run.

python benchmarks/batching.py tests/golden/elephantsdream.en.srt [--voice narrator] [--threads 1]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from voiceover import script, subtitles
from voiceover.types import Line
from voiceover.voices import catalog
from voiceover.voices.base import Voice, as_spoken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subtitles", type=Path)
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    voice = catalog.open_voice(options.voice, "cpu")
    lines = as_spoken(voice, script.make(subtitles.read(options.subtitles)).lines)
    speak(voice, lines[:2])  # warm up
    ratios = []
    for _ in range(options.rounds):  # in turn, so that the machine's moods meet both alike
        batch_seconds, audio = speak(voice, lines)
        single = [speak(voice, [line]) for line in lines]
        single_seconds = sum(seconds for seconds, _ in single)
        ratios.append(single_seconds / batch_seconds)
        print(
            f"{len(lines)} lines, {audio:.1f} s of speech: batch {batch_seconds:.2f} s (real-time factor "
            f"{batch_seconds / audio:.3f}), one by one {single_seconds:.2f} s ({single_seconds / audio:.3f}), "
            f"ratio {ratios[-1]:.2f}"
        )
    print(f"median ratio {sorted(ratios)[len(ratios) // 2]:.2f}, {options.threads} thread(s)")


def speak(voice: Voice, lines: list[Line]) -> tuple[float, float]:
    began = time.perf_counter()
    audio = sum(speech.audio.seconds for speech in voice.speak(lines))
    return time.perf_counter() - began, audio


if __name__ == "__main__":
    main()
