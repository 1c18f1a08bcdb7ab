"""Cues to a script: what is left to say, by whom, once all that is no speech is off."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from voiceover import markup
from voiceover.script import continuation, conventions, credits, labels, tags
from voiceover.script.conventions import HASH, OVER, SAID
from voiceover.types import Cue, LeftOut, Line, Script

_EDGE = 3  # so many cues at either end of a film may be credits that are speech elsewhere
_SHORTEST_FILM = 10  # cues
_SONG_CUES = 4  # so many cues within a song may have no note
_SONG_GAP = 5.0  # seconds between two cues of one song

_ENDS = ".!?…,:;-–—。！？、，：；‥"
_CLOSING = "\"'”’»)]"
_STOP = re.compile(r"\s+(?=[,;:!?](?:\s|$)|\.(?:\s|$))")
_LEADING = re.compile(r"\s*[,;:.](?=\s|$)")
_KEPT_SOUND = re.compile(rf"\s*{SAID}([^{SAID}{OVER}]*){OVER}\s*(?:[,;:.](?=\s|$)\s*)?")
_EMPTY_QUOTES = re.compile(r"“\s*”|«\s*»|(?<!\w)\"\s*\"(?!\w)")
_HALF_MARK = re.compile(
    f"({markup.SAYING.pattern}|{markup.PAUSE.pattern})|[{markup.SAY}{markup.AS}{markup.SAID}{markup.BREAK}{markup.BROKEN}]"
)

# a word may be broken at any hyphen; these keep theirs where the row does not break
_KEEP_HYPHEN = frozenset(
    "well self ex non all half high low long short full cross great old new ill hard single double two three four five "
    "six seven eight nine ten twenty thirty forty fifty sixty seventy eighty ninety mid so by in on up off ever far "
    "good bad better best first second third last one".split()
)
# but not before what can only be the rest of a word
_WORD_ENDING = re.compile(r"(?:ing|ings|ed|er|ers|est|ly|ness|age|en|y|ish|less|ful|ment|ity|tion|ty|ies|ous|al|ic)\b")
_SUSPENDED = frozenset(("and", "or", "to", "und", "oder"))  # "pre- and post-war"
_BROKEN_WORD = re.compile(r"([^\W_][\w'’-]{0,40})[-‐]$")
_WORD = re.compile(r"[^\W_]+")


@dataclass(slots=True)
class _Turn:
    """The words of one speaker within a cue."""

    speaker: str | None
    is_named: bool  # the speaker is written in the cue's text
    is_torn: bool  # something was taken out of the cue's words
    rows: list[str] = field(default_factory=list)


def make(cues: Sequence[Cue], *, keep_sdh: bool = False) -> Script:
    """Return what is to be said of a file's cues, in their order, and what is left out because it is no speech.

    Sound descriptions, lyrics, credits and signs are left out, unless `keep_sdh` has them spoken as well. A cue with
    the words of two named speakers yields a line for each, which share its time by their numbers of characters.
    """
    written = [tags.rows(cue.text) for cue in cues]
    texts = conventions.with_notes([[row for _name, row in rows] for rows in written])
    turned = [
        [(name, part) for (name, _row), row in zip(rows, changed, strict=True) for part in labels.turns(row)]
        for rows, changed in zip(written, texts, strict=True)
    ]
    named = [name for cue, rows in zip(cues, written, strict=True) for name in (cue.speaker, *dict(rows)) if name]
    names = labels.known(([row for _name, row in rows] for rows in turned), named)
    outside = frozenset(name.casefold() for name in named)
    within_song = _within_songs(cues, texts)

    lines: list[Line] = []
    left_out: list[LeftOut] = []
    for number, (cue, plain, rows) in enumerate(zip(cues, written, turned, strict=True)):
        at_edge = min(number, len(cues) - 1 - number) < _EDGE and len(cues) >= _SHORTEST_FILM
        whole = [row for _name, row in plain]
        reason = cue.kind
        if not reason and credits.is_credit(whole, at_edge=at_edge):
            reason = "credit"
        elif not reason and number in within_song:
            reason = "lyrics"
        if reason and not keep_sdh:
            if text := markup.plain(" ".join(" ".join(whole).split())):
                left_out.append(LeftOut(cue.index, cue.start, text, reason))
            continue
        turns, removed = _turns(cue, rows, names, outside, keep=keep_sdh)
        left_out += [LeftOut(cue.index, cue.start, part.text, part.reason) for part in removed]
        said = _lines_of(cue, turns)
        written_label = markup.plain(" ".join(whole))
        if not said and not removed and any(character.isalnum() for character in written_label):
            left_out.append(LeftOut(cue.index, cue.start, written_label, "label"))
        for start, end, speaker, text in said:
            marked = tags.without_late(_balanced(text))
            marks = marked if marked != markup.strip(marked) else ""
            lines.append(Line(len(lines) + 1, start, end, markup.plain(marked), speaker, marks))
    return Script(tuple(continuation.inherit_speakers(lines)), tuple(left_out))


def _within_songs(cues: Sequence[Cue], texts: Sequence[Sequence[str]]) -> frozenset[int]:
    """Find the cues without a note that stand between one that opens a song and one that ends it."""
    found: set[int] = set()
    joined = [" ".join(rows) for rows in texts]
    for number, text in enumerate(joined):
        if not conventions.opens_song(text):
            continue
        for last in range(number + 1, min(number + 2 + _SONG_CUES, len(cues))):
            if cues[last].start - cues[last - 1].end > _SONG_GAP:
                break
            if conventions.closes_song(joined[last]):
                found.update(range(number + 1, last))
                break
            if conventions.without_notes(joined[last]) != joined[last]:
                break
    return frozenset(found)


def _turns(
    cue: Cue,
    rows: Sequence[tuple[str | None, str]],
    names: Mapping[str, str],
    outside: frozenset[str],
    *,
    keep: bool,
) -> tuple[list[_Turn], list[conventions.Removed]]:
    """Take a cue's rows apart into the words of its speakers, and what is no speech."""
    parsed = [labels.parse(row, names) for _name, row in rows]
    speakers: list[str | None] = []
    is_named: list[bool] = []
    starts: list[bool] = []
    words: list[str] = []
    removed: list[conventions.Removed] = []
    default = names.get(cue.speaker.casefold(), cue.speaker) if cue.speaker else None
    before: str | None = None  # the voice of the row before
    for number, ((written, _row), row) in enumerate(zip(rows, parsed, strict=True)):
        voice = names.get(written.casefold(), written) if written else None
        base = voice or default
        label = row.label
        if label and base and label.casefold() != base.casefold() and label.casefold() not in outside:
            label = None  # the file names someone else: the capitals are words
        is_aside = (
            row.turns and number == 1 and not parsed[0].turns and row.words[:1].islower() and not _ends(parsed[0].words)
        )
        changes = voice is not None and before is not None and voice != before
        starts.append(number == 0 or (row.turns and not is_aside) or label is not None or changes)
        before = voice or before
        is_named.append(label is not None or changes)
        speakers.append(label or (voice if number == 0 or not row.turns or changes else None))
        text = row.words if label else row.whole
        if row.note and label:
            if keep:
                text = f"{row.note} {text}"
            else:
                removed.append(conventions.Removed(markup.plain(row.note), "sound"))
        words.append(f"- {text}" if is_aside else text)

    words, described = conventions.sounds(words, keep=keep)
    removed += described
    turns: list[_Turn] = []
    for number, parts in enumerate(conventions.songs(words, starts)):
        if starts[number]:
            speaker = speakers[number] or (default if number == 0 else None)
            turns.append(_Turn(speaker, is_named[number], bool(described)))
        for is_sung, part in parts:
            text = conventions.without_notes(part)
            if not is_sung or keep:
                turns[-1].rows.append(text)
            elif text.strip() or not described:
                removed.append(conventions.Removed(" ".join(markup.plain(part).split()).replace(HASH, "#"), "lyrics"))
    return turns, _merged(removed)


