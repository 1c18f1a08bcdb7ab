"""Kill a training with SIGKILL at random moments, carry it on each time, and compare it with one never stopped.

python benchmarks/kill_training.py CORPUS [--network acoustic] [--kills 10] [--steps 60] [--seed 1]

Every loss that was ever reported, the validations in log.jsonl, and all weights and optimizer states of last.pt and
best.pt must be the same, to the last bit. A checkpoint is written after every step, so that many kills meet a writing.
Exits with 1 if anything differs. Linux and macOS only: it forks.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
import torch.utils.tensorboard  # imported before forking, so that no child spends a second on it

from voiceover.text import languages
from voiceover.train import acoustic, plots, vocoder
from voiceover.train.checkpoints import BEST, LAST, LOG, load_weights
from voiceover.train.corpus import Corpus, load

NETWORKS = {"acoustic": acoustic, "vocoder": vocoder}
LOSSES = "losses.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--network", choices=NETWORKS, default="acoustic")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)  # which also makes forking safe: there is no pool of threads to lose
    corpus, draw = load(options.corpus), random.Random(options.seed)
    tokens = languages.named(corpus.front_end).tokens
    assert all(tokens(clip.spoken).ids for clip in corpus.clips)  # lexicon and plots are loaded before forking, too
    plots.attention(torch.eye(3))
    with tempfile.TemporaryDirectory() as scratch:
        whole, killed = Path(scratch) / "whole", Path(scratch) / "killed"
        began = time.monotonic()
        run_to_end(corpus, whole, options.network, options.steps)
        pace = (time.monotonic() - began) / options.steps
        for number in range(options.kills):
            ahead = draw.randint(0, max(1, 2 * options.steps // options.kills - 1))
            stop_at = kill_after(corpus, killed, options.network, options.steps, ahead, draw.uniform(0, 1.5 * pace))
            parts = [path.name for path in killed.glob(".*.part")]
            held = load_weights(killed / LAST)["step"] if (killed / LAST).exists() else "none"
            if (killed / BEST).exists():
                load_weights(killed / BEST)
            told = f"kill {number + 1}: {stop_at} steps reported, last.pt holds {held}"
            print(told + (f", {' '.join(parts)} was being written" if parts else ""), flush=True)
        run_to_end(corpus, killed, options.network, options.steps)
        faults = compare(whole, killed, options.steps)
    print("\n".join(faults) or f"{options.kills} kills, {options.steps} steps: the same run, to the last bit")
    sys.exit(bool(faults))


def train(corpus: Corpus, run: Path, network: str, steps: int) -> None:
    """Train with the tiny preset, a checkpoint after every step, and each loss written down at once."""
    run.mkdir(exist_ok=True)
    with (run / LOSSES).open("a", encoding="utf-8") as losses:

        def note(status: Any) -> None:
            losses.write(f"{status.step} {status.losses['loss']!r}\n")
            losses.flush()

        NETWORKS[network].train(corpus, run, preset="tiny", steps=steps, device="cpu", save_every=0.0, progress=note)


def start(*arguments: Any) -> Any:
    process = multiprocessing.get_context("fork").Process(target=train, args=arguments)
    process.start()
    return process


def run_to_end(*arguments: Any) -> None:
    process = start(*arguments)
    process.join()
    assert process.exitcode == 0, f"the training ended with {process.exitcode}"


def kill_after(corpus: Corpus, run: Path, network: str, steps: int, ahead: int, seconds: float) -> int:
    """Carry the run on for `ahead` steps and some seconds, and kill it; returns the steps it reported."""
    before = len(reported(run))
    process = start(corpus, run, network, steps)
    while process.is_alive() and len(reported(run)) < before + ahead:
        time.sleep(0.005)
    process.join(seconds)
    process.kill()
    process.join()
    return max((step for step, _ in reported(run)), default=0)


def reported(run: Path) -> list[tuple[int, str]]:
    """Return all (step, loss) that the run wrote down; a row that a kill cut short is none."""
    if not (run / LOSSES).exists():
        return []
    rows = (run / LOSSES).read_text(encoding="utf-8").split("\n")[:-1]
    return [(int(step), loss) for step, _, loss in (row.partition(" ") for row in rows)]


def compare(whole: Path, killed: Path, steps: int) -> list[str]:
    """Return what differs."""
    expected = dict(reported(whole))
    faults = [f"step {s}: loss {loss}, not {expected[s]}" for s, loss in reported(killed) if loss != expected[s]]
    missing = set(range(1, steps + 1)) - {step for step, _ in reported(killed)}
    # a kill between a checkpoint and its report leaves that step saved and untold
    faults += [f"{len(missing)} steps were never reported"] if len(missing) > steps // 2 else []
    rows = [[json.loads(row) for row in (run / LOG).read_text().splitlines()] for run in (whole, killed)]
    for theirs, ours in zip(*rows, strict=False):
        faults += [f"{LOG}, step {theirs['step']}: {k}" for k in theirs if k[:7] != "seconds" and theirs[k] != ours[k]]
    faults += [f"{LOG}: {len(rows[1])} rows, not {len(rows[0])}"] if len(rows[0]) != len(rows[1]) else []
    for name in (LAST, BEST):
        faults += differing(load_weights(whole / name), load_weights(killed / name), name)
    return faults


def differing(theirs: Any, ours: Any, where: str) -> list[str]:
    if isinstance(theirs, dict):
        same_keys = theirs.keys() == ours.keys()
        found = [fault for key in theirs if same_keys for fault in differing(theirs[key], ours[key], f"{where}: {key}")]
        return found if same_keys else [f"{where}: other entries"]
    same = torch.equal(theirs, ours) if isinstance(theirs, torch.Tensor) else theirs == ours
    return [] if same else [where]


if __name__ == "__main__":
    main()
