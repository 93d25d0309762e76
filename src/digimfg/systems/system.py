"""Estimate several equations together, and test restrictions across them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design import Design, build_design
from digimfg.estimators.linear_result import linear_result
from digimfg.estimators.shared_rows import shared_rows
from digimfg.estimators.system_columns import stacked_columns
from digimfg.estimators.system_equation import LABELS, WHERE, Method, SystemEquation
from digimfg.estimators.system_fit import Stacked, SystemFit, fit_system
from digimfg.kinds import Entries, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.postestimation.hypotheses import HypothesisTest, test
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.specification import Specification
from digimfg.systems.equations import checked_equation, require_shared_parts
from digimfg.systems.spread import system_covariance, system_statistics, unshifting
from digimfg.text import Text
from digimfg.variables import speaking_of
from digimfg.variables.declared import declared_variables

__all__ = ["System", "estimate_system"]

Floats = NDArray[np.float64]


@checked
@shown(Text("System of equations", "方程组"), first="coefficients")
@dataclass(frozen=True, kw_only=True, eq=False)
class System:
    """Hold equations estimated together.

    Parameters
    ----------
    coefficients
        By ``equation`` and ``term``: ``estimate std_error statistic p_value conf_low conf_high``.
    equations
        Name → result, for tables: ``dm.RegressionTable(system.equations)``; each has residuals, predictions
        and margins: ``system.equations["demand"].predict(frame)``.
    joint
        All coefficients as one result, by ``"equation:term"``, with their covariance.
    residual_covariance, residual_correlation
        Of the errors of equations, by equation.
    statistics
        ``n_obs``; ``cross_equation_lm`` (``_p``, ``_df``; Breusch and Pagan 1980, doi:10.2307/2297111) of
        errors that are not correlated between equations;
        ``r2_mcelroy``; ``sargan`` (``_p``, ``_df``) of the instruments beyond those needed; ``iterations``.
    notes
        What a reader must know.
    """

    coefficients: pd.DataFrame
    equations: Mapping[str, Result]
    joint: Result
    residual_covariance: pd.DataFrame
    residual_correlation: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...] = ()

    @property
    def residuals(self) -> pd.DataFrame:
        """Return the residuals by row and equation; see `dm.residuals`."""
        return pd.DataFrame({name: each.residuals for name, each in self.equations.items()})

    @property
    def fitted_values(self) -> pd.DataFrame:
        """Return the mean of each outcome by row and equation; see `dm.fitted_values`."""
        return pd.DataFrame({name: each.fitted_values for name, each in self.equations.items()})

    def predict(self, frame: pd.DataFrame | None = None, **options: Any) -> pd.DataFrame:
        """Return the predictions of every equation side by side.

        Parameters
        ----------
        frame
            New rows, or ``None`` for the data estimated on.
        options
            Of `dm.predict`.

        Returns
        -------
        DataFrame
            By the labels of the rows; columns by ``equation``, then ``prediction std_error conf_low
            conf_high``.
        """
        found = {name: each.predict(frame, **options) for name, each in self.equations.items()}
        return pd.concat(found, axis=1, names=["equation"])

    def test(self, hypothesis: str) -> HypothesisTest:
        """Test restrictions on coefficients, across equations too.

        Parameters
        ----------
        hypothesis
            As in `digimfg.test`; coefficients are named in backticks: ``"`demand:price` = `supply:price`"``.
        """
        return test(self.joint, hypothesis)


@checked
@keeps_marks
@one_thread
def estimate_system(
    equations: Annotated[Mapping[str, Specification], Entries(2)],
    frame: StoredFrame,
    *,
    method: Method = "sur",
    iterate: bool = False,
) -> System:
    r"""Estimate equations together by seemingly unrelated regressions or three-stage least squares.

    :math:`b=[\hat X'(\Sigma^{-1}\otimes I)\hat X]^{-1}\hat X'(\Sigma^{-1}\otimes I)y`, Σ the mean products of
    the residuals of each equation by itself (over n, as Stata's ``sureg`` and ``reg3``). Under ``"3sls"``
    every equation has all exogenous terms and instruments of the system as instruments.

    Parameters
    ----------
    equations
        Name → specification. Entity, time, fixed effects, weights and covariance are the same in all.
        Outcomes of other equations on the right are ``endogenous``; what stands in none but moves them,
        ``instruments``.
    frame
        One row per observation; rows that an equation lacks are left out of all.
    method
        ``"sur"`` (Zellner 1962, doi:10.1080/01621459.1962.10480664) or ``"3sls"`` (Zellner and Theil 1962,
        doi:10.2307/1911287).
    iterate
        Make Σ again from the residuals of the system until it settles.

    Notes
    -----
    Errors are ``dm.Unadjusted()`` (those of generalised least squares) or sandwiches of what rows add, summed
    over equations, with the normal distribution; rule ``"stata"`` is G/(G-1) for clusters, N/(N-1) for robust
    errors, ``"none"`` is neither.

    Raises
    ------
    SpecificationError
        If parts that must be the same differ, instruments are missing or not wanted, or a rule is another.
    EstimationError
        If equations share no rows, their errors are linearly dependent, or one is not identified.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> data = grunfeld.load_pandas().data
    >>> wide = data.pivot(index="year", columns="firm", values=["invest", "value"]).reset_index()
    >>> wide.columns = ["_".join(filter(None, name)) for name in wide.columns]
    >>> system = dm.estimate_system(
    ...     {"ge": dm.Specification("invest_General Electric", "value_General Electric",
    ...                             covariance=dm.Unadjusted()),
    ...      "wh": dm.Specification("invest_Westinghouse", "value_Westinghouse", covariance=dm.Unadjusted())},
    ...     wide)
    >>> system.coefficients["estimate"].round(4).tolist()
    [6.4132, 0.0494, 4.9048, 0.0566]
    >>> round(system.test("`ge:value_General Electric` = `wh:value_Westinghouse`").p_value, 3)
    0.704
    """
    alone = {name: checked_equation(name, each, method) for name, each in equations.items()}
    require_shared_parts(alone)
    specifications = {
        name: each.replace(
            estimator=SystemEquation(method=method, others=_others(name, alone), iterate=iterate)
        )
        for name, each in alone.items()
    }
    variables = declared_variables(frame)
    with speaking_of(variables):
        built = {name: build_design(each, frame) for name, each in specifications.items()}
        designs = shared_rows(built, WHERE)
        stacked, names = stacked_columns(designs, method)
        found = fit_system(stacked, iterate=iterate, where=WHERE)
        system = _system(designs, stacked, names, found, method)
    equation_results = {
        name: replace(each, variables=variables or each.variables, frame=frame)
        for name, each in system.equations.items()
    }
    joint = replace(system.joint, variables=variables or system.joint.variables, frame=frame)
    return replace(system, equations=equation_results, joint=joint)


def _others(name: str, alone: Mapping[str, Specification]) -> tuple[Specification, ...]:
    return tuple(each for other, each in alone.items() if other != name)


def _system(
    designs: Mapping[str, Design],
    stacked: Stacked,
    names: Mapping[str, tuple[str, ...]],
    found: SystemFit,
    method: Method,
) -> System:
    first = next(iter(designs.values()))
    listed = [f"{name}:{term}" for name, terms in names.items() for term in terms]
    ends = np.cumsum([0, *(len(terms) for terms in names.values())])
    covariance, counts, notes = system_covariance(designs, names, found, ends)
    back = unshifting(designs, names)
    estimates, covariance = back @ found.estimates, back @ covariance @ back.T
    results, spans = {}, pairwise(ends)
    for place, ((name, design), (start, end)) in enumerate(zip(designs.items(), spans, strict=True)):
        spread = stacked.outcomes[:, place] - stacked.outcomes[:, place].mean()
        rest = found.residuals[:, place]
        whole = float(spread @ spread)
        results[name] = linear_result(
            design,
            names=names[name],
            estimates=estimates[start:end],
            covariance=covariance[start:end, start:end],
            df=np.inf,
            statistics={
                "n_obs": float(design.n_obs),
                **counts,
                "r2_within" if design.effects else "r2": 1 - float(rest @ rest) / whole,
                "rmse": float(np.sqrt(rest @ rest / len(rest))),
            },
            notes=notes,
        )
    statistics = system_statistics(stacked, found, len(estimates)) | {"n_obs": float(first.n_obs), **counts}
    whole_system = first.specification.replace(
        estimator=SystemEquation(method=method, iterate=found.iterations > 1)
    )
    joint = linear_result(
        replace(first, specification=whole_system),
        names=tuple(listed),
        estimates=estimates,
        covariance=covariance,
        df=np.inf,
        statistics=statistics,
        notes=notes,
    )
    index = pd.MultiIndex.from_tuples(
        [(name, term) for name, terms in names.items() for term in terms], names=["equation", "term"]
    )
    covariances = found.residuals.T @ found.residuals / len(found.residuals)
    size = np.sqrt(np.diag(covariances))
    labels = pd.Index(list(designs), name="equation")
    said = dict.fromkeys(note for result in results.values() for note in result.notes)
    return System(
        coefficients=joint.coefficients.set_axis(index, axis=0),
        equations=results,
        joint=joint,
        residual_covariance=pd.DataFrame(covariances, index=labels, columns=list(labels)),
        residual_correlation=pd.DataFrame(
            covariances / np.outer(size, size), index=labels, columns=list(labels)
        ),
        statistics=statistics,
        notes=(_made(method, found), *said),
    )


def _made(method: Method, found: SystemFit) -> Text:
    return note_of(
        "systems.system", label=LABELS[method], n=found.residuals.shape[1], rounds=found.iterations
    )
