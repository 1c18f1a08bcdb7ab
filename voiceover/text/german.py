"""Written German to spoken German: what a narrator would read, in plain words.

`RULES` is the whole of it: named steps, applied in that order. Rules about numbers come before the one that reads
whatever digits are left; abbreviations, capitals and symbols follow, and punctuation comes last.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from voiceover.text import folding
from voiceover.text import german_numbers as numbers
from voiceover.text.capitals import is_pronounceable
from voiceover.text.german_tables import (
    ABBREVIATIONS,
    ACRONYMS,
    ADJECTIVES,
    COMPOUNDED,
    COUNTED,
    DAYS,
    DOMAINS,
    ELISIONS,
    EXTENSIONS,
    FIXED,
    INITIALISMS,
    LONG_CODAS,
    MIXED_CASE,
    MONEY,
    NUMBERED,
    ONSETS,
    QUEENS,
    RANKED,
    RULER_TITLES,
    RULERS,
    SCALES,
    SHORT_MONTHS,
    SHORT_WORDS,
    SPELLED_DOMAINS,
    STARTERS,
    TITLES,
    UNITS,
    VERSIONED,
)
from voiceover.text.rules import Rule, apply, rule


def _either(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_CAPITAL, _SMALL = "A-ZÄÖÜ", "a-zäöüß"
_LETTER = _CAPITAL + _SMALL
_LEFT = r"(?<![0-9])(?<![0-9][.,])"  # where a number may begin
_NUMBER = r"(?:[0-9]{1,3}(?:\.[0-9]{3}){1,4}(?![0-9])|[0-9]{1,15})(?:,[0-9]{1,15})?"
_START = rf"(?<![{_LETTER}0-9])"
_END = rf"(?![{_LETTER}0-9])"
_ENDS = rf"(?=[\"'”)\]]{{0,3}}$|[\"'”)\]]{{0,3}} (?:{STARTERS})\b)"  # an abbreviation's period ends the sentence too
# the word before a number decides its ending, over a weekday too: "am Montag, 5. Mai"
_AFTER_WORD = (
    rf"(?:(?<![{_LETTER}])(?P<before>[{_LETTER}]{{1,30}}(?=,? )))?"
    rf"(?P<space>(?: (?:{'|'.join(DAYS.values())})(?=,? ))?,? ?)"
)
_UNIT = _either(UNITS)


def _letters(word: str) -> str:
    return " ".join(word.upper())


def _period(match: re.Match[str]) -> str:
    return "." if match["ends"] is not None else ""


def _say_link(match: re.Match[str]) -> str:
    link = re.sub(r"^https?://", "", match[0]).rstrip("/.")
    parts = re.split(r"([./@_?=&#-]|(?<=mp)(?=[34]))", link)
    words = [_letters(part) if part in SPELLED_DOMAINS else part for part in parts]
    names = {
        ".": "Punkt", "/": "Schrägstrich", "@": "at", "_": "Unterstrich", "-": "Bindestrich", "?": "", "=": "gleich",
        "&": "und",
    }  # fmt: skip
    return " ".join(names.get(part, part) for part in words if part)


def _say_month(match: re.Match[str]) -> str:
    return SHORT_MONTHS[match["after"] or match["alone"]]


def _say_rank(match: re.Match[str]) -> str:
    name, genitive = match["name"], match["genitive"] or ""
    last = name.rpartition(" ")[2]
    before = (match["preposition"] or "").lower()
    if last not in RULERS | QUEENS or (match["dot"] is None and len(match["numeral"]) == 1):
        return match[0]
    articles = ("die", "der", "der", "die") if last in QUEENS else ("der", "des", "dem", "den")
    # genitive, dative and accusative have the ending -en, but for a queen's accusative
    case = 1 if genitive else 2 if before in _DATIVE else 3 if before else 0
    end = "e" if case == 0 or (case == 3 and last in QUEENS) else "en"
    rank = numbers.ordinal(numbers.roman(match["numeral"]), end).capitalize()
    # a heading is no sentence: "Ludwig XIV." alone keeps no period
    ends = match["ends"] is not None and re.search(rf"(?<![{_LETTER}])[{_SMALL}]", match.string)
    head = match[0][: match.start("numeral") - match.start()]
    return f"{head}{articles[case]} {rank}{'.' if ends and match['dot'] else ''}"


_DATIVE = frozenset("von unter mit bei nach vor seit zu gegenüber neben aus".split())


def _say_counted(match: re.Match[str]) -> str:
    return f"{match[1]} {numbers.cardinal(numbers.roman(match[2]))}"


def _say_number(match: re.Match[str]) -> str:
    written = match[0]
    if written.startswith(","):
        return f"Komma {numbers.digits(written)}"
    return numbers.number(written)


def _say_day_range(match: re.Match[str]) -> str:
    return f"{DAYS[match[1]]} bis {DAYS[match[2]]}"


def _abbreviation_pattern(written: str) -> str:
    """Return a pattern for one abbreviation: with or without spaces, and capitalised where a sentence begins."""
    periods = written.count(".")
    first = re.escape(written[0])
    if written[0].islower() and written not in {"max.", "gem."}:
        first = f"[{written[0].upper()}{written[0]}]" if periods == 1 else f"(?:{first}|(?<![^.!?] ){first.upper()})"
    rest = re.sub(r"\\\.(?=.)", r"\\. ?", re.escape(written[1:]))
    if periods > 1:
        rest = re.sub(f"(?<=[?])[{_LETTER}]", lambda m: f"[{m[0].upper()}{m[0].lower()}]", rest)
    return first + rest


_SPOKEN = {abbreviation.replace(" ", "").lower(): words for abbreviation, words in ABBREVIATIONS.items()}


def _say_abbreviation(match: re.Match[str]) -> str:
    written = match[1].replace(" ", "")
    words = _SPOKEN[written.lower()]
    if written[0].isupper():
        words = words[0].upper() + words[1:]
    return words + (_period(match) if written.endswith(".") else "")


def _say_adjective(match: re.Match[str]) -> str:
    before = match["before"] or ""
    return f"{before}{match['space']}{ADJECTIVES[match[3]]}{numbers.ending(before, match['noun'])}"


def _say_dotted(match: re.Match[str]) -> str:
    return _letters(match[1].replace(".", "")) + _period(match)


def _is_pronounceable(word: str) -> bool:
    return is_pronounceable(word, vowels="AEIOUYÄÖÜ", onsets=ONSETS, codas=LONG_CODAS, longest=5)


def _rewrite_capitals(text: str) -> str:
    # Where everything is in capitals they tell nothing, and only what cannot be a word is spelled out.
    shouted = text.upper() == text

    def say(match: re.Match[str]) -> str:
        word, ending = match[1], match[2] or ""
        if word in INITIALISMS and not (shouted and word in SHORT_WORDS):
            as_word = False
        else:
            as_word = word in ACRONYMS or word in SHORT_WORDS
            as_word = as_word or ((shouted or len(word) > 3) and _is_pronounceable(word))
        if as_word:
            return match[0]
        return _letters(word) + ("'s" if ending else "")

    return _CAPITALS.sub(say, text)


_CAPITALS = re.compile(rf"(?<![{_LETTER}'])([{_CAPITAL}]{{2,40}})('?s(?![{_LETTER}]))?(?![{_LETTER}])")


def _rewrite_ellipses(text: str) -> str:
    text = re.sub(r"(?<!\.)\.{2,}+(?: \.{2,}+)+", "...", text)  # a line that trails off, the next one that takes up
    text = re.sub(rf"(?<!\.)\.{{2,}}+ ?(?=[{_SMALL}])", ", ", text)  # a sentence goes on
    return re.sub(r"\.{2,}", ". ", text)


def _say_marks(match: re.Match[str]) -> str:
    """Return the one mark that a run of them stands for: the strongest."""
    strongest = next((mark for mark in "?!.," if mark in match[0]), "")
    return f"{strongest} " if strongest else " "


_COMPARISONS = {
    "<": "kleiner als", ">": "größer als", "≤": "höchstens", "≥": "mindestens", "≈": "ungefähr",
    "÷": "geteilt durch",
}  # fmt: skip
_SYMBOLS = {
    "&": "und", "+": "plus", "=": "gleich", "@": "at", "°": "Grad", "€": "Euro", "£": "Pfund", "$": "Dollar",
    "¥": "Yen", "÷": "geteilt durch", "×": "mal", "≈": "ungefähr",
}  # fmt: skip

RULES: tuple[Rule, ...] = (
    rule(
        "web and mail addresses",
        rf"(?<![A-Za-z0-9@._-])(?:https?://)?(?:[A-Za-z0-9._+-]{{1,64}}@)?(?:[A-Za-z0-9][A-Za-z0-9-]{{0,62}}\.){{1,6}}"
        rf"(?:{DOMAINS})(?![A-Za-z0-9])(?:/[A-Za-z0-9_./?=&#-]{{0,200}})?",
        _say_link,
        needs_digit=False,
    ),
    rule(
        "file names",
        rf"(?<![A-Za-z0-9._-])[A-Za-z0-9][A-Za-z0-9_-]{{0,60}}\.(?:{EXTENSIONS}){_END}",
        _say_link,
        needs_digit=False,
    ),
    rule(
        "genders",
        rf"(?<=[{_SMALL}])(?:[*:_/]|/-)(innen|in){_END}|(?<=[{_SMALL}])[*:_](r|n|s|m){_END}",
        r"\1\2",
        needs_digit=False,
    ),
    rule("genders with a capital", rf"(?<=[{_SMALL}]{{2}})I(?=nnen{_END})", "i", needs_digit=False),
    rule("digits in long runs", r"(?<![0-9])(,)?(?<![0-9])([0-9]{16,})", numbers.say_long_digits),
    rule(
        "groups of thousands",
        r"(?<![0-9.,:/+-])(?<![0-9.,:/+-] )([1-9][0-9]{0,2})((?:[ '][0-9]{3}){1,4})(?![0-9]| [0-9]|[.:/'-][0-9])",
        lambda m: m[1] + re.sub("[ ']", "", m[2]),
    ),
    rule("iso dates", rf"{_AFTER_WORD}{_LEFT}([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})(?![0-9-])", numbers.say_iso_date),
    rule(
        "telephone numbers",
        r"(?<![0-9A-Za-z.,:/+-])(?:\+[0-9]{1,3}(?:[ /-]\(?[0-9]{1,10}\)?){2,6}"
        r"|\(?0[0-9]{2,5}\)?(?:[ /-]{1,3}[0-9]{2,12}){1,5})(?![0-9]|[.,:/][0-9])",
        numbers.say_phone,
    ),
    rule(
        "emergency calls",
        r"(?<=[Nn]otruf )11[02](?![0-9])|(?<=unter )11[02](?![0-9])|(?<=die )11[02](?=[.!]| (?:an|wählen))",
        lambda m: numbers.digits(m[0]),
    ),
    rule(
        "short months",
        rf"(?<=[0-9]\. )(?P<after>{_either(SHORT_MONTHS)})\.|{_START}(?P<alone>{_either(SHORT_MONTHS)})\."
        r"(?= ?[12][0-9]{3})",
        _say_month,
    ),
    rule(
        "short days",
        rf"{_START}(?<![-–—])(?<![-–—] )({_either(DAYS)})\.(?=(,?) ?(?:de[mnr] )?[0-9])",
        lambda m: DAYS[m[1]],
    ),
    rule("differences", r"(?<=[0-9]) ?[-–−] ?(?=[0-9.,]{1,15} ?=)", " minus "),
    rule("seasons", rf"{_LEFT}((?:19|20)[0-9]{{2}})/([0-9]{{2}})(?![0-9/])", numbers.say_season),
    rule("prices without cents", r"(?<=[0-9]),[-–—]{1,2}(?![0-9])", ""),
    rule(
        "signs before amounts",
        rf"{_START}(US\$|[$£€¥₹]|CHF|EUR|USD) ?(?=[0-9])({_NUMBER}(?: ?(?:{_either(SCALES)})\.?{_END})?)",
        r"\2 \1",
    ),
    rule("ranges", r"(?:(?<=[0-9%°€])|(?<=[0-9]\.)) ?[-–—] ?(?=[0-9])", " bis "),
    rule("negatives", rf"(?<![{_LETTER}0-9.,)-])[-–−](?=[0-9])", "minus "),
    rule(
        "dates",
        rf"{_AFTER_WORD}{_LEFT}([0-9]{{1,2}})\. ?([0-9]{{1,2}})\.(?: ?((?:1[0-9]|20)[0-9]{{2}}|[0-9]{{2}}))?"
        r"(?![0-9]|[.,:][0-9]| ?(?:Uhr|€))",
        numbers.say_date,
    ),
    rule(
        "scales of maps and screens",
        r"\b(\w{0,20}[Vv]erhältnis|Maßstab|Format|Quote|Chance|Chancen)( von)? ([0-9]{1,3}):(?=[0-9])",
        r"\1\2 \3 zu ",
    ),
    rule(
        "clock times",
        rf"{_LEFT}(?<!:)([01]?[0-9]|2[0-4])(?::([0-5][0-9])(?::([0-5][0-9]))?(?![0-9:]|,[0-9]|\.[0-9])"
        rf"(?: ?(?:Uhr|h){_END})?|\.([0-5][0-9]) ?(?:Uhr|h){_END})",
        numbers.say_time,
    ),
    rule("one o'clock", rf"{_LEFT}1 (?=Uhr{_END})", "ein "),
    rule("decades", rf"{_LEFT}([0-9]{{1,4}})er(?=n?{_END}|s{_END})", numbers.say_decade),
    rule(
        "numbers in compounds",
        rf"{_LEFT}([0-9]{{1,4}})(?:-(?=[{_LETTER}])|(?=[a-z%]))(%ig|(?i:{COMPOUNDED}))",
        numbers.say_compound,
    ),
    rule(
        "multiples",
        rf"{_LEFT}([0-9]{{1,4}})[x×](?![A-Za-z0-9])(?! ?[0-9+=])",
        lambda m: f"{numbers.stem(int(m[1]))}mal",
    ),
    rule("measures in compounds", rf"{_LEFT}({_NUMBER})-({_UNIT})-(?=[{_CAPITAL}])", numbers.say_measure_compound),
    rule(
        "money",
        rf"{_LEFT}(?P<amount>{_NUMBER})(?: ?(?P<scale>{_either(SCALES)})(?:\.|{_END}))? ?"
        rf"(?P<sign>{_either(MONEY)}){_END}",
        numbers.say_money,
    ),
    rule(
        "fixed numbers",
        rf"(?<![0-9A-Za-z$.,/:-])(?:{_either(FIXED)})(?![0-9A-Za-z%/:-]|[.,][0-9])",
        lambda m: FIXED[m[0]],
    ),
    rule(
        "fractions",
        rf"{_LEFT}(?<!/)(?P<article>\b[Ee]in(?:e[nmrs]?)? )?(?:(?P<whole>[0-9]{{1,3}}) )?"
        rf"(?<![0-9/])(?P<above>[0-9]{{1,3}})/(?P<below>[0-9]{{1,4}})(?![0-9/])"
        rf"(?: (?P<noun>[{_CAPITAL}][{_SMALL}]{{2,20}}|{_UNIT}){_END})?",
        numbers.say_fraction,
    ),
    rule("scales", rf"{_LEFT}({_NUMBER}) ?({_either(SCALES)})(?:\.(?P<ends>{_ENDS})?|{_END})", numbers.say_scaled),
    rule("about", r"(?<![A-Za-z0-9])[~≈] ?(?=[0-9])", "etwa "),
    rule("degrees", rf"{_LEFT}({_NUMBER})(?: ?°(?: ?([CFKNSOEW]){_END})?| Grad{_END})", numbers.say_degrees),
    rule(
        "units",
        rf"{_LEFT}(?P<amount>{_NUMBER}) ?(?:(?P<unit>{_UNIT})(?P<power>(?<=m)\^?[23²³])?(?:/(?P<per>{_UNIT}))?)"
        rf"(?![{_LETTER}0-9'/²³])(?:(?:(?<=Std)|(?<=Min)|(?<=Sek)|(?<=Stdn))\.(?P<ends>{_ENDS})?)?",
        numbers.say_unit,
    ),
    rule(
        "units alone",
        rf"{_START}(?P<unit>km|cm|mm|kg|kWh|m(?=[²³/]))(?P<power>(?<=m)[²³])?(?:/(?P<per>h|s))?(?![{_LETTER}0-9'/²³.^])",
        numbers.say_unit_alone,
        needs_digit=False,
    ),
    rule(
        "products of letters", r"(?<![A-Za-zÄÖÜäöüß])([a-z]{2,3})(?=[²³])", lambda m: " ".join(m[1]), needs_digit=False
    ),
    rule("per cent", r"(?<=[0-9]) ?%", " Prozent"),
    rule("numbered abbreviations", rf"{_START}({_either(NUMBERED)})\. ?(?=[0-9])", lambda m: f"{NUMBERED[m[1]]} "),
    rule("number signs", r"# ?(?=[0-9])", "Nummer "),
    rule("sections", r"(§)?§ ?", lambda m: "Paragrafen " if m[1] else "Paragraf ", needs_digit=False),
    rule("following pages", rf"(?<=[0-9]) ?ff?\.(?P<ends>{_ENDS})?", lambda m: " folgende" + _period(m)),
    rule(
        "versions",
        rf"(?<![A-Za-z0-9.,])(?:v(?=[0-9]))?{_LEFT}(?![0-9]{{1,3}}(?:\.[0-9]{{3}})+(?![0-9]|\.[0-9]))"
        rf"[0-9]{{1,4}}(?:\.[0-9]{{1,4}}){{1,6}}(?![0-9]|,[0-9])"
        rf"|{_START}(?:{VERSIONED}) [0-9]{{1,4}}(?:\.[0-9]{{1,4}}){{1,4}}(?![0-9])",
        numbers.say_version,
    ),
    rule("versions alone", r"(?<![A-Za-z0-9])v(?=[0-9])", "Version "),
    rule("products", r"(?<=[0-9]) ?[x×*] ?(?=[0-9])", " mal "),
    rule(
        "roman ranks",
        rf"{_AFTER_WORD}\b([IVX]{{1,5}})\. (?=(?P<noun>{_either(RANKED)}){_END})",
        numbers.say_roman_rank,
        needs_digit=False,
    ),
    rule(
        "two ordinals",
        rf"{_AFTER_WORD}{_LEFT}([0-9]{{1,3}})\. (und|oder|bis) ([0-9]{{1,3}})\.(?= (?P<noun>[{_LETTER}]{{2,30}}))",
        numbers.say_two_ordinals,
    ),
    rule(
        "ordinals",
        rf"{_AFTER_WORD}{_LEFT}(?<![{_LETTER}/:])(?P<value>[0-9]{{1,3}})\."
        rf"(?:(?=,? (?P<noun>[{_LETTER}]{{2,30}}))|(?=$))",
        numbers.say_ordinal,
    ),
    rule("ratios", r"(?<=[0-9]):(?=[0-9])", " zu "),
    rule("plus and minus", r" ?(?:±|\+/-) ?", " plus minus ", needs_digit=False),
    rule("sums", r" ?\+ ?(?=[0-9])|(?<=[0-9])\+", " plus "),
    rule(
        "comparisons",
        rf"(?<=[0-9{_LETTER}]) ?(<|>|≤|≥|≈|÷) ?(?=[0-9{_LETTER}])",
        lambda m: f" {_COMPARISONS[m[1]]} ",
        needs_digit=False,
    ),
    rule("squares", rf"(?<=[{_LETTER}])(?:²|\^2)(?![0-9])", " Quadrat", needs_digit=False),
    rule(
        "higher powers",
        rf"(?<=[{_LETTER}0-9])(?:([²³])|\^(?=[0-9]))",
        lambda m: {"²": " hoch zwei", "³": " hoch drei"}.get(m[1], " hoch "),
        needs_digit=False,
    ),
    rule("roots", r"√ ?", " Wurzel aus ", needs_digit=False),
    rule(
        "ranks of rulers",
        rf"(?:\b(?P<preposition>(?i:von|unter|mit|bei|nach|vor|seit|zu|gegenüber|neben|aus|für|gegen|durch|um|ohne)) )?"
        rf"(?:(?:{RULER_TITLES}) )?\b(?P<name>(?:Johannes )?(?:{_either(RULERS | QUEENS)}))(?P<genitive>s)? "
        rf"(?P<numeral>[IVX]{{1,6}})(?![{_LETTER}-])(?P<dot>\.)?(?P<ends>{_ENDS})?",
        _say_rank,
        needs_digit=False,
    ),
    rule("numbered parts", rf"\b({COUNTED}) ([IVXLC]{{1,8}})(?![{_LETTER}'-])", _say_counted, needs_digit=False),
    rule(
        "numerals after names",
        rf"\b([A-Z][{_SMALL}]{{1,20}}) (I{{2,3}}|IV|VI{{1,3}}|IX|XI{{1,3}}|XIV|XVI{{0,3}})(?![{_LETTER}-])",
        _say_counted,
        needs_digit=False,
    ),
    rule(
        "years",
        rf"{_AFTER_WORD}(?<![0-9.,$#:/{_LETTER}])([12][0-9]{{3}})(?![0-9{_LETTER}]|[.,:/][0-9])"
        rf"(?=(?: (?P<after>[{_LETTER}]{{1,20}}))?)",
        numbers.say_year,
    ),
    rule(
        "one of a kind",
        rf"{_AFTER_WORD}{_LEFT}(?<![{_LETTER}:/])1(?= (?P<noun>[{_CAPITAL}][{_SMALL}]{{2,30}}))",
        numbers.say_one,
    ),
    rule("letters beside digits", rf"(?<=[{_LETTER}])(?=[0-9])|(?<=[A-Z])-(?=[0-9])|(?<=[0-9])(?=[{_LETTER}])", " "),
    rule(
        "numbers",
        rf"{_LEFT}(?:[0-9]{{1,3}}(?:\.[0-9]{{3}}){{1,11}}(?![0-9])|[0-9]{{1,15}})(?:,[0-9]{{1,15}})?|,[0-9]{{1,15}}",
        _say_number,
    ),
    rule("digits left over", r"[0-9]{1,15}", lambda m: f" {numbers.digits(m[0])} "),
    rule("percent signs", r" ?%", " Prozent", needs_digit=False),
    rule(
        "days in a range",
        rf"{_START}({_either(DAYS)})\.? ?[-–—] ?({_either(DAYS)})\.?{_END}",
        _say_day_range,
        needs_digit=False,
    ),
    rule(
        "streets",
        rf"(?<=[{_SMALL}])str\.(?P<ends>{_ENDS})?|(?:(?<=[{_LETTER}] )|(?<=-))Str\.",
        lambda m: ("Straße" if m[0][0] == "S" else "straße") + _period(m),
        needs_digit=False,
    ),
    rule(
        "titles",
        rf"{_START}({_either(TITLES)})\.(?= ?[{_CAPITAL}]| (?:med|phil|jur|rer|h)\.)",
        lambda m: TITLES[m[1]] + " ",
        needs_digit=False,
    ),
    rule(
        "abbreviated adjectives",
        rf"{_AFTER_WORD}{_START}({_either(ADJECTIVES)})\.(?= (?P<noun>[{_CAPITAL}][{_SMALL}]{{1,30}}))",
        _say_adjective,
        needs_digit=False,
    ),
    rule(
        "abbreviations",
        rf"{_START}({'|'.join(map(_abbreviation_pattern, sorted(ABBREVIATIONS, key=len, reverse=True)))})"
        rf"{_END}(?P<ends>{_ENDS})?",
        _say_abbreviation,
        needs_digit=False,
    ),
    rule(
        "dotted initialisms",
        rf"{_START}((?:[{_LETTER}]\.){{2,12}})(?![{_LETTER}])(?P<ends>{_ENDS})?",
        _say_dotted,
        needs_digit=False,
    ),
    rule(
        "initials",
        rf"(?<![{_LETTER}0-9'])(?<![A-Z] )((?:[{_CAPITAL}]\. ?){{1,6}})(?=[{_CAPITAL}][{_SMALL}])(?!(?:{STARTERS})\b)",
        lambda m: m[1].replace(".", " "),
        needs_digit=False,
    ),
    rule(
        "names of languages",
        r"(?<![A-Za-z])C(?:\+\+|#)",
        lambda m: "C plus plus" if "+" in m[0] else "C sharp",
        needs_digit=False,
    ),
    rule(
        "mixed case",
        rf"{_START}({_either(MIXED_CASE)})(s)?{_END}",
        lambda m: MIXED_CASE[m[1]] + ("'s" if m[2] else ""),
        needs_digit=False,
    ),
    rule("capitals around &", r"(?<=[A-Z])&(?=[A-Z])", " und ", needs_digit=False),
    Rule("capitals", _rewrite_capitals, needs_digit=False),
    rule("okay", r"\bO[Kk]\b|\bok\b", "okay", needs_digit=False),
    rule("hashtags", rf"#(?=[{_LETTER}])", "Hashtag ", needs_digit=False),
    rule("symbols", r" ?([&+=@#°£€¥₹¢$÷×±≈≤≥²³µΩ]) ?", lambda m: f" {_SYMBOLS.get(m[1], '')} ", needs_digit=False),
    rule("slashes", r" ?/+ ?", " ", needs_digit=False),
    rule("brackets that end", r"[)\]}]+[\"” ]{0,3}$", "", needs_digit=False),
    rule("quotes and brackets", r"[()\[\]{}|]+", ", ", needs_digit=False),
    rule("other marks", r"[\"“”<>\\^*~_`]+", " ", needs_digit=False),
    rule("dashes", r" ?[–—−]+ ?|--+| -+(?= |$)|^-+ ?", ", ", needs_digit=False),
    rule("colons", r"[:;]+", ", ", needs_digit=False),
    Rule("ellipses", _rewrite_ellipses, needs_digit=False),
    rule(
        "shortened words", rf"(?<![{_LETTER}])'([ns]) ", lambda m: "ein " if m[1] == "n" else "es ", needs_digit=False
    ),
    rule("elisions", rf"(?i)(?<![{_LETTER}])'(?=(?:{ELISIONS})(?![{_LETTER}]))", "\x00", needs_digit=False),
    rule("quotation apostrophes", rf"(?<![{_LETTER}])'+|'+(?![{_LETTER}])", "", needs_digit=False),
    rule("elisions kept", "\x00", "'", needs_digit=False),
    rule("hyphens outside words", rf"(?<![{_LETTER}'])-+|-+(?![{_LETTER}'])", " ", needs_digit=False),
    rule("everything else", rf"[^{_LETTER}',.?! -]+", " ", needs_digit=False),
    rule("marks", r"[ ,.?!]+", _say_marks, needs_digit=False),
)

_OWN_LETTERS = frozenset("äöüÄÖÜß")
_PASSES = 3  # after the first; a second one changes hardly any line
# What folding would read in English words, or group with an English comma.
_SIGNS = {"‰": " Promille ", "№": "Nr. ", "∞": " unendlich ", "→": ", ", "ẞ": "SS", "ø": "ö", "Ø": "Ö"}
_SIGN = re.compile("|".join(_SIGNS))
_MULTIPLIED = re.compile("(?<=[0-9]) ?· ?(?=[0-9])")
_GROUPED_DIGITS = re.compile("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")


def spoken(text: str) -> str:
    """Return what a narrator would read of a written line: words and `' , . ? ! -`, or "" where nothing can be read.

    Case is kept, so that a letter said by its name is a single capital (BRD -> B R D). Letters with diacritics become
    their base letters, but for the German ones; those of other scripts are dropped, see `unreadable`. A line of which
    half the letters or more would be dropped is not read at all: its numbers and foreign names alone would make no
    sense.
    """
    if not text.isascii():
        if 0 < sum(map(str.isalpha, text)) <= 2 * len(unreadable(text)):
            return ""
        text = unicodedata.normalize("NFC", text)  # an umlaut may be written as a vowel and a diaeresis
        text = _MULTIPLIED.sub(" × ", text)
        text = _GROUPED_DIGITS.sub("", _SIGN.sub(lambda sign: _SIGNS[sign[0]], text))
    words = _rewrite(folding.fold(text, _OWN_LETTERS))
    # a symbol that became a word may leave an initial or an abbreviation before it to be read: "B. #Thema"
    for _ in range(_PASSES):
        before, words = words, _rewrite(words)
        if words == before:
            break
    return words if any(character.isalpha() for character in words) else ""


def _rewrite(text: str) -> str:
    return apply(RULES, text).strip().lstrip(" ,.?!-")


def unreadable(text: str) -> str:
    """Return the letters of `text` that `spoken` drops because they belong to scripts it cannot read, in order."""
    return folding.unreadable(text)
