"""Cues to lines: what is left to say once markup, sound descriptions and speaker labels are off."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

from voiceover.types import Cue, Line

# no class below can match its own opening character: that keeps every search linear in the length of the text
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|</>|<\d[\d:.]*>")
_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_OVERRIDE = re.compile(r"\{\\[^{}]*\}|\{[a-zA-Z]:[^{}]*\}")  # ASS overrides and MicroDVD codes, also met in SubRip
_ASS_SPACE = re.compile(r"\\[Nh]|\\n(?![a-z])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});")
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_NOTES = re.compile("[♩♪♫♬🎵🎶]")
_DASH = re.compile(r"[-–—‐]+(?:\s+|(?=\D))")  # but not the minus of "-5"
_LABEL = re.compile(r"([^:：\n]{1,40})[:：](?=\s|\D)")
_NAME = re.compile(r"[^\W\d_][\w .'’&#/-]*")

_SOUND = re.compile(
    r"\b(?:laugh|chuckl|giggl|sigh|sob|weep|cry|cries|scream|shout|yell|whisper|gasp|groan|moan|grunt|cough|sneez|snif|"
    r"snor|breath|pant|exhal|inhal|music|sing|hum|whistl|applau|clap|cheer|chatter|murmur|mumbl|mutter|bark|meow|growl|"
    r"roar|ring|beep|buzz|click|knock|slam|creak|bang|crash|explo|gunshot|gunfire|thunder|thud|footsteps|alarm|siren|"
    r"static|silence|indistinct|inaudible|speak)",
    re.IGNORECASE,
)


def lines(cues: Sequence[Cue]) -> list[Line]:
    """Return the lines to say, in the cues' order, numbered from 1; cues without words yield none."""
    found: list[Line] = []
    for cue in cues:
        speaker, text = _words(cue)
        if any(character.isalnum() for character in text):
            found.append(Line(len(found) + 1, cue.start, cue.end, text, speaker))
    return found


def split_speaker(text: str) -> tuple[str | None, str]:
    """Split `SPEAKER: words` into the speaker and the words.

    A speaker is a label of one to three words, all in capitals. Without one, or without words after it, the speaker
    is None and the text is returned as it is.
    """
    match = _LABEL.match(text)
    if match is None:
        return None, text
    name, rest = match[1].strip(), text[match.end() :].strip()
    if not rest or not name.isupper() or len(name.split()) > 3 or not _NAME.fullmatch(name):
        return None, text
    return name, rest


def _words(cue: Cue) -> tuple[str | None, str]:
    text = _OVERRIDE.sub("", cue.text)
    text = _ASS_SPACE.sub(lambda match: " " if match[0] == r"\h" else "\n", text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    text = "".join(character for character in text if _is_visible(character))
    text = _NOTES.sub(" ", _BRACKETS.sub(" ", text))
    text = _PARENTHESES.sub(lambda match: " " if _is_sound(match) else match[0], text)
    rows = (_DASH.sub("", row.strip(), count=1) if (row.strip()[:1] in "-–—‐") else row for row in text.split("\n"))
    text = " ".join(" ".join(rows).split())

    label, rest = split_speaker(text)
    if label is None:
        return cue.speaker, text
    if cue.speaker is None or cue.speaker.casefold() == label.casefold():
        return cue.speaker or label, rest
    return cue.speaker, text  # the file names someone else: the capitals are words


def _is_visible(character: str) -> bool:
    # joiners shape Persian and Indic words
    return character in "\n\t\u200c\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn")


def _is_sound(match: re.Match[str]) -> bool:
    """Tell a sound description, as in `(sighs)` or `(DOOR SLAMS)`, from a remark: in doubt it is words."""
    content = match[1].strip()
    count = len(content.split())
    if count == 0:
        return True
    if count > 6 or any(character.isdigit() for character in content):
        return False
    before = match.string[max(match.start() - 60, 0) : match.start()].rpartition("\n")[2].strip(" -–—‐\t")
    opens_row = not before or before[-1] in ":："
    known = _SOUND.search(content) is not None
    if opens_row:
        return known or content.isupper()
    return known and count <= 2
