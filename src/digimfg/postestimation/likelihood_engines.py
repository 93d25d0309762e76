"""Counts, categories and shares by the likelihoods of statsmodels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.design import Design
from digimfg.estimators.limited.negative_binomial import NegativeBinomial
from digimfg.postestimation.engine_fit import EngineFit

__all__ = ["LIKELIHOODS"]

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


LIKELIHOODS: dict[type, Callable[[Design], EngineFit | None]] = {NegativeBinomial: _negative_binomial}
"""Estimator → its engine."""
