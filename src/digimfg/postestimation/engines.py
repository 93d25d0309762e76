"""The same design by other engines: linearmodels and statsmodels, with dummy variables for the effects."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from digimfg.covariance import WITHOUT_FACTOR, Clustered, Robust, SmallSample, Unadjusted
from digimfg.design import INTERCEPT, Design
from digimfg.estimators.between_units import BetweenOLS
from digimfg.estimators.binary.estimator import Logit, Probit
from digimfg.estimators.fama_macbeth import FamaMacBeth
from digimfg.estimators.first_difference import FirstDifference
from digimfg.estimators.instrumental.estimator import TwoStageLeastSquares
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.ppml.estimator import Poisson
from digimfg.estimators.random_effects import RandomEffects
from digimfg.estimators.system_equation import SystemEquation
from digimfg.postestimation.engine_fit import MOST_CELLS, EngineFit
from digimfg.postestimation.likelihood_engines import LIKELIHOODS
from digimfg.postestimation.system_engine import system_fit

__all__ = ["MOST_CELLS", "EngineFit", "engine_fit", "has_engine"]


def engine_fit(design: Design) -> EngineFit | None:
    """Return the same design by another engine, ``None`` where none has the model."""
    estimator = design.specification.estimator
    found = _FITS.get(type(estimator))
    if found is None:
        return None
    levels = sum(int(codes.max()) + 1 for codes in design.effects.values())
    if design.n_obs * (levels + len(design.terms) + 1) > MOST_CELLS:
        return None
    return found(design)


def has_engine(estimator: object) -> bool:
    """Return whether another engine has the model of an estimator."""
    return type(estimator) in _FITS


def _columns(design: Design) -> pd.DataFrame:
    """Return the terms in columns of unit size, then a dummy for each level of the effects but redundant
    first ones.
    """
    frame = pd.DataFrame(design.regressors, columns=list(design.terms))
    for place, (name, codes) in enumerate(design.effects.items()):
        dummies = pd.get_dummies(pd.Series(codes), prefix=f"| {name}", dtype=np.float64)
        frame = pd.concat([frame, dummies.iloc[:, min(place, 1) :]], axis=1)
    return frame


def _options(design: Design) -> tuple[dict[str, Any] | None, SmallSample]:
    """Return how statsmodels is asked for the covariance, and the rule that it then has."""
    asked = design.specification.covariance
    if isinstance(asked, Unadjusted):
        return {"cov_type": "nonrobust"}, "stata"
    if isinstance(asked, Robust) and asked.small_sample in WITHOUT_FACTOR:
        return {"cov_type": asked.small_sample.upper()}, asked.small_sample
    if isinstance(asked, Robust):
        return {"cov_type": "HC1"}, "areg"
    if isinstance(asked, Clustered) and len(asked.columns) == 1:
        return {"cov_type": "cluster", "cov_kwds": {"groups": next(iter(design.clusters.values()))}}, "areg"
    return None, "areg"


def _statsmodels(
    design: Design, made: Any, columns: pd.DataFrame, model: str, *, likelihood: bool = True, **fit: Any
) -> EngineFit:
    import statsmodels

    options, rule = _options(design)
    if likelihood and isinstance(design.specification.covariance, Robust):
        rule = "none"  # there statsmodels takes HC1 for HC0
    found = made.fit(**(options or {}), **fit)
    terms = list(design.terms)
    estimates = pd.Series(np.asarray(found.params), index=columns.columns)[terms]
    errors = pd.Series(np.asarray(found.bse), index=columns.columns)[terms]
    return EngineFit(
        engine=f"statsmodels {statsmodels.__version__}",
        model=model,
        estimates=estimates,
        std_errors=errors if options is not None else None,
        rule=rule,
    )


def _least_squares(design: Design) -> EngineFit:
    from statsmodels.regression.linear_model import WLS

    columns = _columns(design)
    mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
    model = "WLS" if design.weights is not None else "OLS"
    return _statsmodels(design, WLS(design.outcome, columns, weights=mass), columns, model, likelihood=False)


def _poisson(design: Design) -> EngineFit | None:
    from statsmodels.genmod.families import Poisson as Family
    from statsmodels.genmod.generalized_linear_model import GLM

    if design.weights is not None:
        return None
    columns = _columns(design)
    added = design.specification.estimator.offset_of(design.evaluator)
    offset = None if added is None else added[design.rows]
    made = GLM(design.outcome, columns, family=Family(), offset=offset)
    return _statsmodels(design, made, columns, "GLM, Poisson", tol=1e-14, maxiter=200)


def _binary(design: Design) -> EngineFit | None:
    from statsmodels.discrete import discrete_model

    if design.weights is not None or design.specification.estimator.n_further(design):
        return None
    columns = _columns(design)
    kind = (
        discrete_model.Logit if isinstance(design.specification.estimator, Logit) else discrete_model.Probit
    )
    made = kind(design.outcome, columns)
    return _statsmodels(design, made, columns, kind.__name__, disp=0, tol=1e-14, maxiter=200)


def _instrumental(design: Design) -> EngineFit | None:
    from linearmodels.iv import IV2SLS, IVGMMCUE, IVLIML

    estimator = design.specification.estimator
    assert isinstance(estimator, TwoStageLeastSquares)  # noqa: S101
    if estimator.method not in ("2sls", "liml", "cue") or estimator.heteroskedasticity_terms:
        return None
    exogenous = _columns(design)
    options = _linearmodels_options(design)
    names = [*design.endogenous_terms, *design.terms]
    kind: Callable[..., Any] = IV2SLS if estimator.method == "2sls" else IVLIML
    if estimator.method == "cue" and not isinstance(design.specification.covariance, Unadjusted):
        if options is None:
            return None
        kinds = {"weight_type": options["cov_type"]} | {
            name: options[name] for name in options if name != "cov_type"
        }
        kind = functools.partial(IVGMMCUE, **kinds)
    made = kind(
        pd.Series(design.outcome, name="outcome"),
        exogenous if exogenous.shape[1] else None,
        pd.DataFrame(design.endogenous, columns=list(design.endogenous_terms)),
        pd.DataFrame(design.instruments, columns=list(design.instrument_terms)),
        weights=None if design.weights is None else pd.Series(design.weights, name="weights"),
    )
    if isinstance(made, IVGMMCUE):  # its errors are those of centred moments
        search = {"xatol": 1e-11, "fatol": 1e-13, "maxiter": 20_000, "maxfev": 20_000}
        found = made.fit(opt_options={"method": "Nelder-Mead", "options": search})
        return _linearmodels(found, "IVGMMCUE", names, False, "areg")
    found = made.fit(**(options or {"cov_type": "unadjusted"}), debiased=True)
    return _linearmodels(found, type(made).__name__, names, options is not None, "areg")


def _panel(design: Design) -> EngineFit:
    from linearmodels import panel

    estimator = design.specification.estimator
    kinds: dict[type, Any] = {
        RandomEffects: panel.RandomEffects,
        BetweenOLS: panel.BetweenOLS,
        FirstDifference: panel.FirstDifferenceOLS,
        FamaMacBeth: panel.FamaMacBeth,
    }
    kind = kinds[type(estimator)]
    entity = np.arange(design.n_obs) if design.entity is None else design.entity
    time = np.arange(design.n_obs) if design.time is None else design.time
    index = pd.MultiIndex.from_arrays([entity, time], names=["entity", "time"])
    terms = [
        term for term in design.terms if not (isinstance(estimator, FirstDifference) and term == INTERCEPT)
    ]
    columns = pd.DataFrame(
        design.regressors[:, [design.terms.index(term) for term in terms]], index=index, columns=terms
    )
    made = kind(pd.Series(design.outcome, index=index, name="outcome"), columns)
    options = _linearmodels_options(design, panel=True)
    compared = options is not None and not isinstance(estimator, FamaMacBeth)
    if isinstance(estimator, BetweenOLS) and isinstance(design.specification.covariance, Clustered):
        compared = False
    found = made.fit(**(options or {})) if compared else made.fit()
    return _linearmodels(found, kind.__name__, terms, compared, "linearmodels")


def _linearmodels_options(design: Design, *, panel: bool = False) -> dict[str, Any] | None:
    asked = design.specification.covariance
    if isinstance(asked, Unadjusted):
        return {"cov_type": "unadjusted"}
    if isinstance(asked, Robust):
        return {"cov_type": "robust"}
    if isinstance(asked, Clustered) and len(asked.columns) == 1:
        if not panel:
            return {"cov_type": "clustered", "clusters": next(iter(design.clusters.values()))}
        if asked.columns == (design.specification.entity,):
            return {"cov_type": "clustered", "cluster_entity": True}
    return None


def _linearmodels(found: Any, model: str, terms: list[str], compared: bool, rule: SmallSample) -> EngineFit:
    import linearmodels

    return EngineFit(
        engine=f"linearmodels {linearmodels.__version__}",
        model=model,
        estimates=found.params[terms],
        std_errors=found.std_errors[terms] if compared else None,
        rule=rule,
    )


_FITS: dict[type, Callable[[Design], EngineFit | None]] = {
    LeastSquares: _least_squares,
    TwoStageLeastSquares: _instrumental,
    Poisson: _poisson,
    Logit: _binary,
    Probit: _binary,
    RandomEffects: _panel,
    BetweenOLS: _panel,
    FirstDifference: _panel,
    FamaMacBeth: _panel,
    SystemEquation: system_fit,
    **LIKELIHOODS,
}
