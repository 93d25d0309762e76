"""One equation of a system by linearmodels, all equations estimated together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.design import INTERCEPT, Design
from digimfg.estimators.system_equation import SystemEquation
from digimfg.postestimation.engine_fit import EngineFit

__all__ = ["system_fit"]

Floats = NDArray[np.float64]

_OWN = "this"


def system_fit(design: Design) -> EngineFit | None:
    """Return the equation of a design as its system gives it; ``None`` where the engine lacks its errors'
    weights, or a specification stands for the whole system.
    """
    import linearmodels
    from linearmodels.system import IV3SLS, SUR

    estimator = design.specification.estimator
    assert isinstance(estimator, SystemEquation)  # noqa: S101
    if not estimator.others:
        return None
    designs = dict(
        zip([_OWN, *map(str, range(len(estimator.others)))], estimator.designs(design), strict=True)
    )
    parts: dict[str, Any] = {name: _part(each, designs, estimator) for name, each in designs.items()}
    made = (SUR if estimator.method == "sur" else IV3SLS)(parts)
    options, factor = _errors(designs[_OWN])
    rounds: dict[str, Any] = {"iterate": True, "iter_limit": 500, "tol": 1e-10} if estimator.iterate else {}
    found = made.fit(**(options or {"cov_type": "unadjusted"}), **rounds)
    terms = (*design.endogenous_terms, *design.terms)
    names = [f"{_OWN}_{term}" for term in terms]
    return EngineFit(
        engine=f"linearmodels {linearmodels.__version__}",
        model=type(made).__name__,
        estimates=pd.Series(found.params[names].to_numpy(), index=list(terms)),
        std_errors=None
        if options is None
        else pd.Series(found.std_errors[names].to_numpy() * np.sqrt(factor), index=list(terms)),
        rule=design.specification.covariance.small_sample,
    )


def _part(design: Design, designs: dict[str, Design], estimator: SystemEquation) -> dict[str, Any]:
    dummies = _dummies(design)
    exogenous = pd.DataFrame(design.regressors, columns=list(design.terms)).join(dummies)
    part: dict[str, Any] = {"dependent": pd.Series(design.outcome, name="outcome"), "exog": exogenous}
    if design.weights is not None:
        part["weights"] = pd.Series(design.weights, name="weights")
    if estimator.method == "3sls":
        if design.endogenous_terms:
            part["endog"] = pd.DataFrame(design.endogenous, columns=list(design.endogenous_terms))
        part["instruments"] = pd.DataFrame(_outside(design, designs))
    return part


def _outside(design: Design, designs: dict[str, Design]) -> dict[str, Floats]:
    """Return the exogenous columns of the system that are not in an equation."""
    inside = {term for each in designs.values() for term in each.endogenous_terms}
    found: dict[str, Floats] = {}
    for each in designs.values():
        found |= dict(zip(each.terms, each.regressors.T, strict=True))
        found |= dict(zip(each.instrument_terms, each.instruments.T, strict=True))
    own = {*design.terms, *inside, INTERCEPT}
    return {term: values for term, values in found.items() if term not in own}


def _dummies(design: Design) -> pd.DataFrame:
    frames = [
        pd.get_dummies(pd.Series(codes), prefix=f"| {name}", dtype=np.float64).iloc[:, min(place, 1) :]
        for place, (name, codes) in enumerate(design.effects.items())
    ]
    return pd.concat(frames, axis=1) if frames else pd.DataFrame(index=range(design.n_obs))


def _errors(design: Design) -> tuple[dict[str, Any] | None, float]:
    """Return how the engine is asked for the errors, and what the rule of Stata multiplies variances by."""
    asked = design.specification.covariance
    ruled = asked.small_sample == "stata"
    if isinstance(asked, Unadjusted):
        return {"cov_type": "unadjusted", "debiased": False}, 1.0
    if isinstance(asked, Robust):
        factor = design.n_obs / (design.n_obs - 1) if ruled else 1.0
        return {"cov_type": "robust", "debiased": False}, factor
    if isinstance(asked, Clustered) and len(asked.columns) == 1:
        codes = next(iter(design.clusters.values()))
        groups = int(codes.max()) + 1
        options = {"cov_type": "clustered", "clusters": codes, "debiased": False, "group_debias": False}
        return options, groups / (groups - 1) if ruled else 1.0
    return None, 1.0
