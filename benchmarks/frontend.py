"""How long the text front-end takes: to import and load, and for a film of cues.

    python benchmarks/frontend.py [--language en] [--lines FILE] [--cues 1500]

The lines of the subtitle file are read over and over until there are as many cues as asked for, each made a different
text by a number, so that nothing comes from a cache. CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", default="en")
    parser.add_argument("--lines", type=Path, default=Path("tests/golden/elephantsdream.en.srt"))
    parser.add_argument("--cues", type=int, default=1500)
    options = parser.parse_args()
    began = time.process_time()
    from voiceover.text.languages import front_end

    reader = front_end(options.language)
    first = reader.tokens(reader.read("A first line loads what is loaded once, Zyxgorb.").spoken)
    loaded = time.process_time()

    from voiceover import script, subtitles

    lines = script.make(subtitles.read(options.lines)).lines
    texts = [f"{lines[number % len(lines)].text} {number}" for number in range(options.cues)]
    started = time.process_time()
    tokens = sum(len(reader.tokens(reader.read(text).spoken).ids) for text in texts)
    finished = time.process_time()
    print(
        f"{reader.name}: import and load {loaded - began:.2f} s; {len(texts)} cues, {tokens} tokens "
        f"in {finished - started:.2f} s; the first line had {len(first.ids)} tokens"
    )


if __name__ == "__main__":
    main()
