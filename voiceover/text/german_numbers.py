"""Numbers as a German narrator reads them: one small word each, with the endings that the sentence asks for."""

from __future__ import annotations

import re
from functools import lru_cache

from voiceover.text.german_tables import (
    BEFORE_ONE,
    COUNTED_AFTER,
    FEMININE,
    FEMININE_ENDINGS,
    MONEY,
    MONTHS,
    NEUTER,
    NOT_FEMININE,
    RANKED,
    SCALES,
    UNITS,
    YEAR_CUES,
)

_LONGEST = 36  # digits: num2words has names up to the sextillions; longer ones are read digit by digit
_DIGITS = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")

# Words before a rank that leave it the ending -en, -e, or the ending of the noun's gender.
_WEAK_EN = frozenset("dem am im zum vom beim den des ans ins".split())
_WEAK_E = frozenset("die das diese dieses jede jedes welche welches jene jenes dies".split())
_WEAK_DER = frozenset("der dieser jeder welcher jener".split())  # -en where the noun is feminine
_POSSESSIVE = ("ein", "kein", "mein", "dein", "sein", "ihr", "unser", "euer", "eur")
ORDINAL_JOINTS = frozenset("bis und oder".split())  # the noun comes after the next rank
_DATIVE = frozenset("in an auf aus mit von nach bei seit ab zu unter vor".split())
_ACCUSATIVE = frozenset("bis für ohne gegen durch um".split())


@lru_cache(maxsize=8192)
def _words(value: int, kind: str) -> str:
    from num2words import num2words

    words = str(num2words(value, lang="de", to=kind))
    # spoken German drops the "ein" of a leading hundred, and of a bare thousand
    if words.startswith("einhundert"):
        words = words.removeprefix("ein")
    return "tausend" if words == "eintausend" else words


def digits(written: str) -> str:
    """Read digits one by one: 007 -> null null sieben."""
    return " ".join(_DIGITS[int(digit)] for digit in written if digit.isascii() and digit.isdigit())


def cardinal(value: int) -> str:
    """Read a whole number of at most 36 digits: 123 -> hundertdreiundzwanzig."""
    return _words(value, "cardinal")


def stem(value: int) -> str:
    """Read a number that begins a compound: 1 -> ein(mal), 18 -> achtzehn(jährig)."""
    words = cardinal(value).replace(" ", "")
    return words.removesuffix("s") if words.endswith("eins") else words


def number(written: str) -> str:
    """Read a number as it stands in a text: points between thousands, a decimal comma, leading zeros."""
    whole, _, decimals = written.replace(".", "").partition(",")
    if len(whole) > _LONGEST or (len(whole) > 1 and whole.startswith("0")):
        words = digits(whole)
    else:
        words = cardinal(int(whole)) if whole else ""
    return f"{words} Komma {digits(decimals)}".strip() if decimals else words


def counted(written: str, one: str, many: str) -> str:
    """Read a number and what it counts: 1 -> ein Liter / eine Stunde, 2 -> zwei Stunden."""
    if written == "1":
        return f"{'eine' if gender(one) == 'f' else 'ein'} {one}"
    return f"{number(written)} {many}"


def scaled(written: str, scale: str) -> str:
    """Read a number of thousands, millions or more; `scale` is the word for one of them."""
    if scale == "Tausend":
        whole = written.replace(".", "")
        return cardinal(int(whole) * 1000) if whole.isdigit() else f"{number(written)} tausend"
    return counted(written, scale, scale + ("n" if scale.endswith("e") else "en"))


def year(value: int) -> str:
    """Read a year: 1999 -> neunzehnhundertneunundneunzig, 2024 -> zweitausendvierundzwanzig."""
    century, rest = divmod(value, 100)
    if not 1100 <= value <= 1999:
        return cardinal(value).removeprefix("ein") if 1000 <= value < 1100 else cardinal(value)
    return f"{cardinal(century)}hundert{cardinal(rest) if rest else ''}"


def full_year(written: str) -> int:
    """Return the year that two or four digits stand for: 24 -> 2024, 86 -> 1986."""
    value = int(written)
    return value if len(written) > 2 else value + (2000 if value < 50 else 1900)


