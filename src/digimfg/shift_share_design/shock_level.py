"""The same estimate from a regression over sectors, and balance tests (Borusyak, Hull & Jaravel 2022)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.covariance import Covariance, Robust
from digimfg.errors import SpecificationError
from digimfg.kinds import ColumnOf, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.shift_share_design.exposure import Exposure, exposure_of, shocks_of
from digimfg.specification import Specification

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["shift_share_balance", "shock_level_regression"]


@checked
@keeps_marks
@one_thread
def shock_level_regression(
    specification: Specification,
    frame: StoredFrame,
    shares: pd.DataFrame,
    shocks: pd.DataFrame,
    *,
    sector: Annotated[str, ColumnOf("keys", ("shares", "shocks"))],
    share: Annotated[str, ColumnOf("numbers", ("shares",))] = "share",
    shock: Annotated[str, ColumnOf("numbers", ("shocks",))] = "shock",
    controls: str | Iterable[str] = (),
    covariance: Covariance | None = None,
    by_period: bool | None = None,
) -> Result:
    """Estimate a shift-share design over sectors: average outcomes on average treatments, with shocks as
    instrument.

    Ȳ_k = Σ_i w_i s_ik Y_i / Σ_i w_i s_ik (and D̄_k alike) of the equation freed of effects and controls;
    weights are Σ_i w_i s_ik. The slope equals that of the units exactly where the sum of shares is one or is
    controlled for; robust errors are those of the shocks, clusters group shocks.

    Parameters
    ----------
    specification, frame, shares, sector, share, by_period
        See `shift_share_inference`.
    shocks
        One row per sector (and period) with `shock`, `controls` and the columns of the covariance.
    controls
        Columns of `shocks` to hold constant, as indicators of the period or of large groups.
    covariance
        Of the regression over sectors; robust by default.

    Returns
    -------
    Result
        Of two-stage least squares over sectors; ``statistics["unit_level_estimate"]`` is the slope of the
        units.

    Raises
    ------
    SpecificationError, MeasureError, EstimationError
        If specification, shares or shocks do not fit.

    References
    ----------
    Borusyak, Hull & Jaravel (2022), "Quasi-Experimental Shift-Share Research Designs", Review of Economic
    Studies, doi:10.1093/restud/rdab030.

    Examples
    --------
    >>> import digimfg as dm, numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> weights = rng.dirichlet(np.ones(12), size=50)
    >>> shares = pd.DataFrame({"unit": np.repeat(np.arange(50), 12), "sector": np.tile(np.arange(12), 50),
    ...     "share": weights.ravel()})
    >>> shocks = pd.DataFrame({"sector": np.arange(12), "shock": rng.normal(size=12)})
    >>> frame = pd.DataFrame({"unit": np.arange(50), "b": weights @ shocks["shock"],
    ...     "y": rng.normal(size=50)})
    >>> spec = dm.Specification("y", "b", entity="unit", covariance=dm.Robust())
    >>> over = dm.shock_level_regression(spec, frame, shares, shocks, sector="sector")
    >>> bool(np.isclose(over.coefficients.loc["b", "estimate"], over.statistics["unit_level_estimate"]))
    True
    """
    from digimfg.estimate import estimate

    exposure = exposure_of(specification, frame, shares, sector=sector, share=share, by_period=by_period)
    held = (controls,) if isinstance(controls, str) else tuple(controls)
    sectors = _sector_frame(exposure, shocks, [shock, *held], covariance)
    over = _specification(exposure, shock, held, covariance, specification.outcome)
    result = estimate(over, sectors)
    slope = float(result.coefficients["estimate"][exposure.term])
    unit = exposure.estimate
    notes = list(result.notes)
    notes.append(note_of("shift_share_design.method"))
    if not held and abs(slope - unit) > 1e-7 * max(abs(unit), 1e-300):
        notes.append(note_of("shift_share_design.shock_slope_differs", slope=slope, unit=unit))
    return replace(result, notes=tuple(notes), statistics={**result.statistics, "unit_level_estimate": unit})


@checked
@one_thread
def shift_share_balance(
    specification: Specification,
    frame: StoredFrame,
    shares: pd.DataFrame,
    shocks: pd.DataFrame,
    *,
    sector: Annotated[str, ColumnOf("keys", ("shares", "shocks"))],
    share: Annotated[str, ColumnOf("numbers", ("shares",))] = "share",
    shock: Annotated[str, ColumnOf("numbers", ("shocks",))] = "shock",
    unit_covariates: Iterable[str] = (),
    sector_covariates: Iterable[str] = (),
    controls: str | Iterable[str] = (),
    covariance: Covariance | None = None,
    by_period: bool | None = None,
) -> pd.DataFrame:
    """Test that shocks do not move what was settled before them.

    A covariate of units (lagged outcomes, initial conditions) takes the outcome's place and is regressed on
    the shift-share by `shock_level_regression`; a covariate of sectors is regressed on the shock, weighted
    by average shares.

    Parameters
    ----------
    specification, frame, shares, shocks, sector, share, shock, controls, covariance, by_period
        See `shock_level_regression`.
    unit_covariates
        Terms of `frame`.
    sector_covariates
        Columns of `shocks`.

    Returns
    -------
    DataFrame
        Index ``covariate``; ``level`` (``unit``, ``sector``), ``estimate std_error p_value`` per standard
        deviation of the covariate.

    Raises
    ------
    SpecificationError, MeasureError, EstimationError
        If specification, shares or shocks do not fit.

    Examples
    --------
    >>> import digimfg as dm, numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> weights = rng.dirichlet(np.ones(12), size=50)
    >>> shares = pd.DataFrame({"unit": np.repeat(np.arange(50), 12), "sector": np.tile(np.arange(12), 50),
    ...     "share": weights.ravel()})
    >>> shocks = pd.DataFrame({"sector": np.arange(12), "shock": rng.normal(size=12),
    ...     "skill": rng.normal(size=12)})
    >>> frame = pd.DataFrame({"unit": np.arange(50), "b": weights @ shocks["shock"],
    ...     "y": rng.normal(size=50)})
    >>> spec = dm.Specification("y", "b", entity="unit", covariance=dm.Robust())
    >>> table = dm.shift_share_balance(spec, frame, shares, shocks, sector="sector", unit_covariates=["y"],
    ...     sector_covariates=["skill"])
    >>> table["level"].tolist()
    ['unit', 'sector']
    """
    from digimfg.estimate import estimate
    from digimfg.estimators.least_squares import LeastSquares

    held = (controls,) if isinstance(controls, str) else tuple(controls)
    # The reduced form: the covariate on the shift-share itself.
    plain = specification.replace(
        regressors=(*specification.instruments, *specification.regressors),
        endogenous=(),
        instruments=(),
        estimator=LeastSquares(),
    )
    rows = {}
    exposed = partial(
        exposure_of, frame=frame, shares=shares, sector=sector, share=share, by_period=by_period
    )
    for name in unit_covariates:
        exposure = exposed(plain.replace(outcome=name))
        sectors = _sector_frame(exposure, shocks, [shock, *held], covariance)
        over = _specification(exposure, shock, held, covariance, name)
        spread = float(np.std(exposure.design.outcome))
        rows[name] = {"level": "unit", **_scaled(estimate(over, sectors), exposure.term, spread)}
    names = list(sector_covariates)
    if names:
        exposure = exposed(specification)
        sectors = _sector_frame(exposure, shocks, [shock, *held, *names], covariance)
        for name in names:
            over = Specification(
                name, shock, controls=held, weights="sector_weight", covariance=covariance or Robust()
            )
            spread = float(np.std(sectors[name]))
            rows[name] = {
                "level": "sector",
                **_scaled(estimate(over, sectors), shock, spread),
            }
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["level", "estimate", "std_error", "p_value"]
    )
    return table.rename_axis("covariate")


def _scaled(result: Result, term: str, spread: float) -> dict[str, float]:
    found = result.coefficients
    return {
        "estimate": float(found["estimate"][term]) / spread,
        "std_error": float(found["std_error"][term]) / spread,
        "p_value": float(found["p_value"][term]),
    }


def _sector_frame(
    exposure: Exposure, shocks: pd.DataFrame, columns: list[str], covariance: Covariance | None
) -> pd.DataFrame:
    numbers = list(dict.fromkeys(columns))
    frame = exposure.sectors.copy()
    keys = [str(name) for name in frame.columns]
    values = shocks_of(exposure, shocks, numbers)
    for place, name in enumerate(numbers):
        frame[name] = values[:, place]
    groups = [
        name
        for name in (() if covariance is None else covariance.cluster_columns)
        if name not in frame.columns
    ]
    if groups:
        absent = [name for name in groups if name not in shocks.columns]
        if absent:
            raise SpecificationError.of(
                "shift_share_design.covariance_of_other_columns",
                got=", ".join(absent),
                map=map(str, shocks.columns),
            )
        frame = frame.merge(shocks[[*keys, *groups]], on=keys, how="left")
    weight = exposure.shares.T @ exposure.root**2
    outcome = exposure.shares.T @ (exposure.root * exposure.outcome) / weight
    treatment = exposure.shares.T @ (exposure.root * exposure.treatment) / weight
    own = {exposure.design.specification.outcome: outcome, exposure.term: treatment, "sector_weight": weight}
    taken = [name for name in own if name in frame.columns]
    if taken:
        raise SpecificationError.of("shift_share_design.shock_names_taken", got=", ".join(taken))
    return frame.assign(**own)


def _specification(
    exposure: Exposure,
    shock: str,
    controls: tuple[str, ...],
    covariance: Covariance | None,
    outcome: str,
) -> Specification:
    from digimfg.estimators.instrumental.estimator import TwoStageLeastSquares

    return Specification(
        outcome,
        (),
        controls=controls,
        endogenous=exposure.term,
        instruments=shock,
        weights="sector_weight",
        covariance=covariance if covariance is not None else Robust(),
        estimator=TwoStageLeastSquares(),
    )
