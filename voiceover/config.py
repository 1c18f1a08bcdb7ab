"""Every setting of `dub` and `narrate`, and where voiceover keeps its own files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

APP = "voiceover"
DEFAULT_VOICE = "narrator"


class Mix(StrEnum):
    """What becomes of the original sound."""

    DUCK = "duck"  # narration over the original sound, which is lowered under speech
    REPLACE = "replace"  # narration alone
    SEPARATE = "separate"  # narration alone, as a further track: the film plays as before until it is chosen


class Precision(StrEnum):
    """What a voice's large products are computed in."""

    AUTO = "auto"  # fp32
    FP32 = "fp32"
    INT8 = "int8"  # the decoder's recurrent layers, on a processor
    BF16 = "bf16"  # the decoder and the post-net, on a GPU


class Subtitles(StrEnum):
    """What becomes of the film's subtitle tracks."""

    KEEP = "keep"  # they stay
    EMBED = "embed"  # they stay, and the spoken lines join them at the times they are spoken
    NONE = "none"  # they go


@dataclass(frozen=True, slots=True)
class Signing:
    """With what a C2PA manifest is signed."""

    certificate: Path  # PEM, the signer's own first, then those that issued it
    key: Path  # PEM; its passphrase, if it has one, is in the environment
    timestamp: str | None = None  # an RFC 3161 server: the only thing for which a run needs a network


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSettings:
    """Settings of what is spoken, by whom and how fast at most; one reason per field."""

    source: Path  # subtitles or script: says what is spoken and when
    voice: str = DEFAULT_VOICE  # the voice that ships with voiceover needs no choice and no network
    cast: Path | None = None  # who speaks what; without one, the voice speaks everybody
    lexicon: Path | None = None  # how the film's own words are said
    language: str | None = None  # what the subtitles are in; by default what the voice speaks
    keep_sdh: bool = False  # sounds, lyrics and credits are no speech
    merge: bool = True  # a sentence over several cues keeps its melody only in one piece
    max_speed: float = 1.25  # above a quarter faster, speech stops being comfortable to follow


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrateSettings(CheckSettings):
    """Settings of a narration track: those of its script, and how it is made."""

    output: Path  # the finished file; written beside, then renamed
    seed: int = 0  # same seed, same audio: a fixed default makes two runs equal
    device: str = "auto"  # a GPU if there is one, otherwise the CPU
    precision: Precision = Precision.AUTO  # as the voice was stored, unless speed counts for more
    loudness: str = "youtube"  # where most films go; names live in voiceover.loudness
    report: tuple[Path, ...] = ()  # report.json for scripts and editors, report.html for people, only on request
    stems: Path | None = None  # one WAV per line, for those who mix by hand
    timelines: tuple[Path, ...] = ()  # for editors: the lines as clips that can be moved; the suffix says which format
    fps: str | None = None  # of the timeline; by default the film's, or 25
    timecode: str | None = None  # of its first frame; by default the film's, or 00:00:00:00
    c2pa: tuple[Path, Path] | None = None  # certificate and key: without the user's own nobody signs for them
    c2pa_timestamp: str | None = None  # a server that says when it was signed: a network only if asked for
    force: bool = False  # an existing file is somebody's work until they say otherwise

    @property
    def signing(self) -> Signing | None:
        """With what the result is signed, if it is."""
        return Signing(*self.c2pa, self.c2pa_timestamp) if self.c2pa else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DubSettings(NarrateSettings):
    """Settings of a dubbed film: those of its narration, and what happens to the film."""

    video: Path  # its video packets are copied, never encoded again
    bed: int | None = None  # which audio track is ducked, from 1; by default the one that players choose
    mix: Mix = Mix.DUCK  # music and effects stay audible, and speech stays clear
    subtitles: Subtitles = Subtitles.KEEP  # nothing of a film goes missing unasked
    keep_original: bool = True  # a second, non-default track costs little and loses nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSettings:
    """Settings of the clip cache."""

    folder: Path  # one file per spoken line
    max_bytes: int = 2_000_000_000  # six hours of speech at 22 kHz: several films, and no surprise on a small disk


def voices_folder() -> Path:
    """Return the folder that `voices add` copies to: `$VOICEOVER_HOME/voices`, or the user data folder."""
    return _home_folder("voices") or _user_folder("data") / "voices"


def voices_folders() -> list[Path]:
    """Return the folders in which voices are looked up by name, first match wins."""
    home = _home_folder("voices")
    package = Path(__file__).parent / "voices" / "bundled"
    return [*([home] if home else []), _user_folder("data") / "voices", package]


def data_folder() -> Path:
    """Return the folder of what is kept for good: `$VOICEOVER_HOME`, or the user data folder."""
    home = os.environ.get("VOICEOVER_HOME")
    return Path(home) if home else _user_folder("data")


def durations_folder() -> Path:
    """Return the folder of the times of voices that have no bundle: beside `voices_folder`."""
    return _home_folder("durations") or _user_folder("data") / "durations"


def cache_folder() -> Path:
    """Return the folder of the clip cache: `$VOICEOVER_HOME/cache`, or the user cache folder."""
    return _home_folder("cache") or _user_folder("cache")


def _home_folder(name: str) -> Path | None:
    home = os.environ.get("VOICEOVER_HOME")
    return Path(home) / name if home else None


def _user_folder(kind: str) -> Path:
    import platformdirs

    find = {"data": platformdirs.user_data_path, "cache": platformdirs.user_cache_path}[kind]
    return find(APP, appauthor=False)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