def gender(noun: str) -> str:
    """Guess the gender of a noun, "m", "f" or "n", from the tables and its ending."""
    if noun in NEUTER:
        return "n"
    feminine = noun in FEMININE or (noun.endswith(FEMININE_ENDINGS) and noun not in NOT_FEMININE)
    return "f" if feminine else "m"


def ending(before: str, noun: str) -> str:
    """Return the ending of a rank between the word `before` ("" for none) and a noun.

    An adjective in the noun's place has the same ending already: "2. erweiterte Auflage".
    """
    word, kind = before.lower(), gender(noun)
    strong = {"m": "er", "f": "e", "n": "es"}[kind]
    if word in _WEAK_EN:
        return "en"
    if word in _WEAK_DER:
        return "en" if kind == "f" else "e"
    if word in _WEAK_E:
        return "e"
    for possessive in _POSSESSIVE:
        if word.startswith(possessive):
            rest = word[len(possessive) :]
            if rest in {"", "e", "en", "em", "er", "es"}:
                return strong if not rest else "e" if rest == "e" else "en"
    if noun[:1].islower():
        return next((end for end in ("er", "es", "en", "em", "e") if noun.endswith(end)), "e")
    if word in _DATIVE:
        return "en" if noun in MONTHS else {"m": "em", "f": "er", "n": "em"}[kind]
    if word in _ACCUSATIVE:
        return {"m": "en", "f": "e", "n": "es"}[kind]
    return strong


def declines(before: str) -> bool:
    """Tell whether a number with a period after this word is a rank rather than the end of a sentence."""
    word = before.lower()
    articles = _WEAK_EN | _WEAK_E | _WEAK_DER
    return word in articles or any(
        word.startswith(possessive) and word[len(possessive) :] in {"", "e", "en", "em", "er", "es"}
        for possessive in _POSSESSIVE
    )


def ordinal(value: int, end: str = "e") -> str:
    """Read a rank with its ending: 3, "en" -> dritten."""
    return _words(value, "ordinal").replace(" ", "").lower().removesuffix("e") + end


def date(day: int, month: int, year_value: int | None, before: str) -> str | None:
    """Read a date after the word `before`: am -> dritten Oktober 2024. None where there is no such day."""
    if not (1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31)):
        return None
    name = MONTHS[month - 1]
    words = f"{ordinal(day, ending(before, name))} {name}"
    return words if year_value is None else f"{words} {year(year_value)}"


def fraction(above: int, below: int) -> str:
    """Read a fraction: 3/4 -> drei Viertel, 1/2 -> ein halb, 7/150 -> sieben durch hundertfünfzig."""
    if (above, below) == (1, 2):
        return "ein halb"
    if not above or below < 3 or (below > 20 and below not in {100, 1000}) or above >= below:
        return f"{cardinal(above)} durch {cardinal(below)}"
    part = {3: "Drittel", 7: "Siebtel", 8: "Achtel"}.get(below)
    part = part or (f"{cardinal(below)}tel" if below < 20 else f"{cardinal(below)}stel").capitalize()
    return f"{stem(above)} {part}"


def mixed(whole: int, above: int, below: int) -> str:
    """Read a whole number with a fraction: 2 1/2 -> zweieinhalb, 3 1/4 -> drei ein Viertel."""
    if (above, below) == (1, 2):
        return f"{stem(whole)}einhalb"
    return f"{cardinal(whole)} {fraction(above, below)}"


def clock(hour: int, minute: int, second: int) -> str:
    """Read a time of day: 8, 5 -> acht Uhr fünf."""
    words = f"{stem(hour)} Uhr" + (f" {cardinal(minute)}" if minute else "")
    if second:
        words += f" und {counted(str(second), 'Sekunde', 'Sekunden')}"
    return words


def _lead(match: re.Match[str]) -> str:
    """Return what stands before a number and decided how it is read."""
    return (match["before"] or "") + match["space"]


def say_long_digits(match: re.Match[str]) -> str:
    """Read the digits of a number too long for a name."""
    return f" {'Komma ' if match[1] else ''}{digits(match[2])} "


