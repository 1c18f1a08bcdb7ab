"""Quantities: telephone numbers, money, fractions, ranges, measures, arithmetic and plain numbers."""

from __future__ import annotations

import re

from voiceover.text.english_numbers import (
    cardinal,
    digits,
    fraction,
    label,
    number,
    ordinal,
    two_digits,
    year,
)
from voiceover.text.english_patterns import DASH, LEFT, NUMBER, WORD_END, WORD_START, either, letters
from voiceover.text.english_tables import (
    FIXED,
    HALVED,
    HOTLINES,
    LABELLED,
    MONEY,
    NUMBERED,
    RATES,
    SCALES,
    SPEEDS,
    UNITS,
    UNITS_AS_ADJECTIVES,
    UNITS_WITH_PERIOD,
)
from voiceover.text.rules import Rule, rule

_PER = {**{name: one for name, (one, _) in UNITS.items()}, **RATES}
_POWERS = {"²": "square ", "2": "square ", "³": "cubic ", "3": "cubic "}


def _say_long_digits(match: re.Match[str]) -> str:
    return f" {'point ' if match[1] else ''}{digits(match[2])} "


def _say_digit_group(written: str) -> str:
    return f"{digits(written[0])} hundred" if written == "800" else digits(written)


def _say_phone(match: re.Match[str]) -> str:
    groups = ", ".join(map(_say_digit_group, re.findall("[0-9]+", match[0])))
    return f"plus {groups}" if match[0].startswith("+") else groups


def _say_chain(match: re.Match[str]) -> str:
    pieces = re.findall("[0-9]+", match[0])
    if all(len(piece) < 3 and not piece.startswith("0") for piece in pieces):
        return " ".join(cardinal(int(piece)) for piece in pieces)
    return ", ".join(map(digits, pieces))


def _power(written: str | None) -> str:
    return _POWERS.get((written or "").lstrip("^"), "")


def _per(written: str | None, power: str | None = None) -> str:
    return f" per {_power(power)}{_PER[written]}" if written else ""


def _say_money(match: re.Match[str]) -> str:
    return (
        f"{match['article'] or ''}{'minus ' if match['minus'] else ''}"
        f"{_say_sum(match['sign'], match['amount'], match['scale'], match['article'])}{_per(match['per'])}"
    )


def _say_sum(sign: str, amount: str, scale: str | None, article: str | None) -> str:
    one, many, hundredth, hundredths = MONEY[sign]
    if scale:
        return f"{number(amount)} {SCALES[scale]} {one if article else many}"
    whole, _, cents = amount.replace(",", "").partition(".")
    if article:
        return f"{number(amount)} {one}"
    if len(cents) != 2:
        return f"{number(amount)} {one if amount == '1' else many}"
    pieces = []
    if int(whole):
        pieces.append(f"{number(whole)} {one if whole == '1' else many}")
    if int(cents):
        pieces.append(f"{cardinal(int(cents))} {hundredth if cents == '01' else hundredths}")
    return " and ".join(pieces) or f"zero {many}"


def _say_trailing_money(match: re.Match[str]) -> str:
    one, many, _, _ = MONEY[match["sign"]]
    return f"{number(match['amount'])} {one if match['amount'] == '1' else many}"


def _say_cents(match: re.Match[str]) -> str:
    return f"{number(match[1])} cent{'' if match[1] == '1' else 's'}"


def _say_fraction(match: re.Match[str]) -> str:
    whole, above, below = match[1], int(match[2]), int(match[3])
    part = fraction(above, below)
    one, many = (UNITS.get(match[4]) or HALVED[match[4]]) if match[4] else ("", "")
    if not whole and one:
        article = "an" if one == "hour" or one[0] in "aeio" else "a"
        return f"half {article} {one}" if (above, below) == (1, 2) else f"{part} of {article} {one}"
    if not whole:
        return part
    if above == 1:
        part = re.sub("^one ", "an " if part.startswith("one eigh") else "a ", part)
    return f"{number(whole.strip(' -'))} and {part} {many}".rstrip()


