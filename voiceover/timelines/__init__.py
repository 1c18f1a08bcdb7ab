"""Timelines for editors: the narration as clips on tracks, one writer per file format."""

from voiceover.timelines.catalog import SUFFIXES, check, find_writer, media_folder, write
from voiceover.timelines.layout import lay_out

__all__ = ["SUFFIXES", "check", "find_writer", "lay_out", "media_folder", "write"]
