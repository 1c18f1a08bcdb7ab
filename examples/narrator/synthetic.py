"""Have festival's slt voice read a list of lines: hours of speech to learn letters, sounds and alignment from.

    python examples/narrator/synthetic.py LINES OUT [--words 16]

LINES: a text file of `id|text`, one a line (such as LJSpeech's metadata, whose texts are in the public domain).
OUT: a folder that `voiceover dataset prepare` reads. Carries on where it was interrupted.

Needs the Debian packages festival and festvox-us-slt-hts (free licences of Carnegie Mellon and Nagoya Institute of
Technology).
"""

from __future__ import annotations

import argparse
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CHUNK = 100  # lines to one process of festival


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("lines", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--words", type=int, default=16, help="leave out longer lines")
    given = parser.parse_args()
    wavs = given.out / "wavs"
    wavs.mkdir(parents=True, exist_ok=True)
    lines = read(given.lines, given.words)
    missing = [name for name in lines if not (wavs / f"{name}.wav").exists()]
    chunks = [missing[first : first + CHUNK] for first in range(0, len(missing), CHUNK)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, _ in enumerate(pool.map(lambda chunk: speak({n: lines[n] for n in chunk}, wavs), chunks), 1):
            print(f"{min(number * CHUNK, len(missing))} of {len(missing)}", flush=True)
    spoken = [f"{name}|{text}\n" for name, text in lines.items() if (wavs / f"{name}.wav").exists()]
    (given.out / "metadata.csv").write_text("".join(spoken), encoding="utf-8")


def read(path: Path, words: int) -> dict[str, str]:
    """Return the texts of `id|text` lines by their ids, those of at most so many words and of plain letters."""
    rows = [line.split("|")[:2] for line in path.read_text(encoding="utf-8").splitlines() if "|" in line]
    return {name: text for name, text in rows if len(text.split()) <= words and text.isascii()}


def speak(lines: dict[str, str], folder: Path) -> None:
    """Have one process of festival read lines, each into a file of its name."""
    program = ["(voice_cmu_us_slt_arctic_hts)"]
    for name, text in lines.items():
        quoted = text.replace("\\", " ").replace('"', " ")
        part, whole = folder / f"{name}.part", folder / f"{name}.wav"
        program.append(f'(utt.save.wave (SynthText "{quoted}") "{part}" \'riff)')
        program.append(f'(system "mv {part} {whole}")')
    subprocess.run(["festival", "--pipe"], input="\n".join(program), text=True, check=True)  # noqa: S607


if __name__ == "__main__":
    main()