def say_iso_date(match: re.Match[str]) -> str:
    """Read 2024-10-03."""
    words = date(int(match[5]), int(match[4]), int(match[3]), match["before"] or "")
    return f"{_lead(match)}{words}" if words else match[0].replace("-", " ")


def say_date(match: re.Match[str]) -> str:
    """Read 3.10.2024 or 3.10., declined after the word before it."""
    year_value = full_year(match[5]) if match[5] else None
    words = date(int(match[3]), int(match[4]), year_value, match["before"] or "")
    return f"{_lead(match)}{words}" if words else match[0]


def say_phone(match: re.Match[str]) -> str:
    """Read a telephone number in its groups, digit by digit; leave what is too short for one."""
    groups = re.findall("[0-9]+", match[0])
    if sum(map(len, groups)) < 6:
        return match[0]
    return ("plus " if "+" in match[0] else "") + ", ".join(digits(group) for group in groups)


def say_season(match: re.Match[str]) -> str:
    """Read 2023/24."""
    return f"{year(int(match[1]))} {cardinal(int(match[2]))}"


def say_time(match: re.Match[str]) -> str:
    """Read 15:30 Uhr or 15.30 Uhr."""
    return clock(int(match[1]), int(match[2] or match[4]), int(match[3] or 0))


def say_decade(match: re.Match[str]) -> str:
    """Read 80er, 1990er, 2000er, 5er."""
    value = int(match[1])
    return f"{year(value) if len(match[1]) == 4 else cardinal(value)}er".replace(" ", "")


def say_compound(match: re.Match[str]) -> str:
    """Read 5-jährig, 20-fach, 100%ig as one word."""
    return stem(int(match[1])) + ("prozentig" if match[2] == "%ig" else match[2].lower())


def say_measure_compound(match: re.Match[str]) -> str:
    """Read the 100-m- of 100-m-Lauf."""
    return f"{number(match[1]) if match[1] != '1' else 'ein'}-{UNITS[match[2]][1]}-"


def say_scaled(match: re.Match[str]) -> str:
    """Read 5 Mio."""
    return scaled(match[1], SCALES[match[2]]) + ("." if match["ends"] is not None else "")


def say_money(match: re.Match[str]) -> str:
    """Read 3,50 €, 1,2 Mio. €, 0,99 €, 20 Euro."""
    amount, scale = match["amount"], match["scale"]
    whole, hundredth = MONEY[match["sign"]]
    if scale:
        return f"{scaled(amount, SCALES[scale])} {whole}"
    units, _, parts = amount.replace(".", "").partition(",")
    if len(parts) != 2:
        return f"{'ein' if amount == '1' else number(amount)} {whole}"
    units_words = f"{'ein' if units == '1' else number(units)} {whole}"
    if not int(parts):
        return units_words
    if not int(units):
        return f"{stem(int(parts))} {hundredth}"
    return f"{units_words} {cardinal(int(parts))}"


def say_fraction(match: re.Match[str]) -> str:
    """Read 1/2, 2 1/2, 3/4; a half takes the gender of its noun."""
    above, below, written_noun, article = int(match["above"]), int(match["below"]), match["noun"], match["article"]
    noun = UNITS[written_noun][0 if not match["whole"] else 1] if written_noun in UNITS else written_noun
    after = f" {noun}" if noun else ""
    if match["whole"]:
        return f"{article or ''}{mixed(int(match['whole']), above, below)}{after}"
    if (above, below) == (1, 2) and noun and noun[0].isupper():
        one, half = {"m": ("ein", "halber"), "n": ("ein", "halbes"), "f": ("eine", "halbe")}[gender(noun)]
        if article and article.lower() not in {"ein ", "eine "}:  # einer halben Stunde
            half = "halben"
        return f"{article or one + ' '}{half}{after}"
    words = fraction(above, below)
    return f"{article}{words.removeprefix('ein ')}{after}" if article else f"{words}{after}"


