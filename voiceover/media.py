"""Video and audio files, through the ffmpeg that moviepy brings: the only module that runs it.

moviepy's own helpers are not used beyond finding that ffmpeg: its merge passes no `-map` and keeps the original sound,
its writer re-encodes every frame, and its parser knows neither audio codecs nor channels and warns about subtitles.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Literal

import numpy as np

from voiceover.errors import BadInputError, MissingError
from voiceover.types import Audio, Samples

SubtitleMode = Literal["keep", "embed", "none"]


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


@dataclass(frozen=True, slots=True)
class Container:
    """What a file format can hold, as far as a dub has to know."""

    muxer: str
    dub: tuple[str, ...]  # encoder options for stereo or less, without the bit rate
    kbps: int  # of the dub, for up to two channels
    audio: frozenset[str] | None  # codecs that are copied; None: every one
    text: str  # the text subtitle codec that others are converted to
    subtitles: frozenset[str]  # codecs that are copied
    covers: bool
    attachments: bool
    options: tuple[str, ...] = ()


_MP4_AUDIO = frozenset({"aac", "ac3", "alac", "dts", "eac3", "flac", "mp2", "mp3", "opus"})
_MOV_AUDIO = frozenset({"aac", "ac3", "alac", "eac3", "mp2", "mp3"})
_TEXT_CODECS = frozenset({"ass", "mov_text", "ssa", "subrip", "text", "webvtt"})
_MP4 = Container(
    "mp4", ("aac",), 192, _MP4_AUDIO, "mov_text", frozenset({"mov_text", "dvd_subtitle"}), True, False,
    ("-movflags", "+faststart"),
)  # fmt: skip
CONTAINERS = {
    ".mp4": _MP4,
    ".m4v": _MP4,
    ".mov": Container(
        "mov", ("aac",), 192, _MOV_AUDIO, "mov_text", frozenset({"mov_text"}), False, False,
        ("-movflags", "+faststart"),
    ),
    ".mkv": Container(
        "matroska", ("aac",), 192, None, "subrip",
        frozenset({"ass", "dvb_subtitle", "dvd_subtitle", "hdmv_pgs_subtitle", "ssa", "subrip", "text", "webvtt"}),
        True, True,
    ),
    ".webm": Container(
        "webm", ("libopus",), 128, frozenset({"opus", "vorbis"}), "webvtt", frozenset({"webvtt"}), False, False
    ),
}  # fmt: skip

_COVERS = {"mjpeg": (".jpg", "image/jpeg"), "png": (".png", "image/png")}
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
# mp4 takes nothing but three letters; the languages of the subtitle files people have
_LANGUAGES = {
    "ar": "ara", "bg": "bul", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "et": "est",
    "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind", "it": "ita", "ja": "jpn",
    "ko": "kor", "lt": "lit", "lv": "lav", "nb": "nob", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron",
    "ru": "rus", "sk": "slk", "sl": "slv", "sr": "srp", "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "vi": "vie",
    "zh": "zho",
}  # fmt: skip

_DURATION = re.compile(r"^\s+Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
_START = re.compile(r"^\s+Duration: .*, start: (-?[\d.]+)", re.MULTILINE)
_INPUT = re.compile(r"^Input #0, (.+), from '", re.MULTILINE)
_STREAM = re.compile(
    r"^\s+Stream #0:(\d+)(?:\[0x[0-9a-f]+\])?(?:\(([^)]*)\))?: (Video|Audio|Subtitle|Data|Attachment): (.*)$"
)
_TAG = re.compile(r"^\s{4,}(\w+)\s*: (.*)$")
_CHAPTER = re.compile(r"^\s+Chapter #0:\d+: start ", re.MULTILINE)
# what ffmpeg's demuxers say of a file that stops before its end
_CUT_SHORT = re.compile(
    r"File ended prematurely|partial file|Packet corrupt|moov atom not found|Truncat", re.IGNORECASE
)
_TAIL_SECONDS = 3
_PROBE_TIMEOUT, _STRETCH_TIMEOUT = 120.0, 120.0
_OTHER_SCRATCH = "Free some space there, or let the environment variable TMPDIR name a folder on another disk."
# The dub enters ffmpeg this many frames at a time; a whole film would be a second copy in memory.
_FEED_FRAMES = 1 << 16
# The short window keeps beginnings sharper (a step is smeared by 7 ms, not by 12) and follows the envelope of speech
# more closely; both measured at 48 kHz. rubberband starts its output this many seconds of input late.
_STRETCH = "rubberband=tempo={speed:.9f}:window=short"
_STRETCH_LAG = 0.0145
_STRETCH_PAD = 0.1
# Speech small enough for a page, in what every browser plays. All frames are of one size, and none borrows from
# another, so that the stream can be cut between any two.
MP3_RATE, MP3_FRAME, MP3_FRAME_BYTES = 24_000, 576, 96  # Hz, samples, bytes; 32 kbit/s


def describe_ffmpeg() -> tuple[str, frozenset[str]]:
    """Return ffmpeg's version ("" if it does not start) and the names of its filters and encoders."""
    ffmpeg = find_ffmpeg()

    def ask(option: str) -> str:
        asked = [ffmpeg, "-hide_banner", option]
        return subprocess.run(asked, capture_output=True, text=True, check=False, timeout=_PROBE_TIMEOUT).stdout

    return ask("-version").partition("Copyright")[0].strip(), frozenset((ask("-filters") + ask("-encoders")).split())


