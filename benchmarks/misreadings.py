"""How many wrong words an inspection finds in a corpus, and how many clips it doubts without reason.

    python benchmarks/misreadings.py CORPUS [--every 8]

In every eighth clip's text one word of at least four sounds is replaced by another word of the corpus with as many
sounds, which no length can tell. What is then told of the other clips counts as a false alarm.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
from collections import defaultdict
from pathlib import Path

from voiceover.text import languages
from voiceover.train import fit, judgement
from voiceover.train.corpus import load
from voiceover.train.findings import Examined
from voiceover.types import Reading

SOUNDS = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--every", type=int, default=8)
    given = parser.parse_args()
    recorded = load(given.corpus)
    front_end = languages.named(recorded.front_end)
    by_length: dict[int, set[str]] = defaultdict(set)
    for clip in recorded.clips:
        for span in front_end.tokens(clip.spoken).words:
            by_length[span.stop - span.start].add(span.word)
    chance = random.Random(3)
    clips, planted = [], set()
    for number, clip in enumerate(recorded.clips):
        words = clip.spoken.split()
        spans = front_end.tokens(clip.spoken).words
        long = [n for n, span in enumerate(spans) if span.stop - span.start >= SOUNDS]
        if given.every and number % given.every == 0 and len(words) == len(spans) and long:
            place = chance.choice(long)
            others = by_length[spans[place].stop - spans[place].start] - {spans[place].word}
            words[place] = chance.choice(sorted(others))
            planted.add(clip.id)
        clips.append(dataclasses.replace(clip, spoken=" ".join(words)) if clip.id in planted else clip)
    fits = fit.measure(dataclasses.replace(recorded, clips=tuple(clips)))
    examined = [Examined(c.id, None, c.text, Reading(c.spoken), None, fit=fits[c.id]) for c in clips]
    told = {finding.clip for finding in judgement.judge(examined)[0] if finding.kind == "misread"}
    rest = len(clips) - len(planted)
    share = len(told & planted) / max(len(planted), 1)
    print(f"{len(planted)} clips with a wrong word: {len(told & planted)} told ({share:.0%})")
    print(f"{rest} other clips: {len(told - planted)} told ({len(told - planted) / rest:.1%})")


if __name__ == "__main__":
    main()
