"""The report of a run as a web page for people: a timeline of the film, what to look at, and every line with a player.

One file that opens from disk and loads nothing but, with `--stems`, the clips named beside it.
"""

from __future__ import annotations

import base64
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from urllib.parse import quote

from voiceover import __version__, provenance, webpage
from voiceover.loudness import Target
from voiceover.report import FLAGS, LineReport, Report, clock, explain, write_whole

SUFFIX = ".html"
MOST_LANES = 12  # more are no picture; whoever speaks least shares the last
NATURAL, SOFT, HARD = 1.02, 1.10, 1.25  # where a faster colour begins: one hears nothing, little, the hurry
_FLAGS_BY_WEIGHT = ("unsaid", "unreadable", "beyond-end", "attention-failure", "overrun", "shifted", "over-speed")
_FIRST_FLAGGED = 12  # shown at once; the others unfold


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the run's figures beside what it should be."""

    name: str
    value: str
    goal: str
    met: bool | None  # None where it is no matter of meeting: nothing was measured, or nothing is asked


@dataclass(frozen=True, slots=True)
class Sounds:
    """What the players play: clips in the page, or files beside it."""

    clips: Mapping[int, bytes]  # MP3 by the line's index
    folder: Path | None = None  # of stems

    def address(self, index: int, page: Path) -> str:
        """Return the relative address of a line's file, "" where the page holds the clip itself."""
        if self.folder is None:
            return ""
        stem = self.folder.resolve() / f"{index:04d}.wav"
        try:
            return quote(Path(os.path.relpath(stem, page.parent.resolve())).as_posix())
        except ValueError:  # another drive of Windows
            return stem.as_uri()


def write(report: Report, path: Path, *, target: Target | None, max_speed: float, sounds: Sounds) -> None:
    """Write the page; `target` and `max_speed` are what the run was asked for.

    Raises BadInputError if the file cannot be written.
    """
    write_whole(_document(report, path, target, max_speed, sounds), path)


def figures(report: Report, target: Target | None, max_speed: float) -> list[Figure]:
    """Return the run's figures with their targets."""
    totals = report.totals
    said = [line for line in report.lines if line.start is not None]
    shifted = totals.flags.get("shifted", 0)
    roomy = [line.speed for line in said if _letters_per_second(line) <= 17.0]
    found = [
        Figure("lines spoken", f"{len(said)} of {totals.lines}", "all", len(said) == totals.lines),
        _most("onset error, median", totals.median_onset_error_ms, 10.0, 1, " ms"),
        _most("onset error, p95", totals.p95_onset_error_ms, 20.0, 1, " ms"),
        Figure("lines shifted", f"{shifted}", "at most 2 %", shifted <= 0.02 * totals.lines),
        Figure("overlap within a voice", f"{totals.overlap_samples} samples", "none", totals.overlap_samples == 0),
        _most("fastest line", totals.max_speed, max_speed, 2, " x"),
        _share("at natural speed", [round(abs(speed - 1.0), 3) <= 0.02 for speed in roomy], least=80.0),
        _share("hurried by over 15 %", [speed > 1.15 for speed in roomy], most=5.0),
        _loudness(totals.integrated_lufs, target),
        _most("true peak", totals.true_peak_dbtp, target.peak_dbtp if target else 0.0, 1, " dBTP"),
        _most("real-time factor", totals.real_time_factor, 0.03, 3, "")
        if totals.real_time_factor is not None
        else Figure("real-time factor", "all from the cache", "at most 0.03", None),
    ]
    if totals.cached_lines:
        found.append(Figure("from the cache", f"{totals.cached_lines} lines", "", None))
    return found


def _most(name: str, value: float | None, most: float, digits: int, unit: str) -> Figure:
    goal = f"at most {most:.{digits}f}{unit}"
    if value is None or not isfinite(value):
        return Figure(name, "not measured", goal, None)
    return Figure(name, f"{value:.{digits}f}{unit}", goal, round(value, digits) <= round(most, digits))


def _share(name: str, which: Sequence[bool], *, least: float = 0.0, most: float = 100.0) -> Figure:
    """Return how many of the lines do so whose cues leave time: the others have no choice."""
    goal = f"at least {least:.0f} % of roomy cues" if least else f"at most {most:.0f} % of roomy cues"
    if not which:
        return Figure(name, "no cue leaves time", goal, None)
    share = 100.0 * sum(which) / len(which)
    return Figure(name, f"{share:.0f} %", goal, least <= share <= most)


