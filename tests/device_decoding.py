"""Decoding in torch as a test asks for it: some lines, one attempt each."""

from dataclasses import replace
from threading import Event

from voiceover.models.decoding import Decoder
from voiceover.synthesis.attempts import Queue, Utterance, Waiting


def decode(model, lines, seeds, step_seconds, options, *, silent=frozenset(), attempt=0, rows=None, half=False):
    """Return what became of each line at its attempt number `attempt`."""
    utterances = [Utterance(tuple(line), seed) for line, seed in zip(lines, seeds, strict=True)]
    queue = Queue(Waiting(place, utterance, attempt) for place, utterance in enumerate(utterances))
    found = {}
    once = replace(options, attempts=attempt + 1)
    Decoder(model, once, step_seconds=step_seconds, silent=silent, half=half).run(
        queue, found.__setitem__, rows=rows or len(lines), cancelled=Event()
    )
    return [found[place] for place in range(len(lines))]