@lru_cache(maxsize=1)
def find_ffmpeg() -> str:
    """Return the ffmpeg binary: moviepy's bundled one, or what the environment variable FFMPEG_BINARY names.

    Raises MissingError if there is none.
    """
    remedy = "Install it with `pip install --force-reinstall imageio-ffmpeg`, or let FFMPEG_BINARY name an ffmpeg."
    try:
        from moviepy.config import FFMPEG_BINARY
    except (OSError, RuntimeError, ImportError) as error:
        raise MissingError(f"No ffmpeg: {error}", remedy) from error
    binary = shutil.which(str(FFMPEG_BINARY))  # moviepy may give a bare name, or "unset"
    if binary is None:
        raise MissingError(f"No ffmpeg: {FFMPEG_BINARY} is not a program.", remedy)
    return binary


def probe(path: Path) -> Media:
    """Return what a video holds.

    Raises BadInputError for a file that is missing, no video, or cut short.
    """
    path = Path(path)
    if not path.is_file():
        what = "not a file" if path.exists() else "no such file"
        raise BadInputError(f"{path}: {what}.", "Check the name and the folder.")
    # Without an output ffmpeg prints what it found and ends with status 1: what it says tells good from bad.
    said = _run(["-i", _name(path)], timeout=_PROBE_TIMEOUT, check=False)[2]
    found = _INPUT.search(said)
    if found is None:
        if _CUT_SHORT.search(said):
            raise _cut_short(path, said)
        raise BadInputError(
            f"{path}: not a video that ffmpeg can read.\n{_last_lines(said)}",
            "Give a video file. If it is one, copy or download it again.",
        )
    streams = _parse_streams(said)
    container = found[1]
    media = Media(path, container, 0.0, streams, len(_CHAPTER.findall(said)))
    if not media.video or container.endswith("_pipe") or container in {"image2", "tty"}:
        what = "it holds no moving pictures" if media.audio or not media.video else f"it is a picture ({container})"
        raise BadInputError(
            f"{path}: not a video: {what}.",
            "Give the video file. For the narration alone, use `voiceover narrate`.",
        )
    _check_end(path, media.video[0].index)
    time = _DURATION.search(said)
    seconds = int(time[1]) * 3600 + int(time[2]) * 60 + float(time[3]) if time else _measure_seconds(path)
    if seconds <= 0.0:
        raise BadInputError(f"{path}: the video has no length.", "Copy or download it again.")
    return Media(path, container, seconds, streams, media.chapters)


def audio_rate(path: Path) -> int:
    """Return the rate of a file's first audio stream, in Hz.

    Raises BadInputError for a file without sound, and for one that ffmpeg cannot read.
    """
    said = _run(["-i", _name(Path(path))], timeout=_PROBE_TIMEOUT, check=False)[2]
    rates = [item.rate for item in _parse_streams(said) if item.kind == "audio" and item.rate]
    if not rates:
        raise BadInputError(
            f"{path}: no sound that can be read.\n{_last_lines(said, 1)}", "If it should hold some, copy it again."
        )
    return rates[0]


