"""Speech small enough for a page, in what every browser plays."""

from __future__ import annotations

from pathlib import Path

from voiceover.media.ffmpeg import file_name, run

# All frames are of one size, and none borrows from another, so that the stream can be cut between any two.
MP3_RATE, MP3_FRAME, MP3_FRAME_BYTES = 24_000, 576, 96  # Hz, samples, bytes; 32 kbit/s


def encode_mp3(raw: Path) -> bytes:
    """Return mono 16-bit samples at `MP3_RATE` as a bare MP3 stream of frames of `MP3_FRAME_BYTES` each.

    Raises BadInputError if this ffmpeg cannot write MP3.
    """
    source = ["-f", "s16le", "-ar", str(MP3_RATE), "-ch_layout", "mono", "-i", file_name(raw)]
    codec = ["-c:a", "libmp3lame", "-b:a", "32k", "-reservoir", "0", "-compression_level", "7"]
    return run([*source, *codec, "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3", "pipe:1"])[1]