def _merged(removed: Sequence[conventions.Removed]) -> list[conventions.Removed]:
    """Join rows of one song."""
    merged: list[conventions.Removed] = []
    texts: list[str] = []
    for part in removed:
        if part.reason == "lyrics" and texts:
            texts.append(part.text)
        elif part.reason == "lyrics":
            texts = [part.text]
        else:
            merged.append(part)
    if texts:
        merged.append(conventions.Removed(" ".join(texts), "lyrics"))
    return merged


def _lines_of(cue: Cue, turns: Sequence[_Turn]) -> list[tuple[float, float, str | None, str]]:
    """Return start, end, speaker and words of each line that a cue's turns make."""
    said: list[tuple[_Turn, str]] = []
    for turn in turns:
        text = _joined(turn.rows)
        text = _with_sounds(text) if SAID in text else _tidied(text) if turn.is_torn else text
        if not any(character.isalnum() for character in markup.plain(text)):
            continue
        said.append((turn, text))
    if not said:
        return []
    if not any(turn.is_named for turn, _text in said):
        return [(cue.start, cue.end, turns[0].speaker, _sentences([text for _turn, text in said]))]
    merged: list[tuple[str | None, list[str]]] = []
    for turn, text in said:
        if merged and turn.speaker is not None and merged[-1][0] == turn.speaker:
            merged[-1][1].append(text)
        else:
            merged.append((turn.speaker, [text]))
    texts = [(speaker, _sentences(parts)) for speaker, parts in merged]
    counts = [len(markup.plain(text)) for _speaker, text in texts]
    total = sum(counts)
    bounds = [cue.start]
    for count in counts[:-1]:
        bounds.append(bounds[-1] + (cue.end - cue.start) * count / total)
    bounds.append(cue.end)
    return [(bounds[number], bounds[number + 1], speaker, text) for number, (speaker, text) in enumerate(texts)]


