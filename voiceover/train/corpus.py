"""A corpus: trimmed, levelled clips with their features, ready to train on.

CORPUS/corpus.json          what it is: format, rate, mel configuration, source, totals
CORPUS/manifest.jsonl       one clip a line: id, text, spoken text, seconds, frames, split, hashes
CORPUS/clips/ID.flac        the clip, mono, at the mel configuration's rate
CORPUS/features/ID.safetensors   mel (frames, bands) float16, f0 (frames,) float32 in Hz, 0 where unvoiced,
                            mfcc (frames, 13) float16
CORPUS/dropped.txt          ids that are left out, with the reasons (`voiceover dataset inspect --fix drop`)
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from voiceover.errors import BadInputError
from voiceover.models.mel import log_mel
from voiceover.synthesis.mels import MelConfig
from voiceover.text import languages
from voiceover.train import recordings, transcripts
from voiceover.train.cleaning import clean_up
from voiceover.train.features import F0_RANGE, cepstra, compile_pitch, fundamental
from voiceover.types import Audio, Samples

__all__ = ["F0_RANGE", "Clip", "Corpus", "fundamental", "load", "prepare", "write_text"]

FORMAT = 1
LEVEL_LUFS = -23.0
TRIM_DB = 35.0  # below the clip's own peak; a fixed threshold eats quiet last words
EDGE_SECONDS = 0.03  # silence kept on each side
SHORTEST, LONGEST = 0.4, 20.0  # seconds of voiced sound
VERSION = 2  # of what is done to a clip: another one makes all features anew
VALIDATION_SHARE, VALIDATION_LEAST, VALIDATION_MOST = 0.03, 4, 40


@dataclass(frozen=True, slots=True)
class Clip:
    """One entry of the manifest."""

    id: str
    text: str
    spoken: str
    seconds: float
    frames: int
    split: str  # "train" or "validation"
    source: str = ""  # the recording's file name
    source_sha256: str = ""  # of the recording's file
    clip_sha256: str = ""  # of clips/ID.flac


@dataclass(frozen=True, slots=True)
class Corpus:
    """A prepared corpus on disk."""

    folder: Path
    mel: MelConfig
    clips: tuple[Clip, ...]
    front_end: str = languages.ENGLISH  # the name of the text front-end that wrote out its texts
    consent: str = ""  # the speaker's, see `consent`; "" where none was recorded

    def split(self, name: str) -> list[Clip]:
        """Return the clips of a split."""
        return [clip for clip in self.clips if clip.split == name]

    def features(self, clip: Clip) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return the clip's log-mel (frames, n_mels) float16 and F0 (frames,) float32 in Hz."""
        stored = load_file(self.folder / "features" / f"{clip.id}.safetensors")
        return stored["mel"], stored["f0"]

    def samples(self, clip: Clip) -> Samples:
        """Return the clip's audio at the corpus rate."""
        import soundfile

        samples, _ = soundfile.read(self.folder / "clips" / f"{clip.id}.flac", dtype="float32")
        return np.asarray(samples, dtype=np.float32)


def load(folder: Path) -> Corpus:
    """Open a prepared corpus.

    Raises:
        BadInputError: the folder holds no corpus, or one of another format.
    """
    remedy = f"Make one with: voiceover dataset prepare RECORDINGS -o {folder}"
    try:
        about = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
        rows = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise BadInputError(f"{folder}: no prepared corpus there", remedy) from None
    if about.get("format") != FORMAT:
        raise BadInputError(f"{folder}: corpus format {about.get('format')}, this version reads {FORMAT}", remedy)
    clips = tuple(Clip(**json.loads(row)) for row in rows)
    return Corpus(folder, MelConfig(**about["mel"]), clips, about["front_end"]["name"], about.get("consent", ""))


