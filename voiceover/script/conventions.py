"""What subtitles write for those who cannot hear, and a narrator must not say: sounds and songs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voiceover import markup

# a sound that is to be spoken all the same stands between these two, which no text from outside can hold
SAID, OVER = "\ufdd1", "\ufdd2"
HASH = "\ufdd3"  # a hash sign that stands for a note
NOTES = f"♩♪♫♬🎵🎶{HASH}"

_RUN = re.compile(f"[{NOTES}]+(?:\\s*[{NOTES}]+)*")
_SIGNS = re.compile(rf"[\[\]()（）【】*{NOTES}]+")
_BRACKET = re.compile(r"[\[\]【】\n]")
_ROW_END = re.compile(r"[ .]*(?:\n|$)")
_PARENTHESES = re.compile(r"\(([^()]*)\)|（([^（）]*)）")
_OPEN = re.compile(r"[(（]([^()（）\n]*)(?=\n|$)")
_ASTERISKS = re.compile(r"(?<![\w*])(\*{1,2})(?=[^\s*])([^*\n]*)(?<=[^\s*])\1(?![\w*])")
_SPOKEN = re.compile(f"{SAID}[^{SAID}{OVER}]*{OVER}")
_HASHES = re.compile(r"#+\s+(?=\D)")
_END = ".!?…。！？"
_WITHIN_WORD = re.compile(r"-?\d{1,4}|[a-z]")  # "items[0]", "[t]he"


def _inflected(verbs: str) -> str:
    """Return a pattern of verbs in their forms: `laugh` in laughs, laughing, laughed."""
    stems = (verb.removesuffix("e") for verb in verbs.split())
    return "|".join(f"{stem}{stem[-1]}?(?:e?[sd]?|ings?)" for stem in stems)


_SOUND = re.compile(
    r"\b(?:"
    + _inflected(
        "laugh chuckle giggle snicker cackle sigh sob weep scream shout yell shriek whisper gasp groan moan grunt "
        "cough sneeze sniff sniffle snore pant exhale inhale breathe sing hum whistle clap cheer murmur mumble mutter "
        "bark meow growl roar howl hiss ring beep buzz click knock slam creak bang crash explode thud rumble "
        "rustle squeak squeal screech honk chirp chime tick clatter clink clang rattle jingle splash whoosh whir snarl "
        "whimper wail neigh tweet quack hiccup burp yawn stammer stutter scoff snort gulp swallow speak chatter "
        "applaud toll crackle sizzle thump"
    )
    + r"|cry|cries|crying|cried|laughter|music|musical|instrumental|melody|applause|explosions?|gunshots?|gunfire|"
    r"thunder|footsteps|alarms?|sirens?|static|silence|indistinct(?:ly)?|inaudible|unintelligible|foreign language|"
    r"breath|clear(?:s|ing) (?:\w+ )?throats?|voice-?over|jingle|fanfare|theme (?:song|tune|music)|song|tune|sfx"
    r")\b",
    re.IGNORECASE,
)
_DEVICES = (
    "phone|telephone|cell ?phone|radio|tv|television|speakers?|loudspeaker|intercom|pa|comms?|computer|recording|tape|"
    "video|walkie-talkie|earpiece|headset|megaphone|door|monitor|screen|laptop|voicemail|answering machine|machine"
)
_MANNERS = (
    "quietly|softly|loudly|angrily|sarcastically|nervously|excitedly|sadly|happily|slowly|weakly|breathlessly|mockingly|"
    "tearfully|coldly|gently|sternly|dryly|hoarsely|faintly|calmly|urgently|continuing|continued|off-?\\s?screen|"
    "off-?\\s?camera|narrating|beat|pause|echoing|muffled|distorted|imitating|reading|aloud|sotto voce"
)
_DELIVERY = re.compile(
    r"(?i:v\.?\s?o\.?|o\.\s?[sc]\.?|cont['’.]?d?\.?|off)"
    r"|(?i:(?:\w+ )?(?:in|speaking) )(?:[A-Z]\w+(?:ish|ese|ian|ean|ic|man)|French|Greek|Latin|Dutch|Hebrew|Hindi|Thai|"
    r"Czech|Urdu|Welsh|Swahili|Klingon|Elvish|Esperanto|Danish|Finnish|(?i:foreign language|native language))"
    rf"|(?i:(?:\w+ )?(?:on|over|through|via|from)(?: the| a)? (?:{_DEVICES}))"
    r"|(?i:in(?: the)? (?:distance|background)|in an? (?:\w+ ){0,2}(?:voice|tone|accent|whisper))"
    r"|(?i:to (?:self|himself|herself|themselves|camera|(?:the )?audience))|to [A-Z]\w+"
    rf"|(?i:{_MANNERS})"
)
_ALWAYS = re.compile(r"(?i:v\.\s?o\.?|o\.\s?[sc]\.?|cont['’]d\.?)")  # unmistakable wherever it stands
# words of a remark that someone makes, which descriptions of sounds do without
_REMARK = frozenset(
    "i i'm i've i'll you you're we we're is are was were am be been that which who can could will would should or but "
    "if because so do don't did not my your our this these those just at least also it's only mostly sometimes here "
    "there".split()
)
_NO_SOUND_ENDING = re.compile(r"(?i)(?:\w+thing|morning|evening|during|spring|king|being|according|including)$")


@dataclass(frozen=True, slots=True)
class Removed:
    """Words that are no speech, signs included."""

    text: str
    reason: str


def sounds(rows: Sequence[str], *, keep: bool) -> tuple[list[str], list[Removed]]:
    """Take sound descriptions and delivery notes out of the rows of a cue: `[door creaks]`, `(sighs)`, `*sobs*`.

    Brackets always hold a description. Parentheses and asterisks may hold words: in doubt they do. With `keep` the
    descriptions stay, between SAID and OVER and without their signs, and nothing is removed. Rows keep their number.
    """
    text = "\n".join(rows)
    if not re.search(r"[\[\]()（）【】*]", text):
        return list(rows), []
    removed: list[Removed] = []

    def take(written: str) -> str:
        breaks = "\n" * written.count("\n")
        words = " ".join(_SIGNS.sub(" ", _SPOKEN.sub(lambda match: match[0][1:-1], written)).split())
        if keep and any(character.isalnum() for character in markup.plain(words)):
            return f" {SAID}{words[0].upper()}{words[1:]}{OVER} {breaks}"
        if not keep and any(character.isalnum() or character in NOTES for character in written):
            removed.append(Removed(" ".join(markup.plain(written).split()), "sound"))
        return f" {breaks}"

    text = "".join(take(part) if is_sound else part for is_sound, part in _bracketed(text))
    text = _PARENTHESES.sub(lambda match: take(match[0]) if _is_sound(match) else match[0], text)
    text = _OPEN.sub(lambda match: take(match[0]) if _is_sound(match) else match[0], text)
    text = _ASTERISKS.sub(lambda match: take(match[0]) if _is_gesture(match[2]) else match[2], text)
    return text.split("\n"), removed


def _bracketed(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a text in order, with whether each is in square brackets.

    A bracket that is not closed ends with its row, one that is only closed begins with it where nothing follows.
    """
    done = 0  # all before is yielded
    opened: int | None = None
    row = 0  # where the row begins
    row_end: int | None = None  # the end of the row with the open bracket
    depth = 0
    for match in _BRACKET.finditer(text):
        place, sign = match.start(), match[0]
        if sign == "\n":
            row = place + 1
            if opened is not None and row_end is None:
                row_end = place
        elif sign in "[【":
            if opened is not None and row_end is None:
                depth += 1
                continue
            if opened is not None and row_end is not None:
                yield True, text[opened:row_end]
                done = row_end
            yield False, text[done:place]
            done = opened = place
            row_end, depth = None, 1
        elif opened is None:
            closes_row = _ROW_END.match(text, place + 1) is not None
            start = max(row, done)
            yield False, text[done : start if closes_row else place]
            yield closes_row, text[start : place + 1] if closes_row else " "
            done = place + 1
        elif depth > 1 and row_end is None:
            depth -= 1
        else:
            yield from _closed(text, opened, place)
            done, opened, row_end = place + 1, None, None
    if opened is not None:
        end = len(text) if row_end is None else row_end
        yield True, text[opened:end]
        done = end
    yield False, text[done:]


