"""Configurations that suffice, as journals print them: a column per term, its conditions as full and crossed
circles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.configurations.solutions import TruthTableSolutions
from digimfg.display.formatting import format_number
from digimfg.display.notes import joined, note_paragraph
from digimfg.display.table import Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, OfStudy, Rounded
from digimfg.exhibits.selection import one_study
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.say import Said
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.display.table import Alignment

__all__ = ["ConfigurationTable"]

_HEADINGS = sheet_beside(__file__, "headings")

Solution = Literal["conservative", "intermediate", "parsimonious"]
_NAMES = sheet_beside(__file__, "configuration_table", "names")
_SIGNS = {(1.0, True): "●", (1.0, False): "•", (0.0, True): "⊗", (0.0, False): "×"}
_FITS = sheet_beside(__file__, "configuration_table", "fits")
_WHOLE = sheet_beside(__file__, "configuration_table", "whole")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@checked
@dataclass(frozen=True, kw_only=True)
class ConfigurationTable(Rounded, OfStudy, Labelled):
    """Show the terms of a solution: which conditions must be there, which must not, and which of them are
    core.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a `TruthTableSolutions` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    solution
        ``"intermediate"``, ``"conservative"`` or ``"parsimonious"``.
    digits
        Decimals.

    Notes
    -----
    A condition is core where a parsimonious term that contains the term fixes it too (Fiss 2011,
    doi:10.5465/amj.2011.60263120). Terms with the same core share a number.

    Examples
    --------
    >>> ConfigurationTable("paths_to_upgrading").solution
    'intermediate'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    solution: Solution = "intermediate"

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        found = one_study(self, evidence, TruthTableSolutions, self.study)
        literals, terms, models = (
            _of(frame, self.solution) for frame in (found.literals, found.terms, found.models)
        )
        core = _core(literals, _of(found.literals, "parsimonious"))
        rows = [
            Row(
                cells=(
                    term_label(condition, self.labels),
                    *(
                        _SIGNS.get((value, fixed), "")
                        for value, fixed in zip(literals[condition], core[condition], strict=True)
                    ),
                )
            )
            for condition in found.truth_table.conditions
        ]
        for number, (column, label) in enumerate(_FITS.items()):
            cells = (format_number(value, self.digits) for value in terms[column])
            rows.append(Row(cells=(label, *cells), rule_above=number == 0))
        places = [str(number) for number, _ in literals.index]
        for number, (column, label) in enumerate(_WHOLE.items()):
            shown = (
                format_number(float(models[column].loc[int(each)]), self.digits)
                if place == 0 or places[place - 1] != each
                else ""
                for place, each in enumerate(places)
            )
            rows.append(Row(cells=(label, *shown), rule_above=number == 0))
        outcome = term_label(found.truth_table.outcome, self.labels)
        if found.truth_table.negated:
            outcome = note_of("exhibits.absence_of", name=outcome)
        of_intermediate = ("easy_counterfactuals", "no_expectations")
        told = [
            note
            for note in found.notes
            if self.solution == "intermediate"
            or not (isinstance(note, Said) and note.kind in of_intermediate)
        ]
        circles: list[Alignment] = ["c"] * len(literals)
        return Table(
            title=Text.of(self.title or note_of("exhibits.sufficient_configurations", name=outcome)),
            header=_header(literals, core, len(models)),
            rows=tuple(rows),
            notes=(
                note_paragraph([_NAMES[self.solution], *_legend(literals, core), *self._cut_offs(found)]),
                *((joined(told),) if told else ()),
            ),
            alignment=("l", *circles),
            name=self.name,
        )

    def _cut_offs(self, found: TruthTableSolutions) -> Iterator[Text]:
        table = found.truth_table
        yield note_of(
            "exhibits.cut_offs", n=table.frequency, fit=f"{table.consistency:g}", pri=f"{table.pri:g}"
        )
        if self.solution == "intermediate" and found.expectations:
            for way, words in (("present", _HEADINGS["present"]), ("absent", _HEADINGS["absent"])):
                names = [
                    term_label(each, self.labels) for each, side in found.expectations.items() if side == way
                ]
                if names:
                    yield note_of("exhibits.expected_to_contribute", way=words, names=names)


def _of(frame: pd.DataFrame, solution: str) -> pd.DataFrame:
    own: pd.DataFrame = frame[frame.index.get_level_values("solution") == solution]
    return own.droplevel("solution")


def _core(literals: pd.DataFrame, parsimonious: pd.DataFrame) -> pd.DataFrame:
    """Return for every term and condition whether a parsimonious term that holds the term fixes it."""
    core = literals.notna() & False
    for place in range(len(literals)):
        own = literals.iloc[place]
        for other in range(len(parsimonious)):
            short = parsimonious.iloc[other]
            if (short.isna() | (short == own)).all():
                core.iloc[place] |= short.notna()
    return core


def _header(literals: pd.DataFrame, core: pd.DataFrame, n_models: int) -> tuple[tuple[Span, ...], ...]:
    numbers = literals.index.get_level_values("model")
    heads: list[str] = []
    for model in dict.fromkeys(numbers):
        own = (literals.where(core))[numbers == model].fillna(-1.0)
        kinds = [tuple(row) for row in own.to_numpy().tolist()]
        order = list(dict.fromkeys(kinds))
        for place, kind in enumerate(kinds):
            letter = _LETTERS[kinds[:place].count(kind) % 26] if kinds.count(kind) > 1 else ""
            heads.append(f"{order.index(kind) + 1}{letter}")
    first = (Span(text=""), *(Span(text=head) for head in heads))
    if n_models == 1:
        return (first,)
    spans = [
        Span(text=Text(f"Model {model}", f"模型{model}"), width=int((numbers == model).sum()))
        for model in dict.fromkeys(numbers)
    ]
    return (Span(text=""), *spans), first


def _legend(literals: pd.DataFrame, core: pd.DataFrame) -> Iterator[Text]:
    yield _HEADINGS["core_conditions"]
    if (literals.notna() & ~core).any(axis=None):
        yield Text(
            "• peripheral condition present, × peripheral condition absent", "•边缘条件存在，×边缘条件缺失"
        )
    yield _HEADINGS["blank_the_condition_does_not_matter"]
