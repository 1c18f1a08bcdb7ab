"""Days, times and years."""

from __future__ import annotations

import re

from voiceover.text.english_numbers import (
    MONTHS,
    cardinal,
    date,
    full_year,
    label,
    ordinal,
    plural,
    two_digits,
    year,
)
from voiceover.text.english_patterns import DASH, ENDS, LEFT, MONTH, WORD_END, WORD_START, either
from voiceover.text.english_tables import COUNTED_AFTER, NOT_PLURAL, WEEKDAYS, YEAR_CUES
from voiceover.text.rules import Rule, rule

_WEEKDAY = rf"(?P<weekday>{either(WEEKDAYS)})"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_HOURS = f"{_ONES}|ten|eleven|twelve"
_MINUTES = (
    "oh|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty"
)


def _say_iso_date(match: re.Match[str]) -> str:
    return date(int(match[1]), int(match[2]), int(match[3])) or match[0].replace("-", " ")


def _say_numeric_date(match: re.Match[str]) -> str:
    first, second, year_value = int(match[1]), int(match[2] or match[5]), full_year(match[3] or match[6])
    # American order, unless the first number cannot be a month
    words = date(year_value, first, second) or date(year_value, second, first)
    return words or re.sub("[/.-]", " ", match[0])


def _month_number(written: str) -> int:
    return next(index for index, name in enumerate(MONTHS, 1) if name.startswith(written[:3]))


def _month_name(written: str) -> str:
    return MONTHS[_month_number(written) - 1]


def _say_month_day(match: re.Match[str]) -> str:
    year_value = int(match["year"]) if match["year"] else None
    words = date(year_value, _month_number(match["month"]), int(match["day"]))
    if words is None:
        return match[0]
    if match["last"]:
        words = words.replace(",", f" to {ordinal(int(match['last']))},", 1) if year_value else words
        words = words if year_value else f"{words} to {ordinal(int(match['last']))}"
    return words


def _say_day_month(match: re.Match[str]) -> str:
    day = int(match["day"])
    if not 1 <= day <= 31:
        return match[0]
    year_words = f", {year(int(match['year']))}" if match["year"] else ""
    return f"{match['the'] or 'the '}{ordinal(day)} of {_month_name(match['month'])}{year_words}"


def _half_of_day(written: str | None) -> str:
    return f" {written[0].upper()} M" if written else ""


def _say_time(match: re.Match[str]) -> str:
    hour, minute, half = int(match[1]), int(match[2]), _half_of_day(match[4])
    if minute:
        words = f"{cardinal(hour)} {two_digits(minute)}"
    elif half:
        words = cardinal(hour)
    elif 1 <= hour <= 12:
        words = f"{cardinal(hour)} o'clock"
    else:
        words = f"{cardinal(hour)} hundred"
    if match[3] and int(match[3][1:]):
        second = int(match[3][1:])
        words += f" and {cardinal(second)} second{'' if second == 1 else 's'}"
    return words + half


def _say_hour(match: re.Match[str]) -> str:
    return cardinal(int(match[1])) + _half_of_day(match[2])


def _say_year_range(match: re.Match[str]) -> str:
    first, last = match[1], match[2]
    if len(last) == 4:
        return f"{year(int(first))} to {year(int(last))}"
    return f"{year(int(first))} to {two_digits(int(last))}"


def _say_decade(match: re.Match[str]) -> str:
    value = int(match[1])
    if len(match[1]) == 4:
        return f"{cardinal(2000)}s" if value == 2000 else plural(year(value))
    return plural(cardinal(value)) if value else "two thousands"


def _say_year(match: re.Match[str]) -> str:
    before, value, after = match[1] or "", int(match[2]), (match["after"] or "").strip()
    counts = after in COUNTED_AFTER or (len(after) > 2 and after.endswith("s") and after not in NOT_PLURAL)
    cued = before.strip().lower() in YEAR_CUES
    if counts or not (cued or 1900 <= value <= 2099 or not after):
        return before + cardinal(value)
    return before + year(value)