def _closed(text: str, opened: int, closed: int) -> Iterator[tuple[bool, str]]:
    content = text[opened + 1 : closed]
    if len(content) <= 5 and _WITHIN_WORD.fullmatch(content):
        before, after = text[opened - 1 : opened], text[closed + 1 : closed + 2]
        if before.isalnum() and not (content.isdigit() and after.isalnum()):
            yield False, content if content in "sd" else f" {content}"
            return
        if after.isalpha() and content.isalpha():
            yield False, content
            return
    yield True, text[opened : closed + 1]


def _is_sound(match: re.Match[str]) -> bool:
    """Tell a sound description, as in `(sighs)` or `(DOOR SLAMS)`, from a remark: in doubt it is words."""
    if match[1] is None:  # （ ）
        return True
    content = markup.plain(match[1]).strip()
    words = content.replace("’", "'").casefold().split()
    if not any(character.isalnum() for character in content) or content[0] in NOTES:
        return True
    if len(words) > 10:
        return False
    before = match.string[max(match.start() - 60, 0) : match.start()]
    opens = not _SPOKEN.sub("", before.rpartition("\n")[2]).strip(f" -–—‐\t\"“'{NOTES}")
    opens = opens and (match.start() <= 60 or "\n" in before)
    if _ALWAYS.fullmatch(content):
        return True
    known = _SOUND.search(content) is not None
    is_capitals = content.isupper()
    if any(character.isdigit() for character in content):
        return opens and known and is_capitals
    if opens and (is_capitals or _DELIVERY.fullmatch(content)):
        return True
    if any(word.strip(",.;:!?") in _REMARK for word in words):
        return False
    if not opens:
        return known and len(words) <= 2
    if known and len(words) <= 6:
        return True
    if len(words) > 4 or content[-1] in "?!":
        return False
    is_alone = match.end() - match.start() == len(match.string.strip())
    sounding = (
        (len(words) > 1 or content.islower()) and content.endswith("ing") and not _NO_SOUND_ENDING.search(content)
    )
    return sounding or (is_alone and content[0].islower())


