"""`voiceover doctor`: what this machine has, and what it lacks."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import typer

from voiceover import __version__
from voiceover.cli.options import Verbose
from voiceover.config import DEFAULT_VOICE, cache_folder, voices_folder
from voiceover.errors import ExitCode, VoiceoverError

FREE_BYTES = 1_000_000_000  # a film's length of float32 sound, the clip cache and the film itself
_FFMPEG_PARTS = ("aresample", "rubberband", "aac", "libopus", "pcm_f32le")


class Finding(NamedTuple):
    """One thing looked at. Only what `dub` needs can make the machine unfit."""

    what: str
    found: str
    fit: bool = True
    needed: bool = True


def doctor(verbose: Verbose = False) -> None:
    """Show what this machine has and lacks; exits with 3 if `dub` cannot work."""
    from rich.table import Table

    from voiceover.cli.tables import show

    findings = [_looked_at(check) for check in _CHECKS]
    table = Table("", "what", "found")
    for finding in findings:
        table.add_row("ok" if finding.fit else "LACKING" if finding.needed else "no", finding.what, finding.found)
    show(table)
    lacking = any(finding.needed and not finding.fit for finding in findings)
    raise typer.Exit(ExitCode.MISSING if lacking else ExitCode.DONE)


def _python() -> Finding:
    return Finding("python", f"{platform.python_version()} on {platform.platform()}, voiceover {__version__}")


def _runtime() -> Finding:
    import onnxruntime

    from voiceover.synthesis.engine import threads

    return Finding("onnxruntime", f"{onnxruntime.__version__}; {threads()} processors to speak on")


def _torch() -> Finding:
    if not find_spec("torch"):
        training = "not installed; training, importing and exporting voices need it: pip install 'voiceover[train]'"
        return Finding("torch", training, fit=False, needed=False)
    import torch
    import torchaudio

    device = "cpu"
    if torch.cuda.is_available():
        device = ", ".join(torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count()))
    versions = f"{torch.__version__}, torchaudio {torchaudio.__version__}"
    return Finding("torch", f"{versions}; device: {device}; {torch.get_num_threads()} threads", needed=False)


def _ffmpeg() -> Finding:
    from voiceover import media

    ffmpeg = media.find_ffmpeg()
    version, parts = media.describe_ffmpeg()
    lacking = [part for part in _FFMPEG_PARTS if part not in parts]
    said = f"{version or 'does not start'} at {ffmpeg}" + (f"; without {', '.join(lacking)}" if lacking else "")
    return Finding("ffmpeg", said, fit=bool(version) and not lacking)


def _system_voices() -> Finding:
    from voiceover.voices.system import list_system_voices

    return Finding("speech engine", f"{len(list_system_voices())} system voices", needed=False)


def _languages() -> Finding:
    from importlib.util import find_spec

    others = find_spec("espeakng_loader") is not None and find_spec("phonemizer") is not None
    rest = "and those of eSpeak NG" if others else "; all others with pip install 'voiceover[espeak]'"
    return Finding("languages", f"English, German {rest}".replace(" ;", ";"), needed=False)


def _voices() -> Finding:
    from voiceover.voices import catalog

    bundles = [entry for entry in catalog.entries() if entry.kind == "bundle"]
    sound = [entry.name for entry in bundles if not entry.problem]
    broken = [f"{entry.name} (unusable: {entry.problem})" for entry in bundles if entry.problem]
    found = ", ".join(sound + broken) or "none"
    if DEFAULT_VOICE not in sound:
        found += f"; without {DEFAULT_VOICE}, which is part of voiceover: install it again"
    return Finding("voices", found, fit=DEFAULT_VOICE in sound)


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    return Finding("disk space here", f"{free / 1e9:.1f} GB free", fit=free >= FREE_BYTES)


def _folders() -> Finding:
    folders = {"voices": voices_folder(), "cache": cache_folder()}
    described = [f"{name}: {path}{'' if _writable(path) else ' (not writable)'}" for name, path in folders.items()]
    return Finding("folders", ", ".join(described), fit=all(map(_writable, folders.values())), needed=False)


def _writable(folder: Path) -> bool:
    existing = next(path for path in [folder, *folder.absolute().parents] if path.exists())
    return os.access(existing, os.W_OK)


_CHECKS: tuple[tuple[str, bool, Callable[[], Finding]], ...] = (
    ("python", True, _python),
    ("onnxruntime", True, _runtime),
    ("torch", False, _torch),
    ("ffmpeg", True, _ffmpeg),
    ("speech engine", False, _system_voices),
    ("languages", False, _languages),
    ("voices", True, _voices),
    ("disk space here", True, _disk),
    ("folders", False, _folders),
)


def _looked_at(check: tuple[str, bool, Callable[[], Finding]]) -> Finding:
    what, needed, look = check
    try:
        return look()
    except VoiceoverError as error:
        return Finding(what, str(error).replace("\n", " "), fit=False, needed=needed)
    except Exception as error:  # a machine in any state is described, not crashed on
        return Finding(what, f"{type(error).__name__}: {error}", fit=False, needed=needed)
