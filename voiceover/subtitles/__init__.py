"""Files to cues: `subtitles.read(path)`."""

from voiceover.subtitles.reader import parse, read

__all__ = ["parse", "read"]
