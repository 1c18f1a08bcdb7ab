"""What a media file holds, from what ffmpeg says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from voiceover.errors import BadInputError
from voiceover.media.ffmpeg import FOREIGN, PROBE_TIMEOUT, file_name, last_lines, run

_DURATION = re.compile(r"^\s+Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
_START = re.compile(r"^\s+Duration: .*, start: (-?[\d.]+)", re.MULTILINE)
_INPUT = re.compile(r"^Input #0, (.+), from '", re.MULTILINE)
_STREAM = re.compile(
    r"^\s+Stream #0:(\d+)(?:\[0x[0-9a-f]+\])?(?:\(([^)]*)\))?: (Video|Audio|Subtitle|Data|Attachment): (.*)$"
)
_TAG = re.compile(r"^\s{4,}(\w+)\s*: (.*)$")
_TIMECODE = re.compile(r"^\s+timecode\s*: (\d\d:\d\d:\d\d[:;.]\d\d+)\s*$", re.MULTILINE | re.IGNORECASE)
_CHAPTER = re.compile(r"^\s+Chapter #0:\d+: start ", re.MULTILINE)
# what ffmpeg's demuxers say of a file that stops before its end
_CUT_SHORT = re.compile(
    r"File ended prematurely|partial file|Packet corrupt|moov atom not found|Truncat", re.IGNORECASE
)
_TAIL_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of a media file."""

    index: int  # in the file, over all kinds
    kind: str  # video, audio, subtitle, data or attachment
    codec: str  # ffmpeg's name; empty for a stream it does not know
    language: str | None = None  # as written in the file, mostly three letters
    title: str | None = None
    default: bool = False
    attached_picture: bool = False  # a cover, not moving pictures
    channels: int = 0  # audio
    layout: str = ""  # audio, ffmpeg's name of which channels these are
    rate: int = 0  # audio, Hz
    width: int = 0  # video, before rotation
    height: int = 0
    fps: float = 0.0


@dataclass(frozen=True, slots=True)
class Media:
    """What a media file holds."""

    path: Path
    container: str  # ffmpeg's name, such as "matroska,webm"
    seconds: float
    streams: tuple[Stream, ...]
    chapters: int = 0
    timecode: str | None = None  # of its first frame, as written there: a ; or . before the frames says drop-frame

    @property
    def video(self) -> tuple[Stream, ...]:
        """The moving pictures, without covers."""
        return tuple(stream for stream in self._of("video") if not stream.attached_picture)

    @property
    def audio(self) -> tuple[Stream, ...]:
        """The audio streams."""
        return self._of("audio")

    @property
    def subtitles(self) -> tuple[Stream, ...]:
        """The subtitle streams."""
        return self._of("subtitle")

    def _of(self, kind: str) -> tuple[Stream, ...]:
        return tuple(stream for stream in self.streams if stream.kind == kind)


def probe(path: Path) -> Media:
    """Return what a video holds.

    Raises BadInputError for a file that is missing, no video, or cut short.
    """
    path = Path(path)
    if not path.is_file():
        what = "not a file" if path.exists() else "no such file"
        raise BadInputError(f"{path}: {what}.", "Check the name and the folder.")
    # Without an output ffmpeg prints what it found and ends with status 1: what it says tells good from bad.
    said = run(["-i", file_name(path)], timeout=PROBE_TIMEOUT, check=False)[2]
    if FOREIGN in said:
        raise BadInputError(
            f"{path}: not a video file: a playlist, or a kind that voiceover does not open.",
            "Give the film itself; `ffmpeg -i FILE -c copy film.mkv` makes one of a playlist that you trust.",
        )
    found = _INPUT.search(said)
    if found is None:
        if _CUT_SHORT.search(said):
            raise _cut_short(path, said)
        raise BadInputError(
            f"{path}: not a video that ffmpeg can read.\n{last_lines(said)}",
            "Give a video file. If it is one, copy or download it again.",
        )
    streams = parse_streams(said)
    container = found[1]
    media = Media(path, container, 0.0, streams, len(_CHAPTER.findall(said)))
    if not media.video or container.endswith("_pipe") or container in {"image2", "tty"}:
        what = "it holds no moving pictures" if media.audio or not media.video else f"it is a picture ({container})"
        raise BadInputError(
            f"{path}: not a video: {what}.",
            "Give the video file. For the narration alone, use `voiceover narrate`.",
        )
    _check_end(path, media.video[0].index)
    seconds = parse_seconds(said)
    if _DURATION.search(said) is None:
        seconds = _measure_seconds(path, said)
    elif parse_start(said) > 0.0 and container.startswith(("matroska", "flv")):
        seconds = _measure_seconds(path, said, tail=True)  # these tell when the film ends, not how long it is
    if seconds <= 0.0:
        raise BadInputError(f"{path}: the video has no length.", "Copy or download it again.")
    timecode = _TIMECODE.search(said)
    return Media(path, container, seconds, streams, media.chapters, timecode[1] if timecode else None)


