"""Time codes as people and programs write them, read as milliseconds."""

from __future__ import annotations

import re

LIMIT = 100 * 3600 * 1000  # milliseconds; no film is longer and every subtitle library ends here

# hours and minutes may be missing; a fraction set off by ":" or ";" must have three digits, since two would be frames
_LOOSE = re.compile(
    r"(?P<sign>-?)\s*(?:(?:(?P<hours>\d{1,4})\s*:\s*)?(?P<minutes>\d{1,4})\s*:\s*)?(?P<seconds>\d{1,2})"
    r"(?:\s*[.,]\s*(?P<fraction>\d{0,9})|\s*[:;]\s*(?P<milliseconds>\d{3}))?"
)
_STRICT = re.compile(
    r"(?:(?P<hours>\d{1,2}):(?=\d\d:))?(?P<minutes>\d{1,3}):(?P<seconds>\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
)


def loose(text: str) -> int | None:
    """Read a time as a good player would: `00:00:5,000`, `00:05.5`, `5.000`.

    Returns milliseconds, or None where it cannot be understood. A time before zero is zero; `,5` is half a second.
    """
    match = _LOOSE.fullmatch(text.strip())
    if match is None:
        return None
    part = match.groupdict()
    if part["minutes"] is None and part["fraction"] is None:
        return None  # a bare number is no time
    fraction = part["milliseconds"] or part["fraction"] or "0"
    total = _total(part["hours"], part["minutes"], part["seconds"], fraction)
    if part["sign"]:
        return 0
    return total if total < LIMIT else None


def strict(text: str) -> int | None:
    """Read a time that a person typed: `1:02`, `00:01:02.500`, minutes and seconds below 60.

    Returns milliseconds, or None where it is not such a time.
    """
    match = _STRICT.fullmatch(text)
    if match is None:
        return None
    part = match.groupdict()
    if int(part["seconds"]) > 59 or (part["hours"] is not None and int(part["minutes"]) > 59):
        return None
    total = _total(part["hours"], part["minutes"], part["seconds"], part["fraction"] or "0")
    return total if total < LIMIT else None


def clock(milliseconds: int, point: str = ".") -> str:
    """Write milliseconds as `HH:MM:SS.mmm`, with `point` before the fraction."""
    seconds, fraction = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{fraction:03d}"


def _total(hours: str | None, minutes: str | None, seconds: str, fraction: str) -> int:
    thousandths = int(fraction[:3].ljust(3, "0"))
    return ((int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds)) * 1000 + thousandths
