"""Lines already spoken: one content-addressed file per clip, so that a later run carries on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import time
import zipfile
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiceover.config import CacheSettings
from voiceover.holding import is_alive
from voiceover.types import Attention, Audio, Line, MelPiece, Speech, SpokenMel, WordTime

FORMAT = 3  # part of the key: clips of another format are never read, only aged out
STALE_SECONDS = 3600  # no clip takes an hour to write
_HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:8]


class ClipCache:
    """Clips on disk. Files are numpy archives read without pickle; a damaged one counts as absent."""

    def __init__(self, settings: CacheSettings, fingerprint: str, seed: int) -> None:
        self._settings = settings
        self._fingerprint = fingerprint
        self._seed = seed

    def path(self, spoken_text: str) -> Path:
        """Return where the clip of a text is kept, whether or not it is there."""
        key = json.dumps([FORMAT, self._fingerprint, self._seed, spoken_text], ensure_ascii=False)
        digest = hashlib.sha256(key.encode()).hexdigest()
        return self._settings.folder / "clips" / digest[:2] / f"{digest}.npz"

    def load(self, line: Line, spoken_text: str) -> Speech | None:
        """Return the line as it was spoken before, or None."""
        path = self.path(spoken_text)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                samples = np.asarray(stored["samples"], dtype=np.float32)
                facts = json.loads(stored["facts"].tobytes())
                mel = _mel(np.asarray(stored["mel"], dtype=np.float16), facts["mel"]) if facts["mel"] else None
            attention = Attention(**facts["attention"]) if facts["attention"] else None
            speech = Speech(
                line=line,
                audio=Audio(samples, int(facts["rate"])),
                spoken_text=facts["spoken_text"],
                onset=facts["onset"],
                offset=facts["offset"],
                words=tuple(WordTime(**word) for word in facts["words"]),
                attempts=facts["attempts"],
                attention=attention,
                flags=tuple(facts["flags"]),
                mel=mel,
            )
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            return None
        with contextlib.suppress(OSError):  # a read-only cache still serves
            os.utime(path)
        return speech

    def save(self, speech: Speech, spoken_text: str) -> None:
        """Keep a spoken line; lines that stayed unsaid are not kept, and a full disk is no failure of the run."""
        if "unsaid" in speech.flags:
            return
        mel = speech.mel
        facts = {
            "format": FORMAT,
            "rate": speech.audio.rate,
            "spoken_text": speech.spoken_text,
            "onset": float(speech.onset),
            "offset": float(speech.offset),
            "words": [asdict(word) for word in speech.words],
            "attempts": speech.attempts,
            "attention": asdict(speech.attention) if speech.attention else None,
            "flags": list(speech.flags),
            "mel": {"pieces": [asdict(piece) for piece in mel.pieces], "start": mel.start, "fade": mel.fade}
            if mel
            else None,
        }
        values = mel.values if mel else np.zeros((0, 0), np.float16)
        packed = np.frombuffer(json.dumps(facts, ensure_ascii=False).encode(), dtype=np.uint8)
        path = self.path(spoken_text)
        temporary: Path | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, prefix=_prefix(), suffix=".part", delete=False) as file:
                temporary = Path(file.name)
                np.savez(file, samples=speech.audio.samples, mel=values, facts=packed)
            temporary.replace(path)
        except OSError:
            pass
        finally:
            if temporary is not None:
                temporary.unlink(missing_ok=True)

    def prune(self) -> int:
        """Remove the clips longest unused until the cache is within its size; return how many went."""
        for part in (self._settings.folder / "clips").glob("*/*.part"):  # left by a run that was killed
            with contextlib.suppress(OSError):
                if _is_abandoned(part) or time.time() - part.stat().st_mtime > STALE_SECONDS:
                    part.unlink()
        clips = []
        for path in (self._settings.folder / "clips").glob("*/*.npz"):
            try:
                clips.append((path.stat().st_mtime_ns, path.stat().st_size, path))
            except OSError:  # another run pruned it meanwhile
                continue
        total = sum(size for _, size, _ in clips)
        removed = 0
        for _, size, path in sorted(clips):
            if total <= self._settings.max_bytes:
                break
            path.unlink(missing_ok=True)
            total -= size
            removed += 1
        return removed


def _prefix() -> str:
    """Return what the names of this process's unfinished clips begin with."""
    return f"{_HOST}-{os.getpid()}-"


def _is_abandoned(part: Path) -> bool:
    """Tell whether the process that was writing a clip on this machine is no more."""
    host, _, rest = part.name.partition("-")
    pid = rest.partition("-")[0]
    return host == _HOST and pid.isdecimal() and not is_alive(int(pid))


def _mel(values: NDArray[np.float16], facts: dict[str, Any]) -> SpokenMel:
    pieces = tuple(MelPiece(**piece) for piece in facts["pieces"])
    if values.ndim != 2 or values.shape[1] != sum(piece.frames for piece in pieces):
        raise ValueError("the pieces are not the mel's")
    return SpokenMel(values, pieces, facts["start"], facts["fade"])