def audio_rate(path: Path) -> int:
    """Return the rate of a file's first audio stream, in Hz.

    Raises BadInputError for a file without sound, and for one that ffmpeg cannot read.
    """
    said = run(["-i", file_name(Path(path))], timeout=PROBE_TIMEOUT, check=False)[2]
    rates = [item.rate for item in parse_streams(said) if item.kind == "audio" and item.rate]
    if not rates:
        raise BadInputError(
            f"{path}: no sound that can be read.\n{last_lines(said, 1)}", "If it should hold some, copy it again."
        )
    return rates[0]


def parse_streams(said: str) -> tuple[Stream, ...]:
    """Return the streams of the first input that ffmpeg told of."""
    streams: list[Stream] = []
    tags: dict[str, str] = {}
    rows: list[tuple[re.Match[str], dict[str, str]]] = []
    for line in said.splitlines():
        if match := _STREAM.match(line):
            tags = {}
            rows.append((match, tags))
        elif rows and (tag := _TAG.match(line)):
            tags.setdefault(tag[1].lower(), tag[2].strip())
    for match, tags in rows:
        about = match[4]
        kind = match[3].lower()
        language = match[2] if match[2] and match[2] != "und" else None
        size = re.search(r", (\d{1,5})x(\d{1,5})\b", about) if kind == "video" else None
        fps = re.search(r", ([\d.]+)(k?) fps", about)
        rate = re.search(r", (\d+) Hz, ([^,]+)", about)
        codec = about.split(" ", 1)[0].strip(",")
        if kind == "data" and (tag := re.match(r"\w+ \((\w{4}) / ", about)):
            codec = tag[1]  # ffmpeg knows few kinds of data by name: the tag tells time codes, chapters and telemetry
        streams.append(
            Stream(
                int(match[1]), kind, codec, language, tags.get("title") or tags.get("name"),
                "(default)" in about, "(attached pic)" in about,
                _count_channels(rate[2]) if rate else 0, rate[2].strip() if rate else "", int(rate[1]) if rate else 0,
                int(size[1]) if size else 0, int(size[2]) if size else 0,
                float(fps[1]) * (1000 if fps[2] else 1) if fps else 0.0,
            )
        )  # fmt: skip
    return tuple(streams)


def parse_seconds(said: str) -> float:
    """Return how long the first input is, as it says; 0.0 if it does not."""
    time = _DURATION.search(said)
    return int(time[1]) * 3600 + int(time[2]) * 60 + float(time[3]) if time else 0.0


def parse_container(said: str) -> str:
    """Return ffmpeg's name for the format of what it was asked about, such as "matroska,webm"; "" if it knows none."""
    found = _INPUT.search(said)
    return found[1] if found else ""


def parse_start(said: str) -> float:
    """Return when the first input starts, in seconds."""
    start = _START.search(said)
    return float(start[1]) if start else 0.0


def _count_channels(layout: str) -> int:
    layout = layout.strip().split("(")[0].strip()
    names = {"mono": 1, "stereo": 2, "downmix": 2, "quad": 4, "hexagonal": 6, "octagonal": 8, "cube": 8}
    if layout in names:
        return names[layout]
    numbers = re.match(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?", layout)
    return sum(int(number) for number in numbers.groups() if number) if numbers else 2


def _check_end(path: Path, index: int) -> None:
    """Raise BadInputError for a file that stops before its end, from its last packets: cheap even for a long film."""
    arguments = [
        "-sseof",
        f"-{_TAIL_SECONDS}",
        "-i",
        file_name(path),
        "-map",
        f"0:{index}",
        "-c",
        "copy",
        "-f",
        "null",
        "-",
    ]
    said = run(arguments, timeout=PROBE_TIMEOUT, check=False)[2]
    if _CUT_SHORT.search(said):
        raise _cut_short(path, said)


def _cut_short(path: Path, said: str) -> BadInputError:
    return BadInputError(
        f"{path}: the file is damaged or was cut short.\n{last_lines(said)}", "Copy or download it again."
    )


def _measure_seconds(path: Path, said: str, *, tail: bool = False) -> float:
    """Return the length of a file from its packets: all of them (browsers record files that say none) or the last."""
    where = ["-sseof", f"-{_TAIL_SECONDS}"] if tail else []
    maps = ["-map", "0:v:0", "-map", "0:a?", "-c", "copy", "-f", "framecrc", "-"]
    rows = run(["-copyts", *where, "-i", file_name(path), *maps], about=path)[1].decode().splitlines()
    bases = {row[4:].split(":")[0]: row.split(": ")[1].split("/") for row in rows if row.startswith("#tb ")}
    ends = [0.0]
    for row in rows:
        if not row.startswith("#"):
            stream, _, shown, length = (cell.strip() for cell in row.split(",")[:4])
            numerator, denominator = bases[stream]
            ends.append((int(shown) + int(length)) * int(numerator) / int(denominator))
    return max(ends) - parse_start(said)
