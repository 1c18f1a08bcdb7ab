"""The voice seam: many lines in, speech with word times out.

How to add a voice:

1. Write a class with the attributes and methods of `Voice` below.
2. Write a function `open_voice(argument: str, device: str) -> Voice` (device: auto, cpu, cuda or cuda:N) that
   raises `BadInputError` for an unknown argument and `MissingError` when this machine lacks what the voice needs.
3. Name that function in the entry-point group `voiceover.voices` of your package, say as `mine`.
4. Users select it with `--voice mine:ARGUMENT`.
5. If another seed gives another take, give it the method of `Stochastic` too: lines that do not fit are then retaken.
6. A voice that can speak a clip again at another pace has the method of `Respeaking` too; other clips are stretched.
7. If it knows of its speaker's consent, `Licensed` has two attributes for it, which every produced file names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from voiceover.errors import BadInputError
from voiceover.provenance import VoiceUsed
from voiceover.types import Audio, Line, Reading, Speech
from voiceover.warping import TimeMap


@runtime_checkable
class Voice(Protocol):
    """Something that can speak many lines at once."""

    @property
    def name(self) -> str:
        """The name reports show."""
        ...

    @property
    def rate(self) -> int:
        """Sample rate of the speech, in Hz."""
        ...

    @property
    def language(self) -> str | None:
        """What it speaks, as a BCP 47 tag in small letters; None where nobody knows."""
        ...

    @property
    def times_words(self) -> bool:
        """Whether its speech tells when each word sounds; then a sentence over several cues is spoken as one."""
        ...

    def read(self, text: str) -> Reading:
        """Say how a text, which may hold marks of `markup`, is read aloud, and what of it cannot be."""
        ...

    def phonemes(self, spoken: str) -> str | None:
        """Return the phonemes of a spoken text in IPA, or None where the voice has no phonemes of its own."""
        ...

    def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
        """Speak every line once, yielding each as soon as it is ready, in any order.

        The text of each line is the spoken text of a reading, with its marks. A line that cannot be said is still
        yielded: empty audio and the flag "unsaid".
        """
        ...


class Spoken(Protocol):
    """What has a name and speaks a language: a voice, or what reads for one."""

    @property
    def name(self) -> str:
        """See `Voice`."""
        ...

    @property
    def language(self) -> str | None:
        """See `Voice`."""
        ...


@runtime_checkable
class Licensed(Protocol):
    """A voice that knows under what licence and by whose consent it speaks."""

    @property
    def licence(self) -> str:
        """What may be done with what it says."""
        ...

    @property
    def consent(self) -> str:
        """What its speaker agreed to."""
        ...


@runtime_checkable
class Stochastic(Protocol):
    """A voice that says the same line otherwise with another seed, so that several takes of it can be drawn."""

    def speak_takes(self, lines: Sequence[Line], seeds: Sequence[int]) -> Iterator[Speech]:
        """Speak lines as `Voice.speak` does, each with a seed of its own, as it would sound alone with that seed."""
        ...


@runtime_checkable
class Respeaking(Protocol):
    """A voice that can speak what it has spoken again, at another pace."""

    def respeak(self, speech: Speech, times: TimeMap) -> Audio | None:
        """Speak a clip along an even time map, every knot at its placed second; None where it cannot.

        The audio begins with the map's first knot and lasts at least until its last. The same speech and map give the
        same samples, in whatever thread.
        """
        ...


def used(voice: Voice) -> VoiceUsed:
    """Return what a produced file says of a voice."""
    known = (voice.licence, voice.consent) if isinstance(voice, Licensed) else ()
    return VoiceUsed(voice.name, *known)


def as_spoken(voice: Voice, lines: Sequence[Line]) -> list[Line]:
    """Return the lines as `speak` takes them: the text of each written out by the voice."""
    return [replace(line, text=voice.read(line.to_read).spoken) for line in lines]


def check_language(voice: Spoken, language: str | None) -> None:
    """Raise BadInputError if a voice speaks another language than the one the user named."""
    if language is None or voice.language is None:
        return
    wanted, has = (tag.lower().replace("_", "-").partition("-")[0] for tag in (language, voice.language))
    if wanted != has:
        raise BadInputError(
            f"--language {language}: {voice.name} speaks {voice.language}.",
            "Choose a voice of that language; `voiceover voices list` shows them.",
        )


Opener = Callable[[str, str], Voice]
