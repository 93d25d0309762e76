"""How a joint test reads in a note or a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.display.formatting import format_number, format_p_value
from digimfg.labels import term_label
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.inference.wald import WaldTest

__all__ = ["distribution", "hypothesis", "joint_test_phrase"]


def joint_test_phrase(test: WaldTest) -> Text:
    """Return a test as ``F(5, 110) = 1.23, p = 0.301``; nothing is computed here."""
    value, p_value = format_number(test.statistic, 2), format_p_value(test.p_value, 3)
    p_phrase = f"p {p_value}" if p_value.startswith("<") else f"p = {p_value}"
    return Text.of(f"{distribution(test)} = {value}, {p_phrase.replace('<', '< ')}")


def hypothesis(test: WaldTest, labels: Mapping[str, Text | str] | None = None) -> Text:
    """Return the terms tested to be zero, of a longer run of levels the first and the last.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> hypothesis(SimpleNamespace(terms=tuple(f"x:survey[{n}]" for n in range(1990, 1995)))).en
    'x × survey = 1990, …, 1994 (5 terms)'
    """
    names = [term_label(term, labels) for term in test.terms]
    count = len(names)
    if count <= 3:
        return Text(", ".join(name.en for name in names), "、".join(name.zh for name in names))
    first, last = test.terms[0], test.terms[-1]
    if first.partition("[")[0] == last.partition("[")[0] and last.endswith("]"):
        level = last.partition("[")[2].removesuffix("]")
        return Text(f"{names[0].en}, …, {level} ({count} terms)", f"{names[0].zh}、…、{level}（共{count}项）")
    return Text(
        f"{names[0].en}, …, {names[-1].en} ({count} terms)",
        f"{names[0].zh}、…、{names[-1].zh}（共{count}项）",
    )


def distribution(test: WaldTest) -> str:
    """Return the test's distribution: ``F(5, 110)`` or ``χ²(5)``."""
    if test.df_denominator is None:
        return f"χ²({test.df_numerator:g})"
    return f"F({test.df_numerator:g}, {test.df_denominator:g})"
