"""What is true of each mechanism of a synthetic panel, and the equation that should find it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from digimfg.covariance import Clustered
from digimfg.errors import MeasureError
from digimfg.simulation.truth import SimulationTruth
from digimfg.specification import Specification

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.simulation.panels import SimulatedPanel
    from digimfg.specification import Estimator

__all__ = [
    "TARGETS",
    "Mechanism",
    "Target",
    "check_parameter",
    "target_specification",
    "true_value",
    "without",
]

Mechanism = Literal["linear", "mediated", "threshold", "endogenous", "policy", "spatial", "dynamic"]

_KEYS = {
    "china_province": ("province_name_zh", "year"),
    "china_city": ("city", "year"),
    "firm": ("firm", "year"),
    "world": ("country", "year"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Say what is estimated of a mechanism: its equation, the row of the answer, and the parameter it should
    be.
    """

    outcome: str
    regressors: tuple[str, ...]
    term: str
    parameter: str
    controls: tuple[str, ...] = ()
    with_effects: bool = True


TARGETS: dict[str, Target] = {
    "linear": Target(
        outcome="upgrading_linear", regressors=("digital_index",), controls=("control",),
        term="digital_index", parameter="slope",
    ),
    "mediated": Target(
        outcome="upgrading_mediated", regressors=("digital_index",),
        term="indirect effect", parameter="indirect",
    ),
    "threshold": Target(
        outcome="upgrading_threshold", regressors=("digital_index",),
        term="digital_index:regime[1]", parameter="slope",
    ),
    "endogenous": Target(
        outcome="upgrading_endogenous", regressors=("digital_index",),
        term="digital_index", parameter="slope",
    ),
    "policy": Target(
        outcome="upgrading_policy", regressors=("pilot",),
        term="pilot", parameter="policy_average", with_effects=False,
    ),
    "spatial": Target(
        outcome="upgrading_spatial", regressors=("digital_index",),
        term="rho", parameter="spatial_lag",
    ),
    "dynamic": Target(
        outcome="upgrading_dynamic", regressors=("L.upgrading_dynamic", "digital_index"),
        term="L.upgrading_dynamic", parameter="persistence",
    ),
}  # fmt: skip


def target_specification(estimator: Estimator, target: Target, panel: SimulatedPanel) -> Specification:
    """Return the equation of a mechanism for an estimator: two-way effects where it takes them, errors by
    unit.
    """
    entity, time = _KEYS[panel]
    absorbs, instrumented = estimator.absorbs_effects, estimator.takes_instruments
    return Specification(
        target.outcome,
        () if instrumented else target.regressors,
        controls=target.controls,
        entity=entity,
        time=time,
        fixed_effects=(entity, time) if target.with_effects and (absorbs or target.term == "rho") else (),
        endogenous=target.regressors if instrumented else (),
        instruments="instrument" if instrumented else (),
        covariance=Clustered(entity, wild_bootstrap=None),
        estimator=estimator,
    )


def true_value(parameter: str, truth: SimulationTruth, frame: pd.DataFrame) -> float:
    """Return the parameter; the average effect of the pilots depends on who is treated when."""
    if parameter == "policy_average":
        treated = frame[frame["pilot"] == 1]
        years = treated["year"] - treated["pilot_start"]
        return float((truth.policy_effect * (1 + truth.policy_growth * years)).mean())
    return float(getattr(truth, parameter))


def without(parameter: str, truth: SimulationTruth) -> SimulationTruth:
    """Return the truth with a parameter at zero; a derived one becomes zero through those that make it.

    Examples
    --------
    >>> without("indirect", SimulationTruth()).indirect
    0.0
    """
    derived = {
        "indirect": ("outcome_path",),
        "total": ("slope", "outcome_path"),
        "policy_average": ("policy_effect",),
    }
    return replace(truth, **dict.fromkeys(derived.get(parameter, (parameter,)), 0.0))


def check_parameter(parameter: str, truth: SimulationTruth) -> None:
    """Raise unless the truth has the parameter."""
    if parameter != "policy_average" and parameter not in set(truth.table()["parameter"]):
        raise MeasureError.of(
            "simulation.parameter_unknown", got=repr(parameter), table=truth.table()["parameter"]
        )
