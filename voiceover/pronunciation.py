"""How a film's own words are said: a lexicon of the user's, put into the text as marks of `markup`."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from voiceover import markup, records
from voiceover.casting import key
from voiceover.errors import BadInputError
from voiceover.subtitles.encoding import read_text
from voiceover.text import ipa
from voiceover.types import Line

_TEMPLATE = "See templates/lexicon.csv."
_LONGEST = 200  # characters of a word or a pronunciation
_COLUMNS = ("word", "say", "speaker")
_NAMES = {"pronunciation": "say", "respelling": "say", "as": "say"}

_BEFORE = r"(?<!\w)(?<!\w['’])"  # whole words only: no letter or digit beside it, nor a letter with an apostrophe
_AFTER = r"(?![\w\u0300-\u036f])(?!['’](?![sS]\b)\w)"  # but that of a possessive
_MARKED = re.compile(f"({markup.SAY}[^{markup.SAID}]*{markup.SAID}|{markup.BREAK}[^{markup.BROKEN}]*{markup.BROKEN})")
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)

_Words = tuple[re.Pattern[str] | None, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One word, or several that belong together, and how it is said."""

    word: str
    say: str  # IPA between slashes, or a respelling
    speaker: str | None = None  # None: whoever speaks


@dataclass(frozen=True)
class Lexicon:
    """A list of entries. An entry written in small letters holds for any case, one with a capital only as written."""

    entries: tuple[Entry, ...] = ()

    def mark(self, line: Line) -> Line:
        """Return the line with a pronunciation mark around each of its words that has an entry.

        Words that carry a mark already keep it; an entry of the line's own speaker goes before one for all.
        """
        speaker = key(line.speaker) if line.speaker else None
        pattern, sayings = self._of(speaker if speaker in self._speakers else None)
        if pattern is None:
            return line

        def marked(match: re.Match[str]) -> str:
            written = " ".join(match[0].split())
            say = next((sayings[form] for form in (_form(written), _form(written.lower())) if form in sayings), None)
            return match[0] if say is None else f"{markup.SAY}{written}{markup.AS}{say}{markup.SAID}"

        text = unicodedata.normalize("NFC", line.to_read)
        parts = _MARKED.split(text)
        parts[::2] = [pattern.sub(marked, part) for part in parts[::2]]
        return line if "".join(parts) == text else replace(line, marked="".join(parts))

    @cached_property
    def _speakers(self) -> frozenset[str | None]:
        return frozenset(entry.speaker for entry in self.entries)

    @cached_property
    def _found(self) -> dict[str | None, _Words]:
        return {}

    def _of(self, speaker: str | None) -> _Words:
        """Return a pattern for all words that have an entry when a speaker says them, and those entries."""
        if speaker not in self._found:
            own = {entry.word: entry.say for entry in self.entries if entry.speaker == speaker}
            general = [entry for entry in self.entries if entry.speaker is None and entry.word.lower() not in own]
            sayings = {entry.word: entry.say for entry in general} | own
            forms = "|".join(_pattern(word) for word in sorted(sayings, key=lambda word: (-len(word), word)))
            self._found[speaker] = (re.compile(f"{_BEFORE}(?:{forms}){_AFTER}") if forms else None, sayings)
        return self._found[speaker]


def _pattern(word: str) -> str:
    pattern = r"\s+".join(re.escape(part).replace("'", "['’]") for part in word.split())
    return f"(?i:{pattern})" if word == word.lower() else pattern


def _form(written: str) -> str:
    return unicodedata.normalize("NFC", " ".join(written.replace("’", "'").split()))


def load(path: Path) -> Lexicon:
    """Read a lexicon: `.csv` with the columns word, say and perhaps speaker, or `.yaml`.

    Raises BadInputError, with file and line, for what cannot be read or makes no sense.
    """
    suffix = path.suffix.lower()
    if suffix in (".yaml", ".yml"):
        entries = list(_from_yaml(path))
    elif suffix in (".csv", ".tsv", ".txt"):
        entries = list(_from_table(path))
    else:
        raise BadInputError(f"{path}: a lexicon is a .csv or a .yaml file.", _TEMPLATE)
    seen: dict[tuple[str | None, str], str] = {}
    for where, entry in entries:
        first = seen.setdefault((entry.speaker, entry.word), where)
        if first != where:
            raise BadInputError(f"{where}: “{entry.word}” stands in {first} already.", "Keep one of the two.")
    return Lexicon(tuple(entry for _, entry in entries))


def check_marks(lines: Iterable[Line], source: Path | str) -> None:
    """Raise BadInputError for a pronunciation in the lines' own marks that cannot be understood."""
    for line in lines:
        for match in markup.SAYING.finditer(line.marked):
            _check_say(match[2], f"{source}, line “{line.text[:60]}”: the pronunciation of “{match[1]}”")


