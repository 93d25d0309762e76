"""What moved since results were accepted, as a reviewer reads it: what matters first, every cell on
request.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from digimfg.notes import note_of
from digimfg.replication.differences import ABSENT, Difference, is_number
from digimfg.say import Fact
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

__all__ = ["Change", "Digest", "digest"]

Kind = Literal["broken", "verdict", "sign", "significance", "estimate", "sample"]

_TITLES = sheet_beside(__file__, "changes", "titles")
_EACH = Text("What moved, specification by specification", "逐项列出的变动")
_PARTS: dict[tuple[str, ...], int] = {
    ("specifications",): 0,
    ("tests",): 1,
    ("studies",): 2,
    ("exhibits",): 3,
}
"""In which order the parts of an analysis are gone through; what else it holds comes last."""
_LEVELS = (0.01, 0.05, 0.1)
_MOST = 12
_FIGURES = re.compile(r"[−+-]?\d[\d,]*(\.\d+)?%?\**")


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Name one thing that a reviewer must know.

    Parameters
    ----------
    kind
        What turned.
    line
        Where, from what, to what.
    size
        By how much, for the order: standard errors, or rows.
    """

    kind: Kind
    line: Text
    size: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """Hold what changed between accepted and present results.

    Parameters
    ----------
    changes
        What matters, in order.
    places
        One line for each specification, test, study and exhibit in which anything moved.
    differences
        Every number and phrase.
    """

    changes: tuple[Change, ...]
    places: tuple[Text, ...]
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Say whether nothing moved."""
        return not self.changes and not self.differences

    @property
    def broken(self) -> bool:
        """Say whether a result that was accepted is gone, or has no number where it had one."""
        return any(change.kind == "broken" for change in self.changes)

    def lines(self, language: Language, *, full: bool = False) -> list[str]:
        """Return the report for a terminal; `full` adds every number and phrase."""
        found: list[str] = []
        for title, count, rows in self._sections():
            found += [
                f"{title.language(language)} ({count})",
                *(f"  {row.language(language)}" for row in rows),
            ]
        if full:
            found += [str(difference) for difference in self.differences]
        return found

    def markdown(self, language: Language, *, full: bool = False) -> str:
        """Return the report for the summary of a pull request."""
        found = [f"**{self.summary().language(language)}**"]
        for title, count, rows in self._sections():
            shown = [f"- {_escaped(row.language(language))}" for row in rows]
            found.append("\n".join([f"### {title.language(language)} ({count})", "", *shown]))
        if full and self.differences:
            cells = "\n".join(str(difference).replace("```", "'''") for difference in self.differences)
            found.append(f"```\n{cells}\n```")
        return "\n\n".join(found) + "\n"

    def summary(self) -> Text:
        """Return the whole in one sentence."""
        if self.same:
            return Text("all results are those that were accepted", "全部结果与已确认的一致")
        counts = Counter(change.kind for change in self.changes)
        return note_of(
            "replication.summary_of_changes",
            **{kind: counts[kind] for kind in ("broken", "verdict", "sign", "significance", "sample")},
            n=len(self.differences),
            places=len(self.places),
        )

    def _sections(self) -> Iterator[tuple[Text, int, list[Text]]]:
        """Yield title, number and lines: the largest of each kind, and one for each place."""
        for kind, title in _TITLES.items():
            rows = [change.line for change in self.changes if change.kind == kind]
            if rows:
                yield title, len(rows), _cut(rows)
        if self.places:
            yield _EACH, len(self.places), list(self.places)


def digest(
    accepted: Mapping[str, Any],
    found: Mapping[str, Any],
    differences: Sequence[Difference],
    verdicts: Iterable[Text] = (),
    beneath: Iterable[Difference] = (),
) -> Digest:
    """Return what a reviewer must know of differences between two sets of snapshots.

    Parameters
    ----------
    accepted, found
        Analysis → snapshot, as accepted and now.
    differences
        Every number and phrase in which they differ.
    verdicts
        Verdicts and rules that changed, one line each.
    beneath
        Numbers that moved beneath verdicts.
    """
    changes = [*_broken(differences), *(Change(kind="verdict", line=line) for line in verdicts)]
    for analysis in sorted({*accepted} & {*found}):
        before, now = accepted[analysis]["specifications"], found[analysis]["specifications"]
        for name in sorted({*before} & {*now}):
            changes += _specification(f"{analysis} · {name}", before[name], now[name])
    every = (*differences, *beneath)
    order = list(_TITLES)
    changes.sort(key=lambda change: (order.index(change.kind), -change.size))
    return Digest(
        changes=tuple(changes),
        places=tuple(_places(every, accepted, found)),
        differences=every,
    )


def _broken(differences: Sequence[Difference]) -> list[Change]:
    """Return results that were there: whole analyses, specifications, studies, exhibits, and numbers now
    missing.
    """
    lost = [each for each in differences if each.now is ABSENT and len(each.path) <= 3]
    numbers = Counter(
        " · ".join(each.path[:3])
        for each in differences
        if len(each.path) > 3 and each.now is None and is_number(each.before)
    )
    return [
        *(Change(kind="broken", line=note_of("replication.is_gone", where=each.where)) for each in lost),
        *(
            Change(
                kind="broken",
                line=note_of("replication.numbers_now_missing", where=where, n=n),
                size=n,
            )
            for where, n in numbers.items()
        ),
    ]


def _specification(where: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    changes: list[Change] = []
    asked = before["specification"]
    aside = {*asked.get("controls", ()), "Intercept"}
    for term, row in before["coefficients"].items():
        present = now["coefficients"].get(term)
        if term in aside or present is None:
            continue
        changes += _coefficient(f"{where} · {term}", row, present)
    rows, present_rows = (side["statistics"].get("n_obs") for side in (before, now))
    if is_number(rows) and is_number(present_rows) and rows != present_rows:
        line = note_of(
            "replication.sample_moved", where=where, before=rows, now=present_rows, moved=present_rows - rows
        )
        changes.append(Change(kind="sample", line=line, size=abs(present_rows - rows)))
    return changes


def _coefficient(where: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    pair: tuple[Any, Any] = before.get("estimate"), now.get("estimate")
    if not all(is_number(each) for each in pair) or math.isclose(*pair, rel_tol=1e-7, abs_tol=1e-10):
        return
    error: Any = before.get("std_error")
    moved = abs(pair[1] - pair[0]) / error if is_number(error) and error > 0 else math.inf
    facts: dict[str, Fact] = {"where": where, "before": pair[0], "now": pair[1]}
    stars = [_stars(side.get("p_value")) for side in (before, now)]
    if pair[0] * pair[1] < 0:
        line = note_of("replication.value_moved", **facts)
        yield Change(kind="sign", line=line, size=moved)
    if stars[0] != stars[1]:
        line = note_of(
            "replication.significance_moved",
            **facts,
            stars=stars[0],
            stars_now=stars[1],
            p=before["p_value"],
            p_now=now["p_value"],
        )
        yield Change(kind="significance", line=line, size=moved)
    line = note_of("replication.moved_by_errors", **facts, moved=moved)
    yield Change(kind="estimate", line=line, size=moved)


def _places(
    differences: Sequence[Difference], accepted: Mapping[str, Any], found: Mapping[str, Any]
) -> Iterator[Text]:
    grouped: dict[tuple[str, ...], list[Difference]] = {}
    for each in differences:
        grouped.setdefault(each.path[:3], []).append(each)
    for path, members in sorted(grouped.items(), key=lambda each: _PARTS.get(each[0][1:2], len(_PARTS))):
        words = sum(_is_word(each) for each in members)
        yield note_of(
            "replication.numbers_and_words_moved",
            where=" · ".join(path),
            numbers=len(members) - words,
            words=words,
            rows=_rows(path, accepted, found),
        )


def _rows(path: tuple[str, ...], accepted: Mapping[str, Any], found: Mapping[str, Any]) -> Text:
    if len(path) < 3 or path[1] != "specifications":
        return Text("", "")
    sides = [
        side.get(path[0], {}).get(path[1], {}).get(path[2], {}).get("statistics", {}).get("n_obs")
        for side in (accepted, found)
    ]
    if not all(is_number(side) for side in sides) or sides[0] == sides[1]:
        return Text("", "")
    return note_of("replication.rows_moved", before=sides[0], now=sides[1])


def _is_word(difference: Difference) -> bool:
    """Return whether words changed; a cell of a table that shows another number is a number."""
    before, now = difference.before, difference.now
    if isinstance(before, str) and isinstance(now, str):
        return _FIGURES.sub("#", before) != _FIGURES.sub("#", now)
    return isinstance(before, str) or isinstance(now, str)


def _stars(p_value: Any) -> str:
    return "*" * sum(p_value < level for level in _LEVELS) if is_number(p_value) else ""


def _cut(rows: list[Text]) -> list[Text]:
    if len(rows) <= _MOST:
        return rows
    more = note_of("replication.more_values", n=len(rows) - _MOST)
    return [*rows[:_MOST], more]


def _escaped(line: str) -> str:
    return line.replace("*", "\\*").replace("_", "\\_").replace("|", "\\|").replace("<", "&lt;")
