"""First stages and the reduced form of an equation with instruments, as results of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.covariance import WILD_P_VALUE, Clustered
from digimfg.design import Absorbed, Design, build_design
from digimfg.design.columns import side_by_side
from digimfg.estimators.instrumental.data import instrumented
from digimfg.estimators.instrumental.lewbel import as_estimated
from digimfg.estimators.least_squares import LeastSquares
from digimfg.kinds import StoredFrame
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.say import Said
from digimfg.text import Text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["first_stages", "reduced_form", "stage_results", "wild_anderson_rubin"]


@checked
@one_thread
def first_stages(specification: Specification, frame: StoredFrame) -> dict[str, Result]:
    """Estimate the first stage of each endogenous term on the rows of the second stage.

    Least squares of the endogenous term on the excluded instruments and the exogenous terms, with the
    effects, weights and covariance of the specification; a column of `RegressionTable` like any other result.

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


@checked
@one_thread
def reduced_form(specification: Specification, frame: StoredFrame) -> Result:
    """Estimate the reduced form: the outcome on instruments and exogenous terms, on the rows of the second
    stage.

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


def stage_results(design: Design, *, wild_bootstrap: bool = True) -> dict[str, Result]:
    """Return the reduced form under the outcome's name and each first stage under its endogenous term's.

    Parameters
    ----------
    design
        Whose instruments are not collinear.
    wild_bootstrap
        Whether few clusters bring bootstrap p values, as the covariance says.
    """
    spec = design.specification
    freed = design.absorbed
    columns = {spec.outcome: (design.outcome, freed.outcome)} | {
        name: (design.endogenous[:, place], freed.endogenous[:, place] + design.shift.get(name, 0.0))
        for place, name in enumerate(design.endogenous_terms)
    }
    covariance = spec.covariance
    if isinstance(covariance, Clustered) and not wild_bootstrap:
        covariance = Clustered(covariance.columns, small_sample=covariance.small_sample, wild_bootstrap=None)
    return {
        name: LeastSquares().fit(
            _stage(
                design,
                spec.replace(
                    outcome=name, regressors=(*spec.instruments, *spec.regressors), covariance=covariance
                ),
                *pair,
            )
        )
        for name, pair in columns.items()
    }


def wild_anderson_rubin(design: Design) -> tuple[dict[str, float], tuple[Text, ...]]:
    """Return the bootstrap p value of no effect: of the instrument in the reduced form, with few clusters.

    It stands weak instruments, as the Anderson-Rubin test, and few clusters. One instrument only; empty
    otherwise.
    """
    spec = design.specification
    if len(design.instrument_terms) != 1 or design.instrument_terms[0] not in spec.instruments:
        return {}, ()
    only = spec.replace(regressors=spec.instruments, controls=(*spec.regressors, *spec.controls))
    result = LeastSquares().fit(_stage(design, only, design.outcome, design.absorbed.outcome))
    if WILD_P_VALUE not in result.coefficients:
        return {}, ()
    value = float(result.coefficients[WILD_P_VALUE][design.instrument_terms[0]])
    said = next(note for note in result.notes if isinstance(note, Said) and note.kind == "wild_bootstrap")
    return {"anderson_rubin_wild_p": value}, (
        note_of("instrumental.anderson_rubin_wild", said=said, value=value),
    )


def _stage(
    design: Design,
    specification: Specification,
    outcome: NDArray[np.float64],
    freed_outcome: NDArray[np.float64],
) -> Design:
    import numpy as np

    freed = design.absorbed
    nothing = np.empty((design.n_obs, 0))
    return replace(
        design,
        specification=specification.replace(endogenous=(), instruments=(), estimator=LeastSquares()),
        outcome=outcome,
        terms=(*design.instrument_terms, *design.terms),
        regressors=side_by_side([design.instruments, design.regressors]),
        endogenous_terms=(),
        endogenous=nothing,
        instrument_terms=(),
        instruments=nothing,
        absorbed=Absorbed(
            outcome=freed_outcome,
            regressors=side_by_side([freed.instruments, freed.regressors]),
            endogenous=nothing,
            instruments=nothing,
        ),
    )


def _prepared(specification: Specification, frame: pd.DataFrame) -> Design:
    return instrumented(as_estimated(build_design(specification, frame))).design
