"""The Tacotron 2 voice: lines through the front-end, the acoustic model in batches, and the vocoder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soxr
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor, nn

from voiceover.errors import BadInputError
from voiceover.models import weights
from voiceover.models.decoding import Decoded, DecodingOptions, decode
from voiceover.models.device import resolve
from voiceover.models.griffin_lim import griffin_lim
from voiceover.models.hifigan import Hifigan, HifiganConfig
from voiceover.models.mel import MelConfig, log_mel
from voiceover.models.prosody import Shaped, shape
from voiceover.models.tacotron2 import Tacotron2, TacotronConfig
from voiceover.models.vocoder import Vocoder, VocoderConfig
from voiceover.text import characters
from voiceover.text.frontend import TextFrontEnd, Tokens
from voiceover.types import Attention, Audio, Line, MelPiece, Reading, Samples, Speech, SpokenMel, WordTime
from voiceover.voices import bundle, respeaking
from voiceover.voices.pieces import pieces as cut
from voiceover.voices.voiced import voiced_bounds
from voiceover.warping import TimeMap

ATTEMPTS = 3  # with another seed each, before the best of them is taken and flagged
JOIN_SECONDS = 0.12  # silence between the pieces of a line
ACOUSTIC_KIND = "tacotron2"
VOCODER_KIND, HIFIGAN_KIND = "source-filter-istft", "hifigan"
ENGINE = 4  # counts changes that make the same voice sound different; part of the fingerprint


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a line that is spoken in one go; see `pieces`."""

    line: int  # position in the call's lines
    tokens: Tokens


def open_bundle(path: Path, device: str = "auto") -> TacotronVoice:
    """Load a bundle, a folder or a `.voice` file.

    Args:
        path: of the bundle.
        device: auto, cpu, cuda or cuda:N.

    Raises:
        BadInputError: the bundle is not sound.
        MissingError: the device is not there.
    """
    card = bundle.check(path)
    target = resolve(device)
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
    try:
        mel = MelConfig(**card.mel)  # type: ignore[arg-type]
        acoustic = Tacotron2(TacotronConfig(**card.acoustic.config))  # type: ignore[arg-type]
        if acoustic.config.n_symbols != len(front_end.symbols):
            raise ValueError(f"{acoustic.config.n_symbols} symbols, {len(front_end.symbols)} in its table")
        _fill(acoustic, path, bundle.ACOUSTIC, digest)
        vocoder = None
        if card.vocoder:
            vocoder = _vocoder(card.vocoder, mel)
            _fill(vocoder, path, bundle.VOCODER, digest)
    except (TypeError, ValueError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0]
        raise BadInputError(f"{path}: its networks do not fit its card ({reason})", "Export the voice again.") from None
    return TacotronVoice(card, front_end, mel, acoustic.to(target), vocoder and vocoder.to(target), digest.hexdigest())


def _vocoder(about: bundle.Network, mel: MelConfig) -> Vocoder | Hifigan:
    if about.kind == HIFIGAN_KIND:
        return Hifigan(HifiganConfig(**about.config), mel)  # type: ignore[arg-type]
    return Vocoder(VocoderConfig(**about.config), mel)  # type: ignore[arg-type]


def _fill(network: nn.Module, path: Path, member: str, digest: hashlib._Hash) -> None:
    raw = bundle.read_member(path, member) or b""
    digest.update(hashlib.sha256(raw).digest())
    tensors = weights.load(raw)
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise BadInputError(f"{path}: {member} holds numbers that are not finite ({name})", "Export it again.")
    network.load_state_dict(tensors)
    network.eval().requires_grad_(False)


