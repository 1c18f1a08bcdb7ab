"""gruut's lexicons, part-of-speech tagger and letter-to-sound models, without the rest of gruut.

The package's own `__init__` brings text processors with it, whose graphs and calendars take most of a second to
import. The two modules here stand on their own.
"""

from __future__ import annotations

import importlib.util
import sqlite3
import sys
import warnings
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast


class Tagger(Protocol):
    """Part-of-speech tags (Penn Treebank) for the words of a sentence."""

    def __call__(self, words: Sequence[str]) -> Sequence[str]:
        """Return one tag per word."""
        ...


class Guesser(Protocol):
    """Phonemes for a word that no lexicon has."""

    def __call__(self, word: str) -> Sequence[str]:
        """Return the phonemes of a word in small letters."""
        ...


@cache
def tagger(package: str) -> Tagger:
    """Load the tagger of a language package, such as gruut_lang_en."""
    return cast("Tagger", _module("pos").PartOfSpeechTagger(_folder(package) / "pos" / "model.crf"))


@cache
def guesser(package: str, *, within: str = "") -> Guesser:
    """Load the letter-to-sound model of a language package, or of a folder `within` it."""
    return cast("Guesser", _module("g2p").GraphemesToPhonemes(_folder(package) / within / "g2p" / "model.crf"))


def lexicon(package: str, query: str, *, within: str = "") -> Iterable[Any]:
    """Return the rows that a query gives of the lexicon of a language package, or of a folder `within` it."""
    path = _folder(package) / within / "lexicon.db"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def _folder(package: str) -> Path:
    """Return where a package lies, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"No package named {package!r}", name=package)
    return Path(spec.submodule_search_locations[0])


@cache
def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"_gruut_{name}", _folder("gruut") / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named gruut.{name}", name=f"gruut.{name}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with warnings.catch_warnings():  # jsonlines, which it imports, has invalid escapes in its docstrings
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        spec.loader.exec_module(module)
    return module
