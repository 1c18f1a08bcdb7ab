"""Marks inside a text: how a word is pronounced, a pause, emphasis.

People write them as `[word](pronunciation)`, `<break 0.5s>` and `*word*`. Inside voiceover each is a private-use
character (U+E000 to U+E006), which no subtitle file may bring in, so that no bracket of a film is ever taken for one.
A pronunciation between slashes is IPA, anything else a respelling.
"""

from __future__ import annotations

import re

SAY, AS, SAID = "\ue000", "\ue001", "\ue002"  # SAY word AS pronunciation SAID
BREAK, BROKEN = "\ue003", "\ue004"  # BREAK seconds BROKEN
STRESS, STRESSED = "\ue005", "\ue006"  # STRESS words STRESSED
MARKS = SAY + AS + SAID + BREAK + BROKEN + STRESS + STRESSED
LONGEST_BREAK = 10.0  # seconds

SAYING = re.compile(f"{SAY}([^{MARKS}]*){AS}([^{MARKS}]*){SAID}")
PAUSE = re.compile(f"{BREAK}([0-9.]+){BROKEN}")
EMPHASIS = re.compile(f"[{STRESS}{STRESSED}]")
_ANY = re.compile(f"[{MARKS}]")

_WRITTEN_SAYING = re.compile(r"\[([^\[\]\n]+)\]\(([^()\n]+)\)")
_WRITTEN_BREAK = re.compile(
    r" ?<break(?:\s+(?:time\s*=\s*)?[\"']?(\d{1,4}(?:[.,]\d{1,3})?|[.,]\d{1,3})\s?(ms|s)?[\"']?)?\s?/?> ?",
    re.IGNORECASE,
)
_WRITTEN_EMPHASIS = re.compile(
    r"<(em|emphasis)>([^<>\n]{1,300})</\1>"
    r"|(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]{1,300})(?<=[^\s*])\3(?![\w*])"
    r"|(?<![\w_])(_{1,3})(?=[^\s_])([^_\n]{1,300})(?<=[^\s_])\5(?![\w_])",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:|www\.|#|\.{1,2}/)"  # with a scheme, or a place in the site or page
    r"|\S*\.[a-z][a-z0-9]{1,4}(?:[?#]\S*)?(?:\s+[\"'].*)?$"  # a host or a file, perhaps with a title
    r"|/\S*[^/\s]$",
    re.IGNORECASE,
)
_DEFAULT_BREAK = 0.5


def strip(text: str) -> str:
    """Return the text without the private-use characters: what comes from outside holds no marks."""
    return _ANY.sub("", text)


def parse(text: str) -> str:
    """Turn the marks that a person wrote into those used inside voiceover.

    `[word](IPA or respelling)` unless the brackets hold an address (then its words remain, as for a Markdown link),
    `<break>`, `<break 0.5s>`, `<break 300ms>`, `*word*`, `_word_`, `<em>word</em>`. Emphasis within emphasis is one.
    """
    sayings: list[str] = []

    def hide(match: re.Match[str]) -> str:
        word, pronunciation = _emphasised(_without_breaks(match[1])).strip(), _without_breaks(match[2])
        if not plain(word) or not plain(pronunciation) or _LINK.match(match[2].strip()):
            return match[1]
        sayings.append(f"{SAY}{plain(word)}{AS}{plain(_emphasised(pronunciation))}{SAID}")
        return f"{STRESS}{SAY}{STRESSED}" if STRESS in word else SAY

    text = _WRITTEN_BREAK.sub(_break, _WRITTEN_SAYING.sub(hide, strip(text)))
    text = text.replace(f"{BROKEN}  {BREAK}", f"{BROKEN} {BREAK}")
    hidden = iter(sayings)
    return re.sub(SAY, lambda _: next(hidden), _outermost(_emphasised(text)))


def show(text: str) -> str:
    """Write the marks as a person would: the reverse of `parse`."""
    text = SAYING.sub(r"[\1](\2)", text)
    text = PAUSE.sub(r"<break \1s>", text)
    return strip(text.replace(STRESS, "*").replace(STRESSED, "*"))


def plain(text: str) -> str:
    """Return the written words alone, with single spaces."""
    return " ".join(strip(PAUSE.sub(" ", SAYING.sub(r"\1", text))).split())


def _outermost(text: str) -> str:
    depth = 0
    kept = []
    for part in re.split(f"([{STRESS}{STRESSED}])", text):
        depth -= part == STRESSED
        if depth == 0 or part not in (STRESS, STRESSED):
            kept.append(part)
        depth += part == STRESS
    return "".join(kept)


def _emphasised(text: str) -> str:
    for _ in range(2):
        text = _WRITTEN_EMPHASIS.sub(lambda m: f"{STRESS}{m[2] or m[4] or m[6]}{STRESSED}", text)
    return text


def _without_breaks(text: str) -> str:
    return _WRITTEN_BREAK.sub(" ", text)


def _break(match: re.Match[str]) -> str:
    number = float(match[1].replace(",", ".")) if match[1] else _DEFAULT_BREAK
    seconds = number / 1000 if (match[2] or "").lower() == "ms" else number
    return f" {BREAK}{min(round(seconds, 3), LONGEST_BREAK):g}{BROKEN} "