def _say_feet(match: re.Match[str]) -> str:
    feet, inches = match[1], match[2]
    words = f"{number(feet)} {'foot' if feet == '1' else 'feet'}"
    return f"{words} {number(inches)} inch{'' if inches == '1' else 'es'}"


def _say_degrees(match: re.Match[str]) -> str:
    article, amount, scale = match["article"] or "", match["amount"], match["scale"]
    words = f"{article}{number(amount)} degree{'' if article or amount == '1' else 's'}"
    names = {"C": "Celsius", "F": "Fahrenheit", "K": "kelvin", "N": "north", "S": "south", "E": "east", "W": "west"}
    return f"{words} {names[scale]}" if scale else words


def _say_unit(match: re.Match[str]) -> str:
    amount, scale, article = match["amount"], match["scale"], match["article"] or ""
    one, many = UNITS[match["unit"]]
    singular = article or match["joint"] == "-" or match["noun"] is not None or (amount == "1" and not scale)
    scale_words = f" {scale}" if scale else ""
    unit = f"{_power(match['power'])}{one if singular else many}"
    period = "." if match["period"] and match["unit"] not in UNITS_WITH_PERIOD else ""
    return f"{article}{number(amount)}{scale_words} {unit}{_per(match['per'], match['per_power'])}{period}"


def _say_density(match: re.Match[str]) -> str:
    return match[1] + _per(match["per"], match["per_power"])


def _say_large_count(match: re.Match[str]) -> str:
    amount, scale = match["amount"], match["scale"]
    # 4K is a format and 221B a house: what tells a count is a plural, a decimal or, for thousands, a large number
    if scale in "KMB" and not match["plural"] and "." not in amount and (scale == "B" or len(amount) < 2):
        return match[0]
    return f"{number(amount)} {SCALES[scale]}"


def _say_numbered(match: re.Match[str]) -> str:
    word = NUMBERED[match[1].lower()]
    return f"{word.capitalize() if match[1][0].isupper() and not match[1].startswith('N') else word} "


def _say_ordinal(match: re.Match[str]) -> str:
    return ordinal(int(match[1].replace(",", "")))


def _say_screen_height(match: re.Match[str]) -> str:
    lines = match[1]
    words = year(int(lines)) if len(lines) == 4 else f"{cardinal(int(lines[0]))} {two_digits(int(lines[1:]))}"
    return f"{words} {match[2].upper()}"


def _say_power(match: re.Match[str]) -> str:
    return f" to the minus {cardinal(int(match[2]))}" if match[1] else f" to the {ordinal(int(match[2]))}"


def _say_number(match: re.Match[str]) -> str:
    first, *rest = match[0].split(".") if match[0].count(".") > 1 else [match[0]]
    return " point ".join([number(first), *map(number, rest)]) if rest else number(first)


_COMPARISONS = {
    "<": "is less than", ">": "is greater than", "≤": "is at most", "≥": "is at least", "≈": "is about",
    "÷": "divided by",
}  # fmt: skip
_CODE = {"<=": " ≤ ", ">=": " ≥ ", "==": " = ", "!=": " is not equal to "}
_BOUNDS = {"<": "less than", ">": "more than", "≤": "at most", "≥": "at least"}
_ARTICLE = r"(?P<article>\b[Aa]n? )?"
_PER_UNIT = rf"(?: ?/ ?(?P<per>{either(_PER)})(?P<per_power>(?<=m)\^?[23²³])?)"

LONG_DIGITS = rule("digits in long runs", r"(?<![0-9])(\.)?(?<![0-9])([0-9]{16,})", _say_long_digits)

