"""Credits lines: who made the subtitles and where they come from, which nobody in the film says.

Only a whole cue is ever a credit. To take speech for one would lose it, so the words after "subtitles by" must be names
or an address, and what a person might say is a credit only at the edge of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST = 300  # characters; credits are short, and so is the search in them

_ORNAMENTS = " \t~=*_-–—|•·.:;<>[](){}♪♫♬♩#\"'“”"
_MADE = (
    r"sub(?:s|bed|titles?|title[ds]|titling)?|(?:closed[ -]?)?caption(?:s|ed|ing)?|sync(?:ed|s|hed|hroni[sz]ed|ing)?|"
    r"re-?sync(?:ed)?|translat(?:ed|ion|ions|ors?)|transcri(?:bed|pts?|ption|bers?)|tim(?:ed|ing)|edit(?:ed|s)|"
    r"correct(?:ed|ions?)|encoded|ripp?ed|rip|proof-?read(?:ing)?|adapt(?:ed|ation)|"
    r"revi(?:sed|sion|ewed)|reviewers?|improved|uploaded"
)
_LANGUAGES = (
    r"english|british|american|spanish|french|german|italian|portuguese|brazilian|dutch|polish|russian|japanese|chinese"
)
_ENGLISH = re.compile(
    rf"(?:(?:{_LANGUAGES})\s+)?(?P<first>{_MADE})(?:(?:\s*(?:,|&|\+|/|and)\s*|\s+)(?:{_MADE}|services?))*"
    r"\s*(?P<link>\b(?:by|provided by|made possible by|sponsored by|from|for)\b\s*:?|:|©)\s*(?P<who>\S.*)",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"(?:(?:untertitel(?:ung)?|ut|übersetzung|übersetzt)\s*(?:von|durch|der|im auftrag (?:des|der|von)|:|©)"
    r"|(?:sous[- ]titr(?:es?|age|é)|traduction|traduit|adaptation)\s*(?:réalisée?s?\s+)?(?:par|de|:)"
    r"|sous-titrage (?:st'?|société)"
    r"|(?:subt[íi]tul(?:os|ado)|traduc(?:ido|ción)|transcripción|sincronizado)\s*"
    r"(?:realizad[oa]s?\s+|y [a-zó]+ )?(?:por|de|:)"
    r"|(?:sottotitoli|traduzione|revisione)\s*(?:creati dalla|a cura di|di|:)"
    r"|(?:legendas?|legendado|tradução|tradu[zc]id[oa]|sincronia)\s*(?:por|pela|pelo|de|:)"
    r"|(?:ondertitel(?:s|ing|d)?|vertaling|vertaald)\s*(?:door|van|:)"
    r"|(?:undertext(?:er)?|undertekster|tekst(?:ing|et)?|oversat|översättning)\s*(?:av|af|:)"
    r"|(?:suomennos|tekstitys|napisy|tłumaczenie|titulky|překlad|felirat|fordította)\s*(?:stworzone przez|:)"
    r"|(?:субтитры|перевод|переводчик|редактор субтитров)\s*(?:сделал|создавал|подогнал|:|-)?"
    r"|(?:字幕|翻译|翻譯|校对|时间轴|時間軸)\s*(?:by|提供|製作|制作|志愿者|組|组|[:：])?)\s*(?P<who>\S.*)",
    re.IGNORECASE,
)
_ADDRESS = r"(?:https?://)?(?:[\w-]{1,60}\.){1,4}[a-z]{2,10}(?:/\S*)?"
_SITES = (
    r"open\s?-?subtitles|osdb\.link|addic7ed|subscene|podnapisi|tvsubtitles|subdl|yify|\byts\b|amara\.org|seriessub|"
    r"sub-?titles?\.(?:com|org|net)|tusubtitulo|legendas\.tv|opensubtitle|u-sub\.net|moviesubtitles|viki\.com"
)
_ADVERTISEMENT = re.compile(
    rf"(?=.*(?:{_SITES}))(?:(?:advertise your|support us|please rate|help other users|do you want subtitles|"
    r"watch (?:any|online|movies)|become vip|remove all ads|use the free code|downloaded\b|api is|"
    rf"find (?:more )?subtitles|created (?:by|for)).*|{_ADDRESS}|[^a-z]{{0,12}}(?:www\.|ai\.)?(?:{_SITES})\S*\W*)",
    re.IGNORECASE,
)
_FIXED = re.compile(
    r"advertise your product(?: or brand)? here.*|support us and become (?:a )?vip member.*|"
    r"please rate this subtitle.*|help other users to choose the best subtitles.*|"
    r"(?:subtitles?\s+)?(?:downloaded|ripped|provided|brought to you|sponsored)\s+(?:from|by|at)\s+"
    rf"{_ADDRESS}",
    re.IGNORECASE,
)
_AT_EDGE = re.compile(rf"(?:©|\(c\)\s|copyright\b).{{0,80}}|(?:{_MADE})\s*[:：]\s*.*", re.IGNORECASE)
_ADDRESS_WITHIN = re.compile(_ADDRESS, re.IGNORECASE)

# small words that stand between names
_BETWEEN = frozenset(
    "and & + / by of for from at the a in with de la le du des der die das dem den im von van und y e et di für en "
    "corrected corrections synced sync edited resync translated subtitles captions team community members volunteers "
    "auftrag funk communauté comunidad comunidade comunità gemeinschaft".split()
)
_NEVER_NAMES = frozenset(
    "i you he she it we they me him her us them my your his its our their this that these those hand ear default law "
    "is are was were am be been will would can could do does did has have had not just only who what which".split()
)
_MOST_NAMES = 10  # words after "by"


def is_credit(rows: Sequence[str], *, at_edge: bool) -> bool:
    """Tell whether the whole of a cue is a credits line; `rows` are without tags.

    `at_edge` says that it is among the first or last cues of its file, where more is taken for one.
    """
    if not rows or sum(len(row) + 1 for row in rows) > _LONGEST:
        return False
    if _matches(" ".join(rows), at_edge=at_edge):
        return True
    credit = [_matches(row, at_edge=at_edge) for row in rows]
    # an address alone may be for the viewer to visit
    return any(credit) and all(
        is_one or _ADDRESS_WITHIN.fullmatch(row.strip(_ORNAMENTS)) for is_one, row in zip(credit, rows, strict=True)
    )


def _matches(text: str, *, at_edge: bool) -> bool:
    text = text.strip(_ORNAMENTS)
    if _FIXED.fullmatch(text) or _ADVERTISEMENT.fullmatch(text):
        return True
    if at_edge and _AT_EDGE.fullmatch(text) and _are_names(re.split(r"[:：©]", text)[-1]):
        return True
    if match := _ENGLISH.fullmatch(text):
        # "Translation: Good morning" may be a lesson's
        is_sure = not match["link"].strip().startswith(":") or at_edge
        return is_sure and _are_names(match["who"], handles=at_edge or " " in text[: match.start("link")].strip())
    match = _FOREIGN.fullmatch(text)
    return match is not None and _are_names(match["who"])


def _are_names(text: str, *, handles: bool = False) -> bool:
    """Tell names and addresses from other words: each begins with a capital, or none can be a word.

    `handles` lets the first be in small letters, as the names people take on the web are.
    """
    words = _ADDRESS_WITHIN.sub("Address", text).split()
    if not 1 <= len(words) <= _MOST_NAMES or text.rstrip().endswith(("?", "!")):
        return False
    for number, word in enumerate(words):
        bare = word.strip(".,;:&+/-–—~=*'\"()[]<>♪|").removeprefix("d'")
        if bare.casefold() in _NEVER_NAMES:
            return False
        if not bare or not bare[0].islower() or bare.casefold() in _BETWEEN:
            continue
        if not (re.search(r"[\d_@.]|[a-z][A-Z]", bare) or (handles and number == 0 and len(words) <= 4)):
            return False
    return any(word.casefold() not in _BETWEEN for word in words)
