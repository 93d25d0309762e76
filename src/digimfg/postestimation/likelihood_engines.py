"""Counts, categories and shares by the likelihoods of statsmodels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.design import INTERCEPT, Design
from digimfg.estimators.limited.fractional import FractionalLogit, FractionalProbit
from digimfg.estimators.limited.negative_binomial import NegativeBinomial
from digimfg.estimators.limited.ordered import OrderedLogit, OrderedProbit
from digimfg.postestimation.engine_fit import EngineFit

__all__ = ["LIKELIHOODS"]

_EXACT: dict[str, Any] = {"tol": 1e-14, "maxiter": 200}

Floats = NDArray[np.float64]


def _fitted(design: Design, made: Any, names: list[str], model: str, **fit: Any) -> EngineFit:
    import statsmodels

    asked = design.specification.covariance
    options: dict[str, Any] | None = None
    if isinstance(asked, Unadjusted):
        options = {"cov_type": "nonrobust"}
    elif isinstance(asked, Robust):
        options = {"cov_type": "HC0"}
    elif isinstance(asked, Clustered) and len(asked.columns) == 1:
        groups = next(iter(design.clusters.values()))
        options = {"cov_type": "cluster", "cov_kwds": {"groups": groups, "use_correction": False}}
    found = made.fit(disp=0, **(options or {}), **fit)
    return EngineFit(
        engine=f"statsmodels {statsmodels.__version__}",
        model=model,
        estimates=pd.Series(np.asarray(found.params), index=names),
        std_errors=pd.Series(np.asarray(found.bse), index=names) if options is not None else None,
        rule="stata" if isinstance(asked, Unadjusted) else "none",
    )


def _negative_binomial(design: Design) -> EngineFit | None:
    from statsmodels.discrete.discrete_model import NegativeBinomial as Engine

    estimator = design.specification.estimator
    assert isinstance(estimator, NegativeBinomial)  # noqa: S101
    if design.weights is not None:
        return None
    kind, name = ("nb2", "/alpha") if estimator.dispersion == "mean" else ("nb1", "/delta")
    added = estimator.offset_of(design.evaluator)
    offset = None if added is None else added[design.rows]
    made = Engine(design.outcome, design.regressors, loglike_method=kind, offset=offset)
    return _fitted(
        design,
        made,
        [*design.terms, name],
        f"NegativeBinomial, {kind}",
        method="newton",
        tol=1e-14,
        maxiter=200,
    )


def _ordered(design: Design) -> EngineFit | None:
    import statsmodels
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    estimator, asked = design.specification.estimator, design.specification.covariance
    assert isinstance(estimator, OrderedLogit | OrderedProbit)  # noqa: S101
    if design.weights is not None or estimator.effects == "random":
        return None
    shape = "logit" if isinstance(estimator, OrderedLogit) else "probit"
    kept = [place for place, term in enumerate(design.terms) if term != INTERCEPT]
    columns = design.near[:, kept]
    size = columns.std(axis=0)
    names = [design.terms[place] for place in kept]
    codes = np.unique(design.outcome, return_inverse=True)[1]
    made = OrderedModel(codes, (columns - columns.mean(axis=0)) / size, distr=shape)
    found = made.fit(method="bfgs", disp=0, gtol=1e-9, maxiter=500)
    exact = isinstance(asked, Unadjusted)
    return EngineFit(
        engine=f"statsmodels {statsmodels.__version__}",
        model=f"OrderedModel, {shape}",
        estimates=pd.Series(np.asarray(found.params)[: len(kept)] / size, index=names),
        std_errors=pd.Series(np.asarray(found.bse)[: len(kept)] / size, index=names) if exact else None,
        rule="stata",
    )


def _fractional(design: Design) -> EngineFit | None:
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    if design.weights is not None:
        return None
    logit = isinstance(design.specification.estimator, FractionalLogit)
    link = families.links.Logit() if logit else families.links.Probit()
    made = GLM(design.outcome, design.regressors, family=families.Binomial(link))
    found = _fitted(design, made, list(design.terms), f"GLM, Binomial, {type(link).__name__}", **_EXACT)
    # Of a probit statsmodels takes the expected information.
    return found if logit else replace(found, std_errors=None)


LIKELIHOODS: dict[type, Callable[[Design], EngineFit | None]] = {
    NegativeBinomial: _negative_binomial,
    OrderedLogit: _ordered,
    OrderedProbit: _ordered,
    FractionalLogit: _fractional,
    FractionalProbit: _fractional,
}
"""Estimator → its engine."""
