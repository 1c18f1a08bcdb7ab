"""What a language's written-to-spoken module is made of: named rewriting rules, applied in one visible order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

Say = Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rewriting step. A rule that needs a digit is skipped for the many lines that have none."""

    name: str
    rewrite: Callable[[str], str]
    needs_digit: bool = True


def rule(name: str, pattern: str, say: Say | str, *, needs_digit: bool = True) -> Rule:
    """Make a rule that replaces each match of `pattern` by what `say` returns (a string: a `re` template).

    A pattern is run over whole scripts: repetitions are bounded, or start where the same class cannot precede. It is
    compiled at its first use, since compiling all takes longer than reading a line.
    """
    compiled = cache(lambda: re.compile(pattern))
    return Rule(name, lambda text: compiled().sub(say, text), needs_digit)


def apply(rules: Sequence[Rule], text: str) -> str:
    """Apply the rules in their order."""
    has_digit = any(character.isdigit() for character in text)
    for step in rules:
        if has_digit or not step.needs_digit:
            text = step.rewrite(text)
    return text
