"""Estimate two groups by themselves and together, and put the tests of their difference side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.contracts import Dropped
from digimfg.covariance import WILD_P_VALUE
from digimfg.design import INTERCEPT, build_design
from digimfg.design.rows import missing_reason
from digimfg.distributions.student import RowDegrees
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.mechanisms.permutation import permuted_differences
from digimfg.estimators.mechanisms.stacked import stack
from digimfg.frames import plain_column
from digimfg.frames.said import synthetic_notes
from digimfg.inference.satterthwaite import Satterthwaite
from digimfg.interaction import interact_with
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.result import Provenance, Result
from digimfg.say import Said
from digimfg.text import Text
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design
    from digimfg.distributions.reference import Combinations
    from digimfg.estimators.mechanisms.group_options import GroupOptions
    from digimfg.specification import Specification

__all__ = ["compare_groups"]

Floats = NDArray[np.float64]


def compare_groups(options: GroupOptions, design: Design) -> Result:
    """Return both groups' slopes and the tests of their difference."""
    specification = design.specification.replace(estimator=LeastSquares())
    levels, column, frame = _marked(options, design)
    _check_terms(options, specification)
    designs = [build_design(_within(specification, column, f"== {place}"), frame) for place in (0, 1)]
    results = [LeastSquares().fit(each) for each in designs]
    names = options.terms or specification.regressors
    terms = [name for name in results[0].coefficients.index if name in names]
    _check_estimated(names, levels, results)
    together = build_design(interact_with(specification, column), frame)
    pooled = LeastSquares().fit(together)
    products = [f"{term}:{column}" for term in terms]
    _check_products(terms, products, pooled)
    stacked = stack(together, designs, results, terms)
    first, second = (result.coefficients.loc[terms] for result in results)
    table = pd.DataFrame(
        {
            "first": first["estimate"],
            "first_std_error": first["std_error"],
            "first_p": first["p_value"],
            "second": second["estimate"],
            "second_std_error": second["std_error"],
            "second_p": second["p_value"],
            "difference": second["estimate"] - first["estimate"],
        }
    )
    statistics = _counts(pooled, results)
    notes: list[Text] = list(stacked.notes) if "suest" in options.methods else []
    if "interaction" in options.methods:
        table["interaction_std_error"] = pooled.coefficients.loc[products, "std_error"].to_numpy()
        table["interaction_p"] = pooled.coefficients.loc[products, "p_value"].to_numpy()
        if WILD_P_VALUE in pooled.coefficients.columns:
            table["interaction_wild_p"] = pooled.coefficients.loc[products, WILD_P_VALUE].to_numpy()
    if "suest" in options.methods:
        reduced = isinstance(pooled.combinations, Satterthwaite)
        rows = pooled.coefficients.loc[products]
        # The bias-reduced covariance of the stacked system is that of the equation with everything
        # interacted.
        table["suest_std_error"] = rows["std_error"].to_numpy() if reduced else stacked.suest_std_error
        table["suest_chi2"] = (table["difference"] / table["suest_std_error"]) ** 2
        table["suest_p"] = (
            rows["p_value"].to_numpy() if reduced else scipy.stats.chi2.sf(table["suest_chi2"], 1)
        )
    if "permutation" in options.methods:
        plain = build_design(_within(specification, column, "in {0, 1}"), frame)
        drawn = permuted_differences(options, plain, frame[column].to_numpy()[plain.rows], terms)
        table["permutation_p"] = drawn.p_values
        statistics["n_permutations"] = float(drawn.n_used)
        notes += drawn.notes
    parts = [*((result, terms) for result in results), (pooled, products)]
    coefficients = pd.concat([result.coefficients.loc[names] for result, names in parts])
    df = np.concatenate([_degrees(result, names) for result, names in parts])
    shown = [f"{term}:{options.group}[{level}]" for level in levels for term in terms]
    index = pd.Index([*shown, *(f"difference[{term}]" for term in terms)], name="term", dtype=object)
    coefficients.index = index
    dropped = tuple(_named(each, options, together.specification, column) for each in together.dropped)
    spread = stacked.with_differences(coefficients["std_error"].to_numpy())
    combinations: Combinations = RowDegrees(df)
    if isinstance(pooled.combinations, Satterthwaite):
        # Bias-reduced errors of a group are those of its slopes in the equation with everything interacted.
        turn = _turn(pooled, terms, products)
        combinations = replace(pooled.combinations, turn=turn)
        spread = turn @ pooled.covariance_matrix.to_numpy() @ turn.T
    simulated = synthetic_notes(frame)
    said = {*simulated, *(each.note for each in together.dropped)}
    return Result(
        coefficients=coefficients,
        covariance_matrix=pd.DataFrame(spread, index=index, columns=list(index)),
        statistics=statistics,
        notes=(
            *simulated,
            _groups_note(options, levels),
            *(each.note for each in dropped),
            *(note for note in pooled.notes if note not in said),
            *_own_notes(levels, results),
            *notes,
        ),
        provenance=Provenance(
            specification=design.specification,
            data_hash=together.data_hash,
            versions=pooled.provenance.versions,
            sources=pooled.provenance.sources,
        ),
        tables={
            "differences": table,
            "first": results[0].coefficients,
            "second": results[1].coefficients,
        },
        dropped=dropped,
        combinations=combinations,
    )


