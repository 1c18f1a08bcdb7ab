"""Whether a sentence goes on from one line to the next, as far as its marks and its time tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from voiceover.types import Line

MOST_GAP = 1.5  # seconds between two cues of a sentence: after a longer silence, speech begins anew
_OVERLAP = 0.2  # seconds that cues of one sentence may overlap
_CLOSERS = "\"'”’»)]"
_OPENERS = _CLOSERS + "“„« "
_HANGING = frozenset(
    "a an the this that these those my your his her its our their some any no every each and or but nor so yet if "
    "because when while where who which than as of to in on at by for from with without into onto upon over under "
    "about after before between through during against is are was were be been am has have had do does did will would "
    "can could shall should may might must not very more most quite too "
    "der die das ein eine einen einem einer und oder aber dass weil wenn mit von zu im in am an auf für bei nach über "
    "unter vor durch ist sind war waren hat haben".split()
)
_ELLIPSIS_END, _ELLIPSIS_START = re.compile(r"(?:\.{2,}|…)\s*$"), re.compile(r"^(?:\.{2,}|…)\s*")


def goes_on(line: Line, following: Line) -> bool:
    """Tell whether one speaker's sentence goes on from a line to the one that follows."""
    if line.speaker != following.speaker or not _are_close(line, following):
        return False
    left, right = line.text.rstrip(_CLOSERS + " "), following.text.lstrip(_OPENERS)
    if not left or not right:
        return False
    if _ELLIPSIS_END.search(left) or left[-1] in ".?!。？！":
        return _takes_up(left, right)
    if _takes_up(left, right) or left[-1] in ",;":
        return True
    last = re.findall(r"[^\W\d_]+", left[-40:])[-1:]
    return bool(last) and last[0].lower() in _HANGING


def inherit_speakers(lines: Sequence[Line]) -> list[Line]:
    """Return the lines, with the speaker of the line before for those that go on with its sentence and name nobody."""
    named: list[Line] = []
    for line in lines:
        before = named[-1] if named else None
        if line.speaker is None and before is not None and before.speaker and _are_close(before, line):
            left, right = before.text.rstrip(_CLOSERS + " "), line.text.lstrip(_OPENERS)
            if left and right and _takes_up(left, right):
                named.append(replace(line, speaker=before.speaker))
                continue
        named.append(line)
    return named


def _are_close(line: Line, following: Line) -> bool:
    return -_OVERLAP <= following.start - line.end <= MOST_GAP


def _takes_up(left: str, right: str) -> bool:
    """Tell whether the words themselves say so: an ellipsis on both sides, or small letters after an open end."""
    is_small = _ELLIPSIS_START.sub("", right)[:1].islower()
    if _ELLIPSIS_END.search(left):
        return is_small or _ELLIPSIS_START.match(right) is not None
    return left[-1] not in ".?!。？！" and (is_small or _ELLIPSIS_START.match(right) is not None)