def decode_audio(
    path: Path, *, rate: int = 48_000, stream: int = 0, seconds: float = 0.0, scratch: Path | None = None
) -> Samples:
    """Return the audio of a file, shape (n, channels), its start on the file's clock at sample 0.

    `stream` counts audio streams, from the end if negative; the result is filled with silence up to `seconds`. With a
    folder `scratch` it is mapped to a file there, writable, instead of held in memory.

    Raises BadInputError if there is no such stream.
    """
    path = Path(path)
    said = _run(["-i", _name(path)], timeout=_PROBE_TIMEOUT, check=False)[2]
    tracks = [item for item in _parse_streams(said) if item.kind == "audio"]
    stream = stream if stream >= 0 else len(tracks) + stream
    if not 0 <= stream < len(tracks):
        raise BadInputError(f"{path}: no audio stream {stream} (it has {len(tracks)}).\n{_last_lines(said)}".rstrip())
    channels = max(tracks[stream].channels, 1)
    with tempfile.TemporaryDirectory(prefix="voiceover-") as own:
        handle, name = tempfile.mkstemp(".f32", dir=scratch or own)
        os.close(handle)
        # first_pts puts a stream that starts late (or early) back on the file's clock, which need not start at zero;
        # async=1 fills the stream's holes. ffmpeg alone would count a transport stream from the first stream it maps.
        first = round(_parse_start(said) * tracks[stream].rate)
        arguments = ["-copyts", "-i", _name(path), "-map", f"0:a:{stream}"]
        arguments += ["-af", f"aresample={tracks[stream].rate}:async=1:first_pts={first},asetpts=N/SR/TB"]
        arguments += [
            "-ac",
            str(channels),
            "-ar",
            str(rate),
            "-c:a",
            "pcm_f32le",
            "-f",
            "f32le",
            "-y",
            _name(Path(name)),
        ]
        _run(arguments, about=path, writes=Path(tempfile.gettempdir()), elsewhere=_OTHER_SCRATCH)
        frames = max(Path(name).stat().st_size // (4 * channels), round(seconds * rate))
        if frames == 0:
            return np.zeros((0, channels), np.float32)
        reserve(Path(name), frames * channels * 4)
        if scratch is not None:
            return np.memmap(name, "<f4", "r+", shape=(frames, channels))
        return np.fromfile(name, "<f4").reshape(frames, channels)


def stretch(audio: Audio, speed: float, samples_wanted: int) -> Audio:
    """Return the audio `speed` times as fast at the same pitch, exactly `samples_wanted` long.

    The first sample of the result is the first of the input; rubberband's own delay is taken out.
    """
    pad = round(_STRETCH_PAD * audio.rate)
    padded = np.pad(np.asarray(audio.samples, "<f4"), pad)
    raw = ["-f", "f32le", "-ar", str(audio.rate), "-ch_layout", "mono"]
    arguments = [*raw, "-i", "pipe:0", "-af", _STRETCH.format(speed=speed), "-f", "f32le", "pipe:1"]
    output = _run(arguments, feed=[padded.data], timeout=_STRETCH_TIMEOUT)[1]
    samples = np.frombuffer(output, "<f4")
    begin = round(pad / speed + _STRETCH_LAG * (1.0 - 1.0 / speed) * audio.rate)
    fitted = np.zeros(samples_wanted, np.float32)
    part = samples[begin : begin + samples_wanted]
    fitted[: len(part)] = part
    return Audio(fitted, audio.rate)


def encode_mp3(raw: Path) -> bytes:
    """Return mono 16-bit samples at `MP3_RATE` as a bare MP3 stream of frames of `MP3_FRAME_BYTES` each.

    Raises BadInputError if this ffmpeg cannot write MP3.
    """
    source = ["-f", "s16le", "-ar", str(MP3_RATE), "-ch_layout", "mono", "-i", _name(raw)]
    codec = ["-c:a", "libmp3lame", "-b:a", "32k", "-reservoir", "0", "-compression_level", "7"]
    return _run([*source, *codec, "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3", "pipe:1"])[1]


def reserve(path: Path, size: int) -> None:
    """Give a file its full size (bytes, over 0) on the disk, zeros where it held nothing.

    A mapped file that outgrows its disk would end the process without a word. Raises BadInputError if the disk is full.
    """
    try:
        with path.open("r+b") as file:
            file.truncate(size)
            if hasattr(os, "posix_fallocate"):  # not on macOS and Windows
                os.posix_fallocate(file.fileno(), 0, size)
    except OSError as error:
        raise BadInputError(
            f"{tempfile.gettempdir()}: no room for {size / 1e6:.0f} MB of sound: {_reason(error)}.", _OTHER_SCRATCH
        ) from error


def check_output(path: Path, *, force: bool = False, source: Path | None = None, option: str = "-o") -> None:
    """Raise BadInputError unless `path` can be written; `option` is where the user named it.

    That is: its folder takes new files, nothing is there yet (or `force`), and it is not the file `source`.
    """
    path = Path(path)
    try:
        there = path.exists()
    except OSError as error:  # a name too long, a folder that may not be entered
        raise _unwritable(path, error, option) from error
    if there and source is not None and Path(source).exists() and path.samefile(source):
        raise BadInputError(f"{path}: the output is the input itself.", f"Name another file with {option}.")
    if path.is_dir():
        raise BadInputError(f"{path}: is a folder.", f"Name a file with {option}.")
    if there and not force:
        raise BadInputError(f"{path} exists.", "Pass --force to replace it.")
    if not path.parent.is_dir():
        raise BadInputError(f"{path.parent}: no such folder.", f"Create it, or name another file with {option}.")
    with write_beside(path, option=option) as part, write_beside(part, option=option) as inner:
        inner.touch()  # the longest name that a run will write to
        inner.unlink()


@contextmanager
def write_beside(path: Path, *, option: str = "-o") -> Iterator[Path]:
    """Give a hidden file beside `path` to write to; it takes the place of `path` if all goes well, else is removed.

    A block that leaves no file changes nothing, and blocks may be nested: what is written whole appears once the outer
    block ends. Raises BadInputError where the folder cannot be written to; `option` is where the user named it.
    """
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield part
        if part.exists():
            part.replace(path)
    except OSError as error:
        raise _unwritable(path, error, option) from error
    finally:
        with suppress(OSError):  # a name that is too long cannot even be removed
            part.unlink(missing_ok=True)


def write_wav(path: Path, audio: Audio, *, option: str = "-o") -> None:
    """Write mono audio as a 24-bit WAV, whole or not at all; samples beyond 1 are clipped.

    Raises BadInputError where the folder cannot be written to; `option` is where the user named it.
    """
    import soundfile

    with write_beside(Path(path), option=option) as part:
        try:
            soundfile.write(part, audio.samples, audio.rate, subtype="PCM_24", format="WAV")
        except soundfile.LibsndfileError as error:  # which does not tell a full disk from others
            if shutil.disk_usage(part.parent).free < 3 * len(audio.samples):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise OSError(str(error)) from error


def _finished(path: Path) -> Path:
    """Return what `write_beside` was asked for: the only name of it that a user knows."""
    unfinished = re.fullmatch(r"\.(.+)\.part(\.[^.]*)?", path.name)
    return path.with_name(unfinished[1] + (unfinished[2] or "")) if unfinished else path


def _unwritable(path: Path, error: OSError, option: str) -> BadInputError:
    remedy = f"Name a file in another folder with {option}."
    if error.errno == errno.ENOSPC:
        remedy = f"Free some space, or name a file on another disk with {option}."
    elif error.errno == errno.ENAMETOOLONG:
        remedy = f"Name a shorter one with {option}."
    return BadInputError(f"{_finished(path)}: cannot be written: {_reason(error)}.", remedy)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).rstrip(".")


