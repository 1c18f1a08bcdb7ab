"""`dataset inspect --fix`: leave faulty clips out, or repair what signal processing can repair honestly.

Nothing of the user's is changed: what is left out is listed in `dropped.txt`, what is repaired is written to
`repaired/` beside the recordings (in a prepared corpus, whose clips are our own, in their place).
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict

import numpy as np
import scipy.signal

from voiceover.train import corpus, recordings, transcripts
from voiceover.train.findings import Finding, Severity
from voiceover.train.inspection import Inspection
from voiceover.train.signals import HOP, RATE, SPEECH_DB, frame_levels
from voiceover.types import Audio, Samples

REPAIRABLE = frozenset(("offset", "hum", "channels", "pause", "silence-at-ends"))
_PAUSE = 0.5  # seconds left of a long one


def drop(inspection: Inspection) -> list[str]:
    """Leave out every clip with a fault; return their ids."""
    faulty: dict[str, list[str]] = defaultdict(list)
    for finding in inspection.findings:
        if finding.severity is Severity.FAULT and finding.kind != "id-twice":
            faulty[finding.clip].append(f"{finding.kind}: {' '.join(finding.reason.split())}")
    listed = transcripts.dropped(inspection.folder) | {name: "; ".join(reasons) for name, reasons in faulty.items()}
    if not faulty:
        return []
    head = (
        "# Clips that are left out, and why: written by voiceover dataset inspect --fix drop. Remove a line to undo.\n"
    )
    rows = "".join(f"{name}\t{reason}\n" for name, reason in sorted(listed.items()))
    corpus.write_text(inspection.folder / transcripts.DROPPED, head + rows)
    if inspection.prepared:
        opened = corpus.load(inspection.folder)
        corpus.write_manifest(inspection.folder, (clip for clip in opened.clips if clip.id not in faulty))
    return sorted(faulty)


def repair(inspection: Inspection) -> tuple[list[str], list[Finding]]:
    """Repair offset, hum, differing channels, long pauses and silence at the ends.

    Returns:
        The ids of the repaired clips, and the faults that are left.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    left = []
    for finding in inspection.findings:
        if finding.kind in REPAIRABLE:
            wanted[finding.clip].add(finding.kind)
        elif finding.severity is Severity.FAULT:
            left.append(finding)
    clips = {clip.id: clip for clip in inspection.clips}
    repaired = []
    for name, kinds in sorted(wanted.items()):
        audio = clips[name].audio
        if audio is not None:
            mended = mend(recordings.mono(recordings.read(audio)), kinds)
            _store(inspection, name, mended)
            repaired.append(name)
    return repaired, left


def mend(audio: Audio, kinds: set[str]) -> Audio:
    """Return a clip without the faults named; mixing its channels is part of reading it."""
    samples = audio.samples - audio.samples.mean() if "offset" in kinds else audio.samples
    if "hum" in kinds:
        for mains in (50, 60):
            for partial in (1, 2, 3):
                notch = scipy.signal.iirnotch(mains * partial, 12, fs=audio.rate)
                samples = scipy.signal.filtfilt(*notch, samples)
    if kinds & {"pause", "silence-at-ends"}:
        samples = _shortened(Audio(np.asarray(samples, np.float32), audio.rate))
    return Audio(np.asarray(samples, dtype=np.float32), audio.rate)


def _shortened(audio: Audio) -> Samples:
    """Take silence out of the middle of every pause longer than half a second; the cuts fade over 10 ms."""
    levels = frame_levels(recordings.resampled(audio, RATE))
    speech_db = float(np.percentile(levels[levels > np.percentile(levels, 99) - 30], 75))
    quiet = np.concatenate([[False], levels <= speech_db - SPEECH_DB, [False]])
    bounds = np.flatnonzero(np.diff(quiet.astype(np.int8))).reshape(-1, 2) * HOP / RATE
    fade = round(0.01 * audio.rate)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    result, done = audio.samples[:0], 0
    for start, stop in bounds:
        if stop - start > _PAUSE:
            head = audio.samples[done : round((start + _PAUSE / 2) * audio.rate)]
            done = round((stop - _PAUSE / 2) * audio.rate)
            result = _joined(result, head, ramp)
    return _joined(result, audio.samples[done:], ramp)


def _joined(before: Samples, after: Samples, ramp: Samples) -> Samples:
    fade = len(ramp)
    if len(before) < fade or len(after) < fade:
        return np.concatenate([before, after])
    between = before[-fade:] * ramp[::-1] + after[:fade] * ramp
    return np.concatenate([before[:-fade], between, after[fade:]])


def _store(inspection: Inspection, name: str, audio: Audio) -> None:
    import soundfile

    if not inspection.prepared:
        target = inspection.folder / transcripts.REPAIRED / f"{name}.flac"
        target.parent.mkdir(exist_ok=True)
        part = target.with_name(f".{name}.part.flac")
        soundfile.write(part, audio.samples, audio.rate, subtype="PCM_16")
        part.replace(target)
        return
    opened = corpus.load(inspection.folder)
    own = next(clip for clip in opened.clips if clip.id == name)
    about = {"made_from": "repaired", "source_sha256": own.source_sha256}
    seconds, frames, _, digest = corpus.store(opened.folder, name, audio.samples, opened.mel, about)
    better = dataclasses.replace(own, seconds=round(seconds, 3), frames=frames, clip_sha256=digest)
    corpus.write_manifest(opened.folder, (better if clip.id == name else clip for clip in opened.clips))
