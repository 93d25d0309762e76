"""Find counts beside nouns that are written out in the plural: ``{n} rows`` says "1 rows" where there is one."""

from __future__ import annotations

import re

__all__ = ["PLURALS", "fixed_plurals"]

PLURALS = {
    "axes": "axis", "matrices": "matrix", "indices": "index", "hypotheses": "hypothesis", "statuses": "status",
    "classes": "class", "boxes": "box", "branches": "branch", "guesses": "guess", "searches": "search",
}  # fmt: skip
"""Nouns whose plural is not the noun with an s, or whose ies was no y."""
_NO_NOUNS = frozenset(
    [
        "is",
        "as",
        "has",
        "was",
        "does",
        "this",
        "less",
        "its",
        "plus",
        "across",
        "always",
        "these",
        "those",
        "needs",
        "varies",
        "differs",
        "takes",
        "stands",
        "holds",
        "gives",
        "means",
        "keeps",
        "reads",
        "says",
        "asks",
        "makes",
        "becomes",
        "uses",
        "lies",
        "leaves",
        "moves",
        "ends",
        "starts",
        "enters",
        "exceeds",
        "lacks",
        "such",
        "cancels",
        "spans",
        "minus",
        "within",
        "terms_of",
    ]
)
_NO_ADJECTIVES = frozenset(
    [
        "of",
        "in",
        "on",
        "with",
        "without",
        "per",
        "and",
        "or",
        "that",
        "are",
        "is",
        "were",
        "was",
        "at",
        "to",
        "for",
        "from",
        "by",
        "beside",
        "between",
        "over",
        "under",
        "than",
        "as",
        "but",
        "have",
        "has",
        "do",
        "does",
        "not",
        "where",
        "which",
        "cannot",
        "can",
        "could",
        "would",
        "must",
        "may",
        "among",
        "within",
        "inside",
        "outside",
        "against",
        "after",
        "before",
        "times",
        "each",
        "every",
        "the",
        "a",
        "an",
        "whose",
    ]
)
_COUNT = re.compile(r"\{(\w+)(:,?d?|:,?\.0f)?\} ((?:[a-z][a-z\-]* ){0,2})([a-z][a-z\-]+)\b")
_OF_NO_COUNT = frozenset(
    [
        "dtype",
        "label",
        "name",
        "role",
        "term",
        "label_2",
        "rule",
        "control",
        "shown",
        "outcome",
        "title",
        "kind",
        "estimate",
        "sort",
        "weights",
        "high",
    ]
)


def fixed_plurals(template: str) -> list[tuple[str, str]]:
    """Return the facts that count a noun fixed in the plural, each with its noun."""
    found = []
    for match in _COUNT.finditer(template):
        name, _, before, last = match.groups()
        words = [*before.split(), last]
        for place, word in enumerate(words):
            if word in _NO_ADJECTIVES:
                break
            if _is_plural(word) and name not in _OF_NO_COUNT:
                found.append((name, " ".join(words[: place + 1])))
                break
    return found


def _is_plural(word: str) -> bool:
    if word in _NO_NOUNS or word.endswith(("ss", "us", "is")):
        return word in PLURALS
    return word.endswith("s") and len(word) > 3
