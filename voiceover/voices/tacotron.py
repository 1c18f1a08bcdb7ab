"""The Tacotron 2 voice: lines through the front-end, the acoustic model in batches, and the vocoder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event, Lock

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceover.config import Precision
from voiceover.errors import BadInputError, VoiceoverError
from voiceover.synthesis import storage
from voiceover.synthesis.acoustic import AcousticModel
from voiceover.synthesis.attempts import Decoded, DecodingOptions, Utterance
from voiceover.synthesis.configs import HifiganConfig, TacotronConfig, VocoderConfig
from voiceover.synthesis.engine import Engine, ProcessorEngine, Vocode
from voiceover.synthesis.griffin_lim import griffin_lim
from voiceover.synthesis.hifigan import HifiganVocoder
from voiceover.synthesis.mels import MelConfig, log_mel
from voiceover.synthesis.prosody import Shaped, shape
from voiceover.synthesis.source_filter import SourceFilterVocoder
from voiceover.synthesis.streaming import stream
from voiceover.text import characters
from voiceover.text.frontend import TextFrontEnd, Tokens
from voiceover.types import Attention, Audio, Line, MelPiece, Reading, Samples, Speech, SpokenMel, WordTime
from voiceover.voices import bundle, devices, respeaking
from voiceover.voices.bundle import ACOUSTIC_KIND, HIFIGAN_KIND, VOCODER_KIND
from voiceover.voices.pieces import pieces as cut
from voiceover.voices.voiced import voiced_bounds
from voiceover.warping import TimeMap

JOIN_SECONDS = 0.12  # silence between the pieces of a line
ENGINE = 5  # counts changes that make the same voice sound different; part of the fingerprint


def open_bundle(path: Path, device: str = "auto", precision: Precision = Precision.AUTO) -> TacotronVoice:
    """Load a bundle, a folder or a `.voice` file.

    Args:
        path: of the bundle.
        device: auto, cpu, cuda or cuda:N.
        precision: what it is decoded in.

    Raises:
        BadInputError: the bundle is not sound, or its device has not this precision.
        MissingError: the device is not there, or what it needs is not installed.
    """
    card = bundle.check(path)
    target = devices.resolve(device)
    if precision is Precision.INT8 and target != "cpu":
        raise BadInputError(f"--precision int8: {target} has no such.", "Use fp32 or bf16, or --device cpu.")
    if precision is Precision.BF16 and target == "cpu":
        raise BadInputError("--precision bf16: a processor has no such.", "Use fp32 or int8, or --device cuda.")
    front_end = bundle.front_end(path, card)
    if card.acoustic.kind != ACOUSTIC_KIND or (card.vocoder and card.vocoder.kind not in (VOCODER_KIND, HIFIGAN_KIND)):
        kinds = f"{card.acoustic.kind} and {card.vocoder.kind}" if card.vocoder else card.acoustic.kind
        raise BadInputError(
            f"{path}: made of {kinds}, this version knows {ACOUSTIC_KIND} with {VOCODER_KIND} or {HIFIGAN_KIND}",
            "Get the voice made for this version.",
        )
    sounding = card.model_dump_json(include={"mel", "acoustic", "vocoder"})
    digest = hashlib.sha256(f"{ENGINE} {front_end.name} {front_end.version} {sounding}".encode())
    if front_end.name.endswith(characters.OWN):  # the name of the others stands for their table
        digest.update(repr(front_end.symbols).encode())
    if precision in (Precision.INT8, Precision.BF16):
        digest.update(precision.encode())
    options = replace(DecodingOptions(), end_tokens=front_end.end_tokens)
    try:
        mel = MelConfig(**card.mel)  # type: ignore[arg-type]
        config = TacotronConfig(**card.acoustic.config)  # type: ignore[arg-type]
        if config.n_symbols != len(front_end.symbols):
            raise ValueError(f"{config.n_symbols} symbols, {len(front_end.symbols)} in its table")
        stored = {
            member: bundle.read_member(path, member) or b""
            for member in ((bundle.ACOUSTIC, bundle.VOCODER) if card.vocoder else (bundle.ACOUSTIC,))
        }
        for raw in stored.values():
            digest.update(hashlib.sha256(raw).digest())
        if target == "cpu":
            quantised = precision is Precision.INT8
            weights = _weights(path, bundle.ACOUSTIC, stored)
            acoustic = AcousticModel(weights, config, options.window, quantised=quantised)
            engine: Engine = ProcessorEngine(acoustic, _vocoder(path, card, mel, stored))
        else:
            engine = _on_device(path, mel, target, half=precision is Precision.BF16)
    except VoiceoverError:
        raise
    except Exception as error:  # whatever the numerical libraries say of sizes and shapes that make no network
        raise bundle.does_not_fit(path, error) from None
    return TacotronVoice(card, front_end, mel, config.frames_per_step, engine, options, digest.hexdigest())


def _vocoder(path: Path, card: bundle.VoiceCard, mel: MelConfig, stored: Mapping[str, bytes]) -> Vocode:
    if not card.vocoder:
        return partial(_griffin_lim, config=mel)
    weights, sizes = _weights(path, bundle.VOCODER, stored), card.vocoder.config
    if card.vocoder.kind == HIFIGAN_KIND:
        return HifiganVocoder(weights, HifiganConfig(**sizes), mel)  # type: ignore[arg-type]
    return SourceFilterVocoder(weights, VocoderConfig(**sizes), mel)  # type: ignore[arg-type]


def _on_device(path: Path, mel: MelConfig, device: str, *, half: bool) -> Engine:
    from voiceover.models.engine import DeviceEngine
    from voiceover.voices import networks

    loaded = networks.load(path, device)
    return DeviceEngine(loaded.acoustic, loaded.vocoder, partial(_griffin_lim, config=mel), half=half)


def _weights(path: Path, member: str, stored: Mapping[str, bytes]) -> dict[str, NDArray[np.float32]]:
    weights = storage.load(stored[member])
    for name, values in weights.items():
        if not np.isfinite(values).all():
            raise BadInputError(f"{path}: {member} holds numbers that are not finite ({name})", "Export it again.")
    return weights


def _griffin_lim(log_mel: Samples, seed: int, config: MelConfig) -> Samples:
    return griffin_lim(log_mel, config, seed=seed).clip(-1, 1)


@dataclass(slots=True, eq=False)
class _Asked:
    """A line on its way, cut into what is spoken in one go."""

    line: Line
    seed: int
    tokens: list[Tokens]
    takes: dict[int, Decoded] = field(default_factory=dict)  # by the number of the piece


class TacotronVoice:
    """A bundle, loaded."""

    def __init__(
        self,
        card: bundle.VoiceCard,
        front_end: TextFrontEnd,
        mel: MelConfig,
        frames_per_step: int,
        engine: Engine,
        options: DecodingOptions,
        fingerprint: str,
    ) -> None:
        self.card, self.mel, self.fingerprint, self.engine = card, mel, fingerprint, engine
        self._front_end, self._options = front_end, options
        self._frames_per_step = frames_per_step

    @property
    def name(self) -> str:
        """The bundle's name."""
        return self.card.name

    @property
    def language(self) -> str:
        """What it speaks, such as en-us."""
        return self.card.language

    @property
    def licence(self) -> str:
        """The card's."""
        return self.card.licence

    @property
    def consent(self) -> str:
        """The card's."""
        return self.card.consent

    @property
    def rate(self) -> int:
        """Sample rate of the speech, in Hz."""
        return self.mel.sample_rate

    @property
    def times_words(self) -> bool:
        """The attention tells when each word sounds."""
        return True

    def read(self, text: str) -> Reading:
        """Write out a text as it will be read aloud, and say what of it cannot be read or is a guess."""
        return self._front_end.read(text)

    def phonemes(self, spoken: str) -> str | None:
        """Return the phonemes of a spoken text in IPA, or None where the voice reads letters."""
        return self._front_end.phonemes(spoken)

    def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
        """Speak lines, the longest first so that each batch holds lines of like length."""
        return self.speak_takes(lines, [seed] * len(lines))

    def speak_takes(self, lines: Sequence[Line], seeds: Sequence[int]) -> Iterator[Speech]:
        """Speak lines as `speak` does, each with its own seed."""
        tokens = [cut(self._front_end, line.text) for line in lines]
        for line, parts in zip(lines, tokens, strict=True):
            if not parts:
                yield Speech(line, Audio(np.zeros(0, np.float32), self.rate), line.text, 0.0, 0.0, flags=("unsaid",))
        order = sorted((i for i, parts in enumerate(tokens) if parts), key=lambda i: -_longest(tokens[i]))
        if order:
            asked = [_Asked(lines[i], seeds[i], tokens[i]) for i in order]
            yield from stream(partial(self._speak, asked))

    def _speak(self, asked: Sequence[_Asked], hand_over: Callable[[Speech], None], cancelled: Event) -> None:
        """Decode lines and make sound of each as soon as all of its pieces are there."""
        pieces = [(line, number) for line in asked for number in range(len(line.tokens))]
        lock = Lock()

        def done(place: int, take: Decoded) -> None:
            line, number = pieces[place]
            with lock:
                line.takes[number] = take
                complete = len(line.takes) == len(line.tokens)
            if complete:
                hand_over(self._join(line))
                line.takes.clear()  # or mels and alignments of a whole film would wait for its last line

        self._decode([_utterance(line.tokens[number], line.seed) for line, number in pieces], done, cancelled)

    def _decode(self, utterances: Sequence[Utterance], done: Callable[[int, Decoded], None], cancelled: Event) -> None:
        self.engine.decode(
            utterances,
            self._options,
            step_seconds=self._frames_per_step / self.mel.frames_per_second,
            silent=self._front_end.silent,
            done=done,
            cancelled=cancelled,
        )

    def respeak(self, speech: Speech, times: TimeMap) -> Audio | None:
        """Speak a clip again, each moment of it at its placed time of an even map; None where its mel is not known."""
        if speech.mel is None:
            return None
        elastic = respeaking.bend(speech.mel, times, self.mel)
        return Audio(respeaking.respeak(speech.mel, speech.audio.seconds, elastic, self.mel, self.vocode), self.rate)

    def resynthesise(self, audio: Audio) -> Audio:
        """Send a recording through the voice's mel and vocoder: how well the voice could sound at best."""
        samples = soxr.resample(audio.samples, audio.rate, self.rate) if audio.rate != self.rate else audio.samples
        return Audio(self.vocode(log_mel(samples, self.mel), 0), self.rate)

    def attend(self, spoken: str, *, seed: int = 0) -> list[tuple[Tokens, Decoded]]:
        """Decode a spoken text's pieces as `speak` does: each with its mel and its attention, for pictures."""
        parts = cut(self._front_end, spoken)
        takes: dict[int, Decoded] = {}
        self._decode([_utterance(tokens, seed) for tokens in parts], takes.__setitem__, Event())
        return [(tokens, takes[number]) for number, tokens in enumerate(parts)]

    def _join(self, asked: _Asked) -> Speech:
        """Vocode a line's pieces and set them one after the other."""
        gap = np.zeros(round(JOIN_SECONDS * self.rate), np.float32)
        clips: list[Samples] = []
        words: list[WordTime] = []
        mels: list[NDArray[np.float16]] = []
        made: list[MelPiece] = []
        waited = False  # whether the text itself says how long to wait after the last piece
        takes = [asked.takes[number] for number in range(len(asked.tokens))]
        for tokens, take in zip(asked.tokens, takes, strict=True):
            if clips and not waited:
                clips.append(gap)
            waited = bool(tokens.breaks) and tokens.breaks[-1][0] == len(tokens.words)
            begin = sum(map(len, clips)) / self.rate
            shaped = self._shape(tokens, take)
            words += self._word_times(tokens, take, shaped, begin)
            noise = _utterance(tokens, asked.seed).noise(0)
            made.append(MelPiece(shaped.mel.shape[1], sum(map(len, clips)), noise))
            mels.append(shaped.mel.astype(np.float16))
            clips.append(self.vocode(shaped.mel, noise))
        audio = Audio(np.concatenate(clips), self.rate)
        onset, offset = voiced_bounds(audio)
        frames = sum(len(take.alignment) for take in takes)
        attention = Attention(
            focus=sum(take.focus * len(take.alignment) for take in takes) / frames,
            coverage=min(take.coverage for take in takes),
            repeats=sum(take.repeats for take in takes),
            skips=sum(take.skips for take in takes),
            stopped=all(take.stopped for take in takes),
        )
        failed = any(take.failed(self._options) for take in takes)
        flags = ("attention-failure",) if failed else ()
        attempts = max(take.attempts for take in takes)
        mel = SpokenMel(np.concatenate(mels, axis=1), tuple(made))
        return Speech(
            asked.line, audio, asked.line.text, onset, offset, tuple(words), attempts, attention, flags, mel=mel
        )

    def vocode(self, log_mel: Samples, seed: int) -> Samples:
        """Make sound of a log-mel (n_mels, T), at least (T - 1) * hop_length samples; the seed is that of its noise."""
        # a Fourier transform needs half a window on both sides of its middle
        missing = self.mel.n_fft // self.mel.hop_length - log_mel.shape[1]
        if missing > 0:
            log_mel = np.pad(log_mel, ((0, 0), (0, missing)), mode="edge")
        return self.engine.vocode(log_mel, seed)

    def _shape(self, tokens: Tokens, take: Decoded) -> Shaped:
        """Give a take the breaks and the emphasis that its text asks for."""
        return shape(
            take.mel,
            _word_frames(tokens, take, self._frames_per_step),
            breaks=tokens.breaks,
            stressed=tokens.stressed,
            frames_per_second=self.mel.frames_per_second,
        )

    def _word_times(self, tokens: Tokens, take: Decoded, shaped: Shaped, begin: float) -> list[WordTime]:
        """Say when each word is spoken, in seconds from the start of the clip."""
        frames = _word_frames(tokens, take, self._frames_per_step)
        rate = self.mel.frames_per_second
        return [
            WordTime(
                span.word, round(begin + shaped.moved(start) / rate, 4), round(begin + shaped.moved(stop) / rate, 4)
            )
            for span, (start, stop) in zip(tokens.words, frames, strict=True)
        ]


def _word_frames(tokens: Tokens, take: Decoded, frames_per_step: int) -> list[tuple[int, int]]:
    """Read off the attention in which frames of the mel each word is spoken: the first, and the one after the last."""
    path = np.maximum.accumulate(take.alignment.argmax(axis=1))
    starts = np.searchsorted(path, [span.start for span in tokens.words])
    stops = np.searchsorted(path, [span.stop for span in tokens.words])
    return [(int(a) * frames_per_step, int(b) * frames_per_step) for a, b in zip(starts, stops, strict=True)]


def _longest(parts: Sequence[Tokens]) -> int:
    return max(len(tokens.ids) for tokens in parts)


def _utterance(tokens: Tokens, seed: int) -> Utterance:
    return Utterance(tuple(tokens.ids), seed)
