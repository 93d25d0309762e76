"""An estimated equation beside the arrays that it was estimated on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design import Design, build_design
from digimfg.errors import EstimationError, SpecificationError
from digimfg.one_thread import one_thread
from digimfg.postestimation.links import index_at, mean_at
from digimfg.postestimation.responses import responding
from digimfg.specification import Link
from digimfg.text import Text
from digimfg.variables import speaking_of

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.result import Result

__all__ = ["Equation", "data_of", "equation_of", "rebuilt"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Equation:
    """Hold an estimate and its rows.

    Parameters
    ----------
    result, design
        The design is that of the rows estimated on.
    terms, columns
        In the order of the coefficients, shape (n, k).
    estimates
        Of the terms, shape (k,).
    further
        Estimates of the parameters that follow the terms, shape (m,).
    covariance
        Of terms and further parameters, shape (k + m, k + m).
    link
        Of the mean by the index; ``None`` where further parameters enter it.
    index, fitted
        Of each row, effects and offset included, shape (n,); `fitted` is missing for ordered outcomes.
    offset
        Of each row, shape (n,).
    """

    result: Result
    design: Design
    terms: tuple[str, ...]
    columns: Floats
    estimates: Floats
    further: Floats
    covariance: Floats
    link: Link | None
    index: Floats
    fitted: Floats
    offset: Floats

    @property
    def further_errors(self) -> Floats:
        """Return the standard errors of the further parameters, shape (m,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance)[len(self.terms) :], 0.0))

    @property
    def effect(self) -> Floats:
        """Return the sum of the effects of each row, zero where there are none."""
        if not self.design.effects:
            return np.zeros(self.design.n_obs)
        return self.index - self.columns @ self.estimates - self.offset


def data_of(result: Result, frame: pd.DataFrame | None, where: Text | str) -> pd.DataFrame:
    """Return the data a result was estimated on: as given, else as held by the result.

    Raises
    ------
    SpecificationError
        If there are none.
    """
    if frame is not None:
        return frame
    if result.frame is not None:
        return result.frame
    raise SpecificationError.of("postestimation.data_not_kept", where=where)


@one_thread
def rebuilt(result: Result, frame: pd.DataFrame, where: Text | str) -> Design:
    """Return the design of a result on its own data.

    Raises
    ------
    SpecificationError
        If the data are others than those estimated on.
    """
    with speaking_of(result.variables):
        design = build_design(result.specification, frame)
        hashes = {design.data_hash}
        if result.provenance.data_hash not in hashes:
            raise SpecificationError.of("postestimation.data_changed", where=where)
        sample: Design = result.specification.estimator.estimation_sample(design)
    return sample


@one_thread
def equation_of(
    result: Result, frame: pd.DataFrame | None, where: Text | str, *, of_slopes: bool = False
) -> Equation:
    """Return the estimated equation with its rows; `of_slopes`, also where rows have no mean but move by the
    terms times their coefficients.

    Raises
    ------
    EstimationError
        If the estimator gives rows no mean.
    SpecificationError
        If the data are missing or others.
    """
    estimator = result.specification.estimator
    link = estimator.link
    slopes_only = of_slopes and link is None and not estimator.has_response and estimator.moves_by_terms
    if link is None and not estimator.has_response and not slopes_only:
        raise EstimationError.of("postestimation.not_an_estimator_of_means", where=where, got=estimator.label)
    design = rebuilt(result, data_of(result, frame, where), where)
    names = (*design.terms, *design.endogenous_terms)
    listed = [str(term) for term in result.coefficients.index]
    n_further = sum(term not in names for term in listed) if slopes_only else estimator.n_further(design)
    terms = tuple(listed[: len(listed) - n_further])
    places = [names.index(term) for term in terms]
    columns = np.column_stack([design.regressors, design.endogenous])[:, places]
    values = result.coefficients["estimate"].to_numpy(dtype=np.float64)
    estimates, further = values[: len(terms)], values[len(terms) :]
    added = estimator.offset_of(design.evaluator)
    offset = np.zeros(design.n_obs) if added is None else np.asarray(added, dtype=np.float64)[design.rows]
    if link == "identity" and design.effects:
        freed = np.column_stack([design.absorbed.regressors, design.absorbed.endogenous])[:, places]
        fitted = design.outcome - (design.absorbed.outcome - freed @ estimates)
        index = fitted
    elif design.effects and link is not None:
        fitted = np.asarray(estimator.fitted(design), dtype=np.float64)
        index = index_at(link, fitted)
    else:
        index = columns @ estimates + offset
        fitted = np.full(len(index), np.nan) if link is None else mean_at(link, index)
    if slopes_only:
        link = "identity"
    found = Equation(
        result=result,
        design=design,
        terms=terms,
        columns=columns,
        estimates=estimates,
        further=further,
        covariance=result.covariance_matrix.to_numpy(dtype=np.float64),
        link=link,
        index=index,
        fitted=fitted,
        offset=offset,
    )
    if len(further) and not estimator.categories(design) and not slopes_only:
        return replace(found, fitted=responding(found, "mean", None, where).mean(index))
    return found
