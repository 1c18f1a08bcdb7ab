"""The child program of the system voice: one question to the operating system's speech engine, then gone.

Run by its path, with standard input as its only argument: `{}` lists the voices, `{"voice", "text", "path"}` writes a
recording. It imports nothing of voiceover, so that a start costs no more than the engine's own.

Why a child for every line (measured with pyttsx3 2.99 and espeak-ng 1.51; 0.06 s of processor time a line):

- of several `save_to_file` before one `runAndWait` the espeak driver writes only the last;
- an engine that has spoken before gives other samples for the same text; a fresh one always gives the same;
- an engine that hangs or crashes takes the process with it.

Why espeak is called below pyttsx3's driver: the driver starts it in a thread of its own, which raced with what it was
told meanwhile. Of 1,500 recordings of one sentence 12 were empty, and one was spoken at another rate.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import sys
import wave
from typing import Any

NO_ENGINE = 3  # exit code
WORDS_PER_MINUTE = 175  # espeak's own default
ESPEAK_RATE = 22050  # Hz, of every espeak voice but MBROLA's


def list_voices(engine: Any) -> dict[str, Any]:
    """Return the engine's voices as `[id, name, languages]`, and the id of the one it speaks with by default."""
    return {
        "default": engine.getProperty("voice"),
        "voices": [
            [str(voice.id), str(voice.name or voice.id), [_language(tag) for tag in voice.languages or []]]
            for voice in engine.getProperty("voices")
        ],
    }


def _language(tag: object) -> str:
    # older drivers give bytes that begin with a priority
    text = tag.decode("utf-8", "ignore") if isinstance(tag, bytes) else str(tag)
    return text.lstrip("".join(map(chr, range(32)))).replace("_", "-").lower()


def record(engine: Any, voice: str, text: str, path: str) -> None:
    """Let the engine write `text` to `path`, and return when the file is complete."""
    if str(engine) == "espeak":
        _record_espeak(voice, text, path)
        return
    engine.setProperty("voice", voice)
    engine.save_to_file(text, path)
    engine.runAndWait()


def _record_espeak(voice: str, text: str, path: str) -> None:
    from pyttsx3.drivers import _espeak

    chunks: list[bytes] = []

    def take(samples: Any, count: int, _events: Any) -> int:
        chunks.append(ctypes.string_at(samples, 2 * count) if count else b"")
        return 0

    _espeak.SetVoiceByName(voice.encode())
    _espeak.SetParameter(_espeak.RATE, WORDS_PER_MINUTE, 0)
    _espeak.SetSynthCallback(take)
    _espeak.Synth(text.encode(), flags=_espeak.ENDPAUSE | _espeak.CHARS_UTF8)
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(ESPEAK_RATE)
        file.writeframes(b"".join(chunks))


def _make_espeak_synchronous() -> None:
    with contextlib.suppress(Exception):  # no espeak: pyttsx3 says so itself
        from pyttsx3.drivers import _espeak

        _espeak.AUDIO_OUTPUT_RETRIEVAL = _espeak.AUDIO_OUTPUT_SYNCHRONOUS


def main() -> int:
    """Answer the question on standard input; return the exit code."""
    question = json.load(sys.stdin)
    answer: dict[str, Any] = {}
    with contextlib.redirect_stdout(sys.stderr):
        try:
            import pyttsx3

            _make_espeak_synchronous()
            engine = pyttsx3.init()
        except Exception as error:  # each platform's driver fails in its own way
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return NO_ENGINE
        if question:
            record(engine, question["voice"], question["text"], question["path"])
        else:
            answer = list_voices(engine)
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
