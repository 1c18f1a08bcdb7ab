"""`voiceover clone`: recordings in, a voice out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voiceover.cli import options, recordings
from voiceover.config import DEFAULT_VOICE
from voiceover.errors import BadInputError
from voiceover.progress import ProgressMode


def clone(
    context: typer.Context,
    source: recordings.Recordings,
    *,
    name: Annotated[str, typer.Option("--name", help="What `--voice` will take.")],
    text: recordings.Text = None,
    base: Annotated[
        str, typer.Option("--base", metavar="NAME|PATH", help="The voice that the training starts from.")
    ] = DEFAULT_VOICE,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.1, help="Train no longer than this; the same command goes on.")
    ] = None,
    work: Annotated[
        Path | None, typer.Option("--work", metavar="FOLDER", help="Corpus, runs and page; by default NAME-clone here.")
    ] = None,
    licence: Annotated[str, typer.Option("--licence", help="The licence of the voice.")] = "All rights reserved",
    consent: recordings.ConsentFile = None,
    rights: recordings.Rights = False,
    speaker: recordings.Speaker = None,
    clean: recordings.CleanUp = False,
    workers: recordings.Workers = None,
    device: options.Device = "auto",
    force: options.Force = False,
    progress: options.ShowProgress = ProgressMode.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Make a voice of somebody's recordings: prepare, inspect, fine-tune, measure, and add it to your voices."""
    shown = context.obj.show(progress, quiet=quiet)
    recordings.check_source(source, text)
    from voiceover.voices import bundle, catalog

    folder = work or Path(f"{name}-clone")
    found = catalog.find(base)
    if found.path is None:
        raise BadInputError(
            f"--base {base}: a voice of the operating system cannot be trained.", "Name a voice bundle."
        )
    if not (folder / "voice" / name).exists():  # what an earlier run of this command added is its own to replace
        catalog.place_for(name, force=force)
    card = bundle.check(found.path)
    statement = recordings.consent_for(source, folder / "corpus", consent, rights=rights)
    with shown:
        prepared, left_out, aside = recordings.prepare(
            source,
            folder / "corpus",
            text=text,
            language=card.language,
            consent=statement,
            speaker=speaker,
            workers=workers,
            clean=clean,
            shown=shown,
        )
        for message in aside + left_out:
            shown.warn(message)
        from voiceover.train import cloning

        made = cloning.clone(
            prepared,
            folder,
            name=name,
            base=found.path,
            licence=licence,
            minutes=minutes,
            device=device,
            progress=shown,
        )
        added = catalog.add(made.bundle, name=name, force=True)
    print(added)
    if not quiet:
        again = "" if made.finished else " The minutes are over; the same command goes on training."
        print(f"A sample: {made.sample}\nHow it came out: {made.page}\nUse it with: --voice {name}.{again}")
    shown.done(output=str(added), page=str(made.page), sample=str(made.sample), finished=made.finished, exit_code=0)