def say_degrees(match: re.Match[str]) -> str:
    """Read 5 °C, 90°, 52° N."""
    names = {
        "C": " Celsius", "F": " Fahrenheit", "K": " Kelvin", "N": " Nord", "S": " Süd", "O": " Ost", "E": " Ost",
        "W": " West",
    }  # fmt: skip
    return counted(match[1], "Grad", "Grad") + (names[match[2]] if match[2] else "")


def _unit(match: re.Match[str]) -> tuple[str, str, str]:
    """Return the singular, the plural and what they are counted per, of km, m² or km/h."""
    one, many = UNITS[match["unit"]]
    power = {"2": "Quadrat", "3": "Kubik"}.get((match["power"] or "").lstrip("^").translate({178: "2", 179: "3"}), "")
    if power:
        one, many = power + one.lower(), power + many.lower()
    return one, many, f" pro {UNITS[match['per']][0]}" if match["per"] else ""


def say_unit(match: re.Match[str]) -> str:
    """Read a number with a unit; the period of an abbreviated unit is kept only at the end of a sentence."""
    one, many, per = _unit(match)
    return f"{counted(match['amount'], one, many)}{per}{'.' if match['ends'] is not None else ''}"


def say_unit_alone(match: re.Match[str]) -> str:
    """Read a unit without a number: pro m², in km/h."""
    one, _, per = _unit(match)
    return one + per


def say_version(match: re.Match[str]) -> str:
    """Read v3.11.2 as numbers with Punkt between them."""
    word, numbers = re.fullmatch(r"(v|[A-Za-z]+ )?([0-9.]+)", match[0]).groups()  # type: ignore[union-attr]
    before = "Version " if word == "v" else word or ""
    return before + " Punkt ".join(map(number, numbers.split(".")))


def say_ordinal(match: re.Match[str]) -> str:
    """Read "3. Oktober" as a rank, or leave the number where its period ends a sentence."""
    before, value, noun = match["before"] or "", int(match["value"]), match["noun"] or ""
    ranked = (
        declines(before) or noun in RANKED or noun in MONTHS or noun.lower() in ORDINAL_JOINTS or noun[:1].islower()
    )
    if not ranked:
        return match[0]
    if noun.lower() in ORDINAL_JOINTS or not noun:
        end = ending(before, "Tag") if declines(before) or before else "er"
    else:
        end = ending(before, noun)
    words = ordinal(value, end)
    if noun in {"Weltkrieg", "FC"}:
        words = words.capitalize()
    return f"{_lead(match)}{words}{'.' if not noun else ''}"


def say_two_ordinals(match: re.Match[str]) -> str:
    """Read "das 4. und 5. Kapitel": both ranks have the ending that the first word asks for."""
    before = match["before"] or ""
    if not declines(before):
        return match[0]
    end = ending(before, match["noun"])
    return f"{_lead(match)}{ordinal(int(match[3]), end)} {match[4]} {ordinal(int(match[5]), end)}"


def roman(written: str) -> int:
    """Return the value of a Roman numeral."""
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    total = 0
    for letter, following in zip(written, [*written[1:], ""], strict=True):
        value = values[letter]
        total += -value if value < values.get(following, 0) else value
    return total


def say_roman_rank(match: re.Match[str]) -> str:
    """Read the II. of "im II. Weltkrieg" or "III. Semester"."""
    words = ordinal(roman(match[3]), ending(match["before"] or "", match["noun"]))
    return f"{_lead(match)}{words.capitalize() if match['noun'] == 'Weltkrieg' else words} "


def say_one(match: re.Match[str]) -> str:
    """Read the 1 before a noun as an article."""
    before, noun = match["before"], match["noun"]
    if before and before.lower() not in BEFORE_ONE:
        return match[0]
    return f"{_lead(match)}{'eine' if gender(noun) == 'f' else 'ein'}"


def say_year(match: re.Match[str]) -> str:
    """Read four digits as a year, unless they count something."""
    before, value, after = match["before"] or "", int(match[3]), match["after"]
    if after in COUNTED_AFTER and before.lower() not in YEAR_CUES:
        return _lead(match) + cardinal(value)
    return _lead(match) + year(value)
