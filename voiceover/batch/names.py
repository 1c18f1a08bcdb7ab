"""What file names say: which are videos and subtitles, and what the endings of a subtitle's name stand for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MARK = ".dubbed"  # what the name of a finished film ends with, so that it is never taken for a source
VIDEOS = frozenset(
    ".3g2 .3gp .asf .avi .divx .f4v .flv .m2ts .m2v .m4v .mkv .mov .mp4 .mpe .mpeg .mpg .mts .mxf .ogm .ogv .qt .rm "
    ".rmvb .ts .vob .webm .wmv".split()
)
SUBTITLES = (".srt", ".vtt", ".ass", ".ssa")  # of two that fit alike, the first is taken
SCRIPTS = (".txt", ".md")  # only as the very name of the video: most texts beside a film are no scripts
SUBTITLE_FOLDERS = frozenset("captions caption legendas srt sub subs subtitle subtitles untertitel".split())
# for whom the subtitles are; the later, the worse a narration is made of them
_QUALITIES = dict.fromkeys("default full sub subs subtitle subtitles caption captions".split(), 0)
_QUALITIES |= {"cc": 1, "hi": 1, "sdh": 1, "auto": 2, "forced": 3}
_SEPARATORS = re.compile(r"[.\s_\-()\[\],]+")


@dataclass(frozen=True, slots=True)
class Ending:
    """What stands in a subtitle's name beside the video's."""

    language: str | None  # in small letters: "en", "pt"; None where it does not say
    quality: int  # 0 for plain subtitles, more for those that are less fit to be spoken


def folded(name: str) -> str:
    """Return a name so that those are equal that a user takes for equal: case and composed letters do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_dubbed(path: Path) -> bool:
    """Tell whether a file is the result of a run, finished or not."""
    return path.stem.casefold().endswith(MARK)


def read_ending(rest: str) -> Ending | None:
    """Read what follows the video's name in that of its subtitles; None where it says something else.

    "" is fine, and so are `.en`, `_English`, `.pt-BR`, `.de.forced`, ` (SDH)`.
    """
    if rest and (rest[0].isalnum() or any(map(str.isdigit, rest))):
        return None  # lesson 1 is no beginning of lesson 12, nor of lesson 1.2
    return read_tags(rest)


def read_tags(text: str) -> Ending | None:
    """Read words that are languages, qualities or numbers, as `2_English`; None where one is something else."""
    language, quality = None, 0
    words = [word for word in _SEPARATORS.split(folded(text)) if word]
    for place, word in enumerate(words):
        if word in _QUALITIES and not (word == "hi" and language is None):  # hi is Hindi, unless a language is told
            quality = max(quality, _QUALITIES[word])
        elif place and language and re.fullmatch(r"[a-z]{2}|hans|hant|latn|cyrl", word):
            continue  # where or how it is spoken or written: pt-BR, zh-Hans
        elif (found := find_language(word)) and language is None:
            language = found
        elif not word.isdigit():
            return None
    return Ending(language, quality)


@lru_cache(maxsize=512)
def find_language(word: str) -> str | None:
    """Return the language that a code of two or three letters or a name stands for, as its shortest code."""
    from babel.core import get_global

    word = folded(word)
    if re.fullmatch(r"[a-z]{2,3}", word):
        code = str(get_global("language_aliases").get(word, word)).partition("_")[0]
        return code if code in _known() else None
    return _named().get(word)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    from babel import Locale

    return frozenset(Locale("en").languages)


@lru_cache(maxsize=1)
def _named() -> dict[str, str]:
    """Return the languages' names in English, and those of the usual ones in themselves."""
    from babel import Locale

    names = {folded(name): code for code, name in Locale("en").languages.items() if "_" not in code}
    for (
        code
    ) in "ar cs da de el es et fi fr he hi hr hu id it ja ko lt lv nb nl pl pt ro ru sk sl sr sv th tr uk zh".split():
        names[folded(Locale(code).languages[code])] = code
    names["chinese"], names["norwegian"] = "zh", "no"
    return names
