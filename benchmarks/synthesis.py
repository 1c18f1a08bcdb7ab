"""How fast lines are spoken: the whole way, stage by stage, beside others, and beside what the processor could do.

    python benchmarks/synthesis.py [--voice narrator] [--coqui PYTHON] [--json FILE] [PART ...]

Parts (all but growth by default):

    lines      1, 8, 64 and 500 lines, front-end to clips, on all processors and on one; peak memory
    growth     100, 500 and 2,500 lines
    stages     where the time of 100 lines on one processor goes, and its share of the measured rate of products
    first      the first sound of a line of ten words: in a process that has spoken before, and from the shell
    identical  100 lines alone, in batches of 7 and 64, shuffled and again: whether they are the same to the last bit
    peers      the same ten lines one by one through torchaudio's Tacotron 2 and HiFi-GAN V1 (random weights, as many
               frames as ours took), espeak-ng and flite, where they are installed, and the coqui-tts package's
               Tacotron 2 where an environment of its own has it (see coqui.py)

Lines are the films' in tests/golden, again and again. Each measurement of memory is a process of its own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from voiceover import script, subtitles
from voiceover.synthesis.onnx_builder import GraphBuilder
from voiceover.types import Line, Speech
from voiceover.voices import catalog
from voiceover.voices.base import as_spoken

FILMS = [Path("tests/golden") / name for name in ("elephantsdream.en.srt", "sintel_en.srt")]
TEN_WORDS = "The morning was warm, and nobody wanted to leave yet."
PEER_LINES = 10
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--coqui", metavar="PYTHON", help="of an environment with coqui-tts")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)  # the measurement of a process of its own
    given = parser.parse_args()
    if given.one:
        print(json.dumps(_one(given.voice, given.one)))
        return
    parts: dict[str, Callable[[str], list[Row]]] = {
        "lines": lambda voice: [_apart(voice, n, w) for n, w in itertools.product((1, 8, 64, 500), _workers())],
        "growth": lambda voice: [_apart(voice, count, None) for count in (100, 500, 2500)],
        "stages": _stages,
        "first": _first,
        "identical": _identical,
        "peers": partial(_peers, coqui=given.coqui),
    }
    found: dict[str, Any] = {"machine": _machine()}
    print(json.dumps(found["machine"]))
    for name in given.parts or [name for name in parts if name != "growth"]:
        found[name] = parts[name](given.voice)
        print(f"\n{name}")
        for row in found[name]:
            print("  " + "  ".join(f"{key} {_shown(value)}" for key, value in row.items()), flush=True)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n")


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _machine() -> Row:
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": models[0].partition(": ")[2] if models else platform.processor(),
        "processors": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "onnxruntime": onnxruntime.__version__,
    }


def _workers() -> list[int | None]:
    return [None, 1] if len(os.sched_getaffinity(0)) > 1 else [None]


def lines_of(count: int) -> list[Line]:
    own = [line for film in FILMS for line in script.make(subtitles.read(film)).lines]
    return [replace(line, index=i + 1) for i, line in zip(range(count), itertools.cycle(own), strict=False)]


def _one(name: str, count: int) -> Row:
    voice = catalog.open_voice(name, "cpu")
    list(voice.speak(as_spoken(voice, lines_of(2))))
    began, computed = time.perf_counter(), time.process_time()
    spoken = as_spoken(voice, lines_of(count))
    read = time.perf_counter() - began
    seconds = sum(speech.audio.seconds for speech in voice.speak(spoken))
    taken = time.perf_counter() - began
    return {
        "lines": count,
        "speech_seconds": seconds,
        "seconds": taken,
        "front_end_seconds": read,
        "real_time_factor": taken / seconds,
        "processor_factor": (time.process_time() - computed) / seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _apart(voice: str, count: int, workers: int | None) -> Row:
    """Measure in a process of its own; workers None means all processors."""
    environment = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
    if workers:
        environment["OMP_NUM_THREADS"] = str(workers)
    command = [sys.executable, __file__, "--voice", voice, "--one", str(count)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {"workers": workers or len(os.sched_getaffinity(0)), **json.loads(done.stdout)}


class _Clock:
    """Adds up what calls take, the inner ones not counted twice."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = [0.0]

    def wrap(self, owner: Any, name: str, stage: str) -> None:
        original = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.count(stage):
                return original(*args, **kwargs)

        setattr(owner, name, timed)

    @contextmanager
    def count(self, stage: str) -> Iterator[None]:
        self._inner.append(0.0)
        began = time.perf_counter()
        try:
            yield
        finally:
            taken = time.perf_counter() - began
            self.seconds[stage] = self.seconds.get(stage, 0.0) + taken - self._inner.pop()
            self._inner[-1] += taken


