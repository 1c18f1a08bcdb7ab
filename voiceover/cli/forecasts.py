"""What `check` shows: the flagged lines with what to do about them, then how many there are of each kind."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from voiceover.cli.tables import show
from voiceover.forecast import Cut, Forecast, LineForecast, Status
from voiceover.report import clock

_STYLES = {Status.FITS: "green", Status.TIGHT: "yellow", Status.IMPOSSIBLE: "bold red"}
_NAMED = 6  # words of a cut that are named


def tell(forecast: Forecast, *, every_line: bool) -> None:
    """Print the lines, those that do not fit first, and a summary."""
    fitting = [line for line in forecast.lines if line.status is Status.FITS]
    lines = [*forecast.flagged, *(fitting if every_line else [])]
    if lines:
        show(_table(lines, forecast.max_speed))
    show(_summary(forecast))


def advice(line: LineForecast, max_speed: float) -> str:
    """Say what to do about a line: what to cut, or how much more time it needs."""
    if line.start is None:
        return f"{line.voice} cannot read {line.lost or 'it'}: write it in the voice's script, or use another voice"
    said: list[str] = []
    if line.status is Status.IMPOSSIBLE and line.over_seconds_at_max_speed:
        said.append(
            f"{line.over_seconds_at_max_speed:.1f} s too long even at {max(max_speed, line.speed):.2f}x: "
            f"{_cutting(line.cut_at_max_speed)}, or give it {_tenths(line.over_seconds_at_max_speed)} s more; "
            f"to fit unhurried: {_cutting(line.cut)}"
        )
    elif line.over_seconds:
        said.append(f"{_cutting(line.cut)}, or give it {_tenths(line.over_seconds)} s more")
    if line.held_up_by is not None:
        said.append(f"line {line.held_up_by} runs into its time: shorten that")
    elif not said and line.status is not Status.FITS:
        said.append("would fit by itself; the lines beside it are hurried")
    if line.lost:
        said.append(f"{line.voice} cannot read {line.lost}, which is left out")
    return "; ".join(said)


def _table(lines: Iterable[LineForecast], max_speed: float) -> Table:
    table = Table("time", "line", "", "speech", "room", "speed", "chars/s", "words/s", "text", "what to do")
    for column in (1, 3, 4, 5, 6, 7):
        table.columns[column].justify = "right"
    for line in lines:
        table.add_row(
            clock(line.cue_start),
            str(line.index),
            Text(line.status.value, style=_STYLES[line.status]),
            f"{line.natural_seconds:.1f} s",
            "" if line.room_seconds is None else f"{line.room_seconds:.1f} s",
            f"{line.speed:.2f}x",
            f"{line.characters_per_second:.0f}",
            f"{line.words_per_second:.1f}",
            f"{line.speaker}: {line.text}" if line.speaker else line.text,
            advice(line, max_speed),
        )
    return table


def _summary(forecast: Forecast) -> Table:
    table = Table(show_header=False)
    counts = forecast.counts
    table.add_row(
        "lines", f"{len(forecast.lines)}: {', '.join(f'{counts[status]} {_WORDS[status]}' for status in Status)}"
    )
    for estimate in forecast.estimates:
        error = estimate.median_error_percent
        known = (
            "calibrated" if error is None else f"calibrated; half of all lines are within {error:g} % of its estimate"
        )
        table.add_row(estimate.voice, known if estimate.calibrated else "not calibrated: a rough estimate")
    if forecast.left_out:
        table.add_row("not spoken", f"{len(forecast.left_out)} sounds, lyrics, credits; --keep-sdh counts them in")
    return table


_WORDS = {Status.FITS: "fit", Status.TIGHT: "tight", Status.IMPOSSIBLE: "impossible"}


def _cutting(cut: Cut | None) -> str:
    if cut is None:
        return "shorten it"
    if cut.is_all:
        return "not one word fits"
    words = cut.words.split()
    named = " ".join(words[:_NAMED]) + (" …" if len(words) > _NAMED else "")
    return f"cut about {cut.count} word{'s' if cut.count > 1 else ''} (such as the last: “{named}”)"


def _tenths(seconds: float) -> str:
    """Write seconds rounded up to tenths: less would not be enough."""
    return f"{-(-seconds // 0.1) / 10:.1f}"
