r"""Tags off: what a player takes for layout (`<i>`, `{\an8}`, `&amp;`, `\N`) is no text, and whose words are whose."""

from __future__ import annotations

import html
import re
import unicodedata

from voiceover import markup

# no class below can match its own opening character: that keeps every search linear in the length of the text
VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>\s][^<>]*)>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|</>|<\d[\d:.]*>")
_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_RUBY = re.compile(r"<rt>[^<>]*</rt>", re.IGNORECASE)  # the reading above a character says it a second time
_OVERRIDE = re.compile(r"\{\\[^{}]*\}|\{[a-zA-Z]:[^{}]*\}")  # ASS overrides and MicroDVD codes, also met in SubRip
_ASS_SPACE = re.compile(r"(?<!\b[A-Za-z]:)(?:\\[Nh]|\\n(?![a-z]))")  # but not the folder of "C:\Notes"
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});")
_SOFT_HYPHEN = re.compile("\u00ad(?:[ \t]*\n[ \t]*)?")


def rows(text: str) -> list[tuple[str | None, str]]:
    """Return the rows of a cue's text that are not blank, without tags, each with the voice that `<v Name>` gives it.

    The marks of `markup` stay. A voice lasts until the next one; words before the first belong to it.
    """
    text = _OVERRIDE.sub("", _visible(text))
    text = _ASS_SPACE.sub(lambda match: " " if match[0] == r"\h" else "\n", text)
    first, *voiced = VOICE.split(_BREAK.sub("\n", text))
    names = [name_of(name) for name in voiced[::2]]
    parts = list(zip(names, voiced[1::2], strict=True))
    if first.strip():
        parts.insert(0, (names[0] if names else None, first))
    cleaned = ((name, row.strip()) for name, words in parts for row in _cleaned(words).split("\n"))
    return [(name, row) for name, row in cleaned if row]


def name_of(written: str) -> str | None:
    """Return the name that is written in a voice tag, None where there is none."""
    return " ".join(_visible(markup.strip(html.unescape(written))).split()) or None


def without_late(text: str) -> str:
    """Break up what looks like a tag only since rows were joined or words taken out."""
    plain = markup.strip(text)
    if _TAG.search(plain) or _OVERRIDE.search(plain):
        return " ".join(text.replace("<", " ").replace("{", " ").split())
    return text


def _cleaned(text: str) -> str:
    text = _TAG.sub("", _RUBY.sub("", text))
    unescaped = _ENTITY.sub(lambda match: markup.strip(html.unescape(match[0])), text)
    if unescaped != text:
        text = _BREAK.sub("\n", _visible(unescaped))
    # what was escaped, or stood around a tag, may be a tag itself; a space in its place cannot make another
    text = _TAG.sub(" " if "<" in unescaped else "", text)
    if "{" in text:
        text = _OVERRIDE.sub("", text).replace("{\\", " ")
    return _SOFT_HYPHEN.sub("", text)


def _visible(text: str) -> str:
    return "".join(character for character in text if character in _KEPT or _is_visible(character))


# joiners shape Persian and Indic words; a soft hyphen tells where a row may end
_KEPT = frozenset(f"\n\t\u200c\u200d\u00ad{markup.MARKS}")


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn", "Co")
