"""Cues to what is said of them, and by whom: `script.make(cues)`."""

from voiceover.script.adaptation import make
from voiceover.script.labels import split_speaker

__all__ = ["make", "split_speaker"]
