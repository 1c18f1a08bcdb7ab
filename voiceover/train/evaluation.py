"""What is measured of a voice: each sentence it speaks, beside a recording of it where there is one.

A section is one set of sentences; a material is one way of saying them all: the recordings, the recordings through a
mel and a vocoder, a voice. Every figure is worked out from a material's takes, so no table can disagree with another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from math import isfinite
from statistics import mean, median, pstdev
from typing import Any

import numpy as np
import soxr
import torch
from numpy.typing import NDArray

from voiceover import loudness, markup
from voiceover.loudness import Loudness
from voiceover.models.mel import log_mel
from voiceover.progress import Progress
from voiceover.synthesis.griffin_lim import griffin_lim
from voiceover.synthesis.mels import MelConfig
from voiceover.text import languages
from voiceover.train import corpus as corpora
from voiceover.train import fidelity, measures, recogniser
from voiceover.train.corpus import Corpus
from voiceover.train.fidelity import Fidelity
from voiceover.types import Attention, Audio, Line, Samples, Speech
from voiceover.voices.base import Voice
from voiceover.voices.tacotron import TacotronVoice
from voiceover.voices.voiced import voiced_bounds

FORMAT = 1
CLIPPED = 0.999  # of full scale
FRAME = 0.02  # seconds that a word may end after the sound: the last frame's own width
ENROLMENT = 20  # training clips that tell how the corpus's speaker sounds
RECORDINGS = "recordings"
FALLBACK = "through mel and Griffin-Lim"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A take against the recording of its sentence."""

    mcd_db: float
    f0_error_semitones: float | None  # None where they are never voiced at once
    voicing_error: float  # share of the aligned frames
    duration_ratio: float  # the take's voiced seconds by the recording's


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recogniser made of a take, and how far that is from what was said."""

    text: str
    word_errors: int
    words: int
    character_errors: int
    characters: int


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One sentence as one material says it; audio without samples where it could not be said."""

    spoken: str  # the words, written out, with marks of `markup`
    audio: Audio
    seconds: float = 0.0  # of the voiced part
    attempts: int = 1
    flags: tuple[str, ...] = ()
    attention: Attention | None = None
    level: Loudness | None = None
    clipped: int = 0  # samples at full scale
    mistimed: int = 0  # words that begin before the one before them has, or lie outside the sound
    outlying: bool = False  # its seconds per character stand out from the other sentences'
    against: Comparison | None = None
    fidelity: Fidelity | None = None  # of a copy, which lasts as long as its recording
    heard: Heard | None = None
    quality: tuple[float, float] | None = None  # DNSMOS overall, P.808
    likeness: float | None = None  # cosine to the corpus's speaker

    @property
    def pace(self) -> float:
        """Voiced seconds for each letter or digit; 0 for what is not said."""
        characters = sum(map(str.isalnum, markup.plain(self.spoken)))
        return self.seconds / characters if characters else 0.0

    @property
    def troubles(self) -> tuple[str, ...]:
        """What somebody should listen for, in words."""
        if not self.audio.samples.size:
            return ("not said",)
        attention = self.attention
        found = {
            "did not stop by itself": attention is not None and not attention.stopped,
            "repeats": attention is not None and attention.repeats > 0,
            "skips": attention is not None and attention.skips > 0,
            "word times out of order": self.mistimed > 0,
            "odd pace": self.outlying,
            "clipped": self.clipped > 0,
        }
        return (*(trouble for trouble, there in found.items() if there), *self.flags)

    def to_json(self) -> dict[str, Any]:
        """Return what was measured of it; the audio is not part of it."""
        level = self.level
        return {
            "spoken": markup.show(self.spoken),
            "seconds": round(self.seconds, 4),
            "seconds_per_character": round(self.pace, 4),
            "outlying": self.outlying,
            "attempts": self.attempts,
            "mistimed_words": self.mistimed,
            "flags": list(self.flags),
            "attention": asdict(self.attention) if self.attention else None,
            "lufs": round(level.lufs, 2) if level and isfinite(level.lufs) else None,
            "true_peak_dbtp": round(level.peak_dbtp, 2) if level and isfinite(level.peak_dbtp) else None,
            "clipped_samples": self.clipped,
            "against_recording": asdict(self.against) if self.against else None,
            "fidelity": asdict(self.fidelity) if self.fidelity else None,
            "heard": asdict(self.heard) if self.heard else None,
            "dnsmos": list(self.quality) if self.quality else None,
            "speaker_similarity": self.likeness,
            "troubles": list(self.troubles),
        }


