"""The voices of the operating system, through pyttsx3: `--voice system:NAME`.

Every line is recorded by a child process of its own; `recorder.py` says why.
"""

from __future__ import annotations

import difflib
import json
import locale
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import cache
from pathlib import Path

import numpy as np

from voiceover import markup, scratch
from voiceover.errors import BadInputError, MissingError
from voiceover.text import languages
from voiceover.types import Audio, Line, Reading, Samples, Speech
from voiceover.voices.recorder import NO_ENGINE
from voiceover.voices.voiced import voiced_bounds

RECORDER = Path(__file__).with_name("recorder.py")
LINES_AT_ONCE = 4
ATTEMPTS = 3  # pyttsx3's engines run in threads of their own: a recording was seen to come out empty
START_SECONDS = 60.0  # the first start on a cold or busy machine
EDGE = 0.03  # seconds kept around the voiced parts beside a break: soft consonants lie under the onset's threshold
SECONDS_PER_CHARACTER = 0.25  # slower than any voice speaks, so it also covers engines that write in real time

SystemVoiceEntry = tuple[str, str, tuple[str, ...]]  # id, name, language tags in small letters


class SystemVoice:
    """One voice of the operating system's speech engine."""

    def __init__(self, voice_id: str, name: str, languages: tuple[str, ...]) -> None:
        self.voice_id = voice_id
        self.name = f"system:{voice_id}"
        self.title = name
        self.languages = languages
        self.times_words = False

    @property
    def rate(self) -> int:
        """Sample rate of the speech, in Hz, found by one short recording."""
        return _rate(self.voice_id)

    @property
    def language(self) -> str | None:
        """What it speaks: its first language tag, or English where only its name says so."""
        if self.languages:
            return _language(self.languages[0])
        return "en" if "english" in self.title.lower() else None

    def read(self, text: str) -> Reading:
        """Write out English and German as they are read aloud; the engine reads any other language by itself.

        The engine takes no IPA: a word whose pronunciation is given so is left to it.
        """
        respelled = markup.SAYING.sub(_respelled, markup.EMPHASIS.sub("", text))
        language = (self.language or "").partition("-")[0]
        if language not in ("en", "de"):
            return Reading(respelled)
        front_end = languages.front_end(language)
        return Reading(front_end.spoken(respelled), front_end.unreadable(markup.plain(text)))

    def phonemes(self, spoken: str) -> str | None:
        """Return None: the engine keeps its phonemes to itself."""
        return None

    def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
        """Speak every line once, in any order; system voices have no chance in them, so `seed` changes nothing.

        Raises:
            MissingError: the speech engine is gone, or does not start.
        """
        at_once = min(LINES_AT_ONCE, os.cpu_count() or 1)
        with scratch.folder() as folder, ThreadPoolExecutor(at_once) as pool:
            pending: list[Future[Speech]] = [
                pool.submit(self._speak_line, line, folder / f"{position}.wav") for position, line in enumerate(lines)
            ]
            try:
                for done in as_completed(pending):
                    yield done.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _speak_line(self, line: Line, path: Path) -> Speech:
        audio = self._record_with_breaks(line.text, path)
        onset, offset = voiced_bounds(audio) if audio else (0.0, 0.0)
        if audio is None or offset == 0.0:
            empty = Audio(np.zeros(0, dtype=np.float32), audio.rate if audio else self.rate)
            return Speech(line, empty, line.text, 0.0, 0.0, flags=("unsaid",))
        return Speech(line, audio, line.text, onset, offset)

    def _record_with_breaks(self, spoken: str, path: Path) -> Audio | None:
        """Record the text, cut at its breaks, with the seconds of each between the voiced parts around it."""
        texts = markup.PAUSE.split(spoken)  # text, seconds, text, ...
        parts: list[Samples] = []
        silence, rate = 0.0, 0
        for text, seconds in zip(texts[::2], [*texts[1::2], "0"], strict=True):
            audio = _record(self.voice_id, text, path) if any(map(str.isalnum, text)) else None
            if audio is not None and len(texts) == 1:
                return audio
            if audio is not None:
                rate = audio.rate
                onset, offset = voiced_bounds(audio)
                voiced = audio.samples[max(0, round((onset - EDGE) * rate)) : round((offset + EDGE) * rate)]
                parts += [np.zeros(round(max(silence - 2 * EDGE, 0.0) * rate), np.float32), voiced]
                silence = 0.0
            silence += float(seconds) if parts else 0.0
        return Audio(np.concatenate(parts), rate) if parts else None


def _respelled(match: re.Match[str]) -> str:
    pronunciation = match[2].strip()
    return match[1] if pronunciation.startswith("/") else pronunciation.replace("-", " ").lower()


