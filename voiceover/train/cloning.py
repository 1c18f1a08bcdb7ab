"""A voice from a few minutes of recordings: inspected, fine-tuned from a base voice, measured and exported in one go.

    WORK/corpus/            the prepared recordings, and inspection.html
    WORK/runs/acoustic, vocoder   the training runs, with their TensorBoard logs
    WORK/voice/             the bundle
    WORK/page/index.html    how it came out, beside the base voice

The acoustic model that speaks is a blend of the base's weights and the trained ones: see `blending`.

Every step carries on where it was interrupted, and one that is done is not done again.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from voiceover import calibration
from voiceover.errors import BadInputError
from voiceover.progress import Progress
from voiceover.train import (
    acoustic,
    blending,
    evaluation,
    evaluation_page,
    inspection,
    inspection_page,
    mending,
    vocoder,
)
from voiceover.train import corpus as corpora
from voiceover.train.checkpoints import LAST
from voiceover.train.corpus import Corpus
from voiceover.train.export import export
from voiceover.train.loop import follow
from voiceover.voices import catalog
from voiceover.voices.bundle import read_card

LEAST_SECONDS = 60.0  # of speech: less teaches no voice
ADVISED_SECONDS = 300.0
_ACOUSTIC_SHARE = 0.7  # of the minutes; the vocoder, which already serves voices it never heard, gets the rest
BLENDED = "blended.pt"
_CALIBRATION_SECONDS = 45.0  # of speaking: on two cores most of the lines
_EVALUATED = 12  # held-out sentences on the page


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each network is trained, and how much of the acoustic model is then the speaker's."""

    acoustic_steps: int
    vocoder_steps: int
    share: float  # of the trained weights in those that speak; the rest is the base's


@dataclass(frozen=True, slots=True)
class Cloned:
    """What a cloning made."""

    bundle: Path
    page: Path
    sample: Path
    left_out: tuple[str, ...]  # clips with faults
    seconds: float  # of speech it was trained on
    finished: bool  # False where the minutes ended before the plan did


def plan(seconds: float) -> Plan:
    """Choose the steps by the seconds of speech: little is soon learnt by heart, much needs to be heard through."""
    minutes = seconds / 60
    if minutes < 10:
        return Plan(300, 800, 0.7)
    if minutes < 30:
        return Plan(1500, 2000, 0.85)
    return Plan(4000, 4000, 1.0)


def clone(
    prepared: Corpus,
    work: Path,
    *,
    name: str,
    base: Path,
    licence: str,
    minutes: float | None,
    device: str,
    progress: Progress,
) -> Cloned:
    """Make a voice of a prepared corpus.

    Args:
        prepared: the recordings, with the speaker's consent.
        work: where the runs, the bundle and the page go.
        name: of the voice.
        base: the bundle that training starts from.
        licence: of the voice.
        minutes: for both trainings together; None trains as long as the plan says.
        device: auto, cpu, cuda or cuda:N.
        progress: where it is told how far this is.

    Raises:
        BadInputError: too little usable speech, or a base that does not fit.
    """
    left_out = _inspect(prepared, progress)
    prepared = corpora.load(prepared.folder)
    seconds = sum(clip.seconds for clip in prepared.clips)
    if seconds < LEAST_SECONDS:
        raise BadInputError(
            f"{prepared.folder}: only {seconds:.0f} s of usable speech; {LEAST_SECONDS:.0f} are the least.",
            f"Record more, five minutes or longer. What is wrong with the clips: {prepared.folder / 'inspection.html'}",
        )
    if seconds < ADVISED_SECONDS:
        progress.warn(f"{seconds / 60:.1f} minutes of speech are little: the voice will be alike, not the same.")
    steps = plan(seconds)
    runs = work / "runs"
    shares = (_ACOUSTIC_SHARE, 1 - _ACOUSTIC_SHARE)
    acoustic_minutes, vocoder_minutes = (None if minutes is None else minutes * share for share in shares)
    acoustic_run, vocoder_run = runs / "acoustic", runs / "vocoder"
    statuses = [
        acoustic.train(
            prepared,
            acoustic_run,
            preset="finetune",
            steps=steps.acoustic_steps,
            minutes=acoustic_minutes,
            device=device,
            warm_start=base,
            progress=follow(progress, "Learning how it speaks"),
            tell=progress.note,
        ),
    ]
    speaking = acoustic_run / BLENDED
    blending.blend(acoustic_run / LAST, base, steps.share, speaking)
    statuses.append(
        vocoder.train(
            prepared,
            vocoder_run,
            preset="adversarial",
            steps=steps.vocoder_steps,
            minutes=vocoder_minutes,
            device=device,
            warm_start=base,
            mels_of=speaking,
            progress=follow(progress, "Learning how it sounds"),
            tell=progress.note,
        )
    )
    bundle = work / "voice" / name
    if not bundle.exists() or _is_older(bundle, acoustic_run / LAST, vocoder_run / LAST):
        networks = (speaking, vocoder_run / LAST)
        _export(prepared, bundle, networks, name=name, base=base, licence=licence, seconds=seconds)
        _calibrate(prepared, bundle, progress)
    page = _evaluate(prepared, bundle, base, work / "page", device, progress)
    finished = all(status.stopped_early or status.step >= status.steps for status in statuses)
    return Cloned(bundle, page, bundle / "sample.wav", tuple(left_out), seconds, finished)