class TacotronVoice:
    """A bundle, loaded."""

    def __init__(
        self,
        card: bundle.VoiceCard,
        front_end: TextFrontEnd,
        mel: MelConfig,
        acoustic: Tacotron2,
        vocoder: Vocoder | Hifigan | None,
        fingerprint: str,
    ) -> None:
        self.card, self.mel, self.fingerprint = card, mel, fingerprint
        self.acoustic, self.vocoder = acoustic, vocoder
        self._front_end = front_end
        self._options = replace(DecodingOptions(), end_tokens=front_end.end_tokens)
        self._step_seconds = acoustic.config.frames_per_step / mel.frames_per_second

    @property
    def name(self) -> str:
        """The bundle's name."""
        return self.card.name

    @property
    def language(self) -> str:
        """What it speaks, such as en-us."""
        return self.card.language

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
        spoken = [line.text for line in lines]
        pieces = [[_Piece(i, t) for t in cut(self._front_end, text)] for i, text in enumerate(spoken)]
        for line, text, parts in zip(lines, spoken, pieces, strict=True):
            if not parts:
                yield Speech(line, Audio(np.zeros(0, np.float32), self.rate), text, 0.0, 0.0, flags=("unsaid",))
        order = sorted((i for i, parts in enumerate(pieces) if parts), key=lambda i: -_tokens(pieces[i]))
        for batch in _batches(order, pieces, self._options.batch_size):
            parts = [part for i in batch for part in pieces[i]]
            takes = self._takes(parts, [seeds[part.line] for part in parts])
            done = 0
            for i in batch:
                count = len(pieces[i])
                yield self._join(lines[i], spoken[i], pieces[i], takes[done : done + count], seeds[i])
                done += count

    def respeak(self, speech: Speech, times: TimeMap) -> Audio | None:
        """Speak a clip again, each moment of it at its placed time of an even map; None where its mel is not known."""
        if speech.mel is None:
            return None
        elastic = respeaking.bend(speech.mel, times, self.mel)
        return Audio(respeaking.respeak(speech.mel, speech.audio.seconds, elastic, self.mel, self._vocode), self.rate)

    def resynthesise(self, audio: Audio) -> Audio:
        """Send a recording through the voice's mel and vocoder: how well the voice could sound at best."""
        samples = soxr.resample(audio.samples, audio.rate, self.rate) if audio.rate != self.rate else audio.samples
        return Audio(self._vocode(log_mel(torch.from_numpy(samples), self.mel), 0), self.rate)

    def attend(self, spoken: str, *, seed: int = 0) -> list[tuple[Tokens, Decoded]]:
        """Decode a spoken text's pieces as `speak` does: each with its mel and its attention, for pictures."""
        parts = [_Piece(0, tokens) for tokens in cut(self._front_end, spoken)]
        taken = self._takes(parts, [seed] * len(parts)) if parts else []
        return [(part.tokens, take) for part, (take, _) in zip(parts, taken, strict=True)]

    def _takes(self, parts: Sequence[_Piece], seeds: Sequence[int]) -> list[tuple[Decoded, int]]:
        """Decode pieces, again where the attention fails, repeats or skips; returns each with its attempts."""
        best: list[tuple[Decoded, int] | None] = [None] * len(parts)
        waiting = list(range(len(parts)))
        for attempt in range(ATTEMPTS):
            decoded = decode(
                self.acoustic,
                [parts[i].tokens.ids for i in waiting],
                [_line_seed(seeds[i], parts[i].tokens.ids, attempt) for i in waiting],
                self._step_seconds,
                self._options,
                silent=self._front_end.silent,
            )
            for i, take in zip(waiting, decoded, strict=True):
                kept = best[i]
                if kept is None or take.score > kept[0].score:
                    best[i] = (take, attempt + 1)
                elif kept:
                    best[i] = (kept[0], attempt + 1)
            waiting = [i for i, take in zip(waiting, decoded, strict=True) if take.flawed(self._options)]
            if not waiting:
                break
        return [take for take in best if take]

    def _join(
        self, line: Line, spoken: str, parts: Sequence[_Piece], takes: Sequence[tuple[Decoded, int]], seed: int
    ) -> Speech:
        """Vocode a line's pieces and set them one after the other."""
        gap = np.zeros(round(JOIN_SECONDS * self.rate), np.float32)
        clips: list[Samples] = []
        words: list[WordTime] = []
        mels: list[NDArray[np.float16]] = []
        made: list[MelPiece] = []
        asked = False  # whether the text itself says how long to wait after the last piece
        for part, (take, _) in zip(parts, takes, strict=True):
            if clips and not asked:
                clips.append(gap)
            asked = bool(part.tokens.breaks) and part.tokens.breaks[-1][0] == len(part.tokens.words)
            begin = sum(map(len, clips)) / self.rate
            shaped = self._shape(part.tokens, take)
            words += self._word_times(part.tokens, take, shaped, begin)
            noise = _line_seed(seed, part.tokens.ids, 0)
            made.append(MelPiece(shaped.mel.shape[1], sum(map(len, clips)), noise))
            mels.append(shaped.mel.numpy().astype(np.float16))
            clips.append(self._vocode(shaped.mel, noise))
        audio = Audio(np.concatenate(clips), self.rate)
        onset, offset = voiced_bounds(audio)
        frames = sum(len(take.alignment) for take, _ in takes)
        attention = Attention(
            focus=sum(take.focus * len(take.alignment) for take, _ in takes) / frames,
            coverage=min(take.coverage for take, _ in takes),
            repeats=sum(take.repeats for take, _ in takes),
            skips=sum(take.skips for take, _ in takes),
            stopped=all(take.stopped for take, _ in takes),
        )
        failed = any(take.failed(self._options) for take, _ in takes)
        flags = ("attention-failure",) if failed else ()
        attempts = max(count for _, count in takes)
        mel = SpokenMel(np.concatenate(mels, axis=1), tuple(made))
        return Speech(line, audio, spoken, onset, offset, tuple(words), attempts, attention, flags, mel=mel)

    def _vocode(self, mel: Tensor, seed: int) -> Samples:
        # a Fourier transform needs half a window on both sides of its middle
        missing = self.mel.n_fft // self.mel.hop_length - mel.shape[1]
        if missing > 0:
            mel = torch.cat([mel, mel[:, -1:].expand(-1, missing)], dim=1)
        if self.vocoder is None:
            return np.asarray(griffin_lim(mel, self.mel, seed=seed).numpy(), dtype=np.float32).clip(-1, 1)
        return self.vocoder.synthesise(mel, seed)

    def _shape(self, tokens: Tokens, take: Decoded) -> Shaped:
        """Give a take the breaks and the emphasis that its text asks for."""
        return shape(
            take.mel,
            _word_frames(tokens, take, self.acoustic.config.frames_per_step),
            breaks=tokens.breaks,
            stressed=tokens.stressed,
            frames_per_second=self.mel.frames_per_second,
        )

    def _word_times(self, tokens: Tokens, take: Decoded, shaped: Shaped, begin: float) -> list[WordTime]:
        """Say when each word is spoken, in seconds from the start of the clip."""
        frames = _word_frames(tokens, take, self.acoustic.config.frames_per_step)
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


def _tokens(parts: Sequence[_Piece]) -> int:
    return max(len(part.tokens.ids) for part in parts)


def _batches(order: Sequence[int], pieces: Sequence[Sequence[_Piece]], size: int) -> Iterator[list[int]]:
    """Cut an order of lines into batches of about `size` pieces, a line's pieces staying together."""
    batch: list[int] = []
    count = 0
    for i in order:
        if batch and count + len(pieces[i]) > size:
            yield batch
            batch, count = [], 0
        batch.append(i)
        count += len(pieces[i])
    if batch:
        yield batch


def _line_seed(seed: int, ids: Sequence[int], attempt: int) -> int:
    """Give a line its own randomness: the same words and seed always get the same, wherever they stand."""
    digest = hashlib.sha256(repr((seed, tuple(ids), attempt)).encode()).digest()
    return int.from_bytes(digest[:7], "little")
