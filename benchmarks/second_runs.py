"""How long `dub --watch` takes after one edit, and a run of its own: `python benchmarks/second_runs.py [--edits 5]`.

The film and subtitles of examples/, the bundled voice, an empty cache.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

EXAMPLES = Path(__file__).parents[1] / "examples"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=5)
    edits = parser.parse_args().edits
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        subtitles = folder / "bunny.srt"
        text = (EXAMPLES / "bunny.srt").read_text("utf-8")
        subtitles.write_text(text, "utf-8")
        command = [sys.executable, "-m", "voiceover", "dub", str(EXAMPLES / "bunny.webm"), str(subtitles)]
        command += ["-o", str(folder / "out.webm"), "--report", str(folder / "r.html"), "--progress", "json"]
        env = {**os.environ, "VOICEOVER_HOME": str(folder / "home")}

        began = time.perf_counter()
        with subprocess.Popen([*command, "--watch"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env) as run:
            assert run.stderr is not None
            _until(run.stderr, "watching")
            print(f"first run, all lines: {time.perf_counter() - began:.2f} s with the program's start")
            runs, waits = [], []
            for edit in range(edits):
                saved = time.perf_counter()
                subtitles.write_text(text.replace("soft and pink", f"soft and pink for {edit + 2} days"), "utf-8")
                told = _until(run.stderr, "cached")
                assert (told["spoken"], told["cached"]) == (1, 7), told
                runs.append(told["seconds"])
                waits.append(time.perf_counter() - saved)
            run.send_signal(signal.SIGTERM)  # SIGINT is ignored where a shell started this in the background
            assert run.wait() == 0
        print(f"after an edit of one line of 8: run {median(runs):.2f} s, from the save {median(waits):.2f} s")

        subtitles.write_text(text.replace("soft and pink", "soft and blue"), "utf-8")
        began = time.perf_counter()
        subprocess.run([*command, "--force"], check=True, capture_output=True, env=env)
        print(f"the same as a run of its own: {time.perf_counter() - began:.2f} s")


def _until(stream: Any, key: str) -> dict[str, Any]:
    for line in stream:
        event = json.loads(line)
        if event["event"] == "error":
            raise SystemExit(event["message"])
        if key in event:
            return event  # type: ignore[no-any-return]
    raise SystemExit("the run ended")


if __name__ == "__main__":
    main()
