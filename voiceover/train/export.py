"""Make a voice bundle of trained networks."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import soundfile

from voiceover.errors import BadInputError
from voiceover.models import weights
from voiceover.models.weights import Storage
from voiceover.text import languages
from voiceover.train.checkpoints import load_weights
from voiceover.types import Line
from voiceover.voices import bundle
from voiceover.voices.tacotron import open_bundle

SAMPLE_TEXTS = {
    "en": "This is my voice. I can read your subtitles, on time, and as often as you like.",
    "de": "Das ist meine Stimme. Ich lese Ihre Untertitel, pünktlich und so oft Sie möchten.",
}


def export(
    folder: Path,
    *,
    acoustic: Path,
    vocoder: Path | None,
    name: str,
    licence: str,
    consent: str = "",
    description: str = "",
    language: str | None = None,
    training: dict[str, Any] | None = None,
    figures: dict[str, Any] | None = None,
) -> bundle.VoiceCard:
    """Write a bundle from checkpoints: the acoustic model in bytes, the vocoder, which hears the rounding, in halves.

    Args:
        folder: where the bundle goes; it must not exist.
        acoustic: checkpoint of an acoustic run (`best.pt` or `last.pt`).
        vocoder: checkpoint of a vocoder run; without one the voice speaks through Griffin-Lim.
        name: what `--voice` takes.
        licence: of the voice.
        consent: who agreed to what; by default the statement of the corpus.
        description: for `voices show`.
        language: what it speaks; by default the language of its text front-end.
        training: what it was trained on and how.
        figures: what was measured.

    Raises:
        BadInputError: the folder exists, a checkpoint cannot be read, the two do not share one mel
            configuration, or nobody said that the voice may be used.
    """
    if folder.exists():
        raise BadInputError(f"{folder}: exists already", "Choose another folder, or remove it.")
    heard, spoken = load_weights(acoustic), load_weights(vocoder) if vocoder else None
    about = heard["describe"]
    if spoken and spoken["describe"]["mel"] != about["mel"]:
        message = f"{vocoder}: trained on other mels than {acoustic}"
        raise BadInputError(message, "Train both networks on corpora prepared alike.")
    consent = consent or about.get("consent", "")
    if not consent:
        raise BadInputError(f"{acoustic}: its corpus carries no consent", "Say who agreed to what: --consent.")
    card = bundle.VoiceCard(
        format=1,
        name=name,
        description=description,
        language=language or languages.named(about["name"]).language,
        licence=licence,
        consent=consent,
        sample_rate=about["mel"]["sample_rate"],
        mel=about["mel"],
        front_end=bundle.FrontEnd(**{key: about[key] for key in ("name", "version", "symbols")}),
        acoustic=bundle.Network(kind=about["kind"], config=about["config"]),
        vocoder=bundle.Network(kind=spoken["describe"]["kind"], config=spoken["describe"]["config"])
        if spoken
        else None,
        training={
            "acoustic_steps": heard["step"],
            "vocoder_steps": spoken["step"] if spoken else 0,
            **(training or {}),
        },
        figures=figures or {},
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".exporting-") as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        (made / bundle.CARD).write_text(json.dumps(card.model_dump(), indent=1, ensure_ascii=False) + "\n", "utf-8")
        weights.save(heard["average"], made / bundle.ACOUSTIC, Storage.BYTES)
        if spoken:
            weights.save(spoken["average"], made / bundle.VOCODER, Storage.HALF)
        voice = open_bundle(made, "cpu")
        sample = voice.read(SAMPLE_TEXTS.get(voice.language.partition("-")[0], SAMPLE_TEXTS["en"])).spoken
        speech = next(voice.speak([Line(1, 0.0, 6.0, sample)]))
        soundfile.write(made / bundle.SAMPLE, speech.audio.samples, speech.audio.rate, subtype="PCM_16")
        shutil.move(made, folder)
    return card
