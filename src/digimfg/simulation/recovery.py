"""Does an estimator find what is true? Bias, size, power and coverage on synthetic panels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from digimfg.errors import EstimationError, MeasureError
from digimfg.measures.choices import check_choice
from digimfg.simulation.panels import SimulatedPanel, simulate_panel
from digimfg.simulation.truth import SimulationTruth
from digimfg.specification import Specification
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators import Estimator

__all__ = ["Mechanism", "RecoveryStudy", "recovery_study", "recovery_summary"]

Mechanism = Literal["linear", "mediated", "threshold", "endogenous", "policy", "spatial", "dynamic"]
Scenario = Literal["true", "none"]

_KEYS = {
    "china_province": ("province_name_zh", "year"),
    "firm": ("firm", "year"),
    "world": ("country", "year"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Target:
    """What is estimated of a mechanism: its equation, the row of the answer, and the parameters that make it true."""

    outcome: str
    regressors: tuple[str, ...]
    term: str
    parameter: str
    zeroed: tuple[str, ...]
    controls: tuple[str, ...] = ()
    with_effects: bool = True


_TARGETS: dict[str, _Target] = {
    "linear": _Target(
        outcome="upgrading_linear", regressors=("digital_index",), controls=("control",),
        term="digital_index", parameter="slope", zeroed=("slope",),
    ),
    "mediated": _Target(
        outcome="upgrading_mediated", regressors=("digital_index",),
        term="indirect effect", parameter="indirect", zeroed=("outcome_path",),
    ),
    "threshold": _Target(
        outcome="upgrading_threshold", regressors=("digital_index",),
        term="digital_index:regime[1]", parameter="slope", zeroed=("slope",),
    ),
    "endogenous": _Target(
        outcome="upgrading_endogenous", regressors=("digital_index",),
        term="digital_index", parameter="slope", zeroed=("slope",),
    ),
    "policy": _Target(
        outcome="upgrading_policy", regressors=("pilot",),
        term="pilot", parameter="policy_average", zeroed=("policy_effect",), with_effects=False,
    ),
    "spatial": _Target(
        outcome="upgrading_spatial", regressors=("digital_index",),
        term="rho", parameter="spatial_lag", zeroed=("spatial_lag",),
    ),
    "dynamic": _Target(
        outcome="upgrading_dynamic", regressors=("L.upgrading_dynamic", "digital_index"),
        term="L.upgrading_dynamic", parameter="persistence", zeroed=("persistence",),
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class RecoveryStudy:
    """Hold the answers of an estimator to many synthetic panels.

    Parameters
    ----------
    draws
        One row per panel: ``scenario`` (``"true"`` or ``"none"``), ``replication``, ``truth``, ``estimate``, ``std_error``,
        ``p_value``, ``conf_low``, ``conf_high``, ``synthetic``; missing where the estimator gave no answer.
    specification
        What was estimated.
    term, parameter
        The row of the answer and what it should be.
    notes
        What a reader must know.
    """

    draws: pd.DataFrame
    specification: Specification
    term: str
    parameter: str
    notes: tuple[Text, ...]

    @property
    def summary(self) -> pd.DataFrame:
        """Return bias, spread, coverage and rejections per scenario (`recovery_summary`)."""
        return recovery_summary(self.draws)


@dataclass(frozen=True, slots=True)
class _Task:
    specification: Specification
    term: str
    parameter: str
    panel: SimulatedPanel
    truth: SimulationTruth
    seed: np.random.SeedSequence
    units: int | None
    years: tuple[int, int] | None


def recovery_study(
    estimator: Estimator | Specification,
    *,
    mechanism: Mechanism = "linear",
    panel: SimulatedPanel = "china_province",
    truth: SimulationTruth | None = None,
    replications: int = 200,
    seed: int = 0,
    term: str | None = None,
    parameter: str | None = None,
    units: int | None = None,
    years: tuple[int, int] | None = None,
    n_jobs: int | None = None,
) -> RecoveryStudy:
    """Try an estimator on synthetic panels whose truth is known.

    Every panel is simulated twice from the same random numbers: with the true parameter, which gives bias, coverage and
    power, and with the parameter at zero, which gives the size of its test.

    Parameters
    ----------
    estimator
        Estimated with two-way fixed effects and errors clustered by unit; or a whole specification on the columns of
        `simulate_panel`.
    mechanism
        Which outcome and parameter: ``"linear"`` slope, ``"mediated"`` indirect effect, ``"threshold"`` slope of the lower
        regime, ``"endogenous"`` slope despite an omitted variable, ``"policy"`` average effect of the pilots on the treated,
        ``"spatial"`` lag (provinces), ``"dynamic"`` persistence.
    panel, truth, units, years
        As in `simulate_panel`.
    replications, seed
        Panels per scenario; random numbers.
    term, parameter
        Row of ``result.coefficients`` and attribute of `SimulationTruth` to compare it with, where they are not the mechanism's.
    n_jobs
        Processes, see `digimfg.parallel.run_parallel`.

    Returns
    -------
    RecoveryStudy
        ``summary``: per scenario ``n n_failed truth mean bias rmse sd mean_std_error coverage rejection``, intervals of 95 and
        tests of 5 per cent. `RecoveryPlot` draws it.

    Raises
    ------
    MeasureError
        If an option is unknown, or the answer has no such row.

    Examples
    --------
    >>> import digimfg as dm
    >>> study = recovery_study(dm.LeastSquares(), replications=20, seed=1)
    >>> bool(abs(study.summary.loc["true", "bias"]) < 0.02)
    True
    """
    import pandas as pd

    from digimfg.parallel import run_parallel, spawn_seeds

    check_choice("mechanism", mechanism, get_args(Mechanism))
    target = _TARGETS[mechanism]
    chosen = truth if truth is not None else SimulationTruth()
    specification = (
        estimator if isinstance(estimator, Specification) else _specification(estimator, target, panel)
    )
    row = term if term is not None else target.term
    name = parameter if parameter is not None else target.parameter
    _check_parameter(name, chosen)
    zeroed = replace(chosen, **dict.fromkeys(target.zeroed if parameter is None else _moved(parameter), 0.0))
    seeds = spawn_seeds(seed, replications)
    tasks = [
        _Task(specification, row, name, panel, world, each, units, years)
        for world in (chosen, zeroed)
        for each in seeds
    ]
    answers = run_parallel(_answer, tasks, label=Text("Synthetic panels", "模拟面板"), n_jobs=n_jobs)
    frame = pd.DataFrame(
        answers, columns=["truth", "estimate", "std_error", "p_value", "conf_low", "conf_high"]
    )
    frame.insert(0, "scenario", np.repeat(["true", "none"], replications))
    frame.insert(1, "replication", np.tile(np.arange(replications), 2))
    frame["synthetic"] = 1
    failed = int(frame["estimate"].isna().sum())
    notes = [
        Text(
            f"{replications} synthetic panels '{panel}' per scenario, seed {seed}; row '{row}' against {name}",
            f"每种情形 {replications} 个模拟面板“{panel}”，种子 {seed}；“{row}”对照 {name}",
        )
    ]
    if failed:
        notes.append(
            Text(f"no answer on {failed} of {len(frame)} panels", f"{len(frame)} 个面板中有 {failed} 个无解")
        )
    return RecoveryStudy(
        draws=frame, specification=specification, term=row, parameter=name, notes=tuple(notes)
    )


def recovery_summary(draws: pd.DataFrame) -> pd.DataFrame:
    """Return, per scenario, how the answers compare with the truth.

    Parameters
    ----------
    draws
        As in `RecoveryStudy`.

    Returns
    -------
    pandas.DataFrame
        Index ``scenario``; ``n`` answers, ``n_failed``, ``truth`` (its mean), ``mean``, ``bias``, ``rmse``, ``sd`` of the
        estimates, ``mean_std_error``, ``coverage`` of the intervals, ``rejection`` at 5 per cent (power where the effect is
        true, size where there is none).
    """
    import pandas as pd

    rows = {}
    for scenario in dict.fromkeys(draws["scenario"]):
        every = draws[draws["scenario"] == scenario]
        found = every[every["estimate"].notna()]
        error = found["estimate"] - found["truth"]
        inside = (found["conf_low"] <= found["truth"]) & (found["truth"] <= found["conf_high"])
        rows[scenario] = {
            "n": len(found),
            "n_failed": len(every) - len(found),
            "truth": found["truth"].mean(),
            "mean": found["estimate"].mean(),
            "bias": error.mean(),
            "rmse": float(np.sqrt((error**2).mean())),
            "sd": found["estimate"].std(ddof=1),
            "mean_std_error": found["std_error"].mean(),
            "coverage": inside.mean(),
            "rejection": (found["p_value"] < 0.05).mean(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")


def _specification(estimator: Estimator, target: _Target, panel: SimulatedPanel) -> Specification:
    from digimfg.inference.covariance import Clustered

    entity, time = _KEYS[panel]
    absorbs = getattr(estimator, "absorbs_effects", True)
    instrumented = getattr(estimator, "takes_instruments", False)
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


def _answer(task: _Task) -> tuple[float, ...]:
    from digimfg.estimate import estimate

    frame = simulate_panel(task.panel, seed=task.seed, truth=task.truth, units=task.units, years=task.years)
    truth = _true_value(task.parameter, task.truth, frame)
    try:
        result = estimate(task.specification, frame)
    except EstimationError:
        return (truth, *[float("nan")] * 5)
    if task.term not in result.coefficients.index:
        raise MeasureError(
            where=Text("recovery_study(term=...)", "recovery_study(term=...)"),
            expected=Text(
                f"one of {', '.join(map(str, result.coefficients.index))}",
                f"{'、'.join(map(str, result.coefficients.index))} 之一",
            ),
            got=repr(task.term),
            remedy=Text("name a row of result.coefficients", "指定 result.coefficients 的一行"),
        )
    line = result.coefficients.loc[[task.term]].astype(float).iloc[0].to_dict()
    return (truth, *(line[name] for name in ("estimate", "std_error", "p_value", "conf_low", "conf_high")))


def _true_value(parameter: str, truth: SimulationTruth, frame: pd.DataFrame) -> float:
    """Return the parameter; the average effect of the pilots depends on who is treated when."""
    if parameter == "policy_average":
        treated = frame[frame["pilot"] == 1]
        years = treated["year"] - treated["pilot_start"]
        return float((truth.policy_effect * (1 + truth.policy_growth * years)).mean())
    return float(getattr(truth, parameter))


def _moved(parameter: str) -> tuple[str, ...]:
    """Return the parameters that make a derived one zero."""
    derived = {
        "indirect": ("outcome_path",),
        "total": ("slope", "outcome_path"),
        "policy_average": ("policy_effect",),
    }
    return derived.get(parameter, (parameter,))


def _check_parameter(parameter: str, truth: SimulationTruth) -> None:
    if parameter != "policy_average" and parameter not in set(truth.table()["parameter"]):
        raise MeasureError(
            where=Text("recovery_study(parameter=...)", "recovery_study(parameter=...)"),
            expected=Text("a parameter of SimulationTruth", "SimulationTruth 的参数"),
            got=repr(parameter),
            remedy=Text(
                f"one of {', '.join(truth.table()['parameter'])}",
                f"{'、'.join(truth.table()['parameter'])} 之一",
            ),
        )
