"""First stages and the reduced form of an equation with instruments, as results of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digimfg.design import Absorbed, Design, build_design
from digimfg.estimators.instrumental.data import instrumented
from digimfg.estimators.instrumental.lewbel import with_generated_instruments
from digimfg.estimators.least_squares import LeastSquares

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["first_stages", "reduced_form", "stage_results"]


def first_stages(specification: Specification, frame: pd.DataFrame) -> dict[str, Result]:
    """Estimate the first stage of each endogenous term on the rows of the second stage.

    Least squares of the endogenous term on the excluded instruments and the exogenous terms, with the effects, weights
    and covariance of the specification; a column of `RegressionTable` like any other result.

    Parameters
    ----------
    specification
        With ``endogenous`` and ``instruments``.
    frame
        As for `estimate`.

    Returns
    -------
    dict
        Endogenous term → result.

    Raises
    ------
    SpecificationError, EstimationError
        As `TwoStageLeastSquares`.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", "capital", endogenous="value", instruments="L.value", entity="firm",
    ...     time="year", fixed_effects="firm", estimator=dm.TwoStageLeastSquares())
    >>> list(dm.first_stages(spec, grunfeld.load_pandas().data)["value"].coefficients.index)
    ['L.value', 'capital']
    """
    design = _prepared(specification, frame)
    results = stage_results(design)
    return {name: results[name] for name in design.endogenous_terms}


def reduced_form(specification: Specification, frame: pd.DataFrame) -> Result:
    """Estimate the reduced form: the outcome on instruments and exogenous terms, on the rows of the second stage.

    Parameters
    ----------
    specification
        With ``endogenous`` and ``instruments``.
    frame
        As for `estimate`.

    Raises
    ------
    SpecificationError, EstimationError
        As `TwoStageLeastSquares`.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", "capital", endogenous="value", instruments="L.value", entity="firm",
    ...     time="year", fixed_effects="firm", estimator=dm.TwoStageLeastSquares())
    >>> dm.reduced_form(spec, grunfeld.load_pandas().data).specification.outcome
    'invest'
    """
    return stage_results(_prepared(specification, frame))[specification.outcome]


def stage_results(design: Design) -> dict[str, Result]:
    """Return the reduced form under the outcome's name and each first stage under its endogenous term's.

    Parameters
    ----------
    design
        Whose instruments are not collinear.
    """
    spec = design.specification
    freed = design.absorbed
    columns = {spec.outcome: (design.outcome, freed.outcome)} | {
        name: (design.endogenous[:, place], freed.endogenous[:, place])
        for place, name in enumerate(design.endogenous_terms)
    }
    return {name: LeastSquares().fit(_stage(design, name, *pair)) for name, pair in columns.items()}


def _stage(
    design: Design, name: str, outcome: NDArray[np.float64], freed_outcome: NDArray[np.float64]
) -> Design:
    import numpy as np

    spec, freed = design.specification, design.absorbed
    nothing = np.empty((design.n_obs, 0))
    return replace(
        design,
        specification=spec.replace(
            outcome=name,
            regressors=(*design.instrument_terms, *spec.regressors),
            endogenous=(),
            instruments=(),
            estimator=LeastSquares(),
        ),
        outcome=outcome,
        terms=(*design.instrument_terms, *design.terms),
        regressors=np.column_stack([design.instruments, design.regressors]),
        endogenous_terms=(),
        endogenous=nothing,
        instrument_terms=(),
        instruments=nothing,
        absorbed=Absorbed(
            outcome=freed_outcome,
            regressors=np.column_stack([freed.instruments, freed.regressors]),
            endogenous=nothing,
            instruments=nothing,
        ),
    )


def _prepared(specification: Specification, frame: pd.DataFrame) -> Design:
    design = build_design(specification, frame)
    terms = getattr(specification.estimator, "heteroskedasticity_terms", ())
    if terms:
        design, _ = with_generated_instruments(design, terms)
    return instrumented(design).design
