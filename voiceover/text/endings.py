"""How English endings sound, which depends on the sounds before them."""

from __future__ import annotations

from collections.abc import Sequence


def sibilant(phonemes: Sequence[str]) -> tuple[str, ...]:
    """Return the sound of an English plural or possessive ending after these phonemes."""
    last = phonemes[-1] if phonemes else ""
    if last in ("s", "z", "ʃ", "ʒ", "t͡ʃ", "d͡ʒ"):
        return ("ɪ", "z")
    return ("s",) if last in ("p", "t", "k", "f", "θ") else ("z",)