def _from_table(path: Path) -> Iterable[tuple[str, Entry]]:
    text = _COMMENT.sub("", read_text(path, remedy=f"Give a lexicon, a .csv or .yaml file. {_TEMPLATE}"))
    head = next((row for row in text.split("\n") if row.strip()), "")
    delimiter = max("\t;,|", key=head.count) if any(mark in head for mark in "\t;,|") else ","
    rows = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    columns: Sequence[str] = _COLUMNS
    first = True
    last_line = 0
    try:
        for row in rows:
            where = f"{path}, line {last_line + 1}"
            last_line = rows.line_num
            if any("\n" in field for field in row):
                raise BadInputError(f"{where}: a quotation mark begins here and does not end.", "Close or remove it.")
            fields = [field.strip() for field in row]
            if not any(fields):
                continue
            named = [_NAMES.get(field.lower(), field.lower()) for field in fields]
            if first and "word" in named and ("say" in named or "ipa" in named):
                _check_columns(named, where)
                columns, first = named, False
                continue
            first = False
            if len(fields) > len(columns) and any(fields[len(columns) :]):
                raise BadInputError(
                    f"{where}: {len(fields)} fields, but there are {len(columns)} columns.",
                    "Put a text with a comma into quotation marks.",
                )
            entry = dict(zip(columns, fields, strict=False))
            say = f"/{sounds.strip('/[]')}/" if (sounds := entry.get("ipa", "")) else entry.get("say", "")
            yield where, _entry(entry.get("word", ""), say, entry.get("speaker") or None, where)
    except csv.Error as error:
        raise BadInputError(f"{path}, line {rows.line_num}: this row cannot be read ({error}).", _TEMPLATE) from None


def _check_columns(names: Sequence[str], where: str) -> None:
    """Raise BadInputError for a column that looks like a mistyped one; others, such as notes, are not read."""
    for name in names:
        near = get_close_matches(name, (*_COLUMNS, "ipa"), n=1, cutoff=0.75)
        if near and name != near[0]:
            raise BadInputError(f"{where}: the column “{name}” means nothing here.", f"Did you mean {near[0]}?")
        if name and names.count(name) > 1:
            raise BadInputError(f"{where}: the column “{name}” is there twice.", "Keep one of the two.")


def _from_yaml(path: Path) -> Iterable[tuple[str, Entry]]:
    top = records.read(path, what="a lexicon")
    if "words" not in top.values and "speakers" not in top.values:
        yield from _section(top, None)
        return
    if top.values.get("format", 1) != 1:
        raise BadInputError(
            f"{top.where('format')}: this version reads format 1.", "Upgrade voiceover, or write format: 1."
        )
    for name, _ in top:
        if name not in ("format", "words", "speakers"):
            raise BadInputError(f"{top.where(name)}: “{name}” means nothing here.", "Put the words under “words:”.")
    yield from _section(top.section("words"), None)
    speakers = top.section("speakers")
    for speaker, _ in speakers:
        yield from _section(speakers.section(speaker), speaker)


def _section(record: records.Record, speaker: str | None) -> Iterable[tuple[str, Entry]]:
    for word, say in record:
        if word == "format" and say == 1:
            continue
        if not isinstance(say, str):
            raise BadInputError(
                f"{record.where(word)}: “{word}” needs a pronunciation, one text.", "Put it into quotation marks."
            )
        yield record.where(word), _entry(word, say, speaker, record.where(word))


def _entry(word: str, say: str, speaker: str | None, where: str) -> Entry:
    word = _form(markup.strip(word))
    say = markup.strip(" ".join(say.split()))
    if not any(map(str.isalnum, word)):
        raise BadInputError(f"{where}: there is no word.", _TEMPLATE)
    if len(word) > _LONGEST or len(say) > _LONGEST:
        raise BadInputError(f"{where}: more than {_LONGEST} characters.", "A lexicon is for words, one a line.")
    if len(say) > 2 and say[0] in "[" and say[-1] == "]":  # narrow transcription
        say = f"/{say[1:-1]}/"
    _check_say(say, f"{where}: the pronunciation of “{word}”")
    return Entry(word, say, key(speaker) if speaker else None)


def _check_say(say: str, what: str) -> None:
    if not any(map(str.isalpha, say)):
        raise BadInputError(f"{what} is empty.", "Write a respelling (nuh-WIN), or IPA between slashes (/nəˈwɪn/).")
    if say.startswith("/") != say.endswith("/") or "/" in say[1:-1]:
        raise BadInputError(f"{what}, {say}, needs two slashes.", "Write IPA between two slashes, as /nəˈwɪn/.")
    if say.startswith("/") and (foreign := ipa.unknown(say[1:-1])):
        raise BadInputError(
            f"{what}, {say}, has signs that are no IPA: {' '.join(foreign)}",
            "Write IPA between the slashes, as /nəˈwɪn/, or a respelling without them, as nuh-WIN.",
        )
