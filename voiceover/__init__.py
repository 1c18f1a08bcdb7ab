"""voiceover: narration for video, spoken in a cloned voice, on time."""

__version__ = "0.1.0"
