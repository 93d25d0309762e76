"""Tables of a spatial panel: effects with their errors, tests that choose the model, and fit statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from digimfg.estimators.spatial.choice import (
    ChiSquared,
    chi_squared,
    lagrange_multiplier_tests,
    wald,
)
from digimfg.estimators.spatial.data import SpatialData
from digimfg.estimators.spatial.determinant import Determinant
from digimfg.estimators.spatial.effects import EffectErrors, EffectMap, Multipliers, effect_errors
from digimfg.estimators.spatial.maximum import maximise
from digimfg.estimators.spatial.model import HIDDEN, SpatialEstimate
from digimfg.estimators.spatial.mundlak import mundlak_test
from digimfg.inference.drawn import drawn_p_values, ordered_intervals

__all__ = ["choice_table", "choice_tests", "effects_table", "fit_statistics"]

Floats = NDArray[np.float64]
_OF_EFFECTS = pd.Index(
    ["estimate", "std_error", "std_error_delta", "statistic", "p_value", "conf_low", "conf_high"]
)
_OF_TESTS = pd.Index(["statistic", "df", "p_value"])


def effects_table(estimate: SpatialEstimate, draws: int, seed: int) -> tuple[pd.DataFrame, int, bool]:
    r"""Return direct, indirect and total effects of every regressor, the draws drawn again, and if there is
    a long run.

    In a dynamic model the table has short-run effects and, with "long run" before their names, those of
    :math:`[(1-\tau)I-\sum(\rho_j+\eta_j)W_j]^{-1}(\beta I+\sum\theta_jW_j)`, unless the estimates are those
    of a process that is not stable: it has no long run.
    """
    model = estimate.model
    keep = [k for k, name in enumerate(model.names) if k != model.own_lag and not name.startswith(HIDDEN)]
    names = [model.names[k] for k in keep]
    kinds = ["direct", "indirect", "total"]
    if len(model.weights) > 1:
        kinds.extend(f"indirect[{name}]" for name in model.weights)
    short = EffectMap(
        multipliers=Multipliers(Determinant(model.matrices)),
        places=model.places[keep],
        rho_places=estimate.rho_places,
    )
    maps = {"": short}
    if model.own_lag is not None:
        maps["long run "] = replace(short, past_places=model.places[model.own_lag])
    point = estimate.estimates
    covariance = estimate.covariance[: len(point), : len(point)]
    tables: list[pd.DataFrame] = []
    n_rejected = 0
    stable = all(bool(effects.admissible(point[None, :])[0]) for effects in maps.values())
    if not stable:
        maps.pop("long run ", None)
    for prefix, effects in maps.items():
        errors = effect_errors(effects, point, covariance, draws=draws, rng=np.random.default_rng(seed))
        tables.append(_tidy(errors, [prefix + kind for kind in kinds], names))
        n_rejected += errors.n_rejected
    return (tables[0] if len(tables) == 1 else pd.concat(tables)), n_rejected, stable


def choice_tests(estimate: SpatialEstimate) -> dict[str, ChiSquared]:
    r"""Return the tests that speak to the choice of this model.

    LM tests against the model without spatial terms; for a Durbin model Wald and likelihood-ratio tests of
    the lag (:math:`\theta=0`) and error (:math:`\theta+\rho\beta=0`) restrictions; for entity effects
    Hausman's test against random effects in Mundlak's form (unit means of all columns added to the
    random-effects model), which has no indefinite difference of covariances.
    """
    model = estimate.model
    found: dict[str, ChiSquared] = {}
    if len(model.weights) == 1 and model.effects != "random":
        data = estimate.fit.likelihood.data
        own = 1 + len(data.lag_matrices) + np.arange(len(model.names))
        places = np.append(own, data.n_columns - 1) if model.has_constant else own
        freed = data.freed
        found.update(
            lagrange_multiplier_tests(
                model.matrices[0], freed[:, :, 0].copy(), np.ascontiguousarray(freed[:, :, places])
            )
        )
    static = model.own_lag is None
    if len(model.weights) == 1 and model.lag_outcome and np.any(model.lagged):
        found.update(_durbin_wald(estimate))
        if model.error_weights is None and static:
            lag, error = (maximise(data) for data in _restricted(estimate))
            count = int(model.lagged.sum())
            level = estimate.fit.log_likelihood
            found["lr_lag"] = chi_squared(2 * (level - lag.log_likelihood), count)
            found["lr_error"] = chi_squared(2 * (level - error.log_likelihood), count)
    if model.effects in ("entity", "twoways") and static:
        found["hausman"] = mundlak_test(estimate)
    return found


def choice_table(tests: Mapping[str, ChiSquared]) -> pd.DataFrame:
    """Return the tests as a table, index test; ``statistic df p_value``."""
    numbers = [(test.statistic, float(test.df), test.p_value) for test in tests.values()]
    return pd.DataFrame(
        np.array(numbers).reshape(len(tests), 3),
        columns=_OF_TESTS.copy(),
        index=pd.Index(list(tests), name="test", dtype=object),
    )


def fit_statistics(estimate: SpatialEstimate) -> dict[str, float]:
    """Return sigma2, log-likelihood, information criteria and the squared correlation of outcome and
    prediction.
    """
    fit, model = estimate.fit, estimate.model
    n_obs = float(model.outcome.size)
    n_parameters = len(fit.coefficients) + len(fit.parameters) + 1
    data = fit.likelihood.data
    mean = data.regressors @ fit.coefficients
    if fit.likelihood.lag is not None:
        mean = fit.likelihood.lag.solved(fit.rho, np.ascontiguousarray(mean.T)).T
    predicted, seen = data.remove_effects(mean).ravel(), data.remove_effects(model.outcome).ravel()
    statistics = {
        "sigma2": fit.sigma2,
        "log_likelihood": fit.log_likelihood,
        "aic": 2.0 * n_parameters - 2.0 * fit.log_likelihood,
        "bic": float(np.log(n_obs)) * n_parameters - 2.0 * fit.log_likelihood,
        "n_obs": n_obs,
        "n_entities": float(model.outcome.shape[1]),
        "n_periods": float(model.outcome.shape[0]),
    }
    predicted, seen = predicted - predicted.mean(), seen - seen.mean()
    if (spread := float(predicted @ predicted)) > 0:
        statistics["r2_within"] = float(predicted @ seen) ** 2 / (spread * float(seen @ seen))
    if model.effects == "random":
        statistics["phi"] = fit.shrink
        statistics["sigma2_entity"] = fit.sigma2 * (1.0 / fit.shrink**2 - 1.0) / model.outcome.shape[0]
    return statistics


def _tidy(errors: EffectErrors, kinds: list[str], names: list[str]) -> pd.DataFrame:
    """Return the effects with errors, p values and intervals that all come from one source.

    With draws all three are theirs: the standard error is the length of the interval over that of the
    standard normal, since the standard deviation has no value where draws come near singularity, as 1/(1 -
    ρ) does.
    """
    estimate, normal = errors.effects.ravel(), float(special.ndtri(0.975))
    if errors.drawn is None:
        error = errors.delta.ravel()
        with np.errstate(divide="ignore", invalid="ignore"):
            p_value = 2 * special.ndtr(-np.abs(np.where(error > 0, estimate / error, np.nan)))
        low, high = estimate - normal * error, estimate + normal * error
    else:
        ordered = np.sort(errors.drawn.reshape(len(errors.drawn), -1).T, axis=1)
        low, high = ordered_intervals(ordered)
        p_value = drawn_p_values(ordered)
        error = (high - low) / (2 * normal)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(error > 0, estimate / error, np.nan)
    return pd.DataFrame(
        np.column_stack([estimate, error, errors.delta.ravel(), statistic, p_value, low, high]),
        index=_pairs(tuple(kinds), tuple(names)).copy(),
        columns=_OF_EFFECTS.copy(),
    )


@lru_cache(maxsize=16)
def _pairs(kinds: tuple[str, ...], names: tuple[str, ...]) -> pd.MultiIndex:
    """Return the index of every kind with every name; the same terms come again and again."""
    levels = [sorted(set(each)) for each in (kinds, names)]
    return pd.MultiIndex(
        levels=levels,
        codes=[
            [levels[0].index(kind) for kind in kinds for _ in names],
            [levels[1].index(name) for name in names] * len(kinds),
        ],
        names=["effect", "term"],
        verify_integrity=False,
    )


def _restricted(estimate: SpatialEstimate) -> tuple[SpatialData, SpatialData]:
    """Return the spatial lag and the spatial error model within a Durbin model of one matrix, with its cross
    products where they hold all of theirs.
    """
    model, data = estimate.model, estimate.fit.likelihood.data
    plain = model.without_lags()
    lag = plain.data
    error = replace(lag, lag_matrices=(), error_matrix=model.matrices[0])
    if model.effects == "random" or model.has_constant:
        return lag, error
    own, lagged = model.places.T + 2  # outcome and its lag come first
    lag = replace(lag, known=data.selected(np.array([0, 1, *own])))
    if np.all(model.lagged):
        error = replace(error, known=data.selected(np.array([0, *own, 1, *lagged])))
    return lag, error


def _durbin_wald(estimate: SpatialEstimate) -> dict[str, ChiSquared]:
    model, point = estimate.model, estimate.estimates
    covariance = estimate.covariance[: len(point), : len(point)]
    own = model.places[model.lagged, 0]
    lag = model.places[model.lagged, 1]
    rho_place = int(estimate.rho_places[0])
    rho = float(point[rho_place])
    rows = np.arange(len(own))
    no_lag, common_factor = np.zeros((len(own), len(point))), np.zeros((len(own), len(point)))
    no_lag[rows, lag] = 1.0
    common_factor[rows, lag] = 1.0
    common_factor[rows, own] = rho
    common_factor[:, rho_place] = point[own]
    return {
        "wald_lag": wald(point[lag], no_lag, covariance),
        "wald_error": wald(point[lag] + rho * point[own], common_factor, covariance),
    }
