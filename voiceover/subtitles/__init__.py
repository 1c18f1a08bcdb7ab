"""Files to cues: `subtitles.read(path)`."""

from voiceover.subtitles.project import SUFFIXES as PROJECTS
from voiceover.subtitles.project import read_rate as read_project_rate
from voiceover.subtitles.reader import parse, read

__all__ = ["PROJECTS", "parse", "read", "read_project_rate"]
