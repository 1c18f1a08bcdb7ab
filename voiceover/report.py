"""The report of a run: `report.json`, format 1, and the lines a person should look at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from voiceover import markup
from voiceover.casting import Speaker
from voiceover.errors import BadInputError
from voiceover.provenance import Mark
from voiceover.types import Attention, LeftOut, Line, Placed, Reading

FORMAT = 1
FLAGS = ("over-speed", "shifted", "overrun", "beyond-end", "attention-failure", "unreadable", "unsaid")

_REMEDIES = {
    "over-speed": "shorten the text or give the cue more time",
    "shifted": "shorten the line before it, or start this cue later",
    "overrun": "shorten the text, or start the next cue later",
    "beyond-end": "check that the subtitles belong to this film",
    "attention-failure": "listen to it; another --seed or other punctuation often helps",
    "unreadable": "write them in the voice's script, or use a voice of their language",
    "unsaid": "write the words out, or try another --seed or voice",
}


@dataclass(frozen=True, slots=True)
class LineReport:
    """What became of one line; times in seconds on the video's clock, None where nothing sounds."""

    index: int
    cue_start: float
    cue_end: float
    speaker: str | None
    voice: str
    text: str
    spoken_text: str
    spoken_with: tuple[int, ...]  # the lines of one sentence, spoken in one go; empty for a line by itself
    lost: str  # letters that the voice cannot read
    start: float | None  # of the voiced part
    end: float | None
    natural_seconds: float
    speed: float  # 1.0 = natural
    shift: float
    pauses_shortened: int
    attempts: int
    attention: Attention | None
    flags: tuple[str, ...]
    reason: str = ""  # what the plan did to it and why, in words; see `reasons`


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word that the voice's dictionary lacks."""

    word: str
    pronunciation: str  # the guess, in IPA
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the run; None where nothing could be measured."""

    lines: int
    flags: Mapping[str, int]  # written as one key for each flag
    overlap_samples: int
    max_speed: float | None
    median_speed: float | None
    median_onset_error_ms: float | None  # unshifted lines, in the decoded output
    p95_onset_error_ms: float | None
    synthesis_seconds: float
    audio_seconds: float  # length of what was synthesised in this run
    real_time_factor: float | None  # synthesis_seconds / audio_seconds
    cached_lines: int
    integrated_lufs: float | None
    true_peak_dbtp: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on the decoded output. Onset errors are in seconds, one for each unshifted line found."""

    onset_errors: tuple[float, ...] = ()
    lost: tuple[int, ...] = ()  # indexes of unshifted lines that were not found
    integrated_lufs: float | None = None
    true_peak_dbtp: float | None = None
    over: tuple[tuple[float, float], ...] = ()  # where the true peak is over what is allowed: seconds, dBTP


@dataclass(frozen=True, slots=True)
class Report:
    """One run, as `report.json` tells it."""

    voice: str
    seed: int
    video: str | None  # None for a narration track alone
    output: str
    totals: Totals
    lines: tuple[LineReport, ...]
    left_out: tuple[LeftOut, ...] = ()  # what of the cues is no speech
    speakers: tuple[Speaker, ...] = ()
    unknown_words: tuple[UnknownWord, ...] = ()
    provenance: Mark | None = None  # the mark that the output and the stems carry

    @property
    def flagged(self) -> tuple[LineReport, ...]:
        """The lines that carry a flag, in order."""
        return tuple(line for line in self.lines if line.flags)

    @property
    def unsaid(self) -> int:
        """How many lines could not be said, or not all of them."""
        return self.totals.flags.get("unsaid", 0) + self.totals.flags.get("unreadable", 0)

    def to_json(self) -> dict[str, Any]:
        """Return the object of `report.json`."""
        totals = {key: value for key, value in asdict(self.totals).items() if key != "flags"}
        return {
            "format": FORMAT,
            "voice": self.voice,
            "seed": self.seed,
            "video": self.video,
            "output": self.output,
            "totals": {**self.totals.flags, **_finite(totals)},
            "lines": [_finite(asdict(line)) for line in self.lines],
            "left_out": [_finite(asdict(item)) for item in self.left_out],
            "speakers": [asdict(speaker) for speaker in self.speakers],
            "unknown_words": [asdict(item) for item in self.unknown_words],
            "provenance": self.provenance.to_json() if self.provenance else None,
        }


def report_line(placed: Placed, *, lost: str = "", spoken_with: tuple[int, ...] = (), reason: str = "") -> LineReport:
    """Report a placed line; `lost`, `spoken_with` and `reason` are what its reading, sentence and place say."""
    speech, line = placed.speech, placed.speech.line
    flags = _ordered({*speech.flags, *placed.flags})
    silent = "unsaid" in flags
    return LineReport(
        index=line.index,
        cue_start=line.start,
        cue_end=line.end,
        speaker=line.speaker,
        voice=speech.voice,
        text=line.text,
        spoken_text=markup.show(speech.spoken_text),
        spoken_with=spoken_with,
        lost=lost,
        start=None if silent else placed.start,
        end=None if silent else placed.end,
        natural_seconds=speech.natural_seconds,
        speed=placed.speed,
        shift=placed.shift,
        pauses_shortened=len(placed.pauses),
        attempts=speech.attempts,
        attention=speech.attention,
        flags=flags,
        reason=reason,
    )


