"""The front-ends there are.

How to add a language:

1. Write `<language>.py` with `spoken(text)` and `unreadable(text)`: named rules in one visible list, as in `english`.
2. Write its pronunciation: `pronounce(words)` and `known(word)`, and a symbol table that holds all it can return.
3. Bring a table of written and spoken pairs in `tests/golden/`.
4. Name it below. Bundles name their front-end, so its name, version and symbols stay once a voice was trained with it.

All other languages are read by eSpeak NG, where its extra is installed.
"""

from __future__ import annotations

from functools import cache

from voiceover.text.frontend import FrontEnd

ENGLISH, GERMAN = "en-us-gruut", "de-de-gruut"


@cache
def front_end(language: str) -> FrontEnd:
    """Return the front-end for a language tag such as en, en-GB, de or fr-fr.

    Raises:
        MissingError: the language needs the `espeak` extra, which is not installed.
        BadInputError: nothing here knows the language.
    """
    tag = language.strip().lower().replace("_", "-")
    own = {"en": ENGLISH, "english": ENGLISH, "de": GERMAN, "german": GERMAN, "deutsch": GERMAN}.get(
        tag.partition("-")[0]
    )
    if own:
        return named(own)
    from voiceover.text import espeak

    return espeak.front_end(tag)


@cache
def named(name: str) -> FrontEnd:
    """Return the front-end of a name, as bundles give it; see `front_end` for what it raises."""
    from voiceover.text import espeak

    if name == ENGLISH:
        from voiceover.text import english, english_pronunciation, symbols

        return FrontEnd(
            name,
            1,
            "en-us",
            symbols.SYMBOLS,
            english.spoken,
            english.unreadable,
            english_pronunciation.pronounce,
            english_pronunciation.known,
        )
    if name == GERMAN:
        from voiceover.text import german, german_pronunciation, german_symbols

        return FrontEnd(
            name,
            1,
            "de-de",
            german_symbols.SYMBOLS,
            german.spoken,
            german.unreadable,
            german_pronunciation.pronounce,
            german_pronunciation.known,
        )
    return espeak.front_end(name.removeprefix(espeak.PREFIX))
