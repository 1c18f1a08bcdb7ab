"""Any language that eSpeak NG knows, as IPA: the front-end of the optional extra `espeak` (GPL, so never required)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from typing import Any

from voiceover.errors import BadInputError, MissingError
from voiceover.text import plain
from voiceover.text.frontend import FrontEnd
from voiceover.text.symbols import END, PAD, PAUSES, SPACE

PREFIX = "espeak-"
VERSION = 1
_NAMES = {"zh": "cmn", "no": "nb"}  # what eSpeak NG calls otherwise

# One symbol a character of decomposed IPA. The table belongs to the voices trained with it: never reorder it.
SYMBOLS: tuple[str, ...] = (
    PAD, END, SPACE, *PAUSES, "ˈ", "ˌ", "ː", "ˑ",
    *"abcdefhijklmnopqrstuvwxyzɐɑɒæɓʙβɔɕçɗɖðʤəɘɚɛɜɝɞɟʄɡɠɢʛɦɧħɥʜɨɪʝɭɬɫɮʟɱɯɰŋɳɲɴøɵɸθœɶʘɹɺɾɻʀʁɽʂʃʈʧʉʊʋⱱʌɣɤʍχʎʏʑʐʒʔʡʕʢ",
    "ʰ", "ʲ", "ʷ", "ˠ", "ˤ", "ⁿ", "ˡ", "̃", "̩", "̯", "̪", "̥", "͡", "͜", "̝", "̞", "̊", "̬", "1", "2", "3", "4", "5", "6", "7",
    "˥", "˦", "˧", "˨", "˩",
)  # fmt: skip


def front_end(language: str) -> FrontEnd:
    """Return the front-end of a language, a tag as eSpeak NG writes it (fr-fr, ru, pt-br) or its first part.

    Raises:
        MissingError: the extra is not installed.
        BadInputError: eSpeak NG does not know the language.
    """
    tag = _tag(language)
    return FrontEnd(
        name=f"{PREFIX}{tag}",
        version=VERSION,
        language=tag,
        symbols=SYMBOLS,
        write_out=partial(plain.spoken, language=tag),
        unreadable=partial(plain.unreadable, language=tag),
        pronounce=partial(_pronounce, tag),
        known=lambda _word: True,  # rules are all it has: nothing is more of a guess than the rest
    )


def _tag(language: str) -> str:
    known: dict[str, str] = _backend_class().supported_languages()
    wanted = language.lower().replace("_", "-")
    first = _NAMES.get(wanted.partition("-")[0], wanted.partition("-")[0])
    relatives = sorted(tag for tag in known if tag.partition("-")[0] == first)
    for tag in (wanted, first, f"{first}-{first}", *relatives):  # fr is fr-fr rather than fr-be
        if tag in known:
            return tag
    raise BadInputError(
        f"“{language}”: eSpeak NG knows no such language.",
        f"It knows {', '.join(sorted(known)[:12])} and {len(known) - 12} more.",
    )


def _pronounce(tag: str, words: Sequence[str]) -> list[tuple[str, ...]]:
    return [_phonemes(tag, word) for word in words]


@lru_cache(maxsize=65_536)
def _phonemes(tag: str, word: str) -> tuple[str, ...]:
    said = _backend(tag).phonemize([word], strip=True)[0] if any(map(str.isalnum, word)) else ""
    known = frozenset(SYMBOLS)
    return tuple(
        c for c in unicodedata.normalize("NFD", said).replace("c\u0327", "ç") if c in known and c not in " ,.?!_~"
    )


@cache
def _backend(tag: str) -> Any:
    import logging

    quiet = logging.getLogger("voiceover.espeak")
    quiet.setLevel(logging.CRITICAL)  # it counts words of other languages aloud
    return _backend_class()(tag, with_stress=True, language_switch="remove-flags", logger=quiet)


@cache
def _backend_class() -> Any:
    try:
        import espeakng_loader
        from phonemizer.backend import EspeakBackend
        from phonemizer.backend.espeak.wrapper import EspeakWrapper
    except ImportError as error:
        raise MissingError(
            f"Languages other than English and German need eSpeak NG ({error}).",
            "Install it: pip install 'voiceover[espeak]'",
        ) from None
    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    return EspeakBackend