def _inspect(prepared: Corpus, progress: Progress) -> list[str]:
    """Write the inspection's page, and leave out the clips with faults."""
    progress.stage("Inspecting")
    found = inspection.inspect(prepared.folder)
    inspection_page.write(found, prepared.folder / "inspection.html")
    left_out = mending.drop(found)
    if left_out:
        progress.warn(
            f"{len(left_out)} clips with faults are left out: {', '.join(left_out[:8])}"
            f"{', ...' if len(left_out) > 8 else ''}. See {prepared.folder / 'inspection.html'}"
        )
    return left_out


def _export(
    prepared: Corpus, bundle: Path, networks: tuple[Path, Path], *, name: str, base: Path, licence: str, seconds: float
) -> None:
    if bundle.exists():
        shutil.rmtree(bundle)
    export(
        bundle,
        acoustic=networks[0],
        vocoder=networks[1],
        name=name,
        licence=licence,
        consent=prepared.consent,
        description=f"Cloned from {base.name}",
        training={"base": base.name, "clips": len(prepared.clips), "minutes": round(seconds / 60, 1)},
    )


def _calibrate(prepared: Corpus, bundle: Path, progress: Progress) -> None:
    """Find out how long the voice takes for what, for `check`; a voice that says too little stays a good voice."""
    try:
        texts = calibration.lines_for(read_card(bundle).language, bundle.name)
    except BadInputError:
        texts = [clip.text for clip in prepared.clips]  # no lines of its language but these
    try:
        calibration.calibrate(str(bundle), texts, progress, seconds=_CALIBRATION_SECONDS)
    except BadInputError as error:
        progress.warn(f"not calibrated, so `check` estimates roughly: {error.message}")


def _evaluate(prepared: Corpus, bundle: Path, base: Path, page: Path, device: str, progress: Progress) -> Path:
    """Set the voice beside its base on sentences that were held out, and draw it."""
    voices = {bundle.name: catalog.open_voice(str(bundle), device), base.name: catalog.open_voice(str(base), device)}
    found = evaluation.evaluate(voices, evaluation.open_judges(), progress, corpus=prepared, sets=(), count=_EVALUATED)
    figures = json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
    corpora.write_text(page.parent / "evaluation.json", figures + "\n")
    page.mkdir(exist_ok=True)
    return evaluation_page.write(found, page, progress)


def _is_older(bundle: Path, *checkpoints: Path) -> bool:
    made = (bundle / "voice.json").stat().st_mtime
    return any(checkpoint.stat().st_mtime > made for checkpoint in checkpoints)
