"""What each file format can hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voiceover.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Container:
    """What a file format can hold, as far as a dub has to know."""

    muxer: str
    dub: tuple[str, ...]  # the encoder of new sound, then its options
    kbps: int  # of the dub, for up to two channels
    audio: frozenset[str] | None  # codecs that are copied; None: every one
    text: str  # the text subtitle codec that others are converted to
    subtitles: frozenset[str]  # codecs that are copied
    covers: bool
    attachments: bool
    options: tuple[str, ...] = ()


_PCM = frozenset(f"pcm_{kind}{end}" for kind in ("s16", "s24", "s32", "f32", "f64") for end in ("le", "be"))
_MOV_AUDIO = frozenset({"aac", "ac3", "alac", "dts", "eac3", "mp2", "mp3", "vorbis", "amr_nb", "adpcm_ima_qt"}) | _PCM
_MOV_AUDIO |= {"pcm_u8", "pcm_s8", "pcm_alaw", "pcm_mulaw"}
_MP4_AUDIO = frozenset({"aac", "ac3", "alac", "dts", "eac3", "flac", "mp2", "mp3", "opus", "vorbis"}) | _PCM
TEXT_CODECS = frozenset({"ass", "mov_text", "ssa", "subrip", "text", "webvtt"})
# at these bit rates the quick search is as good, in half the time or less; but not its intensity stereo, which lets
# speech in the middle into the sides, and a bed there was up to 2 dB louder for it. Shaping noise in time (TNS) is an
# eighth of the encoder's work, and nothing that was measured is better for it
_AAC = ("aac", "-aac_coder", "fast", "-aac_is", "0", "-aac_tns", "0")
_MP4 = Container(
    "mp4", _AAC, 192, _MP4_AUDIO, "mov_text", frozenset({"mov_text", "dvd_subtitle"}), True, False,
    ("-movflags", "+faststart"),
)  # fmt: skip
CONTAINERS = {
    ".mp4": _MP4,
    ".m4v": _MP4,
    ".mov": Container(
        "mov", _AAC, 192, _MOV_AUDIO, "mov_text", frozenset({"mov_text"}), False, False,
        ("-movflags", "+faststart"),
    ),
    ".mkv": Container(
        "matroska", _AAC, 192, None, "subrip",
        frozenset({"ass", "dvb_subtitle", "dvd_subtitle", "hdmv_pgs_subtitle", "ssa", "subrip", "text", "webvtt"}),
        True, True,
    ),
    ".webm": Container(
        "webm", ("libopus",), 128, frozenset({"opus", "vorbis"}), "webvtt", frozenset({"webvtt"}), False, False
    ),
}  # fmt: skip


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
