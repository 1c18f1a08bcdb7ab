"""An evaluation as a web page for people: the table, plots and players. It works from disk, without a server.

PAGE.html           or FOLDER/index.html
PAGE-files/         the clips (MP3) and pictures (WebP) it shows, beside it: a page is made to be passed on
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from voiceover import markup, media, webpage
from voiceover.errors import BadInputError
from voiceover.models.mel import log_mel
from voiceover.progress import Progress
from voiceover.synthesis.mels import MelConfig
from voiceover.train.evaluation import FIGURES, RECORDINGS, Evaluation, Material, Section, Take
from voiceover.types import Audio
from voiceover.voices.tacotron import TacotronVoice

QUIETEST, LOUDEST = -11.5, 1.5  # the range of a log-mel that is drawn
MOST_TICKS = 14
MP3_COMPRESSION = 0.3  # 0 to 1: about 60 kbit/s for a voice at 22,050 Hz
COLOURS = ("#8a8f9c", "#c2452d", "#2a6f97")  # the recordings, the voice, the other voice

STYLE = """
th, td { padding: .32rem .7rem; text-align: right }
thead th { overflow-wrap: anywhere }
th:first-child, td:first-child { text-align: left; font-weight: normal }
thead th { border-bottom: 2px solid var(--ink); vertical-align: bottom; max-width: 9rem }
.summary { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start }
.summary img { max-width: 100%; width: 24rem }
.wide { overflow-x: auto }
article { margin: 1.2rem 0; padding: 1rem 1.1rem; background: var(--card); border: 1px solid var(--line);
          border-radius: .5rem }
