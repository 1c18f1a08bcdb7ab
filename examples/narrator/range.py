"""Have other synthetic voices, men's and women's, read lines: range for a vocoder that is to serve any speaker.

    python examples/narrator/range.py LINES OUT [--each 70]

LINES and OUT: as for synthetic.py. Carries on where it was interrupted. Needs the Debian packages flite and espeak-ng.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import synthetic  # the script beside this one

WORDS = 13  # leave out longer lines
VOICES = {  # the command before text and file
    "rms": ["flite", "-voice", "rms", "-t", "{text}", "-o", "{file}"],
    "awb": ["flite", "-voice", "awb", "-t", "{text}", "-o", "{file}"],
    "slt": ["flite", "-voice", "slt", "-t", "{text}", "-o", "{file}"],
    "m3": ["espeak-ng", "-v", "en-us+m3", "-p", "35", "-w", "{file}", "{text}"],
    "f2": ["espeak-ng", "-v", "en-us+f2", "-p", "70", "-w", "{file}", "{text}"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("lines", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--each", type=int, default=70, help="lines to each voice, none read twice")
    given = parser.parse_args()
    (given.out / "wavs").mkdir(parents=True, exist_ok=True)
    texts = list(synthetic.read(given.lines, WORDS).items())
    asked = [
        (voice, f"{voice}-{name}", text)
        for number, voice in enumerate(VOICES)
        for name, text in texts[number :: len(VOICES)][: given.each]
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda one: speak(*one, given.out / "wavs"), asked))
    listed = "".join(f"{name}|{text}\n" for _, name, text in asked)
    (given.out / "metadata.csv").write_text(listed, encoding="utf-8")


def speak(voice: str, name: str, text: str, folder: Path) -> None:
    """Have a voice read a line into a file of its name."""
    whole, part = folder / f"{name}.wav", folder / f"{name}.part"
    if not whole.exists():
        subprocess.run([word.format(text=text, file=part) for word in VOICES[voice]], check=True)
        part.replace(whole)


if __name__ == "__main__":
    main()