def _degrees(result: Result, terms: Sequence[str]) -> Floats:
    places = [list(result.coefficients.index).index(term) for term in terms]
    found: Floats = result.distribution.df[places]
    return found


def _turn(pooled: Result, terms: Sequence[str], products: Sequence[str]) -> Floats:
    """Return the slopes of both groups and their differences from those of the equation with everything
    interacted.
    """
    known = list(pooled.coefficients.index)
    own, gap = (np.eye(len(known))[[known.index(name) for name in names]] for names in (terms, products))
    return np.vstack([own, own + gap, gap])


def _own_notes(levels: Sequence[str], results: Sequence[Result]) -> list[Text]:
    """Return what each group's errors suffer from, under its name."""
    return [
        note_of("mechanisms.note_of_group", group=level, note=note).marked(kind=note.kind)
        for level, result in zip(levels, results, strict=True)
        for note in result.notes
        if isinstance(note, Said) and note.kind in ("few_groups", "lone_group", "repaired", "no_error")
    ]


def _marked(options: GroupOptions, design: Design) -> tuple[tuple[str, str], str, pd.DataFrame]:
    """Return the groups' names, and the frame with a column of 0 and 1 that is missing for other rows."""
    frame = design.evaluator.frame
    values = design.evaluator.column(options.group, Text("group", "分组变量"))
    found = sorted(
        values.iloc[design.rows].dropna().unique().tolist(), key=lambda each: (str(type(each)), each)
    )
    own = held_values(options.levels, found)
    chosen = [own.get(level, level) for level in options.levels] or found
    absent = [level for level in chosen if level not in found]
    if len(chosen) != 2 or absent:
        listed = ", ".join(repr(each) for each in found[:8]) + (" …" if len(found) > 8 else "")
        raise SpecificationError.of(
            "mechanisms.number_of_groups",
            group=options.group,
            found=note_of("mechanisms.absent_among", absent=repr(absent[0]), listed=listed)
            if absent
            else note_of("mechanisms.listed_groups", n=len(found), listed=listed),
        )
    column = "group"
    while column in frame.columns:
        column += "_"
    values = plain_column(values)
    member = np.where((values == chosen[0]).to_numpy(dtype=bool), 0.0, np.nan)
    member[(values == chosen[1]).to_numpy(dtype=bool)] = 1.0
    first, second = (_level_name(each) for each in chosen)
    return (first, second), column, frame.assign(**{column: member})


def _named(dropped: Dropped, options: GroupOptions, together: Specification, column: str) -> Dropped:
    names = (*together.regressors, *together.controls, *together.fixed_effects)
    of_group = {column, *(name for name in names if column in name.split(":"))}
    if dropped.reason not in map(missing_reason, sorted(of_group)):
        return dropped
    group = term_label(options.group)
    reason = note_of("mechanisms.in_neither_group", group=group)
    return Dropped(reason=reason, n_rows=dropped.n_rows)


def _within(specification: Specification, column: str, condition: str) -> Specification:
    inside = f"`{column}` {condition}"
    return specification.replace(
        sample=inside if specification.sample is None else f"({specification.sample}) & {inside}"
    )


def _check_terms(options: GroupOptions, specification: Specification) -> None:
    listed = ", ".join(specification.regressors)
    for term in options.terms:
        if term not in specification.regressors:
            raise SpecificationError.of("mechanisms.term_not_a_regressor", got=repr(term), listed=listed)


def _check_estimated(names: Sequence[str], levels: tuple[str, str], results: Sequence[Result]) -> None:
    for level, result in zip(levels, results, strict=True):
        for term in names:
            if term not in result.coefficients.index and term != INTERCEPT:
                raise EstimationError.of("mechanisms.term_without_variation_in_group", term=term, level=level)


def _check_products(terms: Sequence[str], products: Sequence[str], pooled: Result) -> None:
    lost = [
        term
        for term, product in zip(terms, products, strict=True)
        if product not in pooled.coefficients.index
    ]
    if lost:
        raise EstimationError.of("mechanisms.products_collinear", lost=lost)


def _counts(pooled: Result, results: Sequence[Result]) -> dict[str, float]:
    kept = ("n_obs", "n_entities", "n_periods", "n_clusters", "df_t")
    found = {name: pooled.statistics[name] for name in kept if name in pooled.statistics}
    for which, result in zip(("first", "second"), results, strict=True):
        for name in ("n_obs", "n_clusters", "r2", "r2_within"):
            if name in result.statistics:
                found[f"{name}_{which}"] = result.statistics[name]
    return found


def _groups_note(options: GroupOptions, levels: tuple[str, str]) -> Text:
    first, second = levels
    group = term_label(options.group)
    return note_of("mechanisms.groups", group=group, first=first, second=second)


def _level_name(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
