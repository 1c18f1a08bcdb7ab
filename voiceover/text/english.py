"""Written English to spoken English: what a narrator would read, in plain words.

`RULES` is the whole of it: named steps, applied in that order. Rules about numbers come before the one that reads
whatever digits are left; abbreviations, capitals and symbols follow, and punctuation comes last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from voiceover.text import folding
from voiceover.text.english_numbers import (
    MONTHS,
    cardinal,
    date,
    digits,
    fraction,
    full_year,
    number,
    ordinal,
    plural,
    two_digits,
    year,
)
from voiceover.text.english_tables import (
    ABBREVIATIONS,
    ACRONYMS,
    AMBIGUOUS,
    BARE_TITLES,
    COUNTED,
    COUNTED_AFTER,
    DOMAINS,
    ELISIONS,
    FIXED,
    INITIALISMS,
    LONG_CODAS,
    MONEY,
    NOT_PLURAL,
    NUMBERED,
    ONSETS,
    RULERS,
    SCALES,
    SHORT_WORDS,
    SPELLED_DOMAINS,
    STARTERS,
    STREETS,
    TITLES,
    UNITS,
    YEAR_CUES,
)
from voiceover.text.rules import Rule, apply, rule

_LEFT = r"(?<![0-9])(?<![0-9][.,])"  # where a number may begin
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}(?![0-9])|[0-9]{1,15})(?:\.[0-9]{1,15})?"
_WORD_START = r"(?<![A-Za-z0-9])"
_WORD_END = r"(?![A-Za-z0-9])"
_ENDS = rf"(?=[\"'”)\]]{{0,3}}$|[\"'”)\]]{{0,3}} (?:{STARTERS})\b)"  # an abbreviation's period ends the sentence too
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|" + "|".join(MONTHS) + r")"


def _either(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _letters(word: str) -> str:
    return " ".join(word.upper())


def _say_link(match: re.Match[str]) -> str:
    link = re.sub(r"^https?://", "", match[0]).rstrip("/.")
    words = [_letters(part) if part in SPELLED_DOMAINS else part for part in re.split(r"([./@_?=&#-])", link)]
    names = {".": "dot", "/": "slash", "@": "at", "_": "underscore", "-": "dash", "?": "", "=": "equals", "&": "and"}
    return " ".join(names.get(part, part) for part in words if part)


def _say_long_digits(match: re.Match[str]) -> str:
    return f" {'point ' if match[1] else ''}{digits(match[2])} "


def _say_iso_date(match: re.Match[str]) -> str:
    return date(int(match[1]), int(match[2]), int(match[3])) or match[0].replace("-", " ")


def _say_slash_date(match: re.Match[str]) -> str:
    first, second, year_value = int(match[1]), int(match[2]), full_year(match[3])
    # American order, unless the first number cannot be a month
    return date(year_value, first, second) or date(year_value, second, first) or match[0].replace("/", " ")


def _month_number(written: str) -> int:
    return next(index for index, name in enumerate(MONTHS, 1) if name.startswith(written[:3]))


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
    day, month = int(match["day"]), MONTHS[_month_number(match["month"]) - 1]
    if not 1 <= day <= 31:
        return match[0]
    year_words = f", {year(int(match['year']))}" if match["year"] else ""
    return f"{match['the'] or 'the '}{ordinal(day)} of {month}{year_words}"


def _say_month_year(match: re.Match[str]) -> str:
    return f"{MONTHS[_month_number(match['month']) - 1]} {year(int(match['year']))}"


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


def _say_phone(match: re.Match[str]) -> str:
    groups = re.findall("[0-9]+", match[0])
    return ", ".join(digits(group) for group in groups)


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


def _say_money(match: re.Match[str]) -> str:
    article, minus, sign, amount, scale = (
        match["article"],
        match["minus"],
        match["sign"],
        match["amount"],
        match["scale"],
    )
    one, many, hundredth, hundredths = MONEY[sign]
    before = f"{article or ''}{'minus ' if minus else ''}"
    if scale:
        return f"{before}{number(amount)} {SCALES[scale]} {one if article else many}"
    whole, _, cents = amount.replace(",", "").partition(".")
    if article:
        return f"{before}{number(amount)} {one}"
    if len(cents) != 2:
        return f"{before}{number(amount)} {one if amount == '1' else many}"
    pieces = []
    if int(whole):
        pieces.append(f"{number(whole)} {one if whole == '1' else many}")
    if int(cents):
        pieces.append(f"{cardinal(int(cents))} {hundredth if cents == '01' else hundredths}")
    return before + (" and ".join(pieces) or f"zero {many}")


def _say_trailing_money(match: re.Match[str]) -> str:
    one, many, _, _ = MONEY[match["sign"]]
    return f"{number(match['amount'])} {one if match['amount'] == '1' else many}"


def _say_cents(match: re.Match[str]) -> str:
    return f"{number(match[1])} cent{'' if match[1] == '1' else 's'}"


def _say_fraction(match: re.Match[str]) -> str:
    whole, above, below = match[1], int(match[2]), int(match[3])
    part = fraction(above, below)
    one, many = UNITS[match[4]] if match[4] else ("", "")
    if not whole and one:
        return f"half a {one}" if (above, below) == (1, 2) else f"{part} of a {one}"
    if not whole:
        return part
    if above == 1:
        part = re.sub("^one ", "an " if part.startswith("one eigh") else "a ", part)
    return f"{number(whole.strip(' -'))} and {part} {many}".rstrip()


def _say_feet(match: re.Match[str]) -> str:
    feet, inches = match[1], match[2]
    words = f"{number(feet)} {'foot' if feet == '1' else 'feet'}"
    return f"{words} {number(inches)} inch{'' if inches == '1' else 'es'}" if inches else words


def _say_degrees(match: re.Match[str]) -> str:
    amount, scale = match[1], match[2]
    words = f"{number(amount)} degree{'' if amount == '1' else 's'}"
    names = {"C": "Celsius", "F": "Fahrenheit", "K": "kelvin", "N": "north", "S": "south", "E": "east", "W": "west"}
    return f"{words} {names[scale]}" if scale else words


def _say_unit(match: re.Match[str]) -> str:
    article, amount, scale, joint, unit = (
        match["article"],
        match["amount"],
        match["scale"],
        match["joint"],
        match["unit"],
    )
    one, many = UNITS[unit]
    power = {"²": "square ", "2": "square ", "³": "cubic ", "3": "cubic "}.get((match["power"] or "").lstrip("^"), "")
    per = f" per {UNITS[match['per']][0]}" if match["per"] else ""
    scale_words = f" {scale}" if scale else ""
    attribute = article or joint == "-" or (amount == "1" and not scale)
    return f"{article or ''}{number(amount)}{scale_words} {power}{one if attribute else many}{per}"


def _say_numbered(match: re.Match[str]) -> str:
    word = NUMBERED[match[1].lower()]
    return f"{word.capitalize() if match[1][0].isupper() and not match[1].startswith('N') else word} "


def _say_ordinal(match: re.Match[str]) -> str:
    return ordinal(int(match[1].replace(",", "")))


def _say_screen_height(match: re.Match[str]) -> str:
    lines = match[1]
    words = year(int(lines)) if len(lines) == 4 else f"{cardinal(int(lines[0]))} {two_digits(int(lines[1:]))}"
    return f"{words} {match[2].upper()}"


def _roman(written: str) -> int:
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    total = 0
    for letter, following in zip(written, [*written[1:], ""], strict=True):
        value = values[letter]
        total += -value if value < values.get(following, 0) else value
    return total


def _say_rank(match: re.Match[str]) -> str:
    title, name, numeral = match[1], match[2], match[3]
    single = numeral in {"I", "V", "X"}
    if name not in RULERS or (single and not title and match["end"] is None):
        return match[0]
    return f"{title or ''}{name} the {ordinal(_roman(numeral))}"


def _say_counted(match: re.Match[str]) -> str:
    return f"{match[1]} {cardinal(_roman(match[2]))}"


def _say_year(match: re.Match[str]) -> str:
    before, value, after = match[1] or "", int(match[2]), (match["after"] or "").strip()
    counts = after in COUNTED_AFTER or (len(after) > 2 and after.endswith("s") and after not in NOT_PLURAL)
    cued = before.strip().lower() in YEAR_CUES
    if counts or not (cued or 1900 <= value <= 2099 or (value >= 1100 and not after)):
        return before + cardinal(value)
    return before + year(value)


def _say_number(match: re.Match[str]) -> str:
    first, *rest = match[0].split(".") if match[0].count(".") > 1 else [match[0]]
    return " point ".join([number(first), *map(number, rest)]) if rest else number(first)


def _say_address(match: re.Match[str]) -> str:
    return f"{match[1]} {STREETS[match[2]]}{'.' if match['ends'] is not None else ''}"


def _say_title(match: re.Match[str]) -> str:
    return {"Dr": "Doctor", "St": "Saint"}.get(match[1]) or TITLES[match[1]]


def _say_abbreviation(match: re.Match[str]) -> str:
    words = ABBREVIATIONS[match[1].lower()]
    if match[1][0].isupper() and match[1][0].isalpha():
        words = words[0].upper() + words[1:]
    return f"{words}{'.' if match['ends'] is not None and match[1].endswith('.') else ''}"


def _say_dotted(match: re.Match[str]) -> str:
    spoken_letters = _letters(match[1].replace(".", ""))
    return f"{spoken_letters}{match[2] or ''}{'.' if match['ends'] is not None else ''}"


def _is_pronounceable(word: str) -> bool:
    """Tell whether capitals could be an English word, by how it begins and ends and by its longest consonant run."""
    runs = re.split("[AEIOUY]+", word)
    if len(runs) == 1:
        return False
    onset, coda = runs[0], runs[-1]
    if len(onset) > 1 and onset not in ONSETS:
        return False
    if len(coda) > 2 and coda not in LONG_CODAS:
        return False
    return all(len(run) < 5 for run in runs)


def _rewrite_capitals(text: str) -> str:
    # Where everything is in capitals they tell nothing, and only what cannot be a word is spelled out.
    shouted = text.isupper()

    def say(match: re.Match[str]) -> str:
        word, ending = match[1], match[2] or ""
        if word == "OK":
            return f"okay{ending}"
        as_word = word in ACRONYMS or word in SHORT_WORDS
        if word in AMBIGUOUS:
            before = text[max(match.start() - 4, 0) : match.start()].lower()
            as_word = shouted or not before.endswith(AMBIGUOUS[word])
        elif word in INITIALISMS:
            as_word = False
        elif not as_word:
            as_word = (shouted or len(word) > 3) and _is_pronounceable(word)
        if as_word:
            return match[0]
        return _letters(word) + ("'s" if ending else "")

    return _CAPITALS.sub(say, text)


_CAPITALS = re.compile(r"(?<![A-Za-z'])([A-Z]{2,40})('?s(?![A-Za-z]))?(?![A-Za-z])")


def _rewrite_ellipses(text: str) -> str:
    text = re.sub(r"(?<!\.)\.{2,}+(?: \.{2,}+)+", "...", text)  # a line that trails off, the next one that takes up
    text = re.sub(r"(?<!\.)\.{2,}+ ?(?=[a-z])", ", ", text)  # a sentence goes on
    return re.sub(r"\.{2,}", ". ", text)


def _say_marks(match: re.Match[str]) -> str:
    """Return the one mark that a run of them stands for: the strongest."""
    marks = match[0]
    strongest = next((mark for mark in "?!.," if mark in marks), "")
    return f"{strongest} " if strongest else " "


_COMPARISONS = {
    "<": "is less than", ">": "is greater than", "≤": "is at most", "≥": "is at least", "≈": "is about",
    "÷": "divided by",
}  # fmt: skip
_SYMBOLS = {
    "&": "and", "+": "plus", "=": "equals", "@": "at", "°": "degrees", "€": "euros", "£": "pounds", "$": "dollars",
    "¥": "yen", "÷": "divided by", "×": "times", "≈": "about",
}  # fmt: skip

RULES: tuple[Rule, ...] = (
    rule(
        "web and mail addresses",
        rf"(?<![A-Za-z0-9@._-])(?:https?://)?(?:[A-Za-z0-9._+-]{{1,64}}@)?(?:[A-Za-z0-9][A-Za-z0-9-]{{0,62}}\.){{1,6}}"
        rf"(?:{DOMAINS})(?![A-Za-z0-9])(?:/[A-Za-z0-9_./?=&#-]{{0,200}})?",
        _say_link,
        needs_digit=False,
    ),
    rule("digits in long runs", r"(?<![0-9])(\.)?(?<![0-9])([0-9]{16,})", _say_long_digits),
    rule("iso dates", rf"{_LEFT}([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})(?![0-9-])", _say_iso_date),
    rule(
        "slash dates",
        rf"{_LEFT}(?<!/)([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}}|[0-9]{{2}})(?![0-9/])",
        _say_slash_date,
    ),
    rule(
        "month and day",
        rf"{_WORD_START}{_MONTH}\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9:%])"
        rf"(?: ?[-–—] ?(?P<last>[0-9]{{1,2}})(?![0-9:]))?(?:,? (?P<year>[12][0-9]{{3}})(?![0-9]))?(?! ?[ap]\.?m\b)",
        _say_month_day,
    ),
    rule(
        "day and month",
        rf"(?P<the>\b[Tt]he )?{_LEFT}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}{_WORD_END}"
        rf"\.?(?:,? (?P<year>[12][0-9]{{3}})(?![0-9]))?",
        _say_day_month,
    ),
    rule("month and year", rf"{_WORD_START}{_MONTH}\.?,? (?P<year>[12][0-9]{{3}})(?![0-9,])", _say_month_year),
    rule(
        "clock times",
        rf"{_LEFT}(?<!:)([01]?[0-9]|2[0-4])(?::|\.(?=[0-5][0-9] ?[ap]\.?m\b))([0-5][0-9])(:[0-5][0-9])?(?![0-9:])"
        rf"(?: ?((?:[ap]\.m\.(?!{_ENDS})|[ap]\.m(?=\.)|[apAP][mM](?![A-Za-z])|[AP]\.M\.(?!{_ENDS})|[AP]\.M(?=\.))))?",
        _say_time,
    ),
    rule(
        "clock hours",
        rf"{_LEFT}(1[0-2]|[1-9]) ?([ap]\.m\.(?!{_ENDS})|[ap]\.m(?=\.)|[ap]m(?![A-Za-z])|[AP]M(?![A-Za-z])"
        rf"|[AP]\.M\.(?!{_ENDS})|[AP]\.M(?=\.))",
        _say_hour,
    ),
    rule(
        "telephone numbers",
        rf"{_LEFT}(?<![-/])(?:\+?1[- ])?(?:\([0-9]{{3}}\) ?|[0-9]{{3}}-)?[0-9]{{3}}-[0-9]{{4}}(?![0-9-])",
        _say_phone,
    ),
    rule(
        "year ranges",
        rf"{_LEFT}(?<![$£€-])(1[1-9][0-9]{{2}}|20[0-9]{{2}}) ?[-–—/] ?"
        r"((?:1[1-9]|20)[0-9]{2}|[0-9]{2})(?![0-9]|[,.%/-][0-9])",
        _say_year_range,
    ),
    rule("decades", rf"{_LEFT}'?([12][0-9]{{2}}0|[0-9]0)'?s{_WORD_END}", _say_decade),
    rule("short years", r"(?<![A-Za-z0-9])'([0-9]{2})(?![0-9'\"])", lambda m: two_digits(int(m[1]))),
    rule("money ranges", rf"([$£€¥₹])({_NUMBER}) ?[-–—] ?[$£€¥₹]?(?=[0-9])", r"\2 to \1"),
    rule(
        "money",
        rf"(?P<article>\b[Aa]n? )?(?P<minus>[-−])?(?P<sign>US\$|[$£€¥₹]) ?{_LEFT}(?P<amount>{_NUMBER})"
        rf"(?:[ -]?(?P<scale>{_either(SCALES)}){_WORD_END})?",
        _say_money,
    ),
    rule(
        "money after", rf"{_LEFT}(?P<amount>{_NUMBER}) ?(?P<sign>[$£€¥₹]|USD|EUR|GBP){_WORD_END}", _say_trailing_money
    ),
    rule("cents", rf"{_LEFT}({_NUMBER}) ?¢", _say_cents),
    rule("emergency calls", r"(?<=[Cc]all |[Dd]ial )911(?![0-9])|911(?= call)", "nine one one"),
    rule(
        "fixed numbers",
        rf"(?<![0-9A-Za-z$.,/:-])(?:{_either(FIXED)})(?![0-9A-Za-z%/:-]|[.,][0-9])",
        lambda m: FIXED[m[0]],
    ),
    rule(
        "fractions",
        rf"{_LEFT}(?<!/)([0-9]{{1,3}}[ -])?([0-9]{{1,3}})/([0-9]{{1,4}})(?![0-9/])"
        rf"(?: ({_either(UNITS)})(?![A-Za-z0-9'/]))?",
        _say_fraction,
    ),
    rule("feet and inches", rf"{_LEFT}([0-9]{{1,2}})' ?(1[01]|[0-9])(?:\"|''|(?![0-9A-Za-z']))", _say_feet),
    rule("differences", r"(?<=[0-9]) ?[-–−] ?(?=[0-9.,]{1,15} ?=)", " minus "),
    rule("ranges", r"(?<=[0-9%°]) ?[-–—] ?(?=[0-9])", " to "),
    rule("negatives", r"(?<![A-Za-z0-9.,)-])[-–−](?=\.?[0-9])", "minus "),
    rule("about", r"(?<![A-Za-z0-9])[~≈] ?(?=[0-9])", "about "),
    rule("degrees", rf"{_LEFT}({_NUMBER}) ?(?:°|degrees (?=[CF]\b)) ?([CFKNSEW](?![A-Za-z]))?", _say_degrees),
    rule(
        "units",
        rf"(?P<article>\b[Aa]n? )?{_LEFT}(?P<amount>{_NUMBER})(?: (?P<scale>hundred|thousand|million|billion))?"
        rf"(?P<joint>[ -]?)(?P<unit>{_either(UNITS)})(?P<power>(?<=m|t|i)\^?[23²³])?"
        rf"(?:/(?P<per>{_either(UNITS)}))?(?![A-Za-z0-9'/])",
        _say_unit,
    ),
    rule("percent", r"(?<=[0-9]) ?%", " percent"),
    rule("numbered abbreviations", rf"(?i){_WORD_START}({_either(NUMBERED)})\. ?(?=[0-9])", _say_numbered),
    rule("number signs", r"# ?(?=[0-9])", "number "),
    rule("sections", r"§§? ?", "section ", needs_digit=False),
    rule(
        "ordinals",
        rf"{_LEFT}([0-9]{{1,3}}(?:,[0-9]{{3}}){{1,4}}|[0-9]{{1,15}}) ?(?:st|nd|rd|th|ST|ND|RD|TH){_WORD_END}",
        _say_ordinal,
    ),
    rule(
        "screen heights",
        rf"{_LEFT}(480|720|1080|1440|2160)([pi]){_WORD_END}",
        _say_screen_height,
    ),
    rule("products", r"(?<=[0-9]) ?[x×*] ?(?=[0-9])", " by "),
    rule("multiples", r"(?<=[0-9])[x×](?![A-Za-z0-9])", " times"),
    rule("ratios", r"(?<=[0-9]):(?=[0-9])", " to "),
    rule("plus and minus", r" ?(?:±|\+/-) ?", " plus or minus ", needs_digit=False),
    rule("sums", r" ?\+ ?(?=[0-9])|(?<=[0-9])\+", " plus "),
    rule(
        "comparisons",
        r"(?<=[0-9A-Za-z]) ?(<|>|≤|≥|≈|÷) ?(?=[0-9A-Za-z])",
        lambda m: f" {_COMPARISONS[m[1]]} ",
        needs_digit=False,
    ),
    rule("powers", r"(?<=[A-Za-z0-9])(?:²|\^2)(?![0-9])", " squared", needs_digit=False),
    rule("cubes", r"(?<=[A-Za-z0-9])(?:³|\^3)(?![0-9])", " cubed", needs_digit=False),
    rule("higher powers", r"(?<=[A-Za-z0-9])\^(?=[0-9])", " to the power of "),
    rule("roots", r"√ ?", " square root of ", needs_digit=False),
    rule(
        "ranks of rulers",
        r"\b((?:King|Queen|Pope|Emperor|Tsar|Czar|Prince|Saint|Kaiser|Sultan|Pharaoh) (?:[A-Z][a-z]{1,20} )?)?"
        r"([A-Z][a-z]{1,20}) "
        r"([IVX]{1,6})(?![A-Za-z-])"
        rf"(?P<end>(?=[,;:?!)\"”']|\.(?! [A-Z])|\. (?:{STARTERS})\b|$| of | in | and | was | is ))?",
        _say_rank,
        needs_digit=False,
    ),
    rule(
        "numbered parts",
        rf"\b({COUNTED}) ([IVXLC]{{1,8}})(?![A-Za-z'-])(?! (?:am|have|think|know|like|do)\b)",
        _say_counted,
        needs_digit=False,
    ),
    rule(
        "numerals after names",
        r"\b([A-Z][a-z]{1,20}) (I{2,3}|IV|VI{1,3}|IX|XI{1,3}|XIV|XVI{0,3})(?![A-Za-z-])",
        _say_counted,
        needs_digit=False,
    ),
    rule(
        "years",
        r"(?<![A-Za-z])([A-Za-z]{1,12} )?(?<![0-9.,$#:/-])([12][0-9]{3})(?![0-9A-Za-z]|[.,:/][0-9])"
        r"(?=(?P<after> [a-z]{1,20}(?![A-Za-z]))?)",
        _say_year,
    ),
    rule("letters beside digits", r"(?<=[A-Za-z])-?(?=[0-9])|(?<=[0-9])(?=[A-Za-z])", " "),
    rule(
        "numbers",
        rf"{_LEFT}(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,11}}(?![0-9])|[0-9]{{1,15}})(?:\.[0-9]{{1,15}}){{0,8}}|\.[0-9]{{1,15}}",
        _say_number,
    ),
    rule("digits left over", r"[0-9]{1,15}", lambda m: f" {digits(m[0])} "),
    rule("percent signs", r"%", " percent", needs_digit=False),
    rule(
        "streets",
        rf"(\b[A-Z][a-z]{{1,20}}|\b[a-z]{{2,12}}(?:st|nd|rd|th)) ({_either(STREETS)})\."
        rf"(?! (?!(?:{STARTERS})\b)[A-Z])(?P<ends>{_ENDS})?",
        _say_address,
        needs_digit=False,
    ),
    rule(
        "titles", rf"{_WORD_START}({_either((*TITLES, 'Dr', 'St'))})\.(?= ?[A-Za-z]|$|,)", _say_title, needs_digit=False
    ),
    rule(
        "titles without a period",
        rf"{_WORD_START}({_either(BARE_TITLES)})(?= [A-Z][a-z])",
        _say_title,
        needs_digit=False,
    ),
    rule(
        "abbreviations",
        rf"(?i:{_WORD_START}({_either(ABBREVIATIONS)}))(?![A-Za-z0-9])(?P<ends>{_ENDS})?",
        _say_abbreviation,
        needs_digit=False,
    ),
    rule("versus", rf"{_WORD_START}vs{_WORD_END}", "versus", needs_digit=False),
    rule(
        "dotted initialisms",
        rf"{_WORD_START}((?:[A-Za-z]\.){{2,12}})('s)?(?![A-Za-z])(?P<ends>{_ENDS})?",
        _say_dotted,
        needs_digit=False,
    ),
    rule(
        "middle initial I",
        rf"(\b[A-Z][a-z]{{1,20}} I)\.(?= [A-Z][a-z])(?! (?:{STARTERS})\b)",
        r"\1",
        needs_digit=False,
    ),
    rule(
        "initials",
        rf"(?<![A-Za-z0-9'])([A-HJ-Z]|I(?=\. [A-Z]\.))\.(?= [A-Z])(?! (?:{STARTERS})\b)",
        r"\1",
        needs_digit=False,
    ),
    rule(
        "names of languages",
        r"(?<![A-Za-z])C(?:\+\+|#)",
        lambda m: "C plus plus" if "+" in m[0] else "C sharp",
        needs_digit=False,
    ),
    rule("capitals around &", r"(?<=[A-Z])&(?=[A-Z])", " and ", needs_digit=False),
    Rule("capitals", _rewrite_capitals, needs_digit=False),
    rule("okay", r"\bO[Kk]\b|\bok\b", "okay", needs_digit=False),
    rule("symbols", r" ?([&+=@#°£€¥₹¢$÷×±≈≤≥²³µΩ]) ?", lambda m: f" {_SYMBOLS.get(m[1], '')} ", needs_digit=False),
    rule("slashes", r" ?/+ ?", lambda m: " slash ", needs_digit=False),
    rule("quotes and brackets", r"[()\[\]{}|]+", ", ", needs_digit=False),
    rule("other marks", r"[\"“”<>\\^*~_`]+", " ", needs_digit=False),
    rule("dashes", r" ?[–—−]+ ?|--+| -+(?= |$)|^-+ ?", ", ", needs_digit=False),
    rule("colons", r"[:;]+", ", ", needs_digit=False),
    Rule("ellipses", _rewrite_ellipses, needs_digit=False),
    rule("rock 'n' roll", r"(?<= )'n'(?= )", "and", needs_digit=False),
    rule("elisions", rf"(?i)(?<![A-Za-z])'(?=(?:{ELISIONS})(?![A-Za-z]))", "\x00", needs_digit=False),
    rule("quotation apostrophes", r"(?<![A-Za-z])'+|'+(?![A-Za-z])", "", needs_digit=False),
    rule("elisions kept", "\x00", "'", needs_digit=False),
    rule("hyphens outside words", r"(?<![A-Za-z'])-+|-+(?![A-Za-z'])", " ", needs_digit=False),
    rule("everything else", r"[^A-Za-z',.?! -]+", " ", needs_digit=False),
    rule("marks", r"[ ,.?!]+", _say_marks, needs_digit=False),
)


def spoken(text: str) -> str:
    """Return what a narrator would read of a written line: words and `' , . ? ! -`, or "" where nothing can be read.

    Case is kept, so that a letter said by its name is a single capital (FBI -> F B I). Letters with diacritics become
    their base letters; those of other scripts are dropped, see `unreadable`. A line of which half the letters or more
    would be dropped is not read at all: its numbers and foreign names alone would make no sense.
    """
    if not text.isascii() and 0 < sum(map(str.isalpha, text)) <= 2 * len(unreadable(text)):
        return ""
    words = apply(RULES, folding.fold(text)).strip().lstrip(" ,.?!-")
    return words if any(character.isalpha() for character in words) else ""


def unreadable(text: str) -> str:
    """Return the letters of `text` that `spoken` drops because they belong to scripts it cannot read, in order."""
    return folding.unreadable(text)
