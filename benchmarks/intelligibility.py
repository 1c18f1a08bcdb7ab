"""Measure how well a voice is understood: word error rate, DNSMOS and attention on held-out sentences.

    pip install . moonshine-voice==0.0.49 speechmos
    python benchmarks/intelligibility.py CORPUS --voice narrator [--limit 40] [--lines FILE.srt] [--wavs DIR]

CORPUS is a folder made by `voiceover dataset prepare`; its validation clips were not trained on. Beside the voice
stand the recordings themselves, their copy-synthesis (mel -> the voice's vocoder) and Griffin-Lim. With --lines the
voice also reads a subtitle file. The recogniser (moonshine-voice 0.0.49, tiny English) and DNSMOS run offline.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch

from voiceover import script, subtitles
from voiceover.models.griffin_lim import griffin_lim
from voiceover.models.mel import log_mel
from voiceover.train import corpus as corpora
from voiceover.types import Audio, Line
from voiceover.voices import catalog
from voiceover.voices.base import as_spoken

RATE = 16000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--lines", type=Path)
    parser.add_argument("--wavs", type=Path, help="keep the audio that was judged here")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)

    voice = catalog.open_voice(options.voice, "cpu")
    corpus = corpora.load(options.corpus)
    seen: set[str] = set()
    clips = [c for c in corpus.split("validation") if not (c.text in seen or seen.add(c.text))][: options.limit]
    recorded = {clip.id: Audio(corpus.samples(clip), corpus.mel.sample_rate) for clip in clips}
    texts = {clip.id: clip.spoken for clip in clips}

    def through_mel(render: Callable[[torch.Tensor], np.ndarray]) -> dict[str, Audio]:
        mels = {key: log_mel(torch.from_numpy(audio.samples), corpus.mel) for key, audio in recorded.items()}
        return {key: Audio(render(mel), corpus.mel.sample_rate) for key, mel in mels.items()}

    lines = [Line(number, 0.0, 1.0, clip.spoken) for number, clip in enumerate(clips)]
    speeches = {clips[s.line.index].id: s for s in voice.speak(lines)}
    table = {
        "recordings": (recorded, texts),
        "recordings, mel, Griffin-Lim 60": (through_mel(lambda mel: griffin_lim(mel, corpus.mel).numpy()), texts),
    }
    if voice.vocoder is not None:
        table["recordings, mel, vocoder"] = (through_mel(lambda mel: voice.vocoder.synthesise(mel, 0)), texts)
    table[f"{voice.name}, same sentences"] = ({key: s.audio for key, s in speeches.items()}, texts)
    if options.lines:
        said = list(voice.speak(as_spoken(voice, script.make(subtitles.read(options.lines)).lines)))
        name = f"{voice.name}, {options.lines.name}"
        table[name] = (
            {str(s.line.index): s.audio for s in said},
            {str(s.line.index): s.spoken_text for s in said},
        )
        report_attention(name, said)
    report_attention(f"{voice.name}, same sentences", speeches.values())

    results = {}
    for name, (audio, spoken) in table.items():
        wer, worst = word_error_rate(audio, spoken)
        results[name] = {"clips": len(audio), "wer": round(100 * wer, 1), **dnsmos(audio.values())}
        print(f"{name:40} {results[name]}", flush=True)
        for error, said_text, heard in worst:
            print(f"      {error:.2f}  {said_text!r} heard as {heard!r}")
        if options.wavs:
            folder = options.wavs / re.sub(r"\W+", "-", name)
            folder.mkdir(parents=True, exist_ok=True)
            for key, clip in audio.items():
                soundfile.write(folder / f"{key}.wav", clip.samples, clip.rate)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def report_attention(name: str, speeches: Iterable) -> None:
    speeches = list(speeches)
    focus = [s.attention.focus for s in speeches if s.attention]
    failed = [s.line.text for s in speeches if s.flags]
    retried = sum(s.attempts > 1 for s in speeches)
    pace = sum(s.natural_seconds for s in speeches) / sum(len(s.spoken_text) for s in speeches)
    print(
        f"{name}: focus mean {np.mean(focus):.2f}, lowest {min(focus):.2f}; "
        f"{retried} of {len(speeches)} retried; flagged {failed}; {1 / pace:.1f} characters a second"
    )


def word_error_rate(audio: dict[str, Audio], texts: dict[str, str]) -> tuple[float, list[tuple[float, str, str]]]:
    """Return the word error rate over all clips and the five clips that came out worst."""
    from moonshine_voice import ModelArch, Transcriber, get_assets_path

    transcriber = Transcriber(str(Path(get_assets_path()) / "tiny-en"), ModelArch.TINY)
    errors = words = 0
    each = []
    for key, clip in audio.items():
        padded = np.pad(soxr.resample(clip.samples, clip.rate, RATE), RATE // 2)
        heard = " ".join(line.text for line in transcriber.transcribe_without_streaming(padded.tolist(), RATE).lines)
        said, got = plain(texts[key]), plain(heard)
        wrong = edits(said, got)
        errors, words = errors + wrong, words + len(said)
        each.append((wrong / max(len(said), 1), texts[key], heard))
    return errors / words, sorted(each, reverse=True)[:5]


def plain(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]", " ", text.lower().replace("-", " ")).replace("'", "").split()


def edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """Count substitutions, insertions and deletions (Levenshtein distance over words)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, start=1):
        previous, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (word != other))
    return row[-1]


def dnsmos(clips: Iterable[Audio]) -> dict[str, float]:
    from speechmos import dnsmos as model

    scores = [model.run(_fit(clip), sr=RATE) for clip in clips if clip.seconds > 0.5]
    return {
        "dnsmos": round(float(np.mean([s["ovrl_mos"] for s in scores])), 2),
        "p808": round(float(np.mean([s["p808_mos"] for s in scores])), 2),
    }


def _fit(clip: Audio) -> np.ndarray:
    samples = soxr.resample(clip.samples, clip.rate, RATE)
    return np.clip(samples / max(1.0, np.abs(samples).max()), -1, 1)


if __name__ == "__main__":
    main()
