"""What became of a film: figures and flagged lines, small enough for a list of hundreds of films."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from voiceover.errors import ExitCode, VoiceoverError

_MOST_FLAGGED = 50  # lines of a film that are listed; the film's own report has all


@dataclass(frozen=True, slots=True)
class Outcome:
    """A film that is done, or why it is not."""

    film: str
    seconds: float = 0.0
    result: dict[str, Any] = field(default_factory=dict)
    reason: str = ""  # "" for a film that is done
    remedy: str = ""
    exit_code: int = int(ExitCode.DONE)
    size: int = 0  # bytes of the finished film
    where: str = ""  # the machine it was made on, where there are several


def failed(film: str, error: BaseException, seconds: float = 0.0, where: str = "") -> Outcome:
    """Return the outcome of a film that an error ended."""
    if isinstance(error, VoiceoverError):
        return Outcome(film, seconds, {}, error.message, error.remedy, int(error.exit_code), where=where)
    if isinstance(error, MemoryError):
        told = VoiceoverError("not enough memory.", "Close other programs, or use fewer --jobs.")
    elif isinstance(error, OSError):
        named = f"{error.filename}: " if error.filename else ""
        told = VoiceoverError(f"{named}{error.strerror or error}.", "Check that the file and its folder can be used.")
    else:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        told = VoiceoverError(
            f"unexpected error: {what}", "Run `voiceover dub` on this film with --verbose, and report what it shows."
        )
    return Outcome(film, seconds, {}, told.message, told.remedy, int(told.exit_code), where=where)


def summarise(report: Any) -> dict[str, Any]:
    """Return the figures of a film's report, and its flagged lines in words."""
    from voiceover.report import clock, explain

    totals = report.to_json()["totals"]
    flagged = [
        {
            "index": line.index,
            "time": clock(line.cue_start),
            "text": line.text,
            "flags": list(line.flags),
            "told": [{"what": what, "remedy": remedy} for what, remedy in explain(line)],
        }
        for line in report.flagged
    ]
    return {
        "voice": report.voice,
        "seed": report.seed,
        "spoken": sum(line.start is not None for line in report.lines),
        "unsaid": report.unsaid,
        "flagged": len(flagged),
        "totals": totals,
        "flagged_lines": flagged[:_MOST_FLAGGED],
    }
