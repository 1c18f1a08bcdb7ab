"""A folder of films as people have them: in ten formats, with odd names, and some of them broken."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from voiceover import media

SECONDS = 4.0
FORMATS = {
    "mp4": ("libx264", "aac"),
    "mkv": ("libx265", "ac3"),
    "webm": ("libvpx", "libvorbis"),
    "mov": ("mpeg4", "pcm_s16le"),
    "avi": ("mpeg4", "libmp3lame"),
    "flv": ("flv", "libmp3lame"),
    "ts": ("mpeg2video", "mp2"),
    "wmv": ("wmv2", "wmav2"),
    "ogv": ("libtheora", "libvorbis"),
    "m4v": ("mpeg4", "alac"),
}
NAMES = (
    "Lektion 1 – Größe", "lesson 2", "-rf", "100% sure", "a:b;c", "it's \"quoted\"", "[tag] name (1080p)",
    "$HOME & co", "v1.2.final", "日本語の字幕", "émoji 🎬", "x" * 190, "UPPER", "tab\tname", "dots..dots", "comma,name",
    "back\\slash",
    "hash#tag?", "week 1/intro", "week 1/deep/er/outro", "week 2/Übung", "%d frame", "~tilde", "file=1", "end ",
)  # fmt: skip
BROKEN = ("cut short", "no video", "sound only", "no cues", "bad time")


def make(folder: Path, *, count: int = 25, seconds: float = SECONDS) -> Path:
    """Write `count` films that can be dubbed and five that cannot; each has three lines of its own."""
    made = folder.parent / f"{folder.name}-formats"
    made.mkdir(parents=True)
    for suffix, (picture, sound) in FORMATS.items():
        encode(made / f"film.{suffix}", picture, sound, seconds)
    for number, name in enumerate(NAMES[:count]):
        suffix = list(FORMATS)[number % len(FORMATS)]
        place = folder / f"{name}.{suffix.upper() if name == 'UPPER' else suffix}"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(made / f"film.{suffix}", place)
        ending, inside = ("", ".en", "_English")[number % 3], ("", "subs")[number % 2]
        where = place.parent / inside
        where.mkdir(exist_ok=True)
        where.joinpath(f"{place.stem}{ending}.srt").write_text(subtitles(number), "utf-8")
    whole = (made / "film.mp4").read_bytes()
    (folder / "cut short.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "no video.mkv").write_text("this is a text\n" * 100)
    _run(["-f", "lavfi", "-i", "sine=duration=4", "-c:a", "aac", folder / "sound only.mp4"])
    for name in BROKEN:
        (folder / f"{name}.srt").write_text(subtitles(99), "utf-8")
    for name in ("no cues", "bad time"):
        shutil.copy(made / "film.mp4", folder / f"{name}.mp4")
    (folder / "no cues.srt").write_text("")
    (folder / "bad time.srt").write_text(subtitles(99).replace("00:00:01,600", "half past one"))
    shutil.rmtree(made)
    return folder


def subtitles(number: int) -> str:
    """Return three lines that no other film has."""
    texts = (f"This is film {number + 1}.", f"It has a number, {number + 1}.", f"So ends film {number + 1}.")
    times = (("00:00:00,300", "00:00:01,400"), ("00:00:01,600", "00:00:02,700"), ("00:00:02,900", "00:00:03,950"))
    cues = zip(texts, times, strict=True)
    return "\n".join(f"{i}\n{start} --> {end}\n{text}\n" for i, (text, (start, end)) in enumerate(cues, 1))


def encode(path: Path, picture: str, sound: str, seconds: float) -> None:
    """Write a film of test pictures and noise."""
    pictures = ["-f", "lavfi", "-i", f"testsrc=size=176x144:rate=25:duration={seconds}"]
    noise = ["-f", "lavfi", "-i", f"anoisesrc=amplitude=0.05:seed=1:duration={seconds}", "-ac", "2", "-ar", "44100"]
    codecs = ["-c:v", picture, "-pix_fmt", "yuv420p", "-c:a", sound, "-shortest"]
    _run([*pictures, *noise, *codecs, path])


def _run(arguments: list[str | Path]) -> None:
    command = [media.find_ffmpeg(), "-v", "error", "-y", *arguments[:-1], f"file:{arguments[-1]}"]
    subprocess.run(command, check=True, capture_output=True)