PHONES: tuple[Rule, ...] = (
    rule(
        "telephone numbers",
        rf"{LEFT}(?<![-/])(?:\+?1[-. ])?(?:\([0-9]{{3}}\) ?|[0-9]{{3}}[-. ])?[0-9]{{3}}-[0-9]{{4}}(?![0-9-])"
        rf"|{LEFT}(?<![-/])(?:\+?1\.)?[0-9]{{3}}\.[0-9]{{3}}\.[0-9]{{4}}(?![0-9.]*[0-9])"
        r"|(?<![0-9A-Za-z])\+[0-9]{1,3}(?:[ -]\(?[0-9]{1,5}\)?){2,6}(?![0-9])",
        _say_phone,
    ),
    rule(
        "numbers to dial",
        rf"(?i:(?<=call )|(?<=text )|(?<=dial ))(?:{either(HOTLINES)})(?![0-9]|[.,][0-9])|911(?= call)"
        r"|(?i:(?<=area code )|(?<=zip code )|(?<=\bpin )|(?<=passcode ))[0-9]{3,6}(?![0-9])",
        lambda m: digits(m[0]),
    ),
    rule("chains", r"(?<![0-9.,/-])[0-9]{1,4}(?:[-–][0-9]{1,4}){2,8}(?![0-9-]|[.,][0-9])", _say_chain),
)

