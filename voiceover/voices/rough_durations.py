"""Times for a voice that nobody calibrated, by its language: letters in place of sounds.

English: the mean of narrator and eSpeak NG, each fitted to the lines in voices/lines. German: eSpeak NG, likewise. The
others: four sentences each of eSpeak NG, with German's words and English's pauses. eSpeak NG at about 180 words a
minute, as it speaks for the system's voices.
"""

from __future__ import annotations

from voiceover.durations import ANY_SOUND, LETTERS, SOUND, SYLLABLE, Durations

_EDGES = {"beginning": 0.01, "end": 0.17, "end at a mark": 0.17}
_PAUSES = {"pause ,": 0.27, "pause .": 0.44, "pause ?": 0.48, "pause !": 0.49}
_LETTERS = {"en": 0.050, "de": 0.042, "fr": 0.033, "es": 0.048, "ru": 0.050}  # seconds of a letter
_WORDS = {"en": 0.036}  # seconds that a word adds to its letters
_SYLLABLES = {"zh": 0.35, "cmn": 0.35, "yue": 0.35, "ja": 0.24, "ko": 0.14}  # of a letter that is a syllable
_OTHER_LETTER, _OTHER_WORD, _OTHER_SYLLABLE = 0.045, 0.06, 0.24


def rough(language: str | None) -> Durations:
    """Return the usual times of a language, a BCP 47 tag; those between the known ones where nothing is known of it."""
    tag = (language or "").lower().partition("-")[0]
    seconds = {
        ANY_SOUND: _LETTERS.get(tag, _OTHER_LETTER),
        SOUND + SYLLABLE: _SYLLABLES.get(tag, _OTHER_SYLLABLE),
        "word": _WORDS.get(tag, _OTHER_WORD),
    }
    return Durations(LETTERS, {**seconds, **_EDGES, **_PAUSES})