def prepare(
    source: Path,
    folder: Path,
    *,
    mel: MelConfig | None = None,
    language: str = "en",
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    consent: str = "",
    speaker: str | None = None,
    clean: bool = False,
) -> tuple[Corpus, list[str]]:
    """Turn a folder of recordings into a corpus.

    Clips already prepared from the same recording are kept, so an interrupted run carries on.

    Args:
        source: recordings with texts, see `transcripts.find`.
        folder: where the corpus goes.
        mel: the mel configuration, by default that of the public voices.
        language: what is spoken in the recordings, as a tag.
        workers: processes; by default one per core.
        progress: called with (clips done, clips in all).
        consent: the speaker's statement; by default the one that the corpus has already.
        speaker: whose recordings, where the folder holds several speakers (VCTK).
        clean: whether steady noise is lowered, see `cleaning`.

    Returns:
        The corpus, and one message per clip that was left out.

    Raises:
        BadInputError: nothing usable was found.
    """
    mel = mel or MelConfig()
    consent = consent or consent_of(folder)
    dropped = transcripts.dropped(folder)
    survey = transcripts.survey(source, speaker=speaker)
    found = [item for item in survey.usable(source) if item.id not in dropped]
    if not found:
        raise BadInputError(f"{source}: every recording is left out", f"Look at {folder / transcripts.DROPPED}.")
    front_end = languages.front_end(language)
    for name in ("clips", "features"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    held_out = _held_out(item.text for item in found)
    clips, left_out = [], [problem.message for problem in survey.problems]
    chunk = max(1, min(4, len(found) // (4 * (workers or os.cpu_count() or 1))))
    compile_pitch()
    with ProcessPoolExecutor(workers or os.cpu_count()) as pool:
        each = ([value] * len(found) for value in (folder, mel, clean))
        jobs = pool.map(_prepare_clip, found, *each, chunksize=chunk)
        for done, (item, result) in enumerate(zip(found, jobs, strict=True), start=1):
            spoken = front_end.spoken(item.text)
            if isinstance(result, str):
                left_out.append(f"{item.audio}: {result}")
            elif not front_end.tokens(spoken).ids:
                left_out.append(f"{item.audio}: its text has no word that can be pronounced: {item.text!r}")
            else:
                split = "validation" if _key(item.text) in held_out else "train"
                seconds, frames, source_hash, clip_hash = result
                clips.append(
                    Clip(
                        item.id,
                        item.text,
                        spoken,
                        round(seconds, 3),
                        frames,
                        split,
                        item.audio.name,
                        source_hash,
                        clip_hash,
                    )
                )
            if progress:
                progress(done, len(found))
    if not clips:
        raise BadInputError(f"{source}: not one usable recording", "\n".join(left_out[:10]))
    about = {
        "format": FORMAT,
        "source": source.name,
        "mel": asdict(mel),
        "front_end": {"name": front_end.name, "version": front_end.version},
        "clips": len(clips),
        "seconds": round(sum(clip.seconds for clip in clips), 1),
        "cleaned_up": clean,
        "consent": consent,
    }
    write_manifest(folder, clips)
    write_text(folder / "corpus.json", json.dumps(about, ensure_ascii=False, indent=2) + "\n")
    return Corpus(folder, mel, tuple(clips), front_end.name, consent), left_out


def write_manifest(folder: Path, clips: Iterable[Clip]) -> None:
    """Write the manifest of a corpus."""
    write_text(folder / "manifest.jsonl", "".join(json.dumps(asdict(c), ensure_ascii=False) + "\n" for c in clips))


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def consent_of(folder: Path) -> str:
    """Return the statement that a corpus carries already."""
    try:
        return str(json.loads((folder / "corpus.json").read_text(encoding="utf-8")).get("consent", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _key(text: str) -> str:
    words = "".join(char for char in text.lower() if char.isalnum() or char == " ")
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()


def _held_out(texts: Iterable[str]) -> set[str]:
    """Choose the texts (not clips: several takes of one text stay together) that validate the training."""
    keys = sorted({_key(text) for text in texts})
    # of few texts a larger share: one clip alone would say little of a voice
    wanted = max(round(len(keys) * VALIDATION_SHARE), min(VALIDATION_LEAST, len(keys) // 8))
    count = min(VALIDATION_MOST, wanted) if len(keys) > 1 else 0
    return set(keys[: max(count, min(1, len(keys) - 1))])


_Made = tuple[float, int, str, str]  # seconds, frames, hashes of the recording and of the clip


def _prepare_clip(item: transcripts.Transcribed, folder: Path, mel: MelConfig, clean: bool) -> _Made | str:
    """Write one clip and its features; return what the manifest says of it, or why it cannot be used."""
    torch.set_num_threads(1)
    stamp = item.audio.stat()
    made_from = (
        f"{item.audio.name}:{stamp.st_size}:{stamp.st_mtime_ns}:{LEVEL_LUFS}:{TRIM_DB}:{VERSION}:{mel}"
        + ":cleaned" * clean
    )
    target = folder / "features" / f"{item.id}.safetensors"
    clip = folder / "clips" / f"{item.id}.flac"
    if target.exists() and clip.exists() and (kept := _kept(target, made_from)):
        return kept
    samples = _read(item.audio, mel.sample_rate)
    if isinstance(samples, str):
        return samples
    if clean:  # before the edges go, which show the noise alone
        samples = clean_up(samples, mel.sample_rate)
    samples = _level(_trim(samples, mel.sample_rate), mel.sample_rate)
    seconds = len(samples) / mel.sample_rate
    if not SHORTEST <= seconds <= LONGEST:
        return f"{seconds:.1f} s of sound; clips of {SHORTEST} to {LONGEST:.0f} s are used"
    about = {"made_from": made_from, "seconds": repr(seconds), "source_sha256": digest(item.audio)}
    return store(folder, item.id, samples, mel, about)


def store(folder: Path, name: str, samples: Samples, mel: MelConfig, about: dict[str, str]) -> _Made:
    """Write a clip and its features, each whole or not at all; `about` says what it was made from."""
    import soundfile

    features = log_mel(torch.from_numpy(samples), mel).T.contiguous().numpy()
    clip, part = folder / "clips" / f"{name}.flac", folder / "clips" / f".{name}.part.flac"
    soundfile.write(part, samples, mel.sample_rate, subtype="PCM_16")
    part.replace(clip)
    about = {**about, "seconds": repr(len(samples) / mel.sample_rate), "clip_sha256": digest(clip)}
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "mel": features.astype(np.float16),
        "f0": fundamental(samples, mel),
        "mfcc": cepstra(features),
    }
    target = folder / "features" / f"{name}.safetensors"
    part = target.with_name(f".{target.name}.part")
    save_file(arrays, part, metadata=about)
    part.replace(target)
    return float(about["seconds"]), len(features), about["source_sha256"], about["clip_sha256"]


def _kept(target: Path, made_from: str) -> _Made | None:
    from safetensors import safe_open

    try:
        with safe_open(target, "numpy") as stored:
            about = stored.metadata() or {}
            if about.get("made_from") == made_from:
                frames = stored.get_slice("mel").get_shape()[0]
                return float(about["seconds"]), frames, about["source_sha256"], about["clip_sha256"]
    except Exception:  # an unreadable file is simply made again
        return None
    return None


def _read(path: Path, rate: int) -> Samples | str:
    try:
        audio = recordings.mono(recordings.read(path))
    except BadInputError as error:
        return f"cannot be read as audio ({error.message.partition(': ')[2] or error.message})"
    if not len(audio.samples) or np.abs(audio.samples).max() < recordings.SILENT:
        return "silent or empty"
    return recordings.resampled(Audio(audio.samples - audio.samples.mean(), audio.rate), rate)


def _trim(samples: Samples, rate: int) -> Samples:
    import librosa

    _, (start, stop) = librosa.effects.trim(samples, top_db=TRIM_DB, frame_length=1024, hop_length=128)
    edge = round(EDGE_SECONDS * rate)
    return samples[max(start - edge, 0) : stop + edge]


def _level(samples: Samples, rate: int) -> Samples:
    """Bring a clip to LEVEL_LUFS (ITU-R BS.1770), short of clipping."""
    import pyloudnorm

    meter = pyloudnorm.Meter(rate)
    padded = np.pad(samples, (0, max(0, round(0.41 * rate) - len(samples))))  # the meter's block is 0.4 s
    loudness = meter.integrated_loudness(padded.astype(np.float64))
    gain = 10 ** ((LEVEL_LUFS - loudness) / 20) if np.isfinite(loudness) else 1.0
    return np.asarray(samples * min(gain, 0.98 / float(np.abs(samples).max())), dtype=np.float32)
