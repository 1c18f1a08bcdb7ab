"""What a finished `dub` or `narrate` tells: the result on stdout, what to look at on stderr."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import isfinite

from rich.table import Table

from voiceover.cli.tables import show
from voiceover.errors import ExitCode
from voiceover.progress import Progress
from voiceover.provenance import UNKNOWN
from voiceover.report import Report, Totals, describe


def tell(report: Report, progress: Progress, *, quiet: bool, strict: bool) -> ExitCode:
    """Print where the result is, a summary and the flagged lines; return the exit code they mean."""
    print(report.output, flush=True)
    if not quiet:
        show(_summary(report))
    for line in report.flagged:
        if line.flags != ("beyond-end",):  # told once for all of them, as they were left out
            progress.warn(describe(line), index=line.index, flags=list(line.flags))
    if report.unsaid and not _spoken(report):
        progress.warn(
            f"{report.voice} could say none of the lines, so {report.output} holds no narration. "
            "Check that the voice speaks the language of the subtitles; `voiceover voices list` shows them all."
        )
    return exit_code(report, strict=strict)


def exit_code(report: Report, *, strict: bool) -> ExitCode:
    """Return the exit code that a finished run means."""
    if report.unsaid:
        return ExitCode.UNSAID
    return ExitCode.STRICT if strict and report.flagged else ExitCode.DONE


def _summary(report: Report) -> Table:
    totals = report.totals
    table = Table(show_header=False)
    table.add_row("lines", f"{_spoken(report)} spoken of {totals.lines}" + _note(totals.cached_lines, "from the cache"))
    table.add_row("speed", _figures("", 2, median=totals.median_speed, max=totals.max_speed))
    table.add_row("shifted", f"{totals.flags.get('shifted', 0)}")
    onsets = _figures(" ms", 1, median=totals.median_onset_error_ms, p95=totals.p95_onset_error_ms)
    table.add_row("onset error", onsets)
    table.add_row("overlap", f"{totals.overlap_samples} samples")
    table.add_row("synthesis", _synthesis(report))
    table.add_row("loudness", _loudness(totals))
    if report.speakers:
        voices = (f"{speaker.name} ({speaker.lines}, {speaker.voice})" for speaker in report.speakers)
        table.add_row("speakers", _listed(list(voices)))
    if report.left_out:
        reasons = Counter(item.reason for item in report.left_out)
        table.add_row("not spoken", ", ".join(f"{count} {reason}" for reason, count in reasons.most_common()))
    if report.unknown_words:
        guesses = _listed([f"{item.word} /{item.pronunciation}/" for item in report.unknown_words])
        table.add_row("guessed words", f"{guesses}; a --lexicon puts them right")
    if report.provenance:
        consents = (
            f"{voice.name} (licence {voice.licence or UNKNOWN}; consent: {voice.consent or UNKNOWN})"
            for voice in report.provenance.voices
        )
        table.add_row("consent", _listed(list(consents)))
    table.add_row("flags", ", ".join(f"{count} {flag}" for flag, count in totals.flags.items() if count) or "none")
    return table


def _listed(items: Sequence[str], most: int = 8) -> str:
    return ", ".join([*items[:most], *([f"{len(items) - most} more in the report"] if len(items) > most else [])])


def _synthesis(report: Report) -> str:
    totals = report.totals
    if totals.real_time_factor is None:
        return "nothing new to synthesise"
    took = f"{totals.synthesis_seconds:.1f} s for {totals.audio_seconds:.1f} s of speech"
    return f"real-time factor {totals.real_time_factor:.3f} ({took})"


def _note(count: int, what: str) -> str:
    return f", {count} {what}" if count else ""


def _spoken(report: Report) -> int:
    return sum(line.start is not None for line in report.lines)


def _figures(unit: str, digits: int, **values: float | None) -> str:
    known = {name: value for name, value in values.items() if value is not None}
    return ", ".join(f"{name} {value:.{digits}f}{unit}" for name, value in known.items()) or "not measured"


def _loudness(totals: Totals) -> str:
    lufs, peak = totals.integrated_lufs, totals.true_peak_dbtp
    if lufs is None or peak is None or not (isfinite(lufs) and isfinite(peak)):
        return "silence" if lufs is not None else "not measured"
    return f"{lufs:.1f} LUFS, true peak {peak:.1f} dBTP"