def _is_gesture(content: str) -> bool:
    words = content.casefold().split()
    return _SOUND.search(content) is not None and len(words) <= 4 and not any(word in _REMARK for word in words)


def with_notes(cues: Sequence[Sequence[str]]) -> list[list[str]]:
    """Write HASH for the hash signs that stand for notes, as in `# La la la #`."""
    opened = sum(1 for rows in cues if rows and _HASHES.match(rows[0]))
    return [_noted(rows, is_custom=opened > 1) for rows in cues]


def _noted(rows: Sequence[str], *, is_custom: bool) -> list[str]:
    changed = list(rows)
    if not rows or not (_HASHES.match(rows[0]) or rows[-1].endswith(" #")):
        return changed
    opens, closes = _HASHES.match(rows[0]) is not None, rows[-1].endswith(" #")
    if closes and (opens or is_custom):
        changed[-1] = f"{changed[-1].rstrip('#')}{HASH}"
    if opens and (closes or is_custom):
        changed = [_HASHES.sub(f"{HASH} ", row, count=1) if _HASHES.match(row) else row for row in changed]
        changed = [f"{row.rstrip('#')}{HASH}" if row.endswith(" #") else row for row in changed]
    return changed


def opens_song(text: str) -> bool:
    """Tell whether a cue's song has no end in it: a note before the words and none after."""
    runs = list(_RUN.finditer(text))
    return len(runs) == 1 and runs[0].start() == 0 and runs[0].end() < len(text)


def closes_song(text: str) -> bool:
    """Tell whether a cue's song has no beginning in it: a note after the words and none before."""
    runs = list(_RUN.finditer(text))
    return len(runs) == 1 and runs[0].start() > 0 and runs[0].end() == len(text)


def songs(rows: Sequence[str], starts: Sequence[bool]) -> list[list[tuple[bool, str]]]:
    """Split each row of a cue into parts, each with whether it is sung.

    `starts` tells the rows that begin the words of a speaker: no song goes on over such a beginning.
    """
    if not any(_RUN.search(row) for row in rows):
        return [[(False, row)] for row in rows]
    result: list[list[tuple[bool, str]]] = []
    is_open = False  # a note has begun what no note has ended
    for number, (row, begins) in enumerate(zip(map(str.strip, rows), starts, strict=True)):
        if begins:
            is_open = False
        runs = list(_RUN.finditer(row))
        if not runs:
            result.append([(is_open, row)])
            is_open = is_open and row[-1:] not in _END
            continue
        if runs[0].span() == (0, len(row)):  # notes alone open or close, or tell of music
            follows = any(_RUN.search(later) for later in rows[number + 1 : number + 4])
            is_open = not is_open and follows
            result.append([(True, row)])
            continue
        at_start, at_end = runs[0].start() == 0, runs[-1].end() == len(row)
        if at_start and at_end:
            result.append([(True, row)])
            is_open = False
            continue
        # before the first note there is song where one is open, or where a last note has no other partner
        closes = is_open or (at_end and len(runs) % 2 == 1)
        if closes and not is_open and not at_start:
            _sing_back(result, starts, number)
        sung = closes and not at_start
        parts: list[tuple[bool, str]] = []
        done = 0
        for run in runs:
            if not at_start or run is not runs[0]:
                parts.append((sung, row[done : run.end() if sung else run.start()]))
                done = run.end() if sung else run.start()
                sung = not sung
            else:
                sung = True
        parts.append((sung, row[done:]))
        result.append([part for part in parts if part[1].strip()])
        is_open = sung and not at_end and row[-1] not in _END
    return result


def _sing_back(result: list[list[tuple[bool, str]]], starts: Sequence[bool], number: int) -> None:
    """Take the rows before one that ends a song for song too, back to its beginning."""
    for earlier in range(number - 1, -1, -1):
        if starts[earlier + 1] or len(result[earlier]) != 1 or result[earlier][0][0]:
            return
        text = result[earlier][0][1]
        if text[-1:] in _END and text:
            return
        result[earlier] = [(True, text)]


def without_notes(text: str) -> str:
    """Return the text without music notes."""
    return _RUN.sub(" ", text)
