"""Make a voice bundle of the checkpoints people own: NVIDIA's Tacotron 2, with or without a HiFi-GAN."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from voiceover.errors import BadInputError
from voiceover.models import checkpoints, weights
from voiceover.models.hifigan import Hifigan
from voiceover.models.weights import Storage
from voiceover.synthesis.mels import MelConfig
from voiceover.text import characters
from voiceover.voices import bundle, catalog
from voiceover.voices.bundle import ACOUSTIC_KIND, HIFIGAN_KIND
from voiceover.voices.tacotron import open_bundle

_UNSTATED = "not stated"


@dataclass(frozen=True, slots=True)
class Imported:
    """Where the voice is now, and what was assumed on the way."""

    folder: Path
    notes: tuple[str, ...]


def import_voice(
    acoustic: Path,
    *,
    name: str,
    vocoder: Path | None = None,
    vocoder_config: Path | None = None,
    acoustic_config: Path | None = None,
    symbols: Path | None = None,
    language: str = "en",
    licence: str = _UNSTATED,
    consent: str = _UNSTATED,
    force: bool = False,
) -> Imported:
    """Add a voice made of public checkpoints to the user's voices; weights stay in full precision.

    Args:
        acoustic: a Tacotron 2 in NVIDIA's or torchaudio's notation.
        name: what `--voice` takes.
        vocoder: a HiFi-GAN generator; without one the voice speaks through Griffin-Lim.
        vocoder_config: its `config.json`.
        acoustic_config: the hparams of the Tacotron as JSON, where its mels are not the public ones.
        symbols: the voice's symbol table, where it is not the public one.
        language: what it speaks.
        licence: of the voice.
        consent: who agreed to what.
        force: whether to replace a voice of that name.

    Raises:
        BadInputError: a file cannot be used, or they do not fit each other.
        MissingError: the language needs an extra.
    """
    catalog.place_for(name, force=force)
    if (vocoder is None) != (vocoder_config is None):
        raise BadInputError(
            f"{'--vocoder' if vocoder else '--vocoder-config'} stands alone.",
            "A vocoder needs both: --vocoder g_02500000 --vocoder-config config.json (they are published together).",
        )
    mel = MelConfig()
    if acoustic_config:
        mel = checkpoints.mel_config(acoustic_config, checkpoints.read_json(acoustic_config))
    model = checkpoints.read_tacotron(acoustic, mel)
    generator = _generator(vocoder, vocoder_config, mel, acoustic_config) if vocoder and vocoder_config else None
    front_end, note = _front_end(acoustic, model.config.n_symbols, symbols, language)
    notes = [note] if generator else [note, "No vocoder was given: the voice speaks through Griffin-Lim."]
    if not acoustic_config:
        notes.append(f"Its mels are taken for the public voices': {_described(mel)}.")
    card = bundle.VoiceCard(
        format=1,
        name=name,
        description=f"Imported from {' and '.join(path.name for path in (acoustic, vocoder) if path)}.",
        language=front_end.language,
        licence=licence,
        consent=consent,
        sample_rate=mel.sample_rate,
        mel=asdict(mel),
        front_end=bundle.FrontEnd(name=front_end.name, version=front_end.version, symbols=list(front_end.symbols)),
        acoustic=bundle.Network(kind=ACOUSTIC_KIND, config=asdict(model.config)),
        vocoder=bundle.Network(kind=HIFIGAN_KIND, config=_listed(generator)) if generator else None,
    )
    with tempfile.TemporaryDirectory(prefix="voiceover-import-") as scratch:
        made = Path(scratch) / "voice"
        made.mkdir()
        (made / bundle.CARD).write_text(json.dumps(card.model_dump(), indent=1, ensure_ascii=False) + "\n", "utf-8")
        weights.save(model.state_dict(), made / bundle.ACOUSTIC, Storage.WHOLE)
        if generator:
            weights.save(generator.state_dict(), made / bundle.VOCODER, Storage.WHOLE)
        open_bundle(made, "cpu")  # what was written must open as any bundle does
        return Imported(catalog.add(made, name=name, force=force), tuple(notes))


def _generator(path: Path, config_path: Path, mel: MelConfig, acoustic_config: Path | None) -> Hifigan:
    config, made_for = checkpoints.read_hifigan_config(config_path)
    differences = [
        f"{field.name} {getattr(made_for, field.name):g} against {getattr(mel, field.name):g}"
        for field in fields(mel)
        if getattr(made_for, field.name) != getattr(mel, field.name)
    ]
    if differences:
        acoustics = acoustic_config or "the public Tacotron 2 voices"
        raise BadInputError(
            f"{config_path}: the vocoder was made for other mels than {acoustics}: {', '.join(differences)}.",
            "Take a vocoder that was trained on the same mels"
            + ("." if acoustic_config else ", or give the acoustic model's own hparams with --acoustic-config."),
        )
    return checkpoints.read_hifigan(path, config, mel)


def _front_end(acoustic: Path, rows: int, given: Path | None, language: str) -> tuple[characters.Characters, str]:
    """Choose the symbol table: the one given, or the public one where the rows are as many."""
    public = list(characters.PUBLIC_SYMBOLS)
    if given is None and rows != len(public):
        raise BadInputError(
            f"{acoustic}: its embedding has {rows} rows. Only the public table of {len(public)} can be assumed.",
            "Give the table that it was trained with: --symbols FILE, one symbol a line in order, or a JSON list "
            "(training programs have it in text/symbols.py).",
        )
    table = _read_symbols(given) if given else public
    if len(table) != rows:
        raise BadInputError(
            f"{given}: lists {len(table)} symbols, {acoustic} has {rows} rows in its embedding.",
            "Give the table that the voice was trained with, complete and in order; a space is a line of one space.",
        )
    is_english = language.lower().replace("_", "-").partition("-")[0] in ("en", "english")
    name = characters.PUBLIC if is_english and table == public else language.lower() + characters.OWN
    front_end = characters.front_end(name, table)
    assert front_end is not None  # noqa: S101  # both names are of its own
    if given:
        return front_end, f"{rows} symbols, as {given} lists them, read as {front_end.language}."
    note = f"{rows} symbols: taken for the public table (letters, then ARPAbet), read as {front_end.language}."
    return front_end, note


def _read_symbols(path: Path) -> list[str]:
    """Read a symbol table: a JSON list, or one symbol a line."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}).", "Check the path.") from None
    except UnicodeDecodeError:
        raise BadInputError(f"{path}: is not UTF-8.", "Save it as UTF-8.") from None
    try:
        listed = json.loads(text)
    except ValueError:
        listed = None
    if not isinstance(listed, list):
        listed = text.removesuffix("\n").split("\n")
    for number, symbol in enumerate(listed, start=1):
        if not isinstance(symbol, str) or not symbol:
            raise BadInputError(
                f"{path}: symbol {number} is {symbol!r}.", "Write one symbol a line, or a JSON list of strings."
            )
    return list(listed)


def _listed(generator: Hifigan) -> dict[str, int | float | list[int] | list[list[int]]]:
    listed: dict[str, int | float | list[int] | list[list[int]]] = json.loads(json.dumps(asdict(generator.config)))
    return listed


def _described(mel: MelConfig) -> str:
    about: Sequence[str] = [f"{key} {value:g}" for key, value in asdict(mel).items()]
    return ", ".join(about)