def _sentences(parts: Sequence[str]) -> str:
    """Join the words of speakers that take turns so that each one's end as a sentence."""
    closed = [part if _ends(part) else f"{part}." for part in parts[:-1]]
    return " ".join([*closed, *parts[-1:]])


def _ends(text: str) -> bool:
    return markup.plain(text).rstrip().rstrip(_CLOSING)[-1:] in tuple(_ENDS)


def _joined(rows: Sequence[str]) -> str:
    """Join rows with a space, and the parts of a word that is broken over two of them without one."""
    joined: list[str] = []
    for row in filter(None, (" ".join(row.split()) for row in rows)):
        broken = _BROKEN_WORD.search(joined[-1][-42:]) if joined else None
        following = _WORD.match(row)
        if broken is None or following is None or following[0] in _SUSPENDED:
            joined.append(row)
            continue
        left, right = broken[1], following[0]
        breaks_off = left[-1].islower() and right[0].isupper() and not left[0].isupper()  # "I was go-"
        if breaks_off or "'" in left or "’" in left:  # "I don't-"
            joined.append(row)
            continue
        joined[-1] = joined[-1] if _keeps_hyphen(left, right) else joined[-1][:-1]
        joined[-1:] = [joined[-1] + row] if len(joined[-1]) < 200 else [joined[-1], "\0" + row]
    return " ".join(joined).replace(" \0", "")


def _keeps_hyphen(left: str, right: str) -> bool:
    if len(left) == 1 or not left[-1].islower() or not right[0].islower():
        return True
    return ("-" in left or left.casefold() in _KEEP_HYPHEN) and not _WORD_ENDING.fullmatch(right)


def _tidied(text: str) -> str:
    """Put right what is left around the words that were taken out."""
    text = _STOP.sub("", " ".join(_EMPTY_QUOTES.sub(" ", text).split()))
    return _LEADING.sub("", text, count=1).lstrip() if _LEADING.match(text) else text


def _with_sounds(text: str) -> str:
    """Make a sentence of each sound description that is spoken."""
    return " ".join(_KEPT_SOUND.sub(_sentence, text).split())


def _sentence(match: re.Match[str]) -> str:
    sound = match[1].strip()
    before = match.string[max(match.start() - 20, 0) : match.start()].rstrip()
    stop = "." if before and before[-1] != OVER and not _ends(before) else ""
    return f"{stop} {sound}{'' if _ends(sound) else '.'} "


def _balanced(text: str) -> str:
    """Take out marks that have lost their other half with the words that are no speech."""
    if text == markup.strip(text):
        return text
    text = _HALF_MARK.sub(lambda match: match[1] or "", text)
    kept: list[str] = []
    is_open = False
    for part in re.split(f"([{markup.STRESS}{markup.STRESSED}])", text):
        if part in (markup.STRESS, markup.STRESSED):
            if (part == markup.STRESS) == is_open:
                continue
            is_open = not is_open
        kept.append(part)
    return " ".join(("".join(kept) + (markup.STRESSED if is_open else "")).split())
