"""Conservative, parsimonious and intermediate solutions of a truth table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.configurations.memberships import consistency, coverage, proportional_reduction
from digimfg.configurations.minimization import (
    MOST_MODELS,
    Term,
    covers,
    minimal_models,
    prime_implicants,
)
from digimfg.configurations.truth_table import TruthTable, check_explained, row_memberships
from digimfg.errors import MeasureError
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Expectation", "TruthTableSolutions", "minimize_truth_table"]

Floats = NDArray[np.float64]
Expectation = Literal["present", "absent"]
Model = tuple[Term, ...]


@checked
@shown(Text("Solutions of a truth table", "真值表的解"), first="terms")
@dataclass(frozen=True, kw_only=True, eq=False)
class TruthTableSolutions:
    """Hold all solutions of a truth table.

    Parameters
    ----------
    models
        Index ``(solution, model)``, solution ``"conservative"``, ``"intermediate"`` or ``"parsimonious"``,
        several models where the rows do not decide; ``formula`` (``A*~B + C``), ``consistency pri coverage
        n_terms``.
    terms
        Index ``(solution, model, term)``; ``consistency pri raw_coverage unique_coverage cases`` (those with
        more than half a membership in the term).
    literals
        The same index; per condition 1 (present), 0 (absent) or missing (does not matter).
    counterfactuals
        Index ``row``; remainders that some solution assumes to lead to the outcome: the conditions, and
        ``easy`` where an intermediate solution uses it.
    truth_table
        What was minimised.
    expectations
        Condition → ``"present"`` or ``"absent"``.
    notes
        What a reader must know.
    """

    models: pd.DataFrame
    terms: pd.DataFrame
    literals: pd.DataFrame
    counterfactuals: pd.DataFrame
    truth_table: TruthTable
    expectations: Mapping[str, Expectation]
    notes: tuple[Text, ...]


@checked
def minimize_truth_table(
    table: TruthTable, expectations: Mapping[str, Expectation] | None = None
) -> TruthTableSolutions:
    """Find the conservative, intermediate and parsimonious solutions of a truth table.

    The conservative one uses rows with the outcome alone; the parsimonious one lets remainders fall where
    the shortest terms want them; the intermediate one lets in those that agree with the expectations: in a
    conservative term inside a parsimonious one, a condition that the latter does not need is dropped where
    it stands against its expectation, and the remainders so covered are easy counterfactuals (Ragin &
    Sonnett 2005, doi:10.1007/978-3-322-80441-9_9; Duşa 2019, doi:10.1007/978-3-319-75668-4). All models of
    the fewest terms are given, at most 200: where there are several, the data do not decide.

    Parameters
    ----------
    table
        From `dm.truth_table`.
    expectations
        Condition → whether its presence or its absence should contribute to the outcome; conditions without
        one are kept as they are.

    Raises
    ------
    MeasureError
        If no row leads to the outcome or none does not, or an expectation names no condition.

    Examples
    --------
    >>> import pandas as pd
    >>> from digimfg.configurations.truth_table import truth_table
    >>> frame = pd.DataFrame({"a": [1, 1, 0], "b": [1, 0, 0], "c": [1, 1, 0], "y": [1, 1, 0]})
    >>> minimize_truth_table(truth_table(frame, "y", ["a", "b", "c"]),
    ...     {"a": "present"}).models["formula"].to_dict()
    {('conservative', 1): 'a*c', ('intermediate', 1): 'a*c', ('parsimonious', 1): 'a', ('parsimonious', 2):
    'c'}
    """
    wanted = dict(expectations or {})
    _check_expectations(table, wanted)
    check_explained(table)
    k = len(table.conditions)
    on, off = sorted(table.rows("1")), sorted(table.rows("0"))
    remainders = sorted(set(range(1 << k)) - set(on) - set(off))
    conservative = _models(on, [*off, *remainders], k)
    parsimonious = _models(on, off, k)
    intermediate: dict[Model, None] = {}
    easy: set[int] = set()
    solved: dict[frozenset[int], tuple[Model, ...]] = {}
    for long in conservative:
        for short in parsimonious if len(intermediate) < MOST_MODELS else ():
            let_in = _easy_remainders(long, short, remainders, table.conditions, wanted)
            easy |= let_in
            key = frozenset(let_in)
            if key not in solved:
                solved[key] = _models(on, [*off, *(r for r in remainders if r not in key)], k)
            intermediate.update(dict.fromkeys(solved[key]))
    found = {
        "conservative": conservative,
        "intermediate": tuple(intermediate)[:MOST_MODELS],
        "parsimonious": parsimonious,
    }
    assumed = {r for models in found.values() for model in models for r in remainders if _holds(model, r)}
    models, terms, literals = _frames(table, found)
    return TruthTableSolutions(
        models=models,
        terms=terms,
        literals=literals,
        counterfactuals=_counterfactuals(sorted(assumed), easy, table.conditions),
        truth_table=table,
        expectations=wanted,
        notes=(*table.notes, *_notes(found, easy, wanted)),
    )


def _models(on: Sequence[int], off: Sequence[int], k: int) -> tuple[Model, ...]:
    return minimal_models(prime_implicants(on, off, k), on)


def _holds(model: Model, row: int) -> bool:
    return any(covers(term, row) for term in model)


def _easy_remainders(
    long: Model,
    short: Model,
    remainders: Sequence[int],
    conditions: Sequence[str],
    expectations: Mapping[str, Expectation],
) -> set[int]:
    """Return the remainders that dropping conditions against their expectations lets in, between two
    models.
    """
    k = len(conditions)
    bits = {name: 1 << (k - 1 - place) for place, name in enumerate(conditions)}
    found: set[int] = set()
    for care, value in long:
        for fewer, less in short:
            if fewer & ~care or value & fewer != less:
                continue
            kept = care
            for name, expected in expectations.items():
                bit = bits[name]
                against = bool(value & bit) != (expected == "present")
                if care & bit and not fewer & bit and against:
                    kept &= ~bit
            found.update(row for row in remainders if covers((kept, value & kept), row))
    return found


def _frames(
    table: TruthTable, found: Mapping[str, Sequence[Model]]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    import pandas as pd

    k = len(table.conditions)
    degrees = table.memberships[list(table.conditions)].to_numpy(dtype=np.float64)
    y = table.memberships[table.outcome].to_numpy(dtype=np.float64)
    names = [str(name) for name in table.memberships.index]
    models, terms, literals = {}, {}, {}
    for solution, number, model in _numbered(found):
        members = [row_memberships(degrees, *term) for term in model]
        written = [_written(term, table.conditions) for term in model]
        whole = np.max(members, axis=0)
        models[solution, number] = (
            " + ".join(written), consistency(whole, y), proportional_reduction(whole, y), coverage(whole, y),
            len(model)
        )  # fmt: skip
        for place, (term, text) in enumerate(zip(model, written, strict=True)):
            rest = [each for other, each in enumerate(members) if other != place]
            unique = coverage(whole, y) - (coverage(np.max(rest, axis=0), y) if rest else 0.0)
            own = members[place]
            terms[solution, number, text] = (
                consistency(own, y),
                proportional_reduction(own, y),
                coverage(own, y),
                unique,
                ", ".join(name for name, degree in zip(names, own, strict=True) if degree > 0.5),
            )
            literals[solution, number, text] = [
                float(term[1] >> (k - 1 - c) & 1) if term[0] >> (k - 1 - c) & 1 else np.nan for c in range(k)
            ]
    index = pd.MultiIndex.from_tuples(list(terms), names=["solution", "model", "term"])
    return (
        pd.DataFrame(
            list(models.values()),
            index=pd.MultiIndex.from_tuples(list(models), names=["solution", "model"]),
            columns=["formula", "consistency", "pri", "coverage", "n_terms"],
        ),
        pd.DataFrame(
            list(terms.values()),
            index=index,
            columns=["consistency", "pri", "raw_coverage", "unique_coverage", "cases"],
        ),
        pd.DataFrame(list(literals.values()), index=index, columns=list(table.conditions)),
    )


def _numbered(found: Mapping[str, Sequence[Model]]) -> Iterator[tuple[str, int, Model]]:
    for solution, models in found.items():
        for number, model in enumerate(models, start=1):
            yield solution, number, model


def _written(term: Term, conditions: Sequence[str]) -> str:
    k = len(conditions)
    parts = []
    for place, name in enumerate(conditions):
        bit = 1 << (k - 1 - place)
        if term[0] & bit:
            parts.append(name if term[1] & bit else f"~{name}")
    return "*".join(parts)


def _counterfactuals(rows: Sequence[int], easy: set[int], conditions: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    k = len(conditions)
    table: dict[str, Any] = {
        name: [row >> (k - 1 - place) & 1 for row in rows] for place, name in enumerate(conditions)
    }
    table["easy"] = [row in easy for row in rows]
    return pd.DataFrame(table, index=pd.Index([row + 1 for row in rows], name="row", dtype="int64"))


def _check_expectations(table: TruthTable, wanted: Mapping[str, Expectation]) -> None:
    for name in wanted:
        if name not in table.conditions:
            raise MeasureError.unknown(name, table.conditions, where="expectations")


def _notes(
    found: Mapping[str, Sequence[Model]], easy: set[int], wanted: Mapping[str, Expectation]
) -> list[Text]:
    notes: list[Text] = []
    for solution, models in found.items():
        if len(models) > 1:
            label = {"conservative": Text("conservative", "保守"), "intermediate": Text("intermediate",
                "中间"), "parsimonious": Text("parsimonious", "简约")}  # fmt: skip
            notes.append(
                note_of(
                    "configurations.several_models",
                    solution=label[solution],
                    n=len(models),
                    cut=Text(" or more", "或更多") if len(models) >= MOST_MODELS else Text("", ""),
                )
            )
    if not wanted:
        notes.append(note_of("configurations.no_expectations"))
    elif easy:
        notes.append(note_of("configurations.easy_counterfactuals", n=len(easy)))
    return notes
