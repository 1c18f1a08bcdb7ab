"""The child program of the system voice: one question to the operating system's speech engine, then gone.

Run by its path, with standard input as its only argument: `{}` lists the voices, `{"voice", "text", "path"}` writes a
recording. It imports nothing of voiceover, so that a start costs no more than the engine's own.

Why a child for every line (measured with pyttsx3 2.99 and espeak-ng 1.51; 0.06 s of processor time a line):

- of several `save_to_file` before one `runAndWait` the espeak driver writes only the last;
- its `runAndWait` returns after 10 ms whether the file is there or not: espeak works in a thread of its own;
- it prints "Audio saved to ..." on standard output, which belongs to results;
- an engine that has spoken before gives other samples for the same text; a fresh one always gives the same;
- an engine that hangs or crashes takes the process with it.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

NO_ENGINE = 3  # exit code
WORDS_PER_MINUTE = 175  # espeak's own default


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
    engine.setProperty("voice", voice)
    if str(engine) == "espeak":
        # choosing a voice resets its rate, or not, depending on what espeak's thread has got to: said again, it holds
        engine.setProperty("rate", WORDS_PER_MINUTE)
        engine.runAndWait()
        _synchronise(engine)
    engine.save_to_file(text, path)
    engine.runAndWait()
    _synchronise(engine)


def _synchronise(engine: Any) -> None:
    if str(engine) == "espeak":
        from pyttsx3.drivers import _espeak

        _espeak.Synchronize()


def main() -> int:
    """Answer the question on standard input; return the exit code."""
    question = json.load(sys.stdin)
    answer: dict[str, Any] = {}
    with contextlib.redirect_stdout(sys.stderr):
        try:
            import pyttsx3

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
