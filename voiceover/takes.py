"""Other takes of the lines that do not fit: a voice that hangs on chance says some of them shorter and just as well."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from voiceover import pauses, sentences
from voiceover.backlog import Backlog
from voiceover.cache import ClipCache
from voiceover.config import CacheSettings
from voiceover.progress import Progress
from voiceover.sentences import Sentence
from voiceover.speaking import Part, Retaken, Spoken, as_line
from voiceover.timing import SOFT_SPEED
from voiceover.types import Placed, Speech
from voiceover.voices.base import Stochastic

EXTRA = 4  # takes beside the first: the best of five is about a standard deviation shorter, the best of ten a half more
_AT_ONCE = 32  # sentences whose takes are held at once
_SAME_FIT = 0.02  # of speed: takes that need speeds this close fit equally well, and the attention decides


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """A sentence some of whose lines do not fit: it is spoken again as a whole."""

    sentence: Sentence
    voice: Stochastic
    places: tuple[int, ...]  # of its lines in the parts
    rooms: tuple[float, ...]  # seconds that each of them has


def retake(
    spoken: Spoken,
    placed: Sequence[Placed],
    parts: Sequence[Part],
    *,
    seed: int,
    cache: CacheSettings,
    progress: Progress,
) -> Spoken:
    """Speak the lines that a plan finds tight four times more, and return all lines with the takes that fit best.

    Tight is a line that needs more than 1.10 of its speaker's pace to leave the next one on time. Of its takes the one
    is kept that needs the least speed; of several that fit alike, the one with the best focus of attention; never one
    whose attention did worse than the first's. A sentence over several cues is retaken as a whole. Only voices that
    are `Stochastic` are asked; the seeds follow from `seed`, and takes are cached as all clips are.
    """
    groups = _tight_groups(spoken, placed, parts)
    if not groups:
        return spoken
    progress.stage("Speaking tight lines again", EXTRA * len(groups))
    speeches = list(spoken.speeches)
    retaken: list[Retaken] = []
    backlog = Backlog()
    synthesis_seconds, audio_seconds = spoken.synthesis_seconds, spoken.audio_seconds
    for own in _batches(groups):
        began = time.perf_counter()
        drawn, fresh_seconds = _draw(own, seed, cache, progress)
        if fresh_seconds:
            synthesis_seconds += time.perf_counter() - began
            audio_seconds += fresh_seconds
        for group, others in zip(own, drawn, strict=True):
            best, left = _choose([speeches[place] for place in group.places], others, group)
            retaken.append(Retaken(group.sentence, group.places, left))
            for place, speech in zip(group.places, best, strict=True):
                speeches[place] = speech if speech.audio is speeches[place].audio else backlog.put(speech)
    return replace(
        spoken,
        speeches=tuple(speeches),
        synthesis_seconds=synthesis_seconds,
        audio_seconds=audio_seconds,
        retaken=tuple(retaken),
    )


def take_seed(seed: int, take: int) -> int:
    """Return the seed of a take, numbered from 1; the first has the run's own."""
    digest = hashlib.sha256(f"{seed} take {take}".encode()).digest()
    return seed if take == 1 else int.from_bytes(digest[:6], "little")


def _tight_groups(spoken: Spoken, placed: Sequence[Placed], parts: Sequence[Part]) -> list[_Group]:
    places = {part.line.index: place for place, part in enumerate(parts)}
    planned = {item.speech.line.index: item for item in placed}
    groups = []
    seen: set[int] = set()
    for item in placed:
        index = item.speech.line.index
        part = parts[places[index]]
        if index in seen or not isinstance(part.voice, Stochastic) or not _is_tight(item):
            continue
        together = spoken.joined[places[index]] or (index,)
        seen.update(together)
        own = tuple(places[i] for i in together)
        groups.append(
            _Group(
                Sentence(tuple(parts[i].line for i in own), tuple(spoken.readings[i].spoken for i in own)),
                part.voice,
                own,
                tuple(planned[i].room for i in together),
            )
        )
    return groups


def _is_tight(item: Placed) -> bool:
    if item.end <= item.start:
        return False
    return _needed_speed(item.speech, item.room) > SOFT_SPEED * item.speech.pace


