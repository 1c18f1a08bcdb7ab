"""An inspection as one HTML page: totals, histograms, and every clip with a player, the flagged ones first."""

from __future__ import annotations

import base64
import html
import io
import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from voiceover import webpage
from voiceover.train.corpus import write_text
from voiceover.train.findings import Examined, Finding, Severity
from voiceover.train.inspection import Inspection
from voiceover.train.signals import Measures


def _pace(clip: Examined, figures: Measures) -> float:
    letters = sum(map(str.isalpha, clip.reading.spoken))
    return letters / figures.speech if letters and figures.speech else math.nan


_HISTOGRAMS: tuple[tuple[str, Callable[[Examined, Measures], float]], ...] = (
    ("length, s", lambda _, figures: figures.seconds),
    ("speech level, dBFS", lambda _, figures: figures.speech_db),
    ("speech over noise, dB", lambda _, figures: figures.snr_db),
    ("pitch, Hz", lambda _, figures: figures.f0),
    ("letters a second", _pace),
    ("4.5 to 8 kHz, dB", lambda _, figures: figures.high_db),
)
_COLUMNS = ("clip", "sound", "text", "s", "dBFS", "noise, dB", "Hz", "letters/s", "findings")
_STYLE = """
table { width: 100% } td, th { padding: .3em .6em; text-align: left; vertical-align: top }
th { cursor: pointer; position: sticky; top: 0; background: var(--card) }
audio { width: 210px; height: 32px } .n { text-align: right; font-variant-numeric: tabular-nums }
.fault { color: var(--accent); font-weight: 600 } .doubt { font-weight: 600 } .info, .remedy { color: var(--faint) }
.remedy { font-size: 90%; font-weight: normal } img { max-width: 100% } label { margin-right: 1em }
"""
_SCRIPT = """
const body = document.querySelector('tbody'), rows = [...body.rows]; let last = -1, sign = 1;
document.querySelectorAll('th').forEach((head, column) => head.onclick = () => {
  sign = column === last ? -sign : 1; last = column;
  const key = row => { const c = row.cells[column]; return c.dataset.key ?? c.textContent };
  rows.sort((a, b) => { const x = key(a), y = key(b), d = x - y; return sign * (isNaN(d) ? x.localeCompare(y) : d) });
  rows.forEach(row => body.append(row));
});
document.querySelectorAll('input').forEach(box => box.onchange = () => {
  const shown = [...document.querySelectorAll('input:checked')].map(it => it.value);
  rows.forEach(row => row.hidden = !shown.includes(row.dataset.weight));
});
"""


def write(inspection: Inspection, page: Path) -> None:
    """Write the page; players link to the clips relative to it."""
    weights = {severity.value: place for place, severity in enumerate(Severity)}
    by_clip: dict[str, list[Finding]] = {}
    for finding in inspection.findings:
        by_clip.setdefault(finding.clip, []).append(finding)
    clips = {clip.id: clip for clip in inspection.clips}
    worst = {name: min((weights[f.severity.value] for f in found), default=9) for name, found in by_clip.items()}
    names = sorted(clips.keys() | by_clip.keys(), key=lambda name: (worst.get(name, 9), name))
    rows = "\n".join(_row(name, clips.get(name), by_clip.get(name, []), worst.get(name, 9), page) for name in names)
    totals = inspection.totals()
    kinds = ", ".join(f"{count} {html.escape(kind)}" for kind, count in totals["kinds"].items()) or "none"
    minutes, speech = (f"{totals[name] / 60:.1f}" for name in ("seconds", "speech_seconds"))
    lengths = f"{totals['shortest']} to {totals['longest']} s"
    facts = f"{totals['clips']} clips, {minutes} minutes ({speech} of speech), {lengths}"
    facts = f"{facts}; {totals['texts']} texts, {totals['further_takes']} further takes."
    flagged = ", ".join(f"{totals[f'clips_with_{name}']} clips with {name}" for name in weights)
    boxes = "".join(
        f'<label><input type="checkbox" checked value="{value}"> {name}</label>'
        for name, value in (*weights.items(), ("without findings", 9))
    )
    heads = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    notes = "".join(f"<p><b>{html.escape(note)}</b></p>" for note in inspection.notes)
    title = html.escape(inspection.folder.name)
    write_text(
        page,
        webpage.opening(f"{inspection.folder.name}: inspection", _STYLE)
        + f"<h1>{title}</h1>\n<p>{facts}</p>\n<p>{flagged}. Findings: {kinds}.</p>\n{notes}"
        f'<p><img alt="histograms" src="data:image/png;base64,{_histograms(inspection.clips, worst)}"></p>\n'
        f"<p>{boxes} Click a heading to sort.</p>\n<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n"
        f"</tbody></table>\n<script>{_SCRIPT}</script></html>\n",
    )


def _row(name: str, clip: Examined | None, findings: Sequence[Finding], weight: int, page: Path) -> str:
    figures = clip.measures if clip else None
    player = ""
    if clip and clip.audio and figures:
        source = quote(Path(os.path.relpath(clip.audio.resolve(), page.parent.resolve())).as_posix())
        player = f'<audio controls preload="none" src="{source}"></audio>'
    told = "".join(
        f'<div class="{f.severity.value}">{f.kind}: {html.escape(f.reason)}'
        f' <span class="remedy">{html.escape(f.remedy)}</span></div>'
        for f in findings
    )
    numbers = [float("nan")] * 5
    if clip and figures:
        numbers = [figures.seconds, figures.speech_db, figures.snr_db, figures.f0, _pace(clip, figures)]
    cells = "".join(_number(value) for value in numbers)
    text = html.escape(clip.text) if clip else ""
    key = weight * 100 - len(findings)
    return (
        f'<tr data-weight="{weight}"><td>{html.escape(name)}</td><td>{player}</td><td>{text}</td>{cells}'
        f'<td data-key="{key}">{told}</td></tr>'
    )


def _number(value: float) -> str:
    shown = f"{value:.1f}" if math.isfinite(value) else ""
    return f'<td class="n" data-key="{value if math.isfinite(value) else -999}">{shown}</td>'


def _histograms(clips: Sequence[Examined], worst: dict[str, int]) -> str:
    """Return the histograms as base64 PNG; clips with a fault are drawn in red."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 5), dpi=80, layout="constrained")
    FigureCanvasAgg(figure)
    for axis, (title, value) in zip(figure.subplots(2, 3).flat, _HISTOGRAMS, strict=True):
        groups: tuple[list[float], list[float]] = ([], [])
        for clip in clips:
            if clip.measures and math.isfinite(number := value(clip, clip.measures)):
                groups[worst.get(clip.id, 9) == 0].append(number)
        axis.hist(groups, bins=40, stacked=True, color=["#5b8db8", "#b00020"])
        axis.set(title=title, ylabel="clips")
    written = io.BytesIO()
    figure.savefig(written, format="png")
    return base64.b64encode(written.getvalue()).decode()
