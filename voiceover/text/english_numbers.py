"""Numbers as an American narrator reads them: words in small letters, without "and" or hyphens."""

from __future__ import annotations

from functools import lru_cache

_LONGEST = 36  # digits: num2words has names up to the decillions; longer ones are read digit by digit
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PLURALS = {"half": "halves", "one": "ones", "two": "twos", "six": "sixes"}


@lru_cache(maxsize=8192)
def _words(value: int, kind: str) -> str:
    from num2words import num2words

    return str(num2words(value, lang="en", to=kind)).replace(" and ", " ").replace(",", "").replace("-", " ")


def digits(written: str) -> str:
    """Read digits one by one: 007 -> zero zero seven."""
    return " ".join(_DIGITS[int(digit)] for digit in written if digit.isascii() and digit.isdigit())


def cardinal(value: int) -> str:
    """Read a whole number of at most 36 digits: 123 -> one hundred twenty three."""
    return _words(value, "cardinal")


def ordinal(value: int) -> str:
    """Read a rank: 22 -> twenty second."""
    return _words(value, "ordinal")


def number(written: str) -> str:
    """Read a number as it stands in a text: thousands separators, decimals and leading zeros allowed."""
    whole, _, decimals = written.replace(",", "").partition(".")
    if len(whole) > _LONGEST or (len(whole) > 1 and whole.startswith("0")):
        words = digits(whole)
    else:
        words = cardinal(int(whole)) if whole else ""
    return f"{words} point {digits(decimals)}".strip() if decimals else words


def two_digits(value: int) -> str:
    """Read the second half of a year or of a time: 5 -> oh five, 45 -> forty five."""
    return f"oh {cardinal(value)}" if value < 10 else cardinal(value)


def year(value: int) -> str:
    """Read a year: 1999 -> nineteen ninety nine, 2005 -> two thousand five, 1900 -> nineteen hundred."""
    century, rest = divmod(value, 100)
    if value < 1000 or value > 9999 or (century % 10 == 0 and rest < 10):
        return cardinal(value)
    return f"{cardinal(century)} {two_digits(rest) if rest else 'hundred'}"


def label(written: str) -> str:
    """Read a number that is a name, as of a room or a model: 370 -> three seventy, 101 -> one oh one."""
    value = int(written)
    if written.startswith("0") and len(written) > 1:
        return digits(written)
    if len(written) == 3:
        century, rest = divmod(value, 100)
        return f"{cardinal(century)} {two_digits(rest) if rest else 'hundred'}"
    return year(value)


def plural(words: str) -> str:
    """Put the last word of a number into the plural: nineteen ninety -> nineteen nineties."""
    head, _, last = words.rpartition(" ")
    regular = last[:-1] + "ies" if last.endswith("y") else last + "s"
    return f"{head} {_PLURALS.get(last, regular)}".strip()


def fraction(above: int, below: int) -> str:
    """Read a fraction: 3/4 -> three quarters, 2/3 -> two thirds, 8/10 -> eight out of ten, 7/150 -> seven over ..."""
    if above == 0 or below < 2 or (above > 1 and below > 20 and below != 100) or above > below:
        return f"{cardinal(above)} over {cardinal(below)}"
    if above == below or (below == 10 and above > 1) or (below == 100 and above > 9):
        return f"{cardinal(above)} out of {cardinal(below)}"
    part = {2: "half", 4: "quarter"}.get(below) or ordinal(below)
    return f"{cardinal(above)} {part if above == 1 else plural(part)}"


def date(year_value: int | None, month: int, day: int) -> str | None:
    """Read a date: May sixth, twenty twenty four. None where there is no such day."""
    if not (1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31)):
        return None
    words = f"{MONTHS[month - 1]} {ordinal(day)}"
    return words if year_value is None else f"{words}, {year(year_value)}"


def full_year(written: str) -> int:
    """Return the year that two or four digits stand for: 24 -> 2024, 86 -> 1986."""
    value = int(written)
    return value if len(written) > 2 else value + (2000 if value < 50 else 1900)
