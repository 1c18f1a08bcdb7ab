"""Lines to speech: from the cache where they were spoken before, from the voice otherwise."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from voiceover.cache import ClipCache
from voiceover.config import CacheSettings
from voiceover.progress import Progress
from voiceover.types import Audio, Line, Speech
from voiceover.voices.base import Voice


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """What a voice made of all lines, in their order, and what it took. Cached lines count in neither time."""

    speeches: tuple[Speech, ...]
    synthesis_seconds: float  # wall clock inside the voice
    audio_seconds: float  # length of what was synthesised in it
    cached: int  # lines taken from the cache


def speak(voice: Voice, lines: Sequence[Line], *, seed: int, cache: CacheSettings, progress: Progress) -> Spoken:
    """Speak every line once; each clip is kept as soon as it is there, so that an interrupted run carries on.

    Voices without a `fingerprint` attribute cannot be told apart from their next version, so they are not cached.
    A line that the voice never answered comes back unsaid.
    """
    fingerprint = getattr(voice, "fingerprint", None)
    clips = ClipCache(cache, fingerprint, seed) if fingerprint else None
    spoken_texts = {line.index: voice.spoken(line.text) for line in lines} if clips else {}
    progress.stage("Speaking", len(lines))

    ready: dict[int, Speech] = {}
    for line in lines if clips else ():
        speech = clips.load(line, spoken_texts[line.index]) if clips else None
        if speech is not None:
            ready[line.index] = speech
            progress.advance()
    cached = len(ready)

    missing = [line for line in lines if line.index not in ready]
    audio_seconds = 0.0
    began = time.perf_counter()
    for speech in voice.speak(missing, seed=seed) if missing else ():
        ready[speech.line.index] = speech
        audio_seconds += speech.audio.seconds
        if clips:
            clips.save(speech, spoken_texts[speech.line.index])
        progress.advance()
    synthesis_seconds = time.perf_counter() - began if missing else 0.0

    if clips:
        clips.prune()
    speeches = tuple(replace(ready.get(line.index) or _unsaid(line, voice), voice=voice.name) for line in lines)
    return Spoken(speeches, synthesis_seconds, audio_seconds, cached)


def _unsaid(line: Line, voice: Voice) -> Speech:
    silence = Audio(np.zeros(0, dtype=np.float32), voice.rate)
    return Speech(line=line, audio=silence, spoken_text=line.text, onset=0.0, offset=0.0, flags=("unsaid",))