DATES: tuple[Rule, ...] = (
    rule("iso dates", rf"{LEFT}([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})(?![0-9-])", _say_iso_date),
    rule(
        "dates in numbers",
        rf"{LEFT}(?<![/-])([0-9]{{1,2}})(?:/([0-9]{{1,2}})/([0-9]{{4}}|[0-9]{{2}})(?![0-9/])"
        r"|([-.])([0-9]{1,2})\4((?:19|20)[0-9]{2})(?![0-9-]|\.[0-9]))",
        _say_numeric_date,
    ),
    rule(
        "weekday ranges",
        rf"(?<![A-Za-z-]){_WEEKDAY}\.?{DASH}(?P<last>{either(WEEKDAYS)})(?![A-Za-z-])(?:\.(?! [A-Z]|$))?",
        lambda m: f"{WEEKDAYS[m['weekday']]} to {WEEKDAYS[m['last']]}",
        needs_digit=False,
    ),
    rule("weekdays", rf"{WORD_START}{_WEEKDAY}\.?(?=,? (?:{MONTH}\b|[0-9]))", lambda m: WEEKDAYS[m["weekday"]]),
    rule(
        "month ranges",
        rf"{WORD_START}{MONTH}\.?{DASH}(?=(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]{{0,6}}\b)",
        lambda m: f"{_month_name(m['month'])} to ",
        needs_digit=False,
    ),
    rule("ranges of days", rf"(?<=[0-9]){DASH}(?={MONTH}\.? [0-9])", " to "),
    rule("ranges of hours with one half", rf"(?<=[0-9]){DASH}(?=[0-9:]{{1,5}} ?[ap]\.?m\b)", " to "),
    rule("ranges of hours", rf"(?:(?<=[0-9 ][AaPp][Mm])|(?<=[AaPp]\.[Mm]\.)){DASH}(?=[0-9])", " to "),
    rule(
        "month and day",
        rf"{WORD_START}{MONTH}\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9:%])"
        rf"(?:{DASH}(?P<last>[0-9]{{1,2}})(?![0-9:]))?(?:,? (?P<year>[12][0-9]{{3}})(?![0-9]))?(?! ?[ap]\.?m\b)",
        _say_month_day,
    ),
    rule(
        "day and month",
        rf"(?P<the>\b[Tt]he )?{LEFT}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?{MONTH}{WORD_END}"
        rf"\.?(?:,? (?P<year>[12][0-9]{{3}})(?![0-9]))?",
        _say_day_month,
    ),
    rule(
        "month and year",
        rf"{WORD_START}{MONTH}\.?(?P<comma>,?) (?P<year>[12][0-9]{{3}})(?![0-9,])",
        lambda m: f"{_month_name(m['month'])}{m['comma']} {year(int(m['year']))}",
    ),
    rule(
        "clock times",
        rf"{LEFT}(?<!:)([01]?[0-9]|2[0-4])(?::|\.(?=[0-5][0-9] ?[ap]\.?m\b))([0-5][0-9])(:[0-5][0-9])?(?![0-9:])"
        rf"(?: ?((?:[ap]\.m\.(?!{ENDS})|[ap]\.m(?=\.)|[apAP][mM](?![A-Za-z])|[AP]\.M\.(?!{ENDS})|[AP]\.M(?=\.))))?",
        _say_time,
    ),
    rule(
        "clock hours",
        rf"{LEFT}(1[0-2]|[1-9]) ?([ap]\.m\.(?!{ENDS})|[ap]\.m(?=\.)|[ap]m(?![A-Za-z])|[AP]M(?![A-Za-z])"
        rf"|[AP]\.M\.(?!{ENDS})|[AP]\.M(?=\.))",
        _say_hour,
    ),
    rule(
        "clock times in words",
        rf"(?<![A-Za-z-])({_HOURS}):(?=(?:{_MINUTES})(?![a-z]))",
        r"\1 ",
        needs_digit=False,
    ),
)

YEAR_RANGES: tuple[Rule, ...] = (
    rule(
        "year ranges",
        rf"{LEFT}(?<![$£€-])(1[1-9][0-9]{{2}}|20[0-9]{{2}}) ?[-–—/] ?"
        r"((?:1[1-9]|20)[0-9]{2}|[0-9]{2})(?![0-9]|[,.%/-][0-9])",
        _say_year_range,
    ),
    rule("decades", rf"{LEFT}'?([12][0-9]{{2}}0|[0-9]0)'?s{WORD_END}", _say_decade),
    rule("short years", r"(?<![A-Za-z0-9])'([0-9]{2})(?![0-9'\"])", lambda m: two_digits(int(m[1]))),
    rule(
        "early years",
        rf"{WORD_START}((?:AD|A\.D\.|[Tt]he year) )?(?<![0-9.,])([0-9]{{3}})(?![0-9]|[.,][0-9])"
        r"(?(1)|(?= ?(?:BC|AD|CE|B\.C\.|A\.D\.)))",
        lambda m: (m[1] or "") + label(m[2]),
    ),
)

YEARS: tuple[Rule, ...] = (
    rule(
        "years with a prefix",
        r"(?<![A-Za-z])((?:[Pp]re|[Pp]ost|[Mm]id|[Ll]ate|[Ee]arly)-)([12][0-9]{3})(?![0-9A-Za-z]|[.,:/][0-9])",
        lambda m: m[1] + year(int(m[2])),
    ),
    rule(
        "years",
        r"(?<![A-Za-z])([A-Za-z]{1,12} )?(?<![0-9.,$#:/-])([12][0-9]{3})(?![0-9A-Za-z]|[.,:/][0-9])"
        r"(?=(?P<after> [a-z]{1,20}(?![A-Za-z]))?)",
        _say_year,
    ),
)
