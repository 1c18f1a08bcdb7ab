"""Names made for machines: addresses, files, paths, hashtags, handles and versions."""

from __future__ import annotations

import re

from voiceover.text.english_numbers import label, number
from voiceover.text.english_patterns import LEFT, WORD_START, either, letters
from voiceover.text.english_tables import DOMAINS, EXTENSIONS, SPELLED_DOMAINS, VERSIONED
from voiceover.text.rules import Rule, rule

_SIGNS = {
    ".": "dot", "/": "slash", "\\": "backslash", "@": "at", "_": "underscore", "-": "dash", "?": "", "=": "equals",
    "&": "and", ":": "colon", "~": "tilde", "#": "", "%": "", "+": "plus",
}  # fmt: skip
_PIECE = r"[A-Za-z0-9_-]{1,64}"
_EXTENSION = f"(?:{either(EXTENSIONS)}|{either(name.upper() for name in EXTENSIONS)})(?![A-Za-z0-9_]|\\.[A-Za-z0-9])"


def _say_signs(written: str, spelled: frozenset[str] = frozenset()) -> str:
    """Say every sign by its name, and the words in `spelled` by their letters."""
    parts = re.split(r"([^A-Za-z0-9])", written)
    words = [letters(part) if part in spelled else _SIGNS.get(part, part) for part in parts]
    return " ".join(word for word in words if word)


def _say_link(match: re.Match[str]) -> str:
    return _say_signs(re.sub(r"^https?://", "", match[0]).rstrip("/"), SPELLED_DOMAINS)


def _say_path(match: re.Match[str]) -> str:
    stem, dot, extension = match[0].rpartition(".")
    if dot and extension.lower() in EXTENSIONS:
        spelled = EXTENSIONS[extension.lower()] or letters(extension)
        return f"{_say_signs(stem)} dot {spelled}".lstrip()
    return _say_signs(match[0])


def _say_hashtag(match: re.Match[str]) -> str:
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", match[1])
    return " ".join(["hashtag", *(word if word.isupper() else word.lower() for word in words)])


def _say_internet_number(match: re.Match[str]) -> str:
    parts = match[0].split(".")
    return " dot ".join(map(label, parts)) if max(map(len, parts)) > 1 else match[0]


def _say_version(match: re.Match[str]) -> str:
    return match[1] + " point ".join(map(number, match[2].split(".")))


LINKS: tuple[Rule, ...] = (
    rule("tags", r"</?(?:i|b|u|s|em|strong|font|span|br|c|v)\b[^<>]{0,80}>|\{\\[^{}]{1,80}\}", "", needs_digit=False),
    rule(
        "web and mail addresses",
        rf"(?<![A-Za-z0-9@._-])(?:https?://)?(?:[A-Za-z0-9._+-]{{1,64}}@)?"
        rf"(?:(?:[A-Za-z0-9][A-Za-z0-9-]{{0,62}}\.){{1,6}}(?:{DOMAINS})|localhost(?=[:/]))(?![A-Za-z0-9]|\.[a-z])"
        r"(?::[0-9]{2,5})?(?:/(?:[A-Za-z0-9_./?=&#@%~:+-]{0,200}[A-Za-z0-9/_=])?)?",
        _say_link,
        needs_digit=False,
    ),
    rule(
        "paths",
        r"(?<![A-Za-z0-9/.<])(?:[A-Za-z]:(?:\\[A-Za-z0-9_.-]{0,64}[A-Za-z0-9_]){1,16}\\?"
        r"|~?(?:/[A-Za-z0-9_.-]{0,64}[A-Za-z0-9_]){2,16}/?(?![A-Za-z0-9/])|~/[A-Za-z0-9_.-]{0,64}[A-Za-z0-9_])",
        _say_path,
        needs_digit=False,
    ),
    rule(
        "file names",
        rf"(?<![A-Za-z0-9_.-])(?:{_PIECE}\.){{1,4}}{_EXTENSION}|(?<![^ (\"'“])\.{_EXTENSION}",
        _say_path,
        needs_digit=False,
    ),
    rule("hashtags", r"(?<![A-Za-z0-9&#])#([A-Za-z][A-Za-z0-9_]{0,60})", _say_hashtag, needs_digit=False),
    rule(
        "handles",
        r"(?<![A-Za-z0-9._])@([A-Za-z0-9_.]{0,30}[A-Za-z0-9_])",
        lambda m: f"at {_say_signs(m[1])}",
        needs_digit=False,
    ),
    rule("internet numbers", rf"{LEFT}[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}(?![0-9]|\.[0-9])", _say_internet_number),
    rule("v for version", rf"{WORD_START}(?:v\.? ?(?=[0-9])|V\.? ?(?=[0-9]{{1,3}}\.[0-9]))", "version "),
    rule(
        "versions",
        rf"(?<![A-Za-z])((?:{either(VERSIONED)}) )([0-9]{{1,4}}(?:\.[0-9]{{1,4}}){{1,4}})(?![0-9A-Za-z%])",
        _say_version,
    ),
)