def check_container(path: Path) -> Container:
    """Return what the format of an output can hold.

    Raises BadInputError for a format that is not written: a dub needs a second audio track and exact start times.
    """
    container = CONTAINERS.get(Path(path).suffix.lower())
    if container is None:
        raise BadInputError(
            f"{path}: voiceover writes {', '.join(CONTAINERS)}, not {Path(path).suffix or 'files without a suffix'}.",
            f"Matroska takes any video: -o {Path(path).with_suffix('.mkv').name}",
        )
    return container


def mux(
    video: Media,
    out: Path,
    dub: Samples,
    *,
    rate: int = 48_000,
    language: str | None = None,
    title: str = "Narration",
    default: bool = True,
    drop_original: bool = False,
    subtitles: SubtitleMode = "keep",
    cues: Sequence[tuple[float, float, str]] = (),
    force: bool = False,
) -> tuple[str, ...]:
    """Write `video` with `dub`, shape (n,) or (n, channels), as its first and default audio track.

    Without `default` the dub is the last audio track, and the original sound plays as before.
    Pictures are copied packet by packet, and so are the original audio (as further tracks), subtitles, attachments,
    chapters and metadata where the format of `out` can hold them; the result names what it could not, for the user.
    `cues` (start, end, text) become a subtitle track with `subtitles="embed"`. `out` appears whole or not at all.

    Raises BadInputError for an output that must not or cannot be written, and for a video that ffmpeg cannot copy.
    """
    out = Path(out)
    container = check_container(out)
    check_output(out, force=force, source=video.path)
    channels = 1 if dub.ndim == 1 else dub.shape[1]
    tracks = _Tracks(container)
    for stream in video.streams:
        if stream.kind == "audio" and drop_original:
            continue
        if stream.kind == "subtitle" and subtitles == "none":
            continue
        tracks.add(stream)
    code = _LANGUAGES.get((language or "").split("-")[0].lower(), language)

    with tempfile.TemporaryDirectory(prefix="voiceover-") as folder, write_beside(out) as part:
        inputs = ["-i", _name(video.path)]
        raw = ["-f", "f32le", "-ar", str(rate), "-ch_layout", _LAYOUTS.get(channels, f"{channels}c")]
        inputs += ["-protocol_whitelist", "file,pipe", *raw, "-i", "pipe:0"]
        tracks.attach(video.path, Path(folder))
        embed = subtitles == "embed" and bool(cues)
        if embed:
            srt = Path(folder, "cues.srt")
            srt.write_text(_format_srt(cues), encoding="utf-8")
            inputs += ["-protocol_whitelist", "file,pipe", "-f", "srt", "-i", _name(srt)]
        arguments = [*inputs, *tracks.arguments(channels, code, title, default=default, embed=embed)]
        arguments += ["-map_metadata", "0", "-map_chapters", "0", *container.options, "-f", container.muxer]
        _run([*arguments, "-y", _name(part)], about=video.path, writes=_finished(out), feed=_slices(dub))
        _check_result(part, video, tracks)
    return tuple(tracks.dropped)


