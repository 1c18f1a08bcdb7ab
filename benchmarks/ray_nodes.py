"""Dub a folder on a Ray cluster of one node, of two, and of two of which one is killed halfway.

python benchmarks/ray_nodes.py [--films 12] [--voice narrator] [--run one|two|killed ...]

Each node is a raylet on a core of this machine that is its own (`ray.cluster_utils`; without that, one node's ffmpeg
would use the second node's core). What hands out the films runs on whichever is free. Every run has a cache of its
own. The ratio of the first two times says something only where two cores are idle and the films are many, as a worker
takes ten seconds to be warm. After the kill no film may be missing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
RUNS = {
    "one": ("one node", 1, False),
    "two": ("two nodes", 2, False),
    "killed": ("one of two killed", 2, True),
}
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=12)
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--run", choices=RUNS, nargs="+", default=list(RUNS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        times = {}
        for name, nodes, kill in (RUNS[run] for run in options.run):
            films = make(Path(scratch) / name, options.films)
            seconds, held = dub(films, options.voice, nodes, kill=kill)
            times[name] = seconds
            done = [film for film in held["films"] if film["status"] == "done"]
            left = [path for path in films.rglob("*") if path.name.startswith(".")]
            one = sum(film["seconds"] for film in done) / max(len(done), 1)
            print(
                f"{name}: {seconds:.1f} s, {len(done)} of {options.films} films done, {one:.1f} s a film, "
                f"{len(left)} strays",
                flush=True,
            )
            assert len(done) == options.films, held
        if {"one", "two"} <= set(options.run):
            print(f"two nodes against one: {times['one node'] / times['two nodes']:.2f}")


def make(folder: Path, count: int) -> Path:
    """Write copies of the example, each with words of its own."""
    folder.mkdir(parents=True)
    text = (EXAMPLES / "bunny.srt").read_text("utf-8")
    for number in range(1, count + 1):
        shutil.copy(EXAMPLES / "bunny.webm", folder / f"film {number}.webm")
        (folder / f"film {number}.srt").write_text(text.replace(".\n", f", number {number}.\n"), "utf-8")
    return folder


def dub(folder: Path, voice: str, nodes: int, *, kill: bool) -> tuple[float, dict[str, Any]]:
    """Return how long a run took, without the cluster's start, and its list."""
    import ray
    from ray.cluster_utils import Cluster

    os.environ["VOICEOVER_HOME"] = str(folder.with_name(f"{folder.name} home"))
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    try:
        raylets = [node_of_one_core(cluster, number) for number in range(nodes)]
        command = [sys.executable, "-m", "voiceover", "batch", str(folder), "--ray", cluster.address, "--voice", voice]
        began = time.perf_counter()
        with subprocess.Popen([*command, "--progress", "plain"], stdout=subprocess.DEVNULL) as process:
            while kill and process.poll() is None:
                time.sleep(0.2)
                if finished(folder) >= len(list(folder.glob("*.srt"))) // 3:
                    cluster.remove_node(raylets[-1], allow_graceful=False)
                    break
            code = process.wait()
        assert code == 0, f"exit code {code}"
        return time.perf_counter() - began, json.loads((folder / "batch.json").read_text("utf-8"))
    finally:
        ray.shutdown()
        cluster.shutdown()


def node_of_one_core(cluster: Any, number: int) -> Any:
    """Start a raylet that inherits a core of its own."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(cores)[number % len(cores)]})
    try:
        return cluster.add_node(num_cpus=1)
    finally:
        os.sched_setaffinity(0, cores)


def finished(folder: Path) -> int:
    try:
        held = json.loads((folder / "batch.json").read_text("utf-8"))
    except OSError:
        return 0
    return sum(film["status"] == "done" for film in held["films"])


if __name__ == "__main__":
    main()
