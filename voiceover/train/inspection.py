"""What would ruin a training: every clip of a folder or corpus measured, and judged by `judgement`.

survey(folder) -> subjects -> examine (in processes) -> Examined -> judgement.judge -> findings -> Inspection
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from voiceover.errors import BadInputError
from voiceover.text import languages
from voiceover.train import corpus, fit, judgement, recordings, signals, transcripts
from voiceover.train.features import compile_pitch
from voiceover.train.findings import Examined, Finding, Severity
from voiceover.types import Reading

FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What was found in a folder."""

    folder: Path
    prepared: bool  # a corpus, not a folder of recordings
    clips: tuple[Examined, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]  # of the corpus as a whole

    def of(self, clip: str) -> list[Finding]:
        """Return the findings of a clip."""
        return [finding for finding in self.findings if finding.clip == clip]

    def flagged(self, severity: Severity) -> list[str]:
        """Return the ids of the clips with a finding of this severity, in their order."""
        return list(dict.fromkeys(finding.clip for finding in self.findings if finding.severity is severity))

    def totals(self) -> dict[str, Any]:
        """Return counts and lengths."""
        seconds = [clip.measures.seconds for clip in self.clips if clip.measures]
        texts = {clip.text for clip in self.clips if clip.text}
        return {
            "clips": len({clip.id for clip in self.clips} | {finding.clip for finding in self.findings}),
            "seconds": round(sum(seconds), 1),
            "speech_seconds": round(sum(clip.measures.speech for clip in self.clips if clip.measures), 1),
            "shortest": round(min(seconds, default=0.0), 2),
            "longest": round(max(seconds, default=0.0), 2),
            "texts": len(texts),
            "further_takes": sum(bool(clip.text) for clip in self.clips) - len(texts),
            **{f"clips_with_{name.value}": len(self.flagged(name)) for name in Severity},
            "kinds": dict(Counter(finding.kind for finding in self.findings).most_common()),
        }

    def to_json(self) -> dict[str, Any]:
        """Return everything as one object."""
        rows = []
        for clip in self.clips:
            figures = asdict(clip.measures) if clip.measures else {}
            figures.pop("timbre", None)
            finite = {
                name: None if isinstance(value, float) and math.isnan(value) else value
                for name, value in figures.items()
            }  # NaN is not JSON
            row = {"id": clip.id, "audio": str(clip.audio or ""), "text": clip.text, "measures": finite}
            rows.append({**row, "fit": asdict(clip.fit) if clip.fit else None})
        return {
            "format": FORMAT,
            "folder": str(self.folder),
            "prepared": self.prepared,
            "totals": self.totals(),
            "notes": list(self.notes),
            "findings": [{**asdict(finding), "severity": finding.severity.value} for finding in self.findings],
            "clips": rows,
        }


def inspect(
    folder: Path,
    *,
    language: str | None = None,
    speaker: str | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    comparing: Callable[[int, int], None] | None = None,
) -> Inspection:
    """Measure and judge every clip of a prepared corpus or of a folder of recordings.

    Args:
        folder: either.
        language: what is spoken, as a tag; by default the corpus's, or English.
        speaker: whose recordings, where the folder holds several speakers (VCTK).
        workers: processes; by default one per core.
        progress: called with (clips done, clips in all).
        comparing: called with (passes done, passes in all) while a corpus's sound is compared with its texts.

    Raises:
        BadInputError: the folder holds neither.
    """
    prepared = (folder / "corpus.json").is_file()
    if prepared:
        opened = corpus.load(folder)
        front_end = opened.front_end if language is None else languages.front_end(language).name
        found = transcripts.Survey(
            tuple(transcripts.Transcribed(c.id, folder / "clips" / f"{c.id}.flac", c.text) for c in opened.clips), ()
        )
        hashes = {clip.id: clip.clip_sha256 for clip in opened.clips}
    else:
        found = transcripts.survey(folder, speaker=speaker)
        front_end, hashes = languages.front_end(language or "en").name, {}
    jobs = [(item, front_end, folder if prepared else None, hashes.get(item.id, "")) for item in found.items]
    examined = []
    compile_pitch()
    with ProcessPoolExecutor(workers or os.cpu_count()) as pool:
        chunk = max(1, min(8, len(jobs) // 16))
        for done, result in enumerate(pool.map(_examine, jobs, chunksize=chunk), start=1):
            examined.append(result)
            if progress:
                progress(done, len(jobs))
    if prepared:
        fits = _fits(opened, examined, comparing)
        examined = [replace(clip, fit=fits.get(clip.id)) for clip in examined]
    findings, notes = judgement.judge(examined, found.problems)
    return Inspection(folder, prepared, tuple(examined), tuple(findings), tuple(notes))


def _fits(
    opened: corpus.Corpus, examined: list[Examined], progress: Callable[[int, int], None] | None
) -> dict[str, fit.Fit]:
    """Compare sound and text of the clips that are what they were when the corpus was prepared."""
    sound = {clip.id for clip in examined if clip.measures and not clip.changed}
    return fit.measure(replace(opened, clips=tuple(clip for clip in opened.clips if clip.id in sound)), progress)


def _examine(job: tuple[transcripts.Transcribed, str, Path | None, str]) -> Examined:
    item, front_end, prepared, expected = job
    import torch

    torch.set_num_threads(1)
    reading = languages.named(front_end).read(item.text) if item.text else Reading("")
    changed = bool(expected) and item.audio.is_file() and corpus.digest(item.audio) != expected
    try:
        recording = recordings.read(item.audio)
    except BadInputError as error:
        return Examined(item.id, item.audio, item.text, reading, None, error.message.replace("\n", " "), changed)
    f0 = _stored_f0(prepared, item.id) if prepared and not changed else None
    return Examined(item.id, item.audio, item.text, reading, signals.measure(recording, f0), "", changed)


def _stored_f0(folder: Path, name: str) -> Any:
    from safetensors.numpy import load_file

    try:
        return load_file(folder / "features" / f"{name}.safetensors")["f0"]
    except Exception:  # missing or damaged features are told by their own check; the sound is there
        return None


def to_file(inspection: Inspection, path: Path) -> None:
    """Write an inspection as JSON."""
    corpus.write_text(path, json.dumps(inspection.to_json(), ensure_ascii=False, indent=1) + "\n")