def _stages(name: str) -> list[Row]:
    voice: Any = catalog.open_voice(name, "cpu")
    voice.engine._workers = 1
    engine, clock = voice.engine, _Clock()
    list(voice.speak(as_spoken(voice, lines_of(2))))
    counts = {"steps": 0, "tokens": 0, "frames": 0}

    class Counting:
        def __init__(self, session: Any, stage: str) -> None:
            self._session, self._stage = session, stage

        def run(self, names: Any, given: Any) -> Any:
            if self._stage == "decoder":
                counts["steps"] += len(given["frames"])
            elif self._stage == "encoder":
                counts["tokens"] += len(given["tokens"])
            elif self._stage == "post-net":
                counts["frames"] += given["mel"].shape[2]
            with clock.count(f"{self._stage}: networks"):
                return self._session.run(names, given)

    acoustic, vocoder = engine._acoustic, engine._vocode
    acoustic._encoder = Counting(acoustic._encoder, "encoder")
    acoustic._step = Counting(acoustic._step, "decoder")
    acoustic._postnet = Counting(acoustic._postnet, "post-net")
    if hasattr(vocoder, "_networks"):
        vocoder._networks = Counting(vocoder._networks, "vocoder")
    clock.wrap(engine, "_vocode", "vocoder: signals")
    clock.wrap(voice, "_join", "joining, word times, onsets")
    clock.wrap(engine, "decode", "decoder: loop")
    with clock.count("front-end"):
        spoken = as_spoken(voice, lines_of(100))
    seconds = sum(speech.audio.seconds for speech in voice.speak(spoken))
    products = _products(voice, counts)
    rate = {"large": _rate(512, 256, 768), "decoder": _rate(32, 1280, 2048)}
    rows = []
    for stage, taken in sorted(clock.seconds.items(), key=lambda item: -item[1]):
        row = {"stage": stage, "seconds": taken, "real_time_factor": taken / seconds}
        if stage in products:
            row["gflop"] = products[stage] / 1e9
            row["gflop_per_s"] = products[stage] / taken / 1e9
            row["share_of_rate"] = row["gflop_per_s"] / rate["decoder" if stage.startswith("decoder") else "large"]
        rows.append(row)
    total = sum(clock.seconds.values())
    rows.append({"stage": "all", "seconds": total, "real_time_factor": total / seconds})
    rows.append({"stage": "measured rate of products, GFLOP/s", **rate})
    return rows


def _products(voice: Any, counts: dict[str, int]) -> dict[str, float]:
    """Return the floating-point operations of each stage's products, two for each weight that is used."""
    from voiceover.synthesis import acoustic, source_filter
    from voiceover.synthesis.configs import VocoderConfig

    of: dict[str, float] = {}
    for name, shape in acoustic.shapes(voice.engine._acoustic.config).items():
        if len(shape) > 1 and not name.startswith("embedding"):
            part = name.partition(".")[0]
            stage, times = {
                "encoder": ("encoder: networks", counts["tokens"]),
                "decoder": ("decoder: networks", counts["steps"]),
                "postnet": ("post-net: networks", counts["frames"]),
            }[part]
            if "memory_layer" in name:
                stage, times = "encoder: networks", counts["tokens"]
            of[stage] = of.get(stage, 0.0) + 2.0 * float(np.prod(shape)) * times
    if voice.card.vocoder.kind == "source-filter-istft":
        shapes = source_filter.shapes(VocoderConfig(**voice.card.vocoder.config), voice.mel)
        weights = sum(float(np.prod(shape)) for shape in shapes.values() if len(shape) > 1)
        of["vocoder: networks"] = 2.0 * weights * counts["frames"]
    return of


def _rate(rows: int, inner: int, outer: int) -> float:
    """Measure ONNX Runtime's products on one processor, in GFLOP/s."""
    graph = GraphBuilder()
    x = graph.input("x", ["rows", inner])
    weight = np.random.default_rng(0).standard_normal((outer, inner)).astype(np.float32)
    session = graph.session({"y": graph.linear(x, weight)})
    given = {"x": np.ones((rows, inner), np.float32)}
    best = float("inf")
    for _ in range(20):
        began = time.perf_counter()
        session.run(None, given)
        best = min(best, time.perf_counter() - began)
    return 2 * rows * inner * outer / best / 1e9


def _first(name: str) -> list[Row]:
    voice = catalog.open_voice(name, "cpu")
    warm = []
    for seed in range(6):
        line = as_spoken(voice, [Line(1, 0.0, 3.0, TEN_WORDS)])
        began = time.perf_counter()
        next(iter(voice.speak(line, seed=seed)))
        warm.append(time.perf_counter() - began)
    shell = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(5):
            command = ["voiceover", "say", TEN_WORDS, "--voice", name, "-o", f"{folder}/{number}.wav"]
            began = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            shell.append(time.perf_counter() - began)
    return [
        {"what": "warm process", "least": min(warm[1:]), "median": float(np.median(warm[1:]))},
        {"what": "from the shell", "least": min(shell), "median": float(np.median(shell))},
    ]


