"""One line into a file, to hear a voice."""

from __future__ import annotations

from pathlib import Path

from voiceover import media, provenance
from voiceover.errors import BadInputError
from voiceover.types import Line
from voiceover.voices.base import Voice, as_spoken, used


def say(voice: Voice, line: Line, output: Path, *, seed: int = 0) -> None:
    """Speak one line into a WAV file at the voice's own rate and level.

    The file is marked as synthetic speech. Raises BadInputError if the voice cannot say it.
    """
    mark = provenance.make([used(voice)], film=False)
    speech = next(iter(voice.speak(as_spoken(voice, [line]), seed=seed)))
    if "unsaid" in speech.flags:
        raise BadInputError(f"{voice.name} cannot say “{line.text}”.", "Write it out in words, or use another voice.")
    media.write_wav(output, speech.audio, mark=mark)
