"""Lines of several films, spoken together before any of the films is made: short films alone fill no batch of a voice.

The clips go into the cache, where each film's own run finds them. So nothing of its outcome hangs on the others, and
whatever ends the rehearsal, no clip that was spoken is lost.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voiceover import sentences
from voiceover.cache import ClipCache
from voiceover.config import CacheSettings
from voiceover.progress import Progress
from voiceover.speaking import Part, as_line
from voiceover.types import Line
from voiceover.voices.base import Voice


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What a film asks of its voices."""

    parts: tuple[Part, ...]
    seed: int
    merge: bool


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What was spoken now."""

    texts: int = 0
    audio_seconds: float = 0.0
    synthesis_seconds: float = 0.0


def rehearse(pieces: Sequence[Piece], *, cache: CacheSettings, progress: Progress) -> Rehearsed:
    """Speak what several films need and the cache lacks, all lines of one voice and seed together, each text once.

    Voices that are not cached are left out, and so is all where the cache's folder cannot be written to.
    """
    asked: dict[tuple[int, int], dict[str, Line]] = {}  # by voice and seed, then by text
    voices: dict[int, Voice] = {}
    for piece in pieces:
        for part in piece.parts:
            voices[id(part.voice)] = part.voice
        for number, text_line in _sentences(piece):
            if text_line.text:
                asked.setdefault((number, piece.seed), {}).setdefault(text_line.text, text_line)
    missing: list[tuple[Voice, int, ClipCache, list[Line]]] = []
    for (number, seed), texts in asked.items():
        fingerprint = getattr(voices[number], "fingerprint", None)
        if not fingerprint:
            continue
        clips = ClipCache(cache, fingerprint, seed)
        lacking = [line for text, line in texts.items() if not clips.path(text).exists()]
        if lacking:
            missing.append((voices[number], seed, clips, lacking))
    progress.stage("Speaking lines of several films", sum(len(lines) for *_, lines in missing))
    done = Rehearsed()
    for voice, seed, clips, lines in missing:
        began = time.perf_counter()
        numbered = [replace(line, index=place) for place, line in enumerate(lines)]
        for speech in voice.speak(numbered, seed=seed):
            clips.save(speech, speech.line.text)
            progress.advance()
            done = replace(done, texts=done.texts + 1, audio_seconds=done.audio_seconds + speech.audio.seconds)
            if "unsaid" not in speech.flags and not clips.path(speech.line.text).exists():
                return done  # all would be spoken twice
        done = replace(done, synthesis_seconds=done.synthesis_seconds + time.perf_counter() - began)
        clips.prune()
    return done


def _sentences(piece: Piece) -> list[tuple[int, Line]]:
    """Return what a film's voices are asked to speak, as `speaking.speak` asks them, each with the voice's identity."""
    readings = {part.line.index: part.voice.read(part.line.to_read).spoken for part in piece.parts}
    found = []
    for number, role in dict.fromkeys((id(part.voice), part.role) for part in piece.parts):
        own = [part for part in piece.parts if id(part.voice) == number and part.role == role]
        grouped = sentences.group(
            [part.line for part in own],
            [readings[part.line.index] for part in own],
            merge=piece.merge and own[0].voice.times_words,
        )
        found += [(number, as_line(sentence)) for sentence in grouped]
    return found