def _needed_speed(speech: Speech, room: float) -> float:
    return (speech.natural_seconds - speech.spare_seconds) / max(room, 1e-3)


def _batches(groups: Sequence[_Group]) -> Iterator[list[_Group]]:
    """Part the groups by voice, and into batches whose takes fit into memory beside a film."""
    for voice in {id(group.voice): group.voice for group in groups}.values():
        own = [group for group in groups if group.voice is voice]
        for first in range(0, len(own), _AT_ONCE):
            yield own[first : first + _AT_ONCE]


def _draw(
    groups: Sequence[_Group], seed: int, cache: CacheSettings, progress: Progress
) -> tuple[list[dict[int, Speech]], float]:
    """Return further takes of sentences of one voice, by number, and how many seconds of them were synthesised now."""
    voice = groups[0].voice
    fingerprint = getattr(voice, "fingerprint", None)
    asked = [(group, take_seed(seed, take)) for group in groups for take in range(2, EXTRA + 2)]
    clips = [ClipCache(cache, fingerprint, own_seed) if fingerprint else None for _, own_seed in asked]
    lines = [replace(as_line(group.sentence), index=number) for number, (group, _) in enumerate(asked)]
    found = [kept.load(line, line.text) if kept else None for kept, line in zip(clips, lines, strict=True)]
    missing = [number for number, speech in enumerate(found) if speech is None]
    progress.advance(len(asked) - len(missing))
    fresh_seconds = 0.0
    seeds = [asked[number][1] for number in missing]
    for speech in voice.speak_takes([lines[number] for number in missing], seeds) if missing else ():
        number = speech.line.index
        found[number] = speech
        fresh_seconds += speech.audio.seconds
        progress.advance(1)
        if kept := clips[number]:
            kept.save(speech, speech.line.text)
    if missing and clips[0]:
        clips[0].prune()
    drawn = [dict(enumerate(found[number : number + EXTRA], 2)) for number in range(0, len(found), EXTRA)]
    return [{take: speech for take, speech in own.items() if speech} for own in drawn], fresh_seconds


def _choose(
    first: Sequence[Speech], others: Mapping[int, Speech], group: _Group
) -> tuple[list[Speech], tuple[int, ...]]:
    """Choose the take that fits a sentence's lines best.

    Returns its speeches, in the roles of the first ones, and the numbers of the other takes that did no worse than the
    first.
    """
    takes = {1: first}
    for number, speech in others.items():
        takes[number] = [replace(part, pauses=pauses.find(part)) for part in sentences.divide(speech, group.sentence)]
    ranks = {number: _rank(take, first, group.rooms) for number, take in takes.items()}
    chosen = min(takes, key=lambda number: ranks[number])
    left = tuple(number for number in takes if number != chosen and ranks[number][0] == 0)
    return [
        replace(
            speech,
            flags=speech.flags if speech is old else (*speech.flags, *({"unreadable"} & set(old.flags))),
            voice=old.voice,
            pace=old.pace,
            gain_db=old.gain_db,
            attempts=old.attempts + sum(other.attempts for other in others.values()),
            takes=len(takes),
        )
        for speech, old in zip(takes[chosen], first, strict=True)
    ], left


def _rank(take: Sequence[Speech], first: Sequence[Speech], rooms: Sequence[float]) -> tuple[int, int, float]:
    """Rank a take of a sentence's lines, the best lowest: how badly it was attended, how badly it fits, its focus."""
    worst = max(_needed_speed(speech, room) / first[0].pace for speech, room in zip(take, rooms, strict=True))
    fit = ceil((max(worst, 1.0) - 1.0) / _SAME_FIT)
    focus = min((speech.attention.focus for speech in take if speech.attention), default=0.0)
    return max(0, max(map(_faults, take)) - max(map(_faults, first))), fit, -focus


def _faults(speech: Speech) -> int:
    """Count what went wrong in a take, a flag more than anything that the attention did."""
    attention = speech.attention
    slips = attention.repeats + attention.skips + (not attention.stopped) if attention else 0
    return slips + 1000 * len({"unsaid", "attention-failure"} & set(speech.flags))
