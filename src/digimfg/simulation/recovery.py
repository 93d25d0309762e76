"""Does an estimator find what is true? Bias, size, power and coverage on synthetic panels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import EstimationError, MeasureError
from digimfg.kinds import AtLeast, AtMost, Draws, Jobs, Seed, Year
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.simulation.panels import SimulatedPanel, simulate_panel
from digimfg.simulation.targets import (
    TARGETS,
    Mechanism,
    check_parameter,
    target_specification,
    true_value,
    without,
)
from digimfg.simulation.truth import SimulationTruth
from digimfg.specification import Estimator, Specification
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["RecoveryStudy", "recovery_study", "recovery_summary"]


@checked
@shown(Text("Recovery of known truth", "真值已知的模拟检验"))
@dataclass(frozen=True, kw_only=True, eq=False)
class RecoveryStudy:
    """Hold the answers of an estimator to many synthetic panels.

    Parameters
    ----------
    draws
        One row per panel: ``scenario`` (``"true"`` or ``"none"``), ``replication``, ``truth``, ``estimate``,
        ``std_error``, ``p_value``, ``conf_low``, ``conf_high``, ``synthetic``; missing where the estimator
        gave no answer.
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


@checked
def recovery_study(
    estimator: Estimator | Specification,
    *,
    mechanism: Mechanism = "linear",
    panel: SimulatedPanel = "china_province",
    truth: SimulationTruth | None = None,
    replications: Draws = 200,
    seed: Seed = 0,
    term: str | None = None,
    parameter: str | None = None,
    units: Annotated[int, AtLeast(2), AtMost(1_000_000)] | None = None,
    years: tuple[Year, Year] | None = None,
    n_jobs: Jobs | None = None,
) -> RecoveryStudy:
    """Try an estimator on synthetic panels whose truth is known.

    Every panel is simulated twice from the same random numbers: with the true parameter, which gives bias,
    coverage and power, and with the parameter at zero, which gives the size of its test.

    Parameters
    ----------
    estimator
        Estimated with two-way fixed effects and errors clustered by unit; or a whole specification on the
        columns of `simulate_panel`.
    mechanism
        Which outcome and parameter: ``"linear"`` slope, ``"mediated"`` indirect effect, ``"threshold"``
        slope of the lower regime, ``"endogenous"`` slope despite an omitted variable, ``"policy"`` average
        effect of the pilots on the treated, ``"spatial"`` lag (provinces), ``"dynamic"`` persistence.
    panel, truth, units, years
        As in `simulate_panel`.
    replications, seed
        Panels per scenario; random numbers.
    term, parameter
        Row of ``result.coefficients`` and attribute of `SimulationTruth` to compare it with, where they are
        not the mechanism's.
    n_jobs
        Processes, see `digimfg.parallel.run_parallel`.

    Returns
    -------
    RecoveryStudy
        ``summary``: per scenario ``n n_failed truth mean bias rmse sd mean_std_error coverage rejection``,
        intervals of 95 and tests of 5 per cent. `RecoveryPlot` draws it.

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

    target = TARGETS[mechanism]
    chosen = truth if truth is not None else SimulationTruth()
    specification = (
        estimator if isinstance(estimator, Specification) else target_specification(estimator, target, panel)
    )
    row = term if term is not None else target.term
    name = parameter if parameter is not None else target.parameter
    check_parameter(name, chosen)
    seeds = spawn_seeds(seed, replications)
    tasks = [
        _Task(specification, row, name, panel, world, each, units, years)
        for world in (chosen, without(name, chosen))
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
        note_of(
            "simulation.simulation", replications=replications, panel=panel, seed=seed, row=row, name=name
        )
    ]
    if failed:
        notes.append(note_of("simulation.not_estimated", failed=failed, n_frame=len(frame)))
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
        Index ``scenario``; ``n`` answers, ``n_failed``, ``truth`` (its mean), ``mean``, ``bias``, ``rmse``,
        ``sd`` of the estimates, ``mean_std_error``, ``coverage`` of the intervals, ``rejection`` at 5 per
        cent (power where the effect is true, size where there is none).
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


def _answer(task: _Task) -> tuple[float, ...]:
    from digimfg.estimate import estimate

    frame = simulate_panel(task.panel, seed=task.seed, truth=task.truth, units=task.units, years=task.years)
    truth = true_value(task.parameter, task.truth, frame)
    try:
        result = estimate(task.specification, frame)
    except EstimationError:
        return (truth, *[float("nan")] * 5)
    if task.term not in result.coefficients.index:
        raise MeasureError.of(
            "simulation.term_unknown", got=repr(task.term), map=map(str, result.coefficients.index)
        )
    line = result.coefficients.loc[[task.term]].astype(float).iloc[0].to_dict()
    return (truth, *(line[name] for name in ("estimate", "std_error", "p_value", "conf_low", "conf_high")))
