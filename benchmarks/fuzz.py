"""Looks for inputs that break the readers: coverage-guided (atheris, libFuzzer), as long as one lets it.

    python benchmarks/fuzz.py subtitles|bundles [--minutes 20] [--corpus FOLDER]

Inputs that reached new code are kept in the corpus, so that a later run goes on from there. The only thing a
reader may raise is a VoiceoverError: anything else ends the run with the input in `FOLDER/crash-*`, and so does
an input that takes more than ten seconds or 2 GB. `pip install atheris` (CPython on Linux) brings the fuzzer.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["voiceover", "pysrt", "pysubs2", "zipfile"]):
    import pysrt  # noqa: F401 - imported here to be instrumented
    import pysubs2  # noqa: F401

    from voiceover import script, subtitles
    from voiceover.errors import VoiceoverError
    from voiceover.subtitles import encoding
    from voiceover.voices import bundle, tacotron

HERE = Path(__file__).resolve().parent.parent
SUFFIXES = (".srt", ".vtt", ".ass", ".txt", ".md", ".sub")
SCRATCH = Path(tempfile.mkdtemp(prefix="voiceover-fuzz-"))
SMALL = {
    "n_symbols": 79, "n_mels": 80, "frames_per_step": 3, "symbol_dim": 4, "encoder_dim": 4, "encoder_layers": 1,
    "encoder_kernel": 3, "prenet_dim": 4, "attention_rnn_dim": 4, "attention_dim": 4, "location_filters": 2,
    "location_kernel": 3, "decoder_rnn_dim": 4, "postnet_dim": 4, "postnet_layers": 2, "postnet_kernel": 3,
}  # fmt: skip


def subtitles_target(data: bytes) -> None:
    """Read bytes as a file of one of the formats: the first byte says of which."""
    if not data:
        return
    path = Path("fuzz" + SUFFIXES[data[0] % len(SUFFIXES)])
    try:
        cues = subtitles.parse(encoding.decode(data[1:], path), path)
    except VoiceoverError:
        return
    starts = [cue.start for cue in cues]
    assert starts == sorted(starts), "cues are not in the order of time"
    assert all(math.isfinite(cue.end) and 0 <= cue.start <= cue.end for cue in cues), "a cue with an impossible time"
    for line in script.make(cues).lines:
        assert line.text.strip(), "a line without words"
        assert "\x00" not in line.text, "a NUL is spoken"


def bundles_target(data: bytes) -> None:
    """Open bytes as a voice: a zip, or with an odd first byte a card and weights with the card's length before them."""
    if len(data) < 4:
        return
    if data[0] % 2:
        folder = SCRATCH / "voice"
        folder.mkdir(exist_ok=True)
        length = int.from_bytes(data[1:4], "little")
        (folder / bundle.CARD).write_bytes(data[4 : 4 + length])
        (folder / bundle.ACOUSTIC).write_bytes(data[4 + length :])
        path = folder
    else:
        path = SCRATCH / "fuzz.voice"
        path.write_bytes(data[1:])
    with suppress(VoiceoverError):
        tacotron.open_bundle(path, "cpu")


def seeds(target: str) -> list[bytes]:
    """Return inputs to begin with."""
    if target == "subtitles":
        found = sorted((HERE / "tests/golden").glob("*.*")) + sorted((HERE / "examples").rglob("*.srt"))
        cases = [(path.suffix, path.read_bytes()[:3000]) for path in found if path.suffix in SUFFIXES]
        cases.append((".md", b"# Title\n[0:01] Anna: Hello *there*.\n\n<break 1s>\n<!-- no -->\n0:05 - 0:07 Bye.\n"))
        cases.append((".vtt", b"WEBVTT\n\nNOTE x\n\n1\n00:01.000 --> 00:02.000 align:start\n<v Bob>&lt;b&gt;Hi</v>\n"))
        cases.append((".sub", "1\n00:00:01,000 --> 00:00:02,000\nGr\u00fc\u00df dich\n".encode("utf-16")))
        return [bytes([SUFFIXES.index(suffix)]) + data for suffix, data in cases]
    from safetensors.numpy import save
    from torch import manual_seed

    from voiceover.models.tacotron2 import Tacotron2
    from voiceover.synthesis.configs import TacotronConfig

    manual_seed(0)
    card = json.loads((HERE / "voiceover/voices/bundled/narrator/voice.json").read_text("utf-8"))
    card |= {"vocoder": None, "durations": None, "training": {}, "figures": {}}
    card["acoustic"]["config"] = SMALL
    network = Tacotron2(TacotronConfig(**SMALL))  # type: ignore[arg-type]
    weights = save({name: value.numpy() for name, value in network.state_dict().items()})
    raw = json.dumps(card, ensure_ascii=False).encode()
    folder = SCRATCH / "seed"
    folder.mkdir(exist_ok=True)
    (folder / bundle.CARD).write_bytes(raw)
    (folder / bundle.ACOUSTIC).write_bytes(weights)
    tacotron.open_bundle(folder, "cpu")  # a seed that is no voice would find nothing
    bundle.pack(folder, SCRATCH / "seed.voice")
    return [
        b"\x01" + len(raw).to_bytes(3, "little") + raw + weights,
        b"\x00" + (SCRATCH / "seed.voice").read_bytes(),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    targets: dict[str, Callable[[bytes], None]] = {"subtitles": subtitles_target, "bundles": bundles_target}
    parser.add_argument("target", choices=targets)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--corpus", type=Path, help="by default a new folder")
    given = parser.parse_args()
    corpus = given.corpus or Path(tempfile.mkdtemp(prefix=f"fuzz-{given.target}-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(given.target)):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [
        f"-max_total_time={round(given.minutes * 60)}", "-timeout=10", "-rss_limit_mb=2048",
        f"-max_len={8_000 if given.target == 'subtitles' else 60_000}", f"-artifact_prefix={corpus}/",
        "-print_final_stats=1", str(corpus),
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options], targets[given.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
