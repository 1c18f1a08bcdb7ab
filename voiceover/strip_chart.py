"""A forecast as a picture: the film's time from left to right in rows, the cues, and over them their speech."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from voiceover.forecast import Forecast, LineForecast, Status

# the colour-blind tell them apart, by brightness too
COLOURS = {Status.FITS: "#4477aa", Status.TIGHT: "#ddaa33", Status.IMPOSSIBLE: "#bb2222"}
_CUE = "#d5d9e0"
_ROW_SECONDS = (30, 60, 120, 300, 600)  # that a row may show
_MOST_ROWS = 24  # taken where the file allows: a picture that still fits a screen's width at a glance
_NUMBERED = 120  # flagged lines: of more, the numbers would lie on each other
_WIDTH, _ROW_HEIGHT, _HEAD = 14.0, 0.55, 1.3  # inches
_DPI = 100


def draw(forecast: Forecast, path: Path) -> None:
    """Draw a forecast into a PNG file, which is replaced."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    end = max(max(line.cue_end, _speech_end(line)) for line in forecast.lines)
    row = next((seconds for seconds in _ROW_SECONDS if end / seconds <= _MOST_ROWS), _ROW_SECONDS[-1])
    rows = max(ceil(end / row), 1)
    figure = Figure(figsize=(_WIDTH, _HEAD + rows * _ROW_HEIGHT), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    _draw_bars(axes, forecast.lines, row)
    if len(forecast.flagged) <= _NUMBERED:
        for line in forecast.flagged:
            place, second = divmod(line.cue_start, row)
            axes.text(second, place - 0.4, str(line.index), fontsize=7, va="bottom", color=COLOURS[line.status])
    axes.set(xlim=(0, row), ylim=(rows - 0.4, -0.75), xlabel="seconds within the row")
    axes.set_yticks(range(rows), [_clock(place * row) for place in range(rows)])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#eeeeee")
    axes.set_axisbelow(True)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    _caption(figure, axes, forecast)
    figure.savefig(path, format="png")


def _draw_bars(axes: Any, lines: Sequence[LineForecast], row: float) -> None:
    cues = [(line.cue_start, line.cue_end) for line in lines]
    _bars(axes, cues, row, 0.7, color=_CUE)
    for status, colour in COLOURS.items():
        speech = [(line.cue_start, _speech_end(line)) for line in lines if line.status is status]
        _bars(axes, speech, row, 0.3, color=colour, alpha=0.85, edgecolor="white", linewidth=0.5)


def _bars(axes: Any, spans: Sequence[tuple[float, float]], row: float, height: float, **look: Any) -> None:
    by_row: dict[int, list[tuple[float, float]]] = {}
    for start, end in spans:
        for place, first, last in _rows(start, end, row):
            by_row.setdefault(place, []).append((first, last - first))
    for place, bars in by_row.items():
        axes.broken_barh(bars, (place - height / 2, height), **look)


def _rows(start: float, end: float, row: float) -> Iterator[tuple[int, float, float]]:
    """Cut a span at the ends of rows: the row, and from where to where in it."""
    place = int(start // row)
    while start < end:
        last = min(end, (place + 1) * row)
        yield place, start - place * row, last - place * row
        place, start = place + 1, last


def _speech_end(line: LineForecast) -> float:
    return line.cue_start + line.natural_seconds


def _caption(figure: Any, axes: Any, forecast: Forecast) -> None:
    from matplotlib.patches import Patch

    counts = forecast.counts
    voices = ", ".join(estimate.voice for estimate in forecast.estimates)
    axes.set_title(f"{Path(forecast.source).name} in the voice {voices}", loc="left", fontsize=11)
    handles = [Patch(color=_CUE, label="cue")]
    handles += [Patch(color=colour, label=f"{status.value}: {counts[status]}") for status, colour in COLOURS.items()]
    figure.legend(handles=handles, loc="outside upper right", ncols=len(handles), frameon=False, fontsize=9)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
