"""What coarser products change: the same lines in fp32, in int8, and in bf16 as a GPU is asked for it.

    python benchmarks/precisions.py [--voice narrator] [--lines 100] [--seeds 2] [--json FILE]

Of each precision, beside fp32 and with the same dropout: how far the log-mels of a line that goes on as long lie apart
(nepers, mean over frames up to the first step that looks elsewhere, and over all where lengths agree), by how many
steps it stops earlier or later, how its attention went, and which words a recogniser hears. The column `other seed` is
fp32 again with other dropout: what chance alone changes. bf16 runs in torch on this processor, which says nothing of
its speed. The lines are those of examples/narrator/unseen.txt, then the films' in tests/golden.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np

from voiceover import script, subtitles
from voiceover.config import Precision
from voiceover.models.engine import DeviceEngine
from voiceover.synthesis.attempts import Decoded, Utterance
from voiceover.train import measures
from voiceover.train.recogniser import open_recogniser
from voiceover.types import Audio
from voiceover.voices import catalog, networks

FILMS = [Path("tests/golden") / name for name in ("elephantsdream.en.srt", "sintel_en.srt")]
UNSEEN = Path("examples/narrator/unseen.txt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--lines", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    exact: Any = catalog.open_voice(given.voice, "cpu")
    path = catalog.find(given.voice).path
    if path is None:
        parser.error(f"{given.voice} is no bundle")
    loaded = networks.load(path)
    engines = {
        "fp32": exact.engine,
        "int8": catalog.open_voice(given.voice, "cpu", Precision.INT8).engine,  # type: ignore[attr-defined]
        "bf16": DeviceEngine(loaded.acoustic, None, exact.engine.vocode, half=True),
    }
    texts = [exact.read(text).spoken for text in texts_of(given.lines)]
    hear = open_recogniser()
    rows: dict[str, list[dict[str, float]]] = {}
    for seed in range(given.seeds):
        wanted = [Utterance(exact._front_end.tokens(text).ids, seed) for text in texts]
        took = {name: decode(exact, engine, wanted) for name, engine in engines.items()}
        other = [replace(utterance, seed=seed + 1000) for utterance in wanted]
        took["other seed"] = decode(exact, exact.engine, other)
        for name, takes in took.items():
            found = [compared(take, whole) for take, whole in zip(takes, took["fp32"], strict=True)]
            if hear:
                for row, take, text in zip(found, takes, texts, strict=True):
                    said = measures.words(text)
                    heard = measures.words(hear(Audio(exact.vocode(take.mel, seed), exact.rate)))
                    row |= {"words": len(said), "wrong": measures.edits(said, heard)}
            rows.setdefault(name, []).extend(found)
            print(name, seed, json.dumps(summed(found)), flush=True)
    table = {name: summed(found) for name, found in rows.items()}
    print("\n" + "\n".join(f"{name}: {json.dumps(row)}" for name, row in table.items()))
    if given.json:
        given.json.write_text(json.dumps(table, indent=1) + "\n")


def texts_of(count: int) -> list[str]:
    films = [line.text for film in FILMS for line in script.make(subtitles.read(film)).lines]
    unseen = [line for line in UNSEEN.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return [*unseen, *(text for text in films if len(text.split()) > 3)][:count]


def decode(voice: Any, engine: Any, utterances: Sequence[Utterance]) -> list[Decoded]:
    """Decode each once: of lines drawn again, it would be chance that is compared."""
    found: dict[int, Decoded] = {}
    partial(
        engine.decode,
        utterances,
        replace(voice._options, attempts=1),
        step_seconds=voice._frames_per_step / voice.mel.frames_per_second,
        silent=voice._front_end.silent,
    )(done=found.__setitem__, cancelled=Event())
    return [found[place] for place in range(len(utterances))]


def compared(take: Decoded, whole: Decoded) -> dict[str, float]:
    steps = min(len(take.alignment), len(whole.alignment))
    frames_per_step = whole.mel.shape[1] // len(whole.alignment)
    apart = np.flatnonzero(take.alignment[:steps].argmax(axis=1) != whole.alignment[:steps].argmax(axis=1))
    together = int(apart[0]) if len(apart) else steps
    off = np.abs(take.mel[:, : steps * frames_per_step] - whole.mel[:, : steps * frames_per_step]).mean(axis=0)
    return {
        "mel_together": float(off[: together * frames_per_step].mean()) if together else float("nan"),
        "mel": float(off.mean()),
        "together": together / steps,
        "steps_longer": float(len(take.alignment) - len(whole.alignment)),
        "focus": take.focus,
        "coverage": take.coverage,
        "flaws": float(take.repeats + take.skips),
        "stopped": float(take.stopped),
    }


def summed(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    def of(name: str) -> np.ndarray[Any, Any]:
        return np.array([row[name] for row in rows])

    table = {name: round(float(np.nanmean(of(name))), 4) for name in ("mel_together", "mel", "together", "focus")}
    table |= {
        "same_length": round(float((of("steps_longer") == 0).mean()), 3),
        "steps_off_median": float(np.median(np.abs(of("steps_longer")))),
        "steps_longer_mean": round(float(of("steps_longer").mean()), 3),
        "lowest_coverage": round(float(of("coverage").min()), 3),
        "flaws": float(of("flaws").sum()),
        "not_stopped": float((1 - of("stopped")).sum()),
    }
    if "words" in rows[0]:
        table["word_error_rate"] = round(float(of("wrong").sum() / of("words").sum()), 4)
    return table


if __name__ == "__main__":
    main()