class _Tracks:
    """The `-map`s of a dub, and the codec and metadata options that go with each track."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.dropped: list[str] = []
        self.video = 0
        self._kept: list[tuple[Stream, str]] = []  # with the codec it gets
        self._covers: list[Stream] = []  # that Matroska wants as attachments, not as tracks
        self._attached: list[tuple[Path, str]] = []  # with their media types

    def add(self, stream: Stream) -> None:
        codec = self._choose(stream)
        if stream.attached_picture and codec and self.container.attachments:
            self._covers.append(stream)
        elif codec is None:
            self.dropped.append(f"{stream.kind} stream {stream.index} ({stream.codec or 'unknown'})")
        elif codec:
            self._kept.append((stream, codec))
            self.video += stream.kind == "video" and not stream.attached_picture

    def _choose(self, stream: Stream) -> str | None:
        """Return the codec a stream gets, None if the format cannot hold it, "" if ffmpeg makes it anew by itself."""
        box = self.container
        match stream.kind:
            case "video":
                kept = not stream.attached_picture or (box.covers and stream.codec in _COVERS)
                return "copy" if kept else None
            case "audio":
                known = box.audio is None or stream.codec in box.audio
                known = known or (box.muxer == "mov" and stream.codec.startswith("pcm_"))
                return "copy" if known else box.dub[0]
            case "subtitle":
                if stream.codec in box.subtitles:
                    return "copy"
                return box.text if stream.codec in _TEXT_CODECS else None
            case "attachment":
                return "copy" if box.attachments else None
        # chapters and time codes are data streams in mp4 and mov; the muxer writes both anew from the metadata
        return "" if stream.codec in {"bin_data", "tmcd", "none", ""} else None

    def arguments(self, channels: int, language: str | None, title: str, *, default: bool, embed: bool) -> list[str]:
        """Return the output options; the dub is input 1, the cues input 2.

        The dub is the first audio track and the default, or the last one and the originals stay as they were.
        """
        of = {
            kind: [item for item in self._kept if item[0].kind == kind] for kind in ("video", "subtitle", "attachment")
        }
        originals = [item for item in self._kept if item[0].kind == "audio"]
        result: list[str] = []
        for stream, _ in of["video"]:
            result += ["-map", f"0:{stream.index}"]
        audio = [f"0:{stream.index}" for stream, _ in originals]
        dub, first = (0, 1) if default else (len(originals), 0)
        audio.insert(dub, "1:0")
        for source in audio:
            result += ["-map", source]
        if embed:
            result += ["-map", "2:0"]
        for stream, _ in of["subtitle"] + of["attachment"]:
            result += ["-map", f"0:{stream.index}"]

        result += ["-c", "copy", f"-c:a:{dub}", self.container.dub[0]]
        result += [f"-b:a:{dub}", _bit_rate(self.container, channels)]
        result += [
            f"-disposition:a:{dub}",
            "default" if dub == 0 else "-default",
            f"-metadata:s:a:{dub}",
            f"title={title}",
        ]
        result += [f"-metadata:s:a:{dub}", f"handler_name={title}"]
        if dub > 0 and not any(stream.default for stream, _ in originals):
            result += ["-disposition:a:0", "default"]  # or a player would choose by language
        if language:
            result += [f"-metadata:s:a:{dub}", f"language={language}"]
        for i, (stream, codec) in enumerate(originals, first):
            if default:
                result += [f"-disposition:a:{i}", "-default"]
            if codec != "copy":
                result += [f"-c:a:{i}", codec, f"-b:a:{i}", _bit_rate(self.container, stream.channels)]
            # mp4 gives a title under another name than it takes it, so a title that is there is written again
            name = stream.title or "Original"
            result += [f"-metadata:s:a:{i}", f"title={name}", f"-metadata:s:a:{i}", f"handler_name={name}"]
        if embed:
            result += ["-c:s:0", self.container.text, "-metadata:s:s:0", "title=Narration"]
            if language:
                result += ["-metadata:s:s:0", f"language={language}"]
        for i, (stream, codec) in enumerate(of["subtitle"], int(embed)):
            result += [f"-c:s:{i}", codec]
            if stream.title:
                result += [f"-metadata:s:s:{i}", f"title={stream.title}"]
        for i, (cover, mime) in enumerate(self._attached, len(of["attachment"])):
            result += ["-attach", str(cover), f"-metadata:s:t:{i}", f"mimetype={mime}"]
            result += [f"-metadata:s:t:{i}", f"filename={cover.name}"]
        return result

    def attach(self, source: Path, folder: Path) -> None:
        """Write the covers that have to be attached as files to `folder`, and attach those."""
        for stream in self._covers:
            suffix, mime = _COVERS[stream.codec]
            cover = folder / f"cover{len(self._attached) or ''}{suffix}"
            options = ["-map", f"0:{stream.index}", "-c", "copy", "-frames:v", "1", "-update", "1", "-f", "image2"]
            _run(["-i", _name(source), *options, "-y", _name(cover)], about=source)
            self._attached.append((cover, mime))


def _bit_rate(container: Container, channels: int) -> str:
    return f"{container.kbps * max(1, (channels + 1) // 2) * (3 if channels > 2 else 4) // 4}k"


def _check_result(part: Path, video: Media, tracks: _Tracks) -> None:
    """Raise BadInputError unless the written file holds the pictures and the dub: a good status is not enough."""
    said = _run(["-i", _name(part)], timeout=_PROBE_TIMEOUT, check=False)[2]
    streams = _parse_streams(said)
    pictures = sum(stream.kind == "video" and not stream.attached_picture for stream in streams)
    if pictures != tracks.video or not any(stream.kind == "audio" for stream in streams):
        raise BadInputError(f"{video.path}: ffmpeg wrote a file without its pictures or sound.\n{_last_lines(said)}")


def _format_srt(cues: Sequence[tuple[float, float, str]]) -> str:
    blocks = []
    for number, (start, end, text) in enumerate(cues, 1):
        lines = [line.replace("-->", "→") for line in text.splitlines() if line.strip()]  # either would end the cue
        blocks.append(f"{number}\n{_format_time(start)} --> {_format_time(end)}\n" + "\n".join(lines) + "\n")
    return "\n".join(blocks)


def _format_time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02},{rest % 1000:03}"


def _slices(samples: Samples) -> Iterator[memoryview]:
    for start in range(0, len(samples), _FEED_FRAMES):
        yield np.ascontiguousarray(samples[start : start + _FEED_FRAMES], "<f4").data.cast("B")


def _name(path: Path) -> str:
    """Return a path that ffmpeg takes for nothing but a file, whatever dashes, colons or percent signs are in it."""
    return f"file:{path}"


def _parse_streams(said: str) -> tuple[Stream, ...]:
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
        streams.append(
            Stream(
                int(match[1]), kind, codec, language, tags.get("title") or tags.get("name"),
                "(default)" in about, "(attached pic)" in about,
                _count_channels(rate[2]) if rate else 0, int(rate[1]) if rate else 0,
                int(size[1]) if size else 0, int(size[2]) if size else 0,
                float(fps[1]) * (1000 if fps[2] else 1) if fps else 0.0,
            )
        )  # fmt: skip
    return tuple(streams)


def _parse_start(said: str) -> float:
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
        _name(path),
        "-map",
        f"0:{index}",
        "-c",
        "copy",
        "-f",
        "null",
        "-",
    ]
    said = _run(arguments, timeout=_PROBE_TIMEOUT, check=False)[2]
    if _CUT_SHORT.search(said):
        raise _cut_short(path, said)


def _cut_short(path: Path, said: str) -> BadInputError:
    return BadInputError(
        f"{path}: the file is damaged or was cut short.\n{_last_lines(said)}", "Copy or download it again."
    )


def _measure_seconds(path: Path) -> float:
    """Return the length of a file that does not say it, as browsers record them, by reading all its packets."""
    arguments = ["-i", _name(path), "-map", "0:v", "-c", "copy", "-progress", "pipe:1", "-f", "null", "-"]
    output = _run(arguments, about=path)[1].decode()
    times = re.findall(r"^out_time_us=(\d+)", output, re.MULTILINE)
    return int(times[-1]) / 1e6 if times else 0.0


def _run(
    arguments: Sequence[str],
    *,
    about: Path | None = None,
    writes: Path | None = None,
    elsewhere: str = "Free some space, or write elsewhere with -o.",
    feed: Iterable[bytes | memoryview] | None = None,
    timeout: float = 3 * 3600.0,
    check: bool = True,
) -> tuple[int, bytes, str]:
    """Run ffmpeg; return its status, what it wrote to its output and what it said.

    `feed` goes to its input. Raises BadInputError, with the last lines it said, if it fails or outlives `timeout`;
    `writes` is what a full disk is told of, and `elsewhere` the remedy.
    """
    # only the first input's whitelist is set here; callers with more inputs repeat it before each
    command = [find_ffmpeg(), "-hide_banner", "-nostdin", "-nostats", "-protocol_whitelist", "file,pipe", *arguments]
    late = threading.Event()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if feed is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(timeout, stop)
        timer.start()
        feeder = threading.Thread(target=_feed, args=(process.stdin, feed)) if feed is not None else None
        try:
            if feeder:
                feeder.start()
            assert process.stdout is not None  # noqa: S101 - for mypy
            output = process.stdout.read()
            status = process.wait()
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
            if feeder:
                feeder.join()
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    if late.is_set():
        raise BadInputError(f"{about or 'ffmpeg'}: ffmpeg did not finish in {timeout:g} s.\n{_last_lines(said)}")
    if check and status != 0:
        if "No space left on device" in said:
            raise BadInputError(f"{writes or about or 'ffmpeg'}: the disk is full.", elsewhere)
        raise BadInputError(f"{about or 'ffmpeg'}: ffmpeg failed.\n{_last_lines(said)}")
    return status, output, said


def _feed(pipe: IO[bytes], chunks: Iterable[bytes | memoryview]) -> None:
    try:
        with pipe:
            for chunk in chunks:
                pipe.write(chunk)
    except (BrokenPipeError, ValueError):
        pass  # ffmpeg stopped reading: its status and its words say why


def _last_lines(said: str, count: int = 3) -> str:
    lines = [re.sub(r" @ 0x[0-9a-f]+", "", line).strip() for line in said.splitlines()]
    lines = [line for line in lines if line and not line.startswith("At least one output file")]
    return "\n".join(f"ffmpeg: {line}" for line in lines[-count:])
