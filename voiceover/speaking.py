"""Lines to speech: from the cache where they were spoken before, from the voices otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from voiceover import pauses, sentences
from voiceover.backlog import Backlog
from voiceover.cache import ClipCache
from voiceover.casting import Role
from voiceover.config import CacheSettings
from voiceover.progress import Progress
from voiceover.sentences import Sentence
from voiceover.types import Audio, Line, Reading, Speech
from voiceover.voices.base import Respeaking, Voice
from voiceover.warping import TimeMap


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A line and who speaks it."""

    line: Line
    voice: Voice
    role: Role


@dataclass(frozen=True, slots=True, eq=False)
class Retaken:
    """A sentence of which further takes were drawn; takes are numbered from 1, the first one."""

    sentence: Sentence
    places: tuple[int, ...]  # of its lines among all
    others: tuple[int, ...]  # those that are not used, and did no worse than the first


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """What the voices made of all lines, in their order, and what it took. Cached lines count in neither time."""

    speeches: tuple[Speech, ...]
    readings: tuple[Reading, ...]  # how each line was read
    joined: tuple[tuple[int, ...], ...]  # for each line, the indexes of those it was spoken in one sentence with
    synthesis_seconds: float  # wall clock inside the voices
    audio_seconds: float  # length of what was synthesised in it
    cached: int  # lines taken from the cache
    retaken: tuple[Retaken, ...] = ()


@dataclass(slots=True)
class _Work:
    """What is done so far."""

    speeches: dict[int, Speech] = field(default_factory=dict)  # by the line's index
    joined: dict[int, tuple[int, ...]] = field(default_factory=dict)
    synthesis_seconds: float = 0.0
    audio_seconds: float = 0.0
    cached: int = 0


def speak(parts: Sequence[Part], *, seed: int, cache: CacheSettings, progress: Progress, merge: bool = True) -> Spoken:
    """Speak every line once; each clip is kept as soon as it is there, so that an interrupted run carries on.

    Lines of one voice are given to it together. With `merge`, a sentence over several cues is spoken as one, where the
    voice tells when each word sounds, and cut into its lines. Voices without a `fingerprint` attribute cannot be told
    apart from their next version, so they are not cached. A line that a voice never answered comes back unsaid.
    """
    readings = [part.voice.read(part.line.to_read) for part in parts]
    progress.stage("Speaking", len(parts))
    work = _Work()
    for voice in {id(part.voice): part.voice for part in parts}.values():
        spoken_by: list[Sentence] = []
        for role in dict.fromkeys(part.role for part in parts if part.voice is voice):
            own = [place for place, part in enumerate(parts) if part.voice is voice and part.role == role]
            spoken_by += sentences.group(
                [parts[place].line for place in own],
                [readings[place].spoken for place in own],
                merge=merge and voice.times_words,
            )
        _speak_with(voice, spoken_by, work, seed=seed, cache=cache, progress=progress)
    speeches = []
    for part, reading in zip(parts, readings, strict=True):
        speech = work.speeches.get(part.line.index) or _unsaid(part.line, part.voice, reading.spoken)
        flags = speech.flags
        if reading.lost and "unsaid" not in flags:
            flags = (*flags, "unreadable")
        speeches.append(
            replace(
                speech,
                voice=part.voice.name,
                pace=part.role.speed,
                gain_db=part.role.gain_db,
                flags=flags,
                pauses=pauses.find(speech),
            )
        )
    joined = tuple(work.joined.get(part.line.index, ()) for part in parts)
    return Spoken(tuple(speeches), tuple(readings), joined, work.synthesis_seconds, work.audio_seconds, work.cached)


def respeaker(parts: Sequence[Part]) -> Callable[[Speech, TimeMap], Audio | None]:
    """Return what has the voice of a line speak its clip again along a time map; None from it where a voice cannot."""
    voices = {part.line.index: part.voice for part in parts}

    def respeak(speech: Speech, times: TimeMap) -> Audio | None:
        voice = voices[speech.line.index]
        return voice.respeak(speech, times) if isinstance(voice, Respeaking) else None

    return respeak


def _speak_with(
    voice: Voice, spoken_by: Sequence[Sentence], work: _Work, *, seed: int, cache: CacheSettings, progress: Progress
) -> None:
    """Speak sentences with one voice."""
    fingerprint = getattr(voice, "fingerprint", None)
    clips = ClipCache(cache, fingerprint, seed) if fingerprint else None
    backlog = Backlog()
    asked = {sentence.lines[0].index: (sentence, as_line(sentence)) for sentence in spoken_by}

    def keep(index: int, speech: Speech) -> None:
        sentence = asked[index][0]
        if len(sentence.lines) > 1:
            together = tuple(line.index for line in sentence.lines)
            work.joined.update(dict.fromkeys(together, together))
        for part in sentences.divide(speech, sentence):
            work.speeches[part.line.index] = backlog.put(part)
        progress.advance(len(sentence.lines))

    missing = []
    for index, (sentence, line) in asked.items():
        speech = clips.load(line, line.text) if clips else None
        if speech is None:
            missing.append(line)
        else:
            work.cached += len(sentence.lines)
            keep(index, speech)
    began = time.perf_counter()
    for speech in voice.speak(missing, seed=seed) if missing else ():
        if clips:
            clips.save(speech, speech.line.text)
        work.audio_seconds += speech.audio.seconds
        keep(speech.line.index, speech)
    work.synthesis_seconds += time.perf_counter() - began if missing else 0.0
    if clips:
        clips.prune()


def as_line(sentence: Sentence) -> Line:
    """Return what a voice is asked to speak for a sentence: its spoken text."""
    first, last = sentence.lines[0], sentence.lines[-1]
    return Line(first.index, first.start, last.end, sentence.text, first.speaker)


def _unsaid(line: Line, voice: Voice, spoken: str) -> Speech:
    silence = Audio(np.zeros(0, dtype=np.float32), voice.rate)
    return Speech(line=line, audio=silence, spoken_text=spoken, onset=0.0, offset=0.0, flags=("unsaid",))