def open_voice(argument: str, device: str) -> SystemVoice:
    """Return the system voice that `argument` names: an id, a name, or a prefix of one voice only; "" the default.

    Raises:
        BadInputError: no voice, or more than one, goes by that name.
        MissingError: this machine has no speech engine.
    """
    default, voices = _ask_for_voices()
    return SystemVoice(*_match(argument.strip() or default, voices))


def list_system_voices() -> list[SystemVoiceEntry]:
    """Return id, name and language tags of every voice the operating system has.

    Raises:
        MissingError: this machine has no speech engine.
    """
    return _ask_for_voices()[1]


def _match(wanted: str, voices: Sequence[SystemVoiceEntry]) -> SystemVoiceEntry:
    key = wanted.lower()
    ways_to_match: tuple[Callable[[SystemVoiceEntry], bool], ...] = (
        lambda entry: entry[0].lower() == key,
        lambda entry: entry[1].lower() == key,
        lambda entry: entry[0].lower().rpartition("/")[2] == key,  # espeak: en-us for gmw/en-us
        lambda entry: entry[0].lower().startswith(key) or entry[1].lower().startswith(key),
    )
    for matches in ways_to_match:
        found = [entry for entry in voices if matches(entry)]
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInputError(
                f"The system has {len(found)} voices that go by '{wanted}'.",
                f"Name one by its id: {_listed(found)}.",
            )
    ids = {name.lower(): entry for entry in voices for name in (entry[0], entry[1], entry[0].rpartition("/")[2])}
    near = [ids[name] for name in difflib.get_close_matches(key, ids, n=5, cutoff=0.5)]
    near += [entry for entry in voices if key in entry[1].lower()]
    raise BadInputError(
        f"The system has no voice '{wanted}'.",
        f"{f'Near it: {_listed(list(dict.fromkeys(near)))}. ' if near else ''}`voiceover voices list` shows them all.",
    )


def _listed(entries: Sequence[SystemVoiceEntry]) -> str:
    shown = ", ".join(f"{voice_id} ({name})" for voice_id, name, _ in entries[:8])
    return f"{shown}, ..." if len(entries) > 8 else shown


def _language(tag: str) -> str:
    """Return a language tag; Windows names languages by hexadecimal numbers, 409 for American English."""
    if re.fullmatch("[0-9][0-9a-f]{2,4}", tag):
        return locale.windows_locale.get(int(tag, 16), tag).replace("_", "-").lower()
    return tag.replace("_", "-").lower()


def _ask_for_voices() -> tuple[str, list[SystemVoiceEntry]]:
    answer = json.loads(_ask({}, START_SECONDS) or "{}")
    voices = [(voice_id, name, tuple(languages)) for voice_id, name, languages in answer.get("voices", [])]
    if not voices:
        raise _no_engine("it lists no voices")
    return answer.get("default") or voices[0][0], voices


@cache
def _rate(voice_id: str) -> int:
    with scratch.folder() as folder:
        audio = _record(voice_id, "a", folder / "rate.wav")
    if audio is None:
        raise _no_engine(f"it writes no sound for the voice {voice_id}")
    return audio.rate


def _record(voice_id: str, text: str, path: Path) -> Audio | None:
    """Return the recording of `text`, asked for again while it is empty, or None where the engine gave no sound."""
    for _ in range(ATTEMPTS):
        audio = _record_once(voice_id, text, path)
        if audio is None or audio.samples.size:
            return audio
    return None


def _record_once(voice_id: str, text: str, path: Path) -> Audio | None:
    import soundfile

    question = {"voice": voice_id, "text": text, "path": str(path)}
    if _ask(question, START_SECONDS + SECONDS_PER_CHARACTER * len(text)) is None or not path.exists():
        return None
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return None
    path.unlink()
    return Audio(np.ascontiguousarray(samples.mean(axis=1), dtype=np.float32), int(rate))


def _ask(question: dict[str, str], seconds: float) -> str | None:
    """Return the recorder's answer, or None where it crashed or went over its time on this one question."""
    try:
        # -P: the recorder's own folder must not be searched for modules
        child = subprocess.run(
            [sys.executable, "-P", str(RECORDER)],
            input=json.dumps(question),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if child.returncode == NO_ENGINE:
        raise _no_engine(child.stderr.strip().rpartition("\n")[2])
    return child.stdout if child.returncode == 0 else None


def _no_engine(reason: str) -> MissingError:
    remedies = {
        "linux": "Install one: `apt install espeak-ng` (Debian, Ubuntu), `dnf install espeak-ng` (Fedora).",
        "darwin": "macOS has one built in: reinstall its driver with `pip install --force-reinstall pyttsx3`.",
        "win32": "Windows has one built in: turn on text to speech under Settings, Time & language, Speech.",
    }
    remedy = remedies.get(sys.platform, "Install espeak-ng, or use a voice bundle instead of a system voice.")
    return MissingError(f"The system's speech engine does not work ({reason or 'no reason given'}).", remedy)