def report_beyond_end(line: Line, voice: str, spoken_text: str) -> LineReport:
    """Report a line whose cue starts after the film's end, which is therefore not spoken."""
    return LineReport(
        index=line.index,
        cue_start=line.start,
        cue_end=line.end,
        speaker=line.speaker,
        voice=voice,
        text=line.text,
        spoken_text=markup.show(spoken_text),
        spoken_with=(),
        lost="",
        start=None,
        end=None,
        natural_seconds=0.0,
        speed=1.0,
        shift=0.0,
        pauses_shortened=0,
        attempts=0,
        attention=None,
        flags=("beyond-end",),
        reason="starts after the end of the film",
    )


def unknown_words(readings: Iterable[tuple[int, Reading]]) -> tuple[UnknownWord, ...]:
    """Gather the words whose pronunciation was guessed, most frequent first, from line indexes and their readings."""
    found: dict[str, tuple[str, list[int]]] = {}
    for index, reading in readings:
        for word, pronunciation in reading.guessed:
            found.setdefault(word, (pronunciation, []))[1].append(index)
    words = [UnknownWord(word, pronunciation, tuple(lines)) for word, (pronunciation, lines) in found.items()]
    return tuple(sorted(words, key=lambda item: (-len(item.lines), item.lines[0], item.word)))


def add_up(
    lines: Sequence[LineReport],
    measured: Measured,
    *,
    overlap_samples: int,
    synthesis_seconds: float,
    audio_seconds: float,
    cached_lines: int = 0,
) -> Totals:
    """Add up a run. Every known flag is counted, also those that no line carries."""
    counts = Counter(flag for line in lines for flag in line.flags)
    speeds = [line.speed for line in lines if line.start is not None]
    errors = [abs(error) * 1000 for error in measured.onset_errors]
    return Totals(
        lines=len(lines),
        flags={flag: counts[flag] for flag in _ordered({*FLAGS, *counts})},
        overlap_samples=overlap_samples,
        max_speed=max(speeds, default=None),
        median_speed=median(speeds) if speeds else None,
        median_onset_error_ms=float(np.median(errors)) if errors else None,
        p95_onset_error_ms=float(np.percentile(errors, 95)) if errors else None,
        synthesis_seconds=synthesis_seconds,
        audio_seconds=audio_seconds,
        real_time_factor=synthesis_seconds / audio_seconds if audio_seconds else None,
        cached_lines=cached_lines,
        integrated_lufs=measured.integrated_lufs,
        true_peak_dbtp=measured.true_peak_dbtp,
    )


def explain(line: LineReport) -> list[tuple[str, str]]:
    """Say for each flag of a line, in their order, what happened and what to do about it."""
    return [(_event(flag, line), _remedy(flag, line)) for flag in line.flags]


def describe(line: LineReport) -> str:
    """Say in one line when, what, what happened to a flagged line, and what to do about it."""
    what = "; ".join(f"{event} ({remedy})" for event, remedy in explain(line))
    text = line.text if len(line.text) <= 60 else f"{line.text[:57]}..."
    return f"{clock(line.cue_start)} line {line.index} “{text}”: {what}"


def clock(seconds: float) -> str:
    """Write a time as H:MM:SS.mmm."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def write(report: Report, path: Path) -> None:
    """Write `report.json`; raises BadInputError if it cannot be written."""
    write_whole(json.dumps(report.to_json(), ensure_ascii=False, indent=2, allow_nan=False) + "\n", path)


def write_whole(text: str, path: Path) -> None:
    """Write a report beside its place, then rename it.

    Raises:
        BadInputError: the file cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        # a file's name may hold bytes that are no text: JSON has the same escape for them
        part.write_text(text, "utf-8", errors="backslashreplace")
        part.replace(path)
    except OSError as error:
        raise BadInputError(
            f"{path}: the report cannot be written ({error.strerror}).", "Choose another --report file."
        ) from error
    finally:
        if part.parent.is_dir():
            part.unlink(missing_ok=True)


def _event(flag: str, line: LineReport) -> str:
    return {
        "over-speed": f"spoken {line.speed:.2f} times as fast as natural",
        "shifted": f"starts {abs(line.shift) * 1000:.0f} ms {'late' if line.shift >= 0 else 'early'}",
        "overrun": f"runs on to {clock(line.end or line.cue_end)}, past its time",
        "beyond-end": "starts after the end of the film and is not spoken",
        "attention-failure": f"the voice stumbled in each of {line.attempts} attempts",
        "unreadable": f"{line.voice} cannot read {_shortened(line.lost)}, which is left out",
        "unsaid": "could not be said, so there is a gap"
        if line.spoken_text
        else f"{line.voice} cannot read {_shortened(line.lost) or 'it'}, so there is a gap",
    }.get(flag, flag)


def _shortened(text: str) -> str:
    return f"{text[:19]}…" if len(text) > 20 else text


def _remedy(flag: str, line: LineReport) -> str:
    if flag == "unsaid" and not line.spoken_text:
        return "use a voice of its language"
    if flag == "shifted" and line.shift < 0.0:
        return "shorten its text, or start the next cue later"
    return _REMEDIES.get(flag, "listen to it")


def _ordered(flags: Iterable[str]) -> tuple[str, ...]:
    known = {flag: place for place, flag in enumerate(FLAGS)}
    return tuple(sorted(flags, key=lambda flag: (known.get(flag, len(known)), flag)))


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    """Turn infinities and NaN, which JSON has no word for, into null, and numpy numbers into Python's."""
    clean: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            clean[key] = _finite(value)
        elif isinstance(value, float | np.floating):
            clean[key] = round(float(value), 6) if np.isfinite(value) else None  # a microsecond is no time
        elif isinstance(value, np.integer):
            clean[key] = int(value)
        elif isinstance(value, tuple):
            clean[key] = list(value)
        else:
            clean[key] = value
    return clean