AMOUNTS: tuple[Rule, ...] = (
    rule("comparisons in code", r" ?([<>!=]=)(?!=) ?", lambda m: _CODE[m[1]], needs_digit=False),
    rule("decimal commas", r"(€ ?[0-9]{1,6}),(?=[0-9]{2}(?![0-9]))", r"\1."),
    rule("thousands apart", r"(?<=[0-9]) (?=000(?![0-9]))", ","),
    rule("money below one", r"([$£€])(?=\.[0-9])", r"\g<1>0"),
    rule("money ranges", rf"([$£€¥₹])({NUMBER}){DASH}[$£€¥₹]?(?=[0-9])", r"\2 to \1"),
    rule(
        "ranges of money",
        rf"(?:(?<=[0-9])|(?<=illion)|(?<=[0-9][kKmMbB])|(?<=[0-9]bn)){DASH}(?=[$£€¥₹])",
        " to ",
    ),
    rule(
        "money",
        rf"{_ARTICLE}(?P<minus>[-−])?(?P<sign>(?<![A-Za-z])(?:US|A|C|HK|NZ)\$|[$£€¥₹]) ?{LEFT}(?P<amount>{NUMBER})"
        rf"(?:[ -]?(?P<scale>{either(SCALES)}){WORD_END})?(?: ?/ ?(?P<per>{either(RATES)}){WORD_END})?",
        _say_money,
    ),
    rule("money after", rf"{LEFT}(?P<amount>{NUMBER}) ?(?P<sign>[$£€¥₹]|USD|EUR|GBP){WORD_END}", _say_trailing_money),
    rule("cents", rf"{LEFT}({NUMBER}) ?¢", _say_cents),
    rule(
        "fixed numbers",
        rf"(?<![0-9A-Za-z$.,/:-])(?:{either(FIXED)})(?![0-9A-Za-z%/:-]|[.,][0-9])",
        lambda m: FIXED[m[0]],
    ),
    rule(
        "fractions",
        rf"{LEFT}(?<!/)([0-9]{{1,3}}[ -])?([0-9]{{1,3}})/([0-9]{{1,4}})(?![0-9/])"
        rf"(?: ({either((*UNITS, *HALVED))})(?![A-Za-z0-9'/]))?",
        _say_fraction,
    ),
    rule(
        "feet and inches",
        rf"{LEFT}([0-9]{{1,2}})(?:' ?|(?: ?ft\.? ))(1[01]|[0-9])(?:\"|''|(?<=')(?![0-9A-Za-z'])| ?in\b\.?"
        r"|(?![0-9A-Za-z'. /]))",
        _say_feet,
    ),
    rule("differences", r"(?<=[0-9]) ?[-–−] ?(?=[0-9.,]{1,15} ?=)", " minus "),
    rule("exponents", r"(?<=[0-9])[eE]([-−+]?)(?=[0-9])", lambda m: f" E {'minus ' if m[1] in '-−' and m[1] else ''}"),
    rule(
        "ranges", rf"(?<=[0-9%°]){DASH}(?=[0-9])|(?:(?<=[0-9]st)|(?<=[0-9][nr]d)|(?<=[0-9]th)){DASH}(?=[0-9])", " to "
    ),
    rule("ranges in words", r"(?<=[0-9])-to-(?=[0-9])", " to "),
    rule("negatives", r"(?<![A-Za-z0-9.,)^-])[-–−](?=\.?[0-9])", "minus "),
    rule("about", r"(?<![A-Za-z0-9])[~≈] ?(?=[0-9])", "about "),
    rule(
        "degrees",
        rf"{_ARTICLE}{LEFT}(?P<amount>{NUMBER}) ?(?:°|degrees (?=[CF]\b))(?: ?(?P<scale>[CFKNSEW])(?![A-Za-z]))?",
        _say_degrees,
    ),
    rule("kelvins", r"(?<=[0-9]) K(?![A-Za-z0-9'])", " kelvin"),
    rule(
        "factors",
        rf"(?<=[0-9]) ?(?:[*×] ?(?=10\^|[0-9]+ ?=)| × (?!{NUMBER} ?(?:{either(UNITS)})\b|[0-9]{{3}}))",
        " times ",
    ),
    rule("products", r"(?<=[0-9]) ?[x×*] ?(?=[0-9])", " by "),
    rule(
        "higher powers",
        r"(?<=[A-Za-z0-9)])\^(?![23](?![0-9.]))([-−])?([0-9]{1,15})",
        _say_power,
    ),
    rule(
        "units in capitals",
        r"(?<=[0-9])( ?)(KM|CM|MM|KG|LBS?|FT|MPH|KPH|HRS?|MINS?|SECS?|YRS?|OZ)(?![A-Za-z0-9'])",
        lambda m: m[1] + m[2].lower(),
    ),
    rule(
        "units",
        rf"{_ARTICLE}{LEFT}(?P<amount>{NUMBER})(?: (?P<scale>hundred|thousand|million|billion))?"
        rf"(?P<joint>[ -]?)(?:(?P<unit>{either(UNITS)})(?P<power>(?<=m|t|i)\^?[23²³])?"
        rf"{_PER_UNIT}?(?![A-Za-z0-9'/])(?P<period>\.(?=,| [a-z(]))?"
        rf"(?P<noun>(?= (?:{UNITS_AS_ADJECTIVES})\b))?)",
        _say_unit,
    ),
    rule("inches", rf"{LEFT}({NUMBER})[ -]?in\.(?= [a-z]|,|$)", lambda m: f"{number(m[1])} inch{'es' * (m[1] != '1')}"),
    rule("densities", rf"({NUMBER} [a-z]{{2,20}}){_PER_UNIT}(?![A-Za-z0-9'/])", _say_density),
    rule(
        "speeds", rf"(?<![A-Za-z0-9/])(?:{either(SPEEDS)})(?![A-Za-z0-9/])", lambda m: SPEEDS[m[0]], needs_digit=False
    ),
    rule(
        "large counts",
        rf"{LEFT}(?P<amount>{NUMBER})(?P<scale>k|K|M|B|bn|mn)(?![A-Za-z0-9'/-])(?! (?:run|race|walk)\b)"
        r"(?P<plural>(?= (?:[a-z]{2,20}s|people|men|women|children)\b))?",
        _say_large_count,
    ),
    rule("percent", r"(?<=[0-9]) ?%", " percent"),
    rule("numbered abbreviations", rf"(?i){WORD_START}({either(NUMBERED)})\. ?(?=[0-9])", _say_numbered),
    rule("number signs", r"(?<![A-Z])# ?(?=[0-9])", "number "),
    rule("sections", r"§§? ?", "section ", needs_digit=False),
    rule("paragraphs", r"¶+ ?(?=[0-9])", "paragraph "),
    rule(
        "ordinals",
        rf"{LEFT}([0-9]{{1,3}}(?:,[0-9]{{3}}){{1,4}}|[0-9]{{1,15}}) ?(?:st|nd|rd|th|ST|ND|RD|TH){WORD_END}",
        _say_ordinal,
    ),
    rule("screen heights", rf"{LEFT}(480|720|1080|1440|2160)([pi]){WORD_END}", _say_screen_height),
    rule("multiples", r"(?<=[0-9])[x×](?![A-Za-z0-9])", " times"),
    rule("ratios", r"(?<=[0-9]):(?=[0-9])", " to "),
    rule("plus and minus", r" ?(?:±|\+/-) ?", " plus or minus ", needs_digit=False),
    rule("sums", r" ?\+ ?(?=[0-9])|(?<=[0-9])\+", " plus "),
    rule("hearts", r"(?<=\bI )<3+(?= (?:you|u|it|this|that|my|the)\b)", "love"),
    rule("hearts alone", r"(?<![0-9A-Za-z])<3+(?![0-9.,])", ""),
    rule(
        "bounds",  # "in <5 minutes", but "if x < 5" compares
        r"(?<![0-9A-Za-z<>=-])([<>≤≥])(?:(?<![0-9A-Za-z] [<>≤≥]) )?(?!3$|3[^0-9.])(?=[0-9])",
        lambda m: f"{_BOUNDS[m[1]]} ",
    ),
    rule("menus", r"(?<=[A-Za-z]{2}) ?> ?(?=[A-Za-z]{2})", ", ", needs_digit=False),
    rule(
        "comparisons",
        r"(?<=[0-9A-Za-z]) ?(<|>|≤|≥|≈|÷) ?(?=[0-9A-Za-z])",
        lambda m: f" {_COMPARISONS[m[1]]} ",
        needs_digit=False,
    ),
    rule(
        "variables",
        rf"(?<![A-Za-z])(?!(?:{either(UNITS)})[²³^])[a-z]{{2,3}}(?=²|³|\^[0-9-])",
        lambda m: letters(m[0]),
        needs_digit=False,
    ),
    rule("squares", r"(?<=[A-Za-z0-9)])(?:²|\^2)(?![0-9])", " squared", needs_digit=False),
    rule("cubes", r"(?<=[A-Za-z0-9)])(?:³|\^3)(?![0-9])", " cubed", needs_digit=False),
    rule("roots", r"√ ?", " square root of ", needs_digit=False),
)

