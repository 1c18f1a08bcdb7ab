"""What a finished `dub` or `narrate` tells: the result on stdout, what to look at on stderr."""

from __future__ import annotations

from rich.table import Table

from voiceover.cli.tables import show
from voiceover.errors import ExitCode
from voiceover.progress import Progress
from voiceover.report import Report, describe


def tell(report: Report, progress: Progress, *, quiet: bool, strict: bool) -> ExitCode:
    """Print where the result is, a summary and the flagged lines; return the exit code they mean."""
    print(report.output, flush=True)
    if not quiet:
        show(_summary(report))
    for line in report.flagged:
        if line.flags != ("beyond-end",):  # told once for all of them, as they were left out
            progress.warn(describe(line), index=line.index, flags=list(line.flags))
    if report.unsaid:
        return ExitCode.UNSAID
    return ExitCode.STRICT if strict and report.flagged else ExitCode.DONE


def _summary(report: Report) -> Table:
    totals = report.totals
    said = sum(line.start is not None for line in report.lines)
    table = Table(show_header=False)
    table.add_row("lines", f"{said} spoken of {totals.lines}" + _note(totals.cached_lines, "from the cache"))
    table.add_row("speed", f"median {_number(totals.median_speed, 2)}, max {_number(totals.max_speed, 2)}")
    table.add_row("shifted", f"{totals.flags.get('shifted', 0)}")
    onset = f"median {_number(totals.median_onset_error_ms, 1)} ms, p95 {_number(totals.p95_onset_error_ms, 1)} ms"
    table.add_row("onset error", onset)
    table.add_row("overlap", f"{totals.overlap_samples} samples")
    table.add_row("synthesis", _synthesis(report))
    lufs, peak = _number(totals.integrated_lufs, 1), _number(totals.true_peak_dbtp, 1)
    table.add_row("loudness", f"{lufs} LUFS, true peak {peak} dBTP")
    table.add_row("flags", ", ".join(f"{count} {flag}" for flag, count in totals.flags.items() if count) or "none")
    return table


def _synthesis(report: Report) -> str:
    totals = report.totals
    if totals.real_time_factor is None:
        return "nothing new to synthesise"
    took = f"{totals.synthesis_seconds:.1f} s for {totals.audio_seconds:.1f} s of speech"
    return f"real-time factor {totals.real_time_factor:.3f} ({took})"


def _note(count: int, what: str) -> str:
    return f", {count} {what}" if count else ""


def _number(value: float | None, digits: int) -> str:
    return "not measured" if value is None else f"{value:.{digits}f}"
