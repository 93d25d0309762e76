"""Estimate one equation once per index of a multiverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.errors import DigimfgError, MeasureError
from digimfg.measures.summation import standardized
from digimfg.notes import note_of
from digimfg.terms import columns_of, parse_term
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["coefficient_statistics", "coefficients_of"]

_READ = ("estimate", "std_error", "p_value", "conf_low", "conf_high")


def coefficients_of(
    table: pd.DataFrame,
    scores: pd.DataFrame,
    specification: Specification,
    column: str,
    term: str | None,
) -> tuple[pd.DataFrame, tuple[Text, ...], dict[str, Text]]:
    """Return the term's estimate in every universe, notes, and the universes that could not be estimated.

    Parameters
    ----------
    table
        The frame, without the index.
    scores
        Row × universe.
    specification, column, term
        See `index_multiverse`.

    Raises
    ------
    MeasureError
        If the frame already has `column`, no term holds it, or no universe can be estimated.
    """
    from digimfg.estimate import estimate

    if column in table.columns:
        raise MeasureError.of("measures.column_name_taken", got=repr(column))
    read = term if term is not None else _term_with(specification, column, [*table.columns, column])
    rows: dict[str, dict[str, float]] = {}
    failed: dict[str, Text] = {}
    for universe in map(str, scores):
        values = scores[universe].to_numpy().copy()
        present = ~np.isnan(values)
        values[present] = standardized(values[present])[0]
        try:
            result = estimate(specification, table.assign(**{column: values}))
            found = {name: float(result.coefficients[name][read]) for name in _READ}
            rows[universe] = {**found, "n_obs": result.statistics["n_obs"]}
        except KeyError as error:
            failed[universe] = note_of("measures.no_coefficient", error=str(error))
        except DigimfgError as error:
            failed[universe] = error.got
    if not rows:
        first = next(iter(failed.values()))
        raise MeasureError.of("measures.no_estimate_in_universe", got=first, read=read)
    coefficients = pd.DataFrame.from_dict(rows, orient="index").rename_axis("universe")
    note = note_of("measures.units", read=read)
    return coefficients, (note,), failed


def coefficient_statistics(coefficients: pd.DataFrame) -> dict[str, float]:
    """Return the spread of the estimates, and how many are positive and significant at 5 %."""
    estimates = coefficients["estimate"].to_numpy()
    significant = coefficients["p_value"].to_numpy() < 0.05
    quantiles = np.quantile(estimates, [0.0, 0.25, 0.5, 0.75, 1.0])
    names = ("estimate_min", "estimate_q25", "estimate_median", "estimate_q75", "estimate_max")
    return {
        **{name: float(value) for name, value in zip(names, quantiles, strict=True)},
        "share_positive": float((estimates > 0).mean()),
        "share_significant": float(significant.mean()),
        "share_positive_significant": float((significant & (estimates > 0)).mean()),
    }


def _term_with(specification: Specification, column: str, columns: list[str]) -> str:
    for term in (*specification.regressors, *specification.endogenous, *specification.controls):
        if column in columns_of(parse_term(term, columns)):
            return term
    raise MeasureError.of(
        "measures.index_not_in_specification",
        got=", ".join((*specification.regressors, *specification.endogenous, *specification.controls)),
        column=column,
    )
