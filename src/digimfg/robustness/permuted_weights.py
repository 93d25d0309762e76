"""Ask whether the weights of a spatial panel matter, or any other links between the same units would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimate import estimate
from digimfg.estimators.panel_rows import check_plain
from digimfg.estimators.spatial.estimator import SpatialPanel, spatial_model
from digimfg.estimators.spatial.model import estimate_spatial
from digimfg.estimators.spatial.preparation import in_given_units
from digimfg.estimators.spatial.results import effects_table
from digimfg.kinds import AtLeast, AtMost, Seed, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.parallel import spawn_seeds
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.spatial.model import SpatialModel
    from digimfg.specification import Specification

__all__ = ["PermutedWeights", "permuted_weights"]

_WHERE = "dm.permuted_weights"
_TIE = 1e-9


@checked
@shown(Text("Permuted weights", "空间权重的置换检验"))
@dataclass(frozen=True, kw_only=True, eq=False)
class PermutedWeights:
    """Hold what a spatial panel says under its own weights and under weights whose units changed places.

    Parameters
    ----------
    term
        The regressor of the indirect effects.
    table
        Index ``statistic``: spatial coefficients (``rho``), ``indirect`` effects of the term,
        ``log_likelihood``; ``observed``, ``mean low high`` (the 95 % range of the permutations) and
        ``p_value``.
    p_value
        Of the likelihood: the share of permutations under which the data are at least as likely, the weights
        themselves among them.
    permutations
        How many, and of these `n_failed` without estimates.
    placebo
        The statistics of every permutation.
    notes
        What a reader must know.
    """

    term: str
    table: pd.DataFrame
    p_value: float
    permutations: int
    n_failed: int
    placebo: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def permuted_weights(
    specification: Specification,
    frame: StoredFrame,
    *,
    term: str | None = None,
    permutations: Annotated[int, AtLeast(19), AtMost(100_000)] = 199,
    seed: Seed = 0,
) -> PermutedWeights:
    r"""Falsify the weights of a spatial panel: let its units change places in them and estimate again.

    Under the null that it does not matter who is linked with whom, the weights are one draw of
    :math:`PWP'` over permutations P of the units: all links, rows and columns keep their weights, and every
    unit its data. For coefficients and effects

    .. math:: p = \min\Big(1,\ 2\min\Big(\frac{1+\#\{r: s_r\le s\}}{1+R},
        \frac{1+\#\{r: s_r\ge s\}}{1+R}\Big)\Big)

    which needs no center: spatial lags by links drawn at random have coefficients other than zero where
    regressors have common parts. For the log-likelihood only the upper side counts.

    Parameters
    ----------
    specification
        With a `dm.SpatialPanel`; several matrices change places together.
    frame
        As for `dm.estimate`.
    term
        The regressor whose indirect effect is compared; by default the first that is no lag of the outcome.
    permutations, seed
        How many, and of the draws.

    Raises
    ------
    SpecificationError
        If the estimator is another, or the term is none of its regressors.
    EstimationError
        Whatever the estimate has to say. A permutation whose likelihood has no maximum, or whose estimates
        have no effects, counts as extreme on both sides and is counted in a note.

    Notes
    -----
    The permutation test of Moran's I (Cliff and Ord 1981) carried to the model; weights that stand in for
    distance in another variable pass it too.

    Examples
    --------
    >>> import digimfg as dm
    >>> rng = np.random.default_rng(5)
    >>> ring = np.roll(np.eye(20), 1, axis=1) + np.roll(np.eye(20), -1, axis=1)
    >>> x, noise = rng.normal(size=(2, 6, 20))
    >>> y = np.linalg.solve(np.eye(20) - 0.3 * ring, (x + noise).T).T
    >>> frame = pd.DataFrame({"unit": np.tile(np.arange(20), 6), "year": np.repeat(np.arange(6), 20),
    ...     "x": x.ravel(), "y": y.ravel()})
    >>> spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects="unit",
    ...     estimator=dm.SpatialPanel(weights=ring, standardization="row", draws=0))
    >>> dm.permuted_weights(spec, frame, permutations=39).p_value
    0.025
    """
    options = specification.estimator
    if not isinstance(options, SpatialPanel):
        raise SpecificationError.of("robustness.not_a_spatial_panel", where=_WHERE, got=options.label)
    design = build_design(specification, frame)
    check_plain(design, options.label)
    model, sizes, _ = spatial_model(options, design, [])
    chosen = _term(model, term)
    observed = _statistics(model, chosen, sizes)
    draws: list[dict[str, float]] = []
    failed = 0
    for each in spawn_seeds(seed, permutations):
        places = np.random.default_rng(each).permutation(model.outcome.shape[1])
        try:
            draws.append(_statistics(_moved(model, places), chosen, sizes))
        except EstimationError:
            failed += 1
    placebo = pd.DataFrame(draws, columns=list(observed))
    table = _compared(observed, placebo, failed)
    return PermutedWeights(
        term=chosen,
        table=table,
        p_value=float(table["p_value"].loc["log_likelihood"]),
        permutations=permutations,
        n_failed=failed,
        placebo=placebo,
        notes=(
            *estimate(specification, frame).notes,
            *_notes(permutations, failed, model.outcome.shape[1]),
        ),
    )


def _term(model: SpatialModel, term: str | None) -> str:
    own = [name for place, name in enumerate(model.names) if place != model.own_lag]
    if term is None and own:
        return own[0]
    if term not in own:
        raise SpecificationError.of(
            "robustness.regressor_unknown", where=_WHERE, got=f"'{term}'", names=", ".join(own)
        )
    return term


def _moved(model: SpatialModel, places: Any) -> SpatialModel:
    """Return the model with its units in other places of the weights."""
    error = model.error_weights
    return replace(
        model,
        weights={name: matrix[places][:, places] for name, matrix in model.weights.items()},
        error_weights=None if error is None else error[places][:, places],
    )


def _statistics(model: SpatialModel, term: str, sizes: Mapping[str, float]) -> dict[str, float]:
    """Return spatial coefficients, indirect effects of a term, and the log-likelihood."""
    found = estimate_spatial(model)
    names = model.parameter_names
    values = found.fit.parameters / in_given_units(names, dict(sizes))
    statistics = {name: float(value) for name, value in zip(names, values, strict=True)}
    if model.lag_outcome or np.any(model.lagged):
        effects, _, stable = effects_table(found, 0, 0)
        if not stable and model.own_lag is None:
            raise _without_effects()
        own = effects.xs(term, level="term")["estimate"].astype(float)
        kinds = [str(kind) for kind in own.index]
        statistics |= {
            kind: value
            for kind, value in zip(kinds, own.tolist(), strict=True)
            if kind.startswith("indirect")
        }
    return statistics | {"log_likelihood": float(found.fit.log_likelihood)}


def _without_effects() -> EstimationError:
    return EstimationError.of("robustness.process_not_stationary", where=_WHERE)


def _compared(observed: Mapping[str, float], placebo: pd.DataFrame, failed: int) -> pd.DataFrame:
    rows = []
    for name, value in observed.items():
        drawn = placebo[name].to_numpy(dtype=np.float64)
        slack = _TIE * max(1.0, abs(value))
        total = 1 + len(drawn) + failed
        above = (1 + failed + int((drawn >= value - slack).sum())) / total
        below = (1 + failed + int((drawn <= value + slack).sum())) / total
        p = above if name == "log_likelihood" else min(1.0, 2 * min(above, below))
        low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) else (np.nan, np.nan)
        mean = float(drawn.mean()) if len(drawn) else np.nan
        rows.append((value, mean, float(low), float(high), p))
    return pd.DataFrame(
        rows,
        columns=["observed", "mean", "low", "high", "p_value"],
        index=pd.Index(list(observed), name="statistic"),
    )


def _notes(permutations: int, failed: int, units: int) -> tuple[Text, ...]:
    told = [note_of("robustness.permutations", n=permutations, units=units)]
    if failed:
        told.append(note_of("robustness.permutations_failed", n=failed))
    return tuple(told)