article.troubled { border-left: 4px solid var(--accent) }
article > h3 { margin: 0 0 .7rem; font-size: 1.05rem }
h3 .faint { font-weight: normal }
.takes { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem }
figure { margin: 0 } figure img { width: 100%; display: block } figcaption { font-weight: 600; font-size: .9rem }
audio { width: 100%; height: 2.2rem; margin: .3rem 0 } p.heard { margin: .3rem 0 0; font-size: .92rem }
.trouble { color: var(--accent); font-weight: 600; font-size: .9rem }
.filter { display: inline-block; margin-top: 1rem }
body:has(#troubled:checked) article:not(.troubled) { display: none }
"""


def places(page: Path) -> tuple[Path, Path]:
    """Return where the page goes and the folder beside it, from what a user named: a folder or a file .html."""
    html = page if page.suffix.lower() in (".html", ".htm") else page / "index.html"
    return html, html.with_name(f"{html.stem}-files")


def check(page: Path, *, force: bool) -> None:
    """Raise BadInputError unless the page can be written; a folder that is not there is made."""
    html, files = places(page)
    if html.parent == page:
        try:
            page.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInputError(f"{page}: no folder can be made there ({error.strerror}).", "Name another.") from error
    media.check_output(html, force=force, option="--page")
    if files.exists() and not force:
        raise BadInputError(f"{files} exists.", "Pass --force to replace it.")


def write(evaluation: Evaluation, page: Path, progress: Progress) -> Path:
    """Write the page and its files; what was there of an earlier one goes once the new one is whole.

    Returns:
        The page.
    """
    html, files = places(page)
    progress.stage("Drawing", sum(len(section.texts) for section in evaluation.sections))
    with (
        tempfile.TemporaryDirectory(dir=html.parent, prefix=f".{files.name}-") as scratch,
        media.write_beside(html, option="--page") as part,
    ):
        new = Path(scratch) / "new"
        new.mkdir()
        part.write_text("".join(_document(evaluation, new, files.name, progress)), encoding="utf-8")
        if files.exists():
            files.rename(Path(scratch) / "old")
        new.rename(files)
    return html


def _document(evaluation: Evaluation, folder: Path, address: str, progress: Progress) -> Iterator[str]:
    names = evaluation.voice + (f" and {evaluation.other}" if evaluation.other else "")
    yield webpage.opening(names, STYLE)
    yield f'<h1>{escape(names)}</h1><p class="faint">voiceover evaluate, seed {evaluation.seed}</p>\n'
    for section in evaluation.sections:
        picture = f"pace-{_slug(section.title)}.webp"
        _histogram(section, folder / picture)
        yield (
            f"<h2>{_title(section)}</h2>\n<div class=summary><div class=wide>{_table(section, evaluation)}</div>"
            f'<img src="{address}/{picture}" alt="histogram of seconds per character"></div>\n'
        )
    yield (
        "<label class=filter><input type=checkbox id=troubled> only sentences to look at: "
        "heard wrongly by a third or more, odd pace, or a failing attention</label>\n"
    )
    for section in evaluation.sections:
        yield f"<h2>{_title(section)}</h2>\n"
        for number, text in enumerate(section.texts):
            yield _sentence(section, number, text, folder, address, seed=evaluation.seed)
            progress.advance()
    yield "</html>\n"


def _title(section: Section) -> str:
    return f"{escape(section.title)} <span class=faint>({len(section.texts)})</span>"


def _table(section: Section, evaluation: Evaluation) -> str:
    columns = [material.figures() for material in section.materials]
    head = "".join(f"<th>{escape(material.name)}</th>" for material in section.materials)
    rows = []
    for figure in FIGURES:
        cells = [figure.shown.format(column[figure.key]) if figure.key in column else "" for column in columns]
        if any(cells):
            rows.append(f"<tr><td>{figure.label}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
        elif figure.key in evaluation.missing:
            reason = escape(evaluation.missing[figure.key])
            rows.append(f"<tr><td>{figure.label}</td><td class=none colspan={len(columns)}>{reason}</td></tr>")
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _sentence(section: Section, number: int, text: str, folder: Path, address: str, *, seed: int) -> str:
    cards = []
    troubled = False
    for place, material in enumerate(section.materials, start=1):
        take = material.takes[number]
        stem = f"{_slug(section.title)}-{number + 1:02d}-{place}-{_slug(material.name)}"
        cards.append(_card(material, take, folder, stem, address, seed=seed))
        troubled |= material.voice is not None and bool(_notes(take))
    spoken = next((markup.show(m.takes[number].spoken) for m in section.materials if m.voice), "")
    aloud = f" <span class=faint>read as “{escape(spoken)}”</span>" if spoken not in ("", text) else ""
    return (
        f"<article{' class=troubled' if troubled else ''}><h3>{number + 1}. {escape(text)}{aloud}</h3>"
        f"<div class=takes>{''.join(cards)}</div></article>\n"
    )


def _notes(take: Take) -> list[str]:
    notes = list(take.troubles)
    if take.heard and take.heard.word_errors * 3 >= max(take.heard.words, 1):
        notes.append(f"{take.heard.word_errors} of {take.heard.words} words wrong")
    return notes


def _card(material: Material, take: Take, folder: Path, stem: str, address: str, *, seed: int) -> str:
    parts = [f"<figcaption>{escape(material.name)}</figcaption>"]
    if take.audio.samples.size:
        soundfile.write(folder / f"{stem}.mp3", take.audio.samples, take.audio.rate, compression_level=MP3_COMPRESSION)
        parts.append(f'<audio controls preload=none src="{address}/{stem}.mp3"></audio>')
        if material.voice is not None or material.name == RECORDINGS:  # copies look like what they copy
            _picture(material, take, folder / f"{stem}.webp", seed=seed)
            parts.append(f'<img loading=lazy src="{address}/{stem}.webp" alt="mel spectrogram and attention">')
    if take.heard:
        parts.append(f"<p class=heard><span class=faint>heard:</span> {escape(take.heard.text) or '(nothing)'}</p>")
    if notes := _notes(take):
        parts.append(f"<div class=trouble>{escape(', '.join(notes))}</div>")
    return f"<figure>{''.join(parts)}</figure>"


def _picture(material: Material, take: Take, path: Path, *, seed: int) -> None:
    """Draw a take's mel and, where a voice has one, its attention under it."""
    voice = material.voice
    attended = voice.attend(take.spoken, seed=seed) if isinstance(voice, TacotronVoice) else []
    figure, axes = _figure(2 if attended else 1, (4.6, 3.9 if attended else 1.9))
    mel = _mel(take.audio, voice.mel if isinstance(voice, TacotronVoice) else MelConfig())
    extent = (0.0, take.audio.seconds, 0.0, float(len(mel)))
    axes[0].imshow(
        mel, origin="lower", aspect="auto", vmin=QUIETEST, vmax=LOUDEST, extent=extent, cmap="magma",
        interpolation="nearest",
    )  # fmt: skip
    axes[0].set(xlabel="seconds", ylabel="mel band")
    if attended:
        alignment = _blocks([piece.alignment for _, piece in attended])
        axes[1].imshow(alignment.T, origin="lower", aspect="auto", cmap="viridis", interpolation="nearest")
        starts, words = [], []
        first = 0
        for tokens, piece in attended:
            starts += [first + span.start for span in tokens.words]
            words += [span.word for span in tokens.words]
            first += piece.alignment.shape[1]
        every = -(-len(words) // MOST_TICKS)
        axes[1].set_yticks(starts[::every], words[::every])
        axes[1].set(xlabel="decoder step")
        if take.attention:
            found = take.attention
            axes[1].set_title(f"attention: focus {found.focus:.2f}, coverage {found.coverage:.2f}", fontsize=8)
    figure.savefig(path, pil_kwargs={"quality": 80})


def _mel(audio: Audio, config: MelConfig) -> NDArray[np.float32]:
    padded = np.pad(audio.samples, (0, max(0, config.n_fft - len(audio.samples))))
    mel: NDArray[np.float32] = log_mel(torch.from_numpy(padded), _at_rate(config, audio.rate)).numpy()
    return mel


def _at_rate(config: MelConfig, rate: int) -> MelConfig:
    """Return the configuration for audio of another rate: a picture needs no resampling."""
    from dataclasses import replace

    return (
        config if config.sample_rate == rate else replace(config, sample_rate=rate, f_max=min(config.f_max, rate / 2))
    )


def _blocks(alignments: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Set the alignments of a line's pieces corner to corner."""
    steps, tokens = (sum(alignment.shape[axis] for alignment in alignments) for axis in (0, 1))
    whole = np.zeros((steps, tokens), np.float32)
    step = token = 0
    for alignment in alignments:
        whole[step : step + alignment.shape[0], token : token + alignment.shape[1]] = alignment
        step, token = step + alignment.shape[0], token + alignment.shape[1]
    return whole


def _histogram(section: Section, path: Path) -> None:
    """Draw how long each material takes for a character."""
    figure, axes = _figure(1, (6.2, 3.4))
    shown = [m for m in section.materials if m.voice is not None or m.name == RECORDINGS]
    colours = COLOURS if shown and shown[0].voice is None else COLOURS[1:]
    paces = [[take.pace for take in material.said if take.pace] for material in shown]
    everything = [pace for material in paces for pace in material]
    if everything:
        edges = np.linspace(min(everything) * 0.9, min(max(everything), 4 * float(np.median(everything))) * 1.05, 25)
        for material, pace, colour in zip(shown, paces, colours, strict=False):
            values = np.clip(pace, edges[0], edges[-1])
            axes[0].hist(values, bins=edges, color=colour, alpha=0.55, label=material.name)
        axes[0].legend(frameon=False, fontsize=8)
    axes[0].set(xlabel="seconds per character", ylabel="sentences")
    axes[0].spines[["top", "right"]].set_visible(False)
    figure.savefig(path, pil_kwargs={"quality": 80})


def _figure(rows: int, size: tuple[float, float]) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, dpi=110, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, squeeze=False)[:, 0]
    for axis in axes:
        axis.tick_params(labelsize=7)
        axis.xaxis.label.set_size(8)
        axis.yaxis.label.set_size(8)
    return figure, axes


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