def _loudness(value: float | None, target: Target | None) -> Figure:
    goal = f"{target.lufs:g} ± 0.5 LUFS" if target else "as it comes"
    if value is None or not isfinite(value):
        return Figure("loudness", "silence" if value is not None else "not measured", goal, None)
    met = abs(round(value - target.lufs, 1)) <= 0.5 if target else None
    return Figure("loudness", f"{value:.1f} LUFS", goal, met)


def _letters_per_second(line: LineReport) -> float:
    seconds = line.cue_end - line.cue_start
    return len(line.text) / seconds if seconds > 0.0 else float("inf")


def _document(report: Report, path: Path, target: Target | None, max_speed: float, sounds: Sounds) -> str:
    import jinja2

    template = jinja2.Environment(
        loader=jinja2.PackageLoader("voiceover", "pages"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    ).get_template("report.html")
    script = webpage.asset("timeline.js") + webpage.asset("report.js")
    lanes = lane_names(report.lines)
    places = {name: place for place, name in enumerate(lanes)}
    flagged = sorted(report.flagged, key=lambda line: (_weight(line), line.cue_start))
    counts = Counter(flag for line in report.lines for flag in line.flags)
    playable = {line.index for line in report.lines if line.start is not None}
    if sounds.folder is None:
        playable &= sounds.clips.keys()
    last = max((max(line.cue_end, line.end or 0.0) for line in report.lines), default=0.0)
    data = {
        "seconds": last,
        "lanes": lanes,
        "speeds": [NATURAL, SOFT, HARD],
        "lines": [
            {
                "index": line.index,
                "cue": [_round(line.cue_start), _round(line.cue_end)],
                "clip": None if line.start is None or line.end is None else [_round(line.start), _round(line.end)],
                "speed": _round(line.speed),
                "shift": _round(line.shift),
                "lane": places.get(_who(line), len(lanes) - 1),
                "flags": line.flags,
                "file": sounds.address(line.index, path) if line.index in playable else "",
            }
            for line in report.lines
        ],
    }
    return template.render(
        opening=webpage.opening(f"{Path(report.output).name}: report", webpage.asset("report.css")),
        policy=webpage.policy(script),
        script=script,
        report=report,
        name=Path(report.output).name,
        seconds=last,
        figures=figures(report, target, max_speed),
        flagged=flagged,
        first=_FIRST_FLAGGED,
        flags=[(flag, counts[flag]) for flag in dict.fromkeys((*FLAGS, *counts)) if counts[flag]],
        speakers=sorted({line.speaker for line in report.lines if line.speaker}, key=str.casefold),
        playable=playable,
        embedded={index: base64.b64encode(clip).decode() for index, clip in sounds.clips.items() if index in playable},
        stems=sounds.folder.name if sounds.folder else "",
        data=data,
        version=__version__,
        mark=provenance.write(report.provenance) if report.provenance else "",
        clock=clock,
        explain=explain,
        pace=_pace,
    )


def lane_names(lines: Sequence[LineReport]) -> list[str]:
    """Return who has a lane of the timeline, in order of appearance; those who speak least share the last."""
    counts = Counter(map(_who, lines))
    if len(counts) <= MOST_LANES:
        return list(counts)
    most = {name for name, _ in counts.most_common(MOST_LANES - 1)}
    return [*(name for name in counts if name in most), f"{len(counts) - len(most)} others"]


def _who(line: LineReport) -> str:
    return line.speaker or line.voice


def _weight(line: LineReport) -> int:
    known = [_FLAGS_BY_WEIGHT.index(flag) for flag in line.flags if flag in _FLAGS_BY_WEIGHT]
    return min(known, default=len(_FLAGS_BY_WEIGHT))


def _pace(line: LineReport) -> str:
    """Return the name of a line's colour."""
    if line.start is None:
        return "none"
    limits = {"natural": NATURAL, "soft": SOFT, "hard": HARD}
    return next((name for name, limit in limits.items() if line.speed <= limit + 5e-4), "beyond")


def _round(seconds: float) -> float:
    return round(seconds, 3)
