"""The options that several commands share, and what a command leaves for `main` to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar

import typer

from voiceover import config
from voiceover.config import CheckSettings, Mix, Subtitles
from voiceover.progress import Progress, ProgressMode, open_progress
from voiceover.progress_file import record


@dataclass(slots=True)
class Session:
    """What `main` needs to tell an error the way the command was asked to."""

    progress: Progress = field(default_factory=Progress)

    def show(
        self, mode: ProgressMode, *, quiet: bool, file: Path | None = None, replace_file: bool = False
    ) -> Progress:
        """Choose how progress and errors are shown from here on; a `file` gets them too, as JSON.

        Raises BadInputError if that file cannot be written.
        """
        self.progress = open_progress(mode, quiet=quiet)
        if file is not None:
            self.progress = record(self.progress, file, force=replace_file)
        return self.progress


_Settings = TypeVar("_Settings", bound=CheckSettings)
_FIELDS = {"no_merge": "merge", "drop_original": "keep_original"}  # options that are named for what they turn off


def given(context: typer.Context) -> frozenset[str]:
    """Return the settings that the command line names, by their fields."""
    asked = {name: context.get_parameter_source(name) for name in context.params}
    return frozenset(
        _FIELDS.get(name, name) for name, source in asked.items() if source is not None and source.name == "COMMANDLINE"
    )


def with_preset(context: typer.Context, settings: _Settings, film: Path, shown: Progress) -> _Settings:
    """Return the settings with what `voiceover.toml` beside a film, and above it, adds to the command line's.

    Raises BadInputError, with file and line, for a file that makes no sense.
    """
    from voiceover import presets

    preset = presets.find(film.parent)
    if preset.files:
        shown.note(f"Settings from {', '.join(map(str, preset.files))}", files=[str(file) for file in preset.files])
    return presets.fill(settings, preset, given(context))


Voice: TypeAlias = Annotated[
    str, typer.Option("--voice", metavar="NAME|PATH|system:NAME", help="Who speaks; see `voiceover voices list`.")
]
CastFile: TypeAlias = Annotated[
    Path | None, typer.Option("--cast", metavar="FILE.yaml", help="Which speaker has which voice, speed and gain.")
]
LexiconFile: TypeAlias = Annotated[
    Path | None, typer.Option("--lexicon", metavar="FILE.csv|yaml", help="How certain words are pronounced.")
]
Language: TypeAlias = Annotated[
    str | None,
    typer.Option("--language", metavar="en|de|...", help="What the text is in; the voice must speak it."),
]
KeepSdh: TypeAlias = Annotated[
    bool, typer.Option("--keep-sdh", help="Speak sound descriptions, lyrics and credits too.")
]
NoMerge: TypeAlias = Annotated[
    bool, typer.Option("--no-merge", help="Speak each cue by itself, also where a sentence runs over several.")
]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", help="Same seed, same audio.")]
Precision: TypeAlias = Annotated[
    config.Precision,
    typer.Option("--precision", help="Speak as the voice was stored, or quicker and less exact: int8, on a GPU bf16."),
]
Device: TypeAlias = Annotated[
    str, typer.Option("--device", metavar="auto|cpu|cuda|cuda:N", help="Where the voice runs.")
]
MaxSpeed: TypeAlias = Annotated[
    float, typer.Option("--max-speed", min=1.0, max=2.0, help="How much a line may be sped up to fit its cue.")
]
Loudness: TypeAlias = Annotated[
    str, typer.Option("--loudness", metavar="youtube|ebu|atsc|netflix|off|<LUFS>", help="How loud the result is.")
]
MixMode: TypeAlias = Annotated[Mix, typer.Option("--mix", help="What becomes of the original sound.")]
Bed: TypeAlias = Annotated[
    int | None,
    typer.Option("--bed", metavar="N", help="Which audio track is ducked, from 1; by default the film's default."),
]
DropOriginal: TypeAlias = Annotated[
    bool, typer.Option("--drop-original", help="Do not keep the original sound as a second track.")
]
SubtitleTracks: TypeAlias = Annotated[
    Subtitles, typer.Option("--subtitles", help="The film's subtitle tracks; embed adds the spoken lines.")
]
ReportFiles: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--report",
        metavar="FILE.json|FILE.html",
        help="Write what became of each line, for programs or as a page; may be given more than once.",
    ),
]
C2pa: TypeAlias = Annotated[
    tuple[Path, Path] | None,
    typer.Option(
        "--c2pa",
        metavar="CERT.pem KEY.pem",
        help="Sign the result as synthetic speech, with your own certificate chain and key; see docs/provenance.md.",
    ),
]
C2paTimestamp: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--c2pa-timestamp",
        metavar="URL",
        help="Have that server say when it was signed, so that it stays valid once the certificate has expired.",
    ),
]
Stems: TypeAlias = Annotated[
    Path | None, typer.Option("--stems", metavar="DIR", help="Write one WAV per spoken line, NNNN.wav.")
]
Timelines: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--timeline",
        metavar="FILE",
        help="Write a timeline for an editor, every line a clip: .otio, .xml (Premiere, Resolve), .fcpxml, .mlt, "
        ".kdenlive, .edl, .aaf, .txt (Audacity labels) or .srt; may be given more than once. "
        "Without --stems the clips go into a folder beside it.",
    ),
]
Fps: TypeAlias = Annotated[
    str | None,
    typer.Option("--fps", metavar="25|29.97|...", help="The timeline's frame rate; by default the film's, else 25."),
]
Timecode: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--timecode",
        metavar="HH:MM:SS:FF",
        help="The timeline's start, a ; before the frames for drop-frame; by default the film's, else 00:00:00:00.",
    ),
]
Strict: TypeAlias = Annotated[bool, typer.Option("--strict", help="Exit with 1 if a line is outside its limits.")]
Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Replace what is there.")]
Watch: TypeAlias = Annotated[
    bool, typer.Option("--watch", help="Stay, and run again whenever the text, cast or lexicon is saved.")
]
ShowProgress: TypeAlias = Annotated[
    ProgressMode, typer.Option("--progress", help="How progress is shown on stderr; json is for programs.")
]
ProgressFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--progress-file", metavar="FILE", help="Write progress there too, as --progress json does."),
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the result's place and errors.")]
Verbose: TypeAlias = Annotated[bool, typer.Option("--verbose", "-v", help="Show the traceback of an error.")]