LABELS: tuple[Rule, ...] = (
    rule(
        "numbers as names",
        rf"\b((?:{LABELLED}) )([0-9]{{3,4}})(?![0-9]|[.,:%/][0-9])",
        lambda m: m[1] + label(m[2]),
    ),
    rule("errors", r"(?<![0-9.,])([1-5][0-9]{2})(?= (?:error|page)s?\b)", lambda m: label(m[1])),
    rule(
        "sections of the law",
        r"(?<![0-9A-Za-z.,])([0-9]{3})((?:\([a-z0-9]\)){1,3})",
        lambda m: f"{label(m[1])} {letters(re.sub('[()]', '', m[2]))}",
    ),
    rule("models", r"(?<=[A-Z])-?([0-9]{3,4})(?![0-9]|[.,:%][0-9])", lambda m: f" {label(m[1])}"),
)

NUMBERS: tuple[Rule, ...] = (
    rule("codes", r"(?<=[0-9])-(?=[A-Z]{1,3}[0-9])", " "),
    rule("small letters after digits", r"(?<=[0-9])[a-z](?![A-Za-z])", lambda m: f" {m[0].upper()}"),
    rule("letters beside digits", r"(?<=[A-Za-z])-?(?=[0-9])|(?<=[0-9])(?=[A-Za-z])", " "),
    rule(
        "numbers",
        rf"{LEFT}(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,11}}(?![0-9])|[0-9]{{1,15}})(?:\.[0-9]{{1,15}}){{0,8}}|\.[0-9]{{1,15}}",
        _say_number,
    ),
    rule("digits left over", r"[0-9]{1,15}", lambda m: f" {digits(m[0])} "),
    rule("percent signs", r"%", " percent", needs_digit=False),
)