@dataclass(frozen=True, slots=True)
class Material:
    """One way of saying all sentences of a section, in their order."""

    name: str
    takes: tuple[Take, ...]
    voice: Voice | None = None  # who speaks; None for recordings and what is made of them

    @property
    def said(self) -> tuple[Take, ...]:
        """The takes that hold sound."""
        return tuple(take for take in self.takes if take.audio.samples.size)

    def figures(self) -> dict[str, float]:
        """Return every figure that could be measured, by its key."""
        found = {figure.key: figure.of(self.takes) for figure in FIGURES}
        return {key: value for key, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Section:
    """A set of sentences, as written, and all that says them."""

    title: str
    texts: tuple[str, ...]
    materials: tuple[Material, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that was measured of a voice, and of the one it is compared with."""

    voice: str
    other: str | None
    seed: int
    sections: tuple[Section, ...]
    missing: dict[str, str]  # key of a figure -> why there is none

    def to_json(self) -> dict[str, Any]:
        """Return the object that `--json` writes."""
        return {
            "format": FORMAT,
            "voice": self.voice,
            "compared_with": self.other,
            "seed": self.seed,
            "figures": {figure.key: figure.label for figure in FIGURES},
            "missing": self.missing,
            "sections": [
                {
                    "title": section.title,
                    "texts": list(section.texts),
                    "materials": [
                        {
                            "name": material.name,
                            "figures": {key: round(value, 4) for key, value in material.figures().items()},
                            "takes": [take.to_json() for take in material.takes],
                        }
                        for material in section.materials
                    ],
                }
                for section in self.sections
            ],
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table."""

    key: str
    label: str
    shown: str  # a format, such as "{:.1f} %"
    of: Callable[[Sequence[Take]], float | None]  # a material's takes to the figure; None where it does not apply


@dataclass(frozen=True, slots=True)
class Judges:
    """The optional packages that are installed here."""

    transcribe: recogniser.Transcribe | None = None
    rate: recogniser.Rate | None = None
    embed: recogniser.Embed | None = None
    pesq: recogniser.Compare | None = None


def open_judges() -> Judges:
    """Open those that are installed."""
    return Judges(
        recogniser.open_recogniser(), recogniser.open_quality(), recogniser.open_speaker(), recogniser.open_pesq()
    )


def evaluate(
    voices: Mapping[str, Voice],
    judges: Judges,
    progress: Progress,
    *,
    corpus: Corpus | None = None,
    sets: Sequence[tuple[str, Sequence[Line]]] = (),
    count: int | None = None,
    seed: int = 0,
) -> Evaluation:
    """Measure a voice, or two side by side.

    Args:
        voices: one, or two, by the names they are shown with.
        judges: those there are.
        progress: where it is told how far this is.
        corpus: its validation clips are spoken too, and compared with their recordings.
        sets: titles, and the lines to speak, as written.
        count: at most so many of the validation clips.
        seed: of the voices.
    """
    sections = []
    speaker = None
    if corpus is not None:
        speaker = _enrol(corpus, judges)
        sections.append(_held_out(voices, corpus, count, judges, progress, seed=seed))
    for title, lines in sets:
        spoken = [_speak(name, voice, lines, progress, seed=seed) for name, voice in voices.items()]
        sections.append(Section(title, tuple(line.text for line in lines), tuple(spoken)))
    total = sum(len(material.said) for section in sections for material in section.materials)
    progress.stage("Listening", total)
    language = next((voice.language for voice in voices.values() if voice.language), None)
    english = (language or "en").lower().partition("-")[0] == "en"
    if not english:
        judges = replace(judges, transcribe=None)
    judged = tuple(
        replace(section, materials=tuple(_judge(it, judges, speaker, progress) for it in section.materials))
        for section in sections
    )
    names = list(voices)
    return Evaluation(
        voice=names[0],
        other=names[1] if len(names) > 1 else None,
        seed=seed,
        sections=judged,
        missing=_missing(judges, english=english, corpus=corpus is not None),
    )


def all_held_out(corpus: Corpus) -> Corpus:
    """Return a corpus that no voice has been trained on: its likeness is then not measured, for want of others."""
    return replace(corpus, clips=tuple(replace(clip, split="validation") for clip in corpus.clips))


def clips_to_speak(corpus: Corpus, count: int | None) -> list[corpora.Clip]:
    """Return the validation clips, one take of each text, at most `count`."""
    first: dict[str, corpora.Clip] = {}
    for clip in corpus.split("validation"):
        first.setdefault(clip.text, clip)
    return list(first.values())[:count]


def _held_out(
    voices: Mapping[str, Voice], corpus: Corpus, count: int | None, judges: Judges, progress: Progress, *, seed: int
) -> Section:
    """Speak the validation clips' texts, and set everything beside the recordings."""
    clips = clips_to_speak(corpus, count)
    recorded = [Audio(corpus.samples(clip), corpus.mel.sample_rate) for clip in clips]
    lines = [Line(number, 0.0, clip.seconds, clip.text) for number, clip in enumerate(clips, start=1)]
    spoken = [_speak(name, voice, lines, progress, seed=seed) for name, voice in voices.items()]
    progress.stage("Comparing with the recordings")
    materials = [_sounds(RECORDINGS, clips, recorded)]
    copied = [_sounds(FALLBACK, clips, [_through_griffin_lim(audio, corpus.mel) for audio in recorded])]
    for name, voice in voices.items():
        if isinstance(voice, TacotronVoice) and voice.card.vocoder:
            copies = f"through {name}'s vocoder"
            copied.append(_sounds(copies, clips, [voice.resynthesise(audio) for audio in recorded]))
    materials += [_copied(material, recorded, corpus.mel, judges) for material in copied]
    materials += spoken
    references = [_Analysis(audio, corpus.mel) for audio in recorded]
    return Section(
        "held-out sentences",
        tuple(clip.text for clip in clips),
        (materials[0], *(_compare(material, references, corpus.mel) for material in materials[1:])),
    )


def _speak(name: str, voice: Voice, lines: Sequence[Line], progress: Progress, *, seed: int) -> Material:
    progress.stage(f"Speaking with {name}", len(lines))
    readings = [voice.read(line.to_read).spoken for line in lines]
    asked = [
        replace(line, index=n, text=text) for n, (line, text) in enumerate(zip(lines, readings, strict=True)) if text
    ]
    takes = [Take(text, Audio(np.zeros(0, np.float32), voice.rate)) for text in readings]
    for speech in voice.speak(asked, seed=seed):
        takes[speech.line.index] = _take(speech)
        progress.advance()
    return Material(name, _mark_outliers(takes), voice)


def _take(speech: Speech) -> Take:
    return Take(
        spoken=speech.spoken_text,
        audio=speech.audio,
        seconds=speech.natural_seconds,
        attempts=speech.attempts,
        flags=tuple(flag for flag in speech.flags if flag != "unsaid"),
        attention=speech.attention,
        mistimed=_mistimed(speech),
    )


def _mistimed(speech: Speech) -> int:
    seconds = len(speech.audio.samples) / speech.audio.rate
    before, count = 0.0, 0
    for word in speech.words:
        count += not before <= word.start <= word.end <= seconds + FRAME
        before = max(before, word.start)
    return count


def _sounds(name: str, clips: Sequence[corpora.Clip], audios: Sequence[Audio]) -> Material:
    takes = []
    for clip, audio in zip(clips, audios, strict=True):
        onset, offset = voiced_bounds(audio)
        takes.append(Take(clip.spoken, audio, offset - onset))
    return Material(name, _mark_outliers(takes))


def _mark_outliers(takes: Sequence[Take]) -> tuple[Take, ...]:
    said = [n for n, take in enumerate(takes) if take.pace > 0]
    found = measures.outliers([takes[n].pace for n in said])
    odd = {n for n, outlying in zip(said, found, strict=True) if outlying}
    return tuple(replace(take, outlying=n in odd) for n, take in enumerate(takes))


def _through_griffin_lim(audio: Audio, mel: MelConfig) -> Audio:
    samples = griffin_lim(log_mel(torch.from_numpy(audio.samples), mel).numpy(), mel)
    return Audio(np.asarray(samples, dtype=np.float32).clip(-1, 1), audio.rate)


class _Analysis:
    """The voiced part of a take: cepstra and F0, frame by frame, both worked out when they are first asked for."""

    def __init__(self, audio: Audio, mel: MelConfig) -> None:
        onset, offset = voiced_bounds(audio)
        voiced = audio.samples[round(onset * audio.rate) : round(offset * audio.rate)]
        self.seconds = offset - onset
        self._mel = mel
        self._samples: Samples = np.asarray(soxr.resample(voiced, audio.rate, mel.sample_rate), dtype=np.float32)

    @property
    def long_enough(self) -> bool:
        """Whether it fills a window at all."""
        return len(self._samples) > self._mel.n_fft

    @cached_property
    def cepstra(self) -> measures.Frames:
        """(13, frames)."""
        return measures.mel_cepstra(log_mel(torch.from_numpy(self._samples), self._mel).numpy())

    @cached_property
    def f0(self) -> Samples:
        """Hz, 0 where unvoiced."""
        return corpora.fundamental(self._samples, self._mel)


def _compare(material: Material, references: Sequence[_Analysis], mel: MelConfig) -> Material:
    """Set each take beside the recording of its sentence, all in the corpus's mel configuration."""
    takes = []
    for take, recording in zip(material.takes, references, strict=True):
        analysis = _Analysis(take.audio, mel) if take.audio.samples.size else None
        if analysis is None or not analysis.long_enough or not recording.long_enough:
            takes.append(take)
            continue
        path = measures.align(recording.cepstra, analysis.cepstra)
        against = Comparison(
            mcd_db=measures.mel_cepstral_distortion(recording.cepstra, analysis.cepstra, path),
            f0_error_semitones=measures.f0_error(recording.f0, analysis.f0, path),
            voicing_error=measures.voicing_error(recording.f0, analysis.f0, path),
            duration_ratio=analysis.seconds / recording.seconds,
        )
        takes.append(replace(take, against=against))
    return replace(material, takes=tuple(takes))


def _copied(material: Material, recorded: Sequence[Audio], mel: MelConfig, judges: Judges) -> Material:
    """Set each copy beside its recording, sample by sample."""
    takes = [
        replace(take, fidelity=fidelity.compare(take.audio, recording, mel, judges.pesq))
        if take.audio.rate == recording.rate
        else take
        for take, recording in zip(material.takes, recorded, strict=True)
    ]
    return replace(material, takes=tuple(takes))


def _enrol(corpus: Corpus, judges: Judges) -> NDArray[np.float32] | None:
    """Return the mean vector of the speaker, from clips that nothing here is judged on."""
    clips = corpus.split("train")
    clips = clips[:: max(1, len(clips) // ENROLMENT)][:ENROLMENT]
    if judges.embed is None or not clips:
        return None
    vectors = [judges.embed(Audio(corpus.samples(clip), corpus.mel.sample_rate)) for clip in clips]
    together: NDArray[np.float32] = np.mean(vectors, axis=0)
    return together / np.linalg.norm(together)


def _judge(material: Material, judges: Judges, speaker: NDArray[np.float32] | None, progress: Progress) -> Material:
    takes = []
    for take in material.takes:
        if not take.audio.samples.size:
            takes.append(take)
            continue
        whole = take.audio.seconds > recogniser.SHORTEST
        takes.append(
            replace(
                take,
                level=loudness.measure(take.audio.samples, take.audio.rate),
                clipped=int((np.abs(take.audio.samples) >= CLIPPED).sum()),
                heard=_hear(take, judges.transcribe) if judges.transcribe else None,
                quality=judges.rate(take.audio) if judges.rate and whole else None,
                likeness=_likeness(take, judges.embed, speaker) if judges.embed and whole else None,
            )
        )
        progress.advance()
    return replace(material, takes=tuple(takes))


def _hear(take: Take, transcribe: recogniser.Transcribe) -> Heard:
    """Count errors on words written out, so that it does not matter whether a recogniser writes "20" or "twenty"."""
    text = transcribe(take.audio)
    write_out = languages.named(languages.ENGLISH).spoken
    said, heard = measures.words(write_out(markup.plain(take.spoken))), measures.words(write_out(text))
    said_letters, heard_letters = " ".join(said), " ".join(heard)
    return Heard(
        text,
        measures.edits(said, heard),
        len(said),
        measures.edits(said_letters, heard_letters),
        len(said_letters),
    )


def _likeness(take: Take, embed: recogniser.Embed, speaker: NDArray[np.float32] | None) -> float | None:
    if speaker is None:
        return None
    vector = embed(take.audio)
    return float(vector @ speaker / np.linalg.norm(vector))


def _missing(judges: Judges, *, english: bool, corpus: bool) -> dict[str, str]:
    """Say why a figure is in no column."""
    found = {}
    if judges.transcribe is None:
        found["word_error_rate"] = recogniser.INSTALL["recogniser"] if english else "the recogniser knows English only"
    if judges.rate is None:
        found["dnsmos"] = recogniser.INSTALL["quality"]
    if corpus and judges.embed is None:
        found["speaker_similarity"] = recogniser.INSTALL["speaker"]
    if corpus and judges.pesq is None:
        found["pesq"] = recogniser.INSTALL["pesq"]
    return found


def _over(values: Iterable[float | None], how: Callable[[list[float]], float]) -> float | None:
    known = [value for value in values if value is not None and isfinite(value)]
    return how(known) if known else None


def _attention(how: Callable[[list[float]], float], name: str) -> Callable[[Sequence[Take]], float | None]:
    return lambda takes: _over((float(getattr(take.attention, name)) for take in takes if take.attention), how)


def _against(how: Callable[[list[float]], float], name: str) -> Callable[[Sequence[Take]], float | None]:
    return lambda takes: _over((getattr(take.against, name) for take in takes if take.against), how)


def _copy(name: str) -> Callable[[Sequence[Take]], float | None]:
    return lambda takes: _over((getattr(take.fidelity, name) for take in takes if take.fidelity), mean)


def _error_rate(errors: str, of: str) -> Callable[[Sequence[Take]], float | None]:
    def rate(takes: Sequence[Take]) -> float | None:
        heard = [take.heard for take in takes if take.heard]
        total = sum(getattr(one, of) for one in heard)
        return 100.0 * sum(getattr(one, errors) for one in heard) / total if total else None

    return rate


def _count(what: Callable[[Take], bool | int]) -> Callable[[Sequence[Take]], float | None]:
    return lambda takes: float(sum(what(take) for take in takes))


def _of_attention(what: Callable[[Attention], bool | int]) -> Callable[[Sequence[Take]], float | None]:
    """Count over the takes that have an attention; None where none has."""
    return lambda takes: _over((float(what(take.attention)) for take in takes if take.attention), sum)


FIGURES = (
    Figure("word_error_rate", "word error rate", "{:.1f} %", _error_rate("word_errors", "words")),
    Figure("character_error_rate", "character error rate", "{:.1f} %", _error_rate("character_errors", "characters")),
    Figure("dnsmos", "DNSMOS, overall", "{:.2f}", lambda t: _over((x.quality[0] for x in t if x.quality), mean)),
    Figure("dnsmos_p808", "DNSMOS, P.808", "{:.2f}", lambda t: _over((x.quality[1] for x in t if x.quality), mean)),
    Figure("speaker_similarity", "likeness to the speaker", "{:.2f}", lambda t: _over((x.likeness for x in t), mean)),
    Figure("pesq", "PESQ of the copies, wideband", "{:.2f}", _copy("pesq")),
    Figure("stft_distance", "spectral distance of the copies", "{:.2f}", _copy("stft")),
    Figure("mel_distance", "mel distance of the copies, nepers", "{:.3f}", _copy("mel")),
    Figure("mcd_db", "mel-cepstral distortion", "{:.2f} dB", _against(mean, "mcd_db")),
    Figure("f0_error_semitones", "log-F0 RMSE", "{:.2f} semitones", _against(mean, "f0_error_semitones")),
    Figure("voicing_error", "voicing error", "{:.1f} %", _against(lambda shares: 100 * mean(shares), "voicing_error")),
    Figure("duration_ratio", "duration, of the recording's (median)", "{:.2f}", _against(median, "duration_ratio")),
    Figure("focus", "attention focus, mean", "{:.2f}", _attention(mean, "focus")),
    Figure("lowest_focus", "attention focus, lowest", "{:.2f}", _attention(min, "focus")),
    Figure("lowest_coverage", "attention coverage, lowest", "{:.2f}", _attention(min, "coverage")),
    Figure("repeats", "repeats", "{:.0f}", _of_attention(lambda attention: attention.repeats)),
    Figure("skips", "skipped tokens", "{:.0f}", _of_attention(lambda attention: attention.skips)),
    Figure(
        "mistimed",
        "word times out of order",
        "{:.0f}",
        lambda t: _over((float(x.mistimed) for x in t if x.attention), sum),
    ),
    Figure("stop_failures", "stop failures", "{:.0f}", _of_attention(lambda attention: not attention.stopped)),
    Figure(
        "retried",
        "tried more than once",
        "{:.0f}",
        lambda t: _over((float(x.attempts > 1) for x in t if x.attention), sum),
    ),
    Figure("flagged", "flagged", "{:.0f}", _count(lambda take: bool(take.flags))),
    Figure("unsaid", "not said", "{:.0f}", _count(lambda take: not take.audio.samples.size)),
    Figure(
        "pace_ms",
        "milliseconds per character, median",
        "{:.0f}",
        lambda t: _over((1000 * x.pace or None for x in t), median),
    ),
    Figure("outliers", "odd pace", "{:.0f}", _count(lambda take: take.outlying)),
    Figure("lufs", "loudness, mean", "{:.1f} LUFS", lambda t: _over((x.level.lufs for x in t if x.level), mean)),
    Figure(
        "lufs_spread", "loudness, deviation", "{:.1f} LU", lambda t: _over((x.level.lufs for x in t if x.level), pstdev)
    ),
    Figure(
        "true_peak_dbtp",
        "true peak, highest",
        "{:.1f} dBTP",
        lambda t: _over((x.level.peak_dbtp for x in t if x.level), max),
    ),
    Figure("clipped", "clipped samples", "{:.0f}", _count(lambda take: take.clipped)),
)
