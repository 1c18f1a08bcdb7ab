"""How well a voice's word times, and the cuts of sentences over several cues, meet the words in its sound.

    python benchmarks/word_times.py CORPUS [--lines FILE ...]

Every sentence that runs over two or more cues in the subtitle files is spoken by `narrator`. Its mel is then aligned
with its phonemes by hidden Markov models trained on the recordings of CORPUS (`voiceover.train.alignment`), which know
nothing of the attention. Printed: how far the two are apart for the starts of words, and for the first words of the
later cues once the sentence is cut.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from voiceover import script, sentences, subtitles
from voiceover.models.mel import log_mel
from voiceover.text import languages
from voiceover.train import corpus
from voiceover.train.alignment import align
from voiceover.types import Line
from voiceover.voices import catalog


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--lines", type=Path, nargs="+", default=[Path("tests/golden/elephantsdream.en.srt")])
    parser.add_argument("--verbose", action="store_true", help="print every cut")
    arguments = parser.parse_args()
    recorded = corpus.load(arguments.corpus)
    front_end = languages.named(recorded.front_end)
    voice = catalog.open_voice("narrator", "cpu")

    found = []
    for path in arguments.lines:
        lines = script.make(subtitles.read(path)).lines
        spoken = [voice.read(line.to_read).spoken for line in lines]
        found += [one for one in sentences.group(lines, spoken, merge=True) if len(one.lines) > 1]
    asked = [Line(i, 0.0, 1.0, one.text) for i, one in enumerate(found)]
    speeches = {speech.line.index: speech for speech in voice.speak(asked)}

    clips = recorded.split("train")[:600]
    tokens = {clip.id: front_end.tokens(clip.spoken).ids for clip in clips}
    mels = {clip.id: recorded.features(clip)[0] for clip in clips}
    for line in asked:
        tokens[f"spoken {line.index}"] = front_end.tokens(line.text).ids
        mels[f"spoken {line.index}"] = log_mel(
            torch.from_numpy(speeches[line.index].audio.samples), recorded.mel
        ).T.numpy()
    paths = {name: found.path for name, found in align(tokens, mels).items()}

    seconds = 1 / recorded.mel.frames_per_second
    starts, firsts = [], []
    for line, one in zip(asked, found, strict=True):
        path, speech = paths[f"spoken {line.index}"], speeches[line.index]
        spans = front_end.tokens(line.text).words
        aligned = [float(np.searchsorted(path, span.start)) * seconds for span in spans]
        starts += [word.start - at for word, at in zip(speech.words, aligned, strict=True)]
        done = 0
        for part in sentences.divide(speech, one):
            begin = speech.words[done].start - part.words[0].start
            if done:
                firsts.append(begin + part.onset - aligned[done])
                if arguments.verbose:
                    before, after = speech.words[done - 1], speech.words[done]
                    print(
                        f"{before.word} | {after.word}: {before.end:.3f}, {after.start:.3f}, "
                        f"aligned {aligned[done]:.3f}, onset {begin + part.onset:.3f}"
                    )
            done += len(part.words)
    print(f"{len(found)} sentences over {sum(len(one.lines) for one in found)} cues, {len(starts)} words")
    tell("word starts, attention - alignment", starts)
    tell("first words of later cues, clip - alignment", firsts)


def tell(what: str, errors: list[float]) -> None:
    ms = np.abs(np.array(errors)) * 1000
    print(
        f"{what}: mean {np.mean(errors) * 1000:.0f} ms; without sign: median {np.median(ms):.0f} ms, "
        f"p95 {np.percentile(ms, 95):.0f} ms, max {ms.max():.0f} ms, within 40 ms {np.mean(ms <= 40):.0%}"
    )


if __name__ == "__main__":
    main()
