"""`voiceover evaluate`: how good a voice is, as a table, JSON and a page with plots and players."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voiceover.cli import options
from voiceover.config import Precision
from voiceover.errors import BadInputError
from voiceover.progress import Progress, ProgressMode

if TYPE_CHECKING:
    from voiceover.train.evaluation import Evaluation, Section
    from voiceover.types import Line
    from voiceover.voices.base import Voice

WORST = 5  # sentences that are listed for each set


def evaluate(
    context: typer.Context,
    voice: Annotated[
        str, typer.Argument(metavar="VOICE", help="Name, path or system:NAME of the voice.", show_default=False)
    ],
    *,
    corpus: Annotated[
        Path | None,
        typer.Option("--corpus", metavar="CORPUS", help="Compare with its held-out recordings."),
    ] = None,
    every_clip: Annotated[
        bool, typer.Option("--every-clip", help="All its recordings: for a speaker whom the voice has never heard.")
    ] = False,
    lines: Annotated[
        Path | None, typer.Option("--lines", metavar="FILE.srt|txt", help="Speak these lines too.")
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", min=1, help="At most so many of the recordings and of the lines.")
    ] = None,
    hard: Annotated[bool, typer.Option("--hard/--no-hard", help="Speak fifty hard sentences too.")] = True,
    compare: Annotated[str | None, typer.Option("--compare", metavar="OTHER", help="A voice to set beside it.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE.json", help="Write every figure of every sentence.")
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option("--page", metavar="DIR|FILE.html", help="Write a page with the table, plots and players."),
    ] = None,
    seed: options.Seed = 0,
    device: options.Device = "auto",
    precision: options.Precision = Precision.AUTO,
    force: options.Force = False,
    progress: options.ShowProgress = ProgressMode.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Measure how good a voice is.

    Without --corpus and --lines it speaks forty ordinary sentences of ours. A word error rate needs a recogniser: pip
    install 'voiceover[asr]'. Other packages that are used where they are installed are named in the table.
    """
    shown = context.obj.show(progress, quiet=quiet)
    from voiceover import media
    from voiceover.voices import catalog

    if json_file is not None:
        media.check_output(json_file, force=force, option="--json")
    voices = [catalog.open_voice(name, device, precision) for name in (voice, compare) if name is not None]
    named = {one.name: one for one in voices}
    if len(named) < len(voices):  # two bundles of one name: the user knows them apart by what was written
        named = dict(zip((voice, str(compare) if compare != voice else f"{compare} again"), voices, strict=True))
    sets = _sets(voices, lines, count, hard=hard, corpus=corpus is not None, shown=shown)

    from voiceover.train import evaluation, evaluation_page
    from voiceover.train.corpus import load, write_text

    recordings = load(corpus) if corpus is not None else None
    if recordings is not None and every_clip:
        recordings = evaluation.all_held_out(recordings)
    if page is not None:
        evaluation_page.check(page, force=force)
    with shown:
        found = evaluation.evaluate(
            named, evaluation.open_judges(), shown, corpus=recordings, sets=sets, count=count, seed=seed
        )
        if json_file is not None:
            import json

            write_text(json_file, json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n")
        written = evaluation_page.write(found, page, shown) if page is not None else None
    for place in (written, json_file):
        if place is not None:
            print(place)
    if not quiet:
        _tell(found)
    shown.done(page=written and str(written), json=json_file and str(json_file), exit_code=0)


def _sets(
    voices: list[Voice], lines: Path | None, count: int | None, *, hard: bool, corpus: bool, shown: Progress
) -> list[tuple[str, list[Line]]]:
    """Return the titles and the lines of what is spoken beside the corpus."""
    from voiceover.train.trial_sentences import HARD, ORDINARY
    from voiceover.types import Line

    sets: list[tuple[str, list[Line]]] = []
    if lines is not None:
        from voiceover import preflight, script, subtitles

        told = list(script.make(subtitles.read(lines)).lines)[:count]
        preflight.check_lines(told, lines)
        sets.append((f"lines of {lines.name}", told))
    foreign = [v for v in voices if v.language and v.language.lower().partition("-")[0] != "en"]
    ours = [] if lines is not None or corpus else [("ordinary sentences", ORDINARY[:count])]
    ours += [("hard sentences", HARD)] if hard else []
    if foreign and ours:
        if lines is None and not corpus:
            raise BadInputError(
                f"{foreign[0].name} speaks {foreign[0].language}, and voiceover's own sentences are English.",
                "Give it lines to speak: --lines FILE.srt, or a corpus: --corpus CORPUS.",
            )
        shown.warn(
            f"{foreign[0].name} speaks {foreign[0].language}: the hard sentences, which are English, are left out."
        )
        ours = []
    sets += [(title, [Line(n, 0.0, 1.0, text) for n, text in enumerate(texts, start=1)]) for title, texts in ours]
    if not sets and not corpus:
        raise BadInputError("There is nothing to speak.", "Give --corpus or --lines, or leave out --no-hard.")
    return sets


def _tell(found: Evaluation) -> None:
    """Print a table for each set of sentences, and the sentences that went worst."""
    from rich.table import Table

    from voiceover.cli.tables import show
    from voiceover.train.evaluation import FIGURES

    for section in found.sections:
        table = Table(title=f"{section.title} ({len(section.texts)})", title_justify="left")
        table.add_column("")
        for material in section.materials:
            table.add_column(material.name, justify="right", overflow="fold")
        columns = [material.figures() for material in section.materials]
        for figure in FIGURES:
            cells = [figure.shown.format(column[figure.key]) if figure.key in column else "" for column in columns]
            if any(cells):
                table.add_row(figure.label, *cells)
        show(table)
        for line in _worst(section):
            print(line)
    for figure in FIGURES:
        if figure.key in found.missing:
            print(f"{figure.label}: {found.missing[figure.key]}")


def _worst(section: Section) -> list[str]:
    """List the sentences to listen to: those that failed, then those that were understood worst."""
    told = []
    for material in section.materials:
        if material.voice is None:
            continue
        ranked = []
        for text, take in zip(section.texts, material.takes, strict=True):
            errors = take.heard.word_errors / max(take.heard.words, 1) if take.heard else 0.0
            heard = [f"heard as “{take.heard.text}”"] if take.heard and errors else []
            if take.troubles or heard:
                what = "; ".join([*take.troubles, *heard])
                ranked.append((-len(take.troubles), -errors, f"{material.name}: “{text}”: {what}"))
        told += [line for _, _, line in sorted(ranked)[:WORST]]
    return told
