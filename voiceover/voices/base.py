"""The voice seam: many lines in, speech with word times out.

How to add a voice:

1. Write a class with the attributes and methods of `Voice` below.
2. Write a function `open_voice(argument: str, device: str) -> Voice` (device: auto, cpu, cuda or cuda:N) that
   raises `BadInputError` for an unknown argument and `MissingError` when this machine lacks what the voice needs.
3. Name that function in the entry-point group `voiceover.voices` of your package, say as `mine`.
4. Users select it with `--voice mine:ARGUMENT`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from voiceover.types import Line, Speech


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

    def spoken(self, text: str) -> str:
        """Return the text as it will be read aloud (numbers and abbreviations written out)."""
        ...

    def phonemes(self, text: str) -> str | None:
        """Return the phonemes of a text in IPA, or None where the voice has no phonemes of its own."""
        ...

    def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
        """Speak every line once, yielding each as soon as it is ready, in any order.

        A line that cannot be said is still yielded: empty audio and the flag "unsaid".
        """
        ...


Opener = Callable[[str, str], Voice]