def _identical(name: str) -> list[Row]:
    voice: Any = catalog.open_voice(name, "cpu")
    lines = as_spoken(voice, lines_of(100))
    options = voice._options

    def speak(asked: Sequence[Line], size: int = 32) -> dict[int, Speech]:
        voice._options = replace(options, batch_size=size)
        return {speech.line.index: speech for speech in voice.speak(asked)}

    alone = {index: speech for line in lines for index, speech in speak([line]).items()}
    shuffled = random.Random(0).sample(lines, len(lines))
    ways = {
        "batches of 7": speak(lines, 7),
        "batches of 64": speak(lines, 64),
        "shuffled": speak(shuffled),
        "again": speak(lines),
    }
    return [
        {
            "way": way,
            "of": len(alone),
            "identical": sum(np.array_equal(spoken[i].audio.samples, alone[i].audio.samples) for i in alone),
        }
        for way, spoken in ways.items()
    ]


def _peers(name: str, coqui: str | None = None) -> list[Row]:
    voice = catalog.open_voice(name, "cpu")
    lines = as_spoken(voice, lines_of(PEER_LINES))
    next(iter(voice.speak(lines[:1])))
    rows = []
    began = time.perf_counter()
    spoken = {speech.line.index: speech for speech in voice.speak(lines)}
    taken, seconds = time.perf_counter() - began, sum(speech.audio.seconds for speech in spoken.values())
    rows.append({"who": f"{name}, one batch", "real_time_factor": taken / seconds})
    began = time.perf_counter()
    for line in lines:
        list(voice.speak([line]))
    rows.append({"who": f"{name}, line by line", "real_time_factor": (time.perf_counter() - began) / seconds})
    frames = [round(spoken[line.index].audio.seconds * 22050 / 256) for line in lines]
    rows.append({"who": "torchaudio Tacotron 2 + HiFi-GAN V1, line by line", **_published(lines, frames)})
    rows[-1]["ratio_to_batch"] = rows[-1]["real_time_factor"] / rows[0]["real_time_factor"]
    if coqui:
        asked = json.dumps([(len(line.text), count) for line, count in zip(lines, frames, strict=True)])
        command = [coqui, str(Path(__file__).with_name("coqui.py"))]
        done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
        told = json.loads(done.stdout.splitlines()[-1])
        factor = told["seconds"] / seconds
        rows.append({"who": "coqui-tts Tacotron 2, line by line", "acoustic": factor, "threads": told["threads"]})
    for program, command in (
        ("espeak-ng", ["espeak-ng", "-w", "{out}", "{text}"]),
        ("flite slt", ["flite", "-voice", "slt", "-o", "{out}", "-t", "{text}"]),
    ):
        if shutil.which(command[0]):
            rows.append({"who": f"{program}, a process a line", **_program(command, lines)})
    return rows


def _published(lines: Sequence[Line], frames: Sequence[int]) -> Row:
    """Run the published networks, whole, for as many frames as our lines have; random weights cost the same."""
    import torch
    import torchaudio

    from voiceover.models.hifigan import Hifigan
    from voiceover.synthesis.configs import HifiganConfig
    from voiceover.synthesis.mels import MelConfig

    torch.manual_seed(0)
    acoustic = torchaudio.models.Tacotron2(decoder_early_stopping=False).eval()
    vocoder = Hifigan(HifiganConfig(), MelConfig()).eval()
    acoustic_seconds = vocoder_seconds = 0.0
    with torch.inference_mode():
        for line, count in zip(lines, frames, strict=True):
            tokens = torch.randint(1, 148, (1, len(line.text)))
            acoustic.decoder.decoder_max_step = count
            began = time.perf_counter()
            mel, _, _ = acoustic.infer(tokens, torch.tensor([tokens.shape[1]]))
            met = time.perf_counter()
            vocoder.synthesise(mel[0], 0)
            acoustic_seconds, vocoder_seconds = (
                acoustic_seconds + met - began,
                vocoder_seconds + time.perf_counter() - met,
            )
    seconds = sum(frames) * 256 / 22050
    return {
        "real_time_factor": (acoustic_seconds + vocoder_seconds) / seconds,
        "acoustic": acoustic_seconds / seconds,
        "vocoder": vocoder_seconds / seconds,
        "threads": torch.get_num_threads(),
    }


def _program(command: Sequence[str], lines: Sequence[Line]) -> Row:
    import soundfile

    taken = seconds = 0.0
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/line.wav"
        for line in lines:
            began = time.perf_counter()
            filled = [part.format(out=out, text=line.text) for part in command]
            subprocess.run(filled, check=True, capture_output=True)
            taken += time.perf_counter() - began
            seconds += soundfile.info(out).duration
    return {"real_time_factor": taken / seconds}


if __name__ == "__main__":
    main()
