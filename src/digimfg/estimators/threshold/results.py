"""From the stages of a threshold search to tables: tests, intervals, likelihood ratios, ordered slopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.estimators.threshold.bootstrap import Drawing, bootstrap_f_statistics

if TYPE_CHECKING:
    from digimfg.estimators.threshold.sequence import Panel, Stage

__all__ = [
    "ThresholdTest",
    "critical_likelihood_ratio",
    "ordered_slopes",
    "stage_tests",
    "threshold_tables",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class ThresholdTest:
    """Hold the test of k thresholds against k - 1.

    Parameters
    ----------
    f_statistic
        With the error variance over the sum of T_i - 1.
    f_statistic_n
        The same with the variance over the number of rows.
    p_value, critical_values
        Bootstrap share above, and quantiles at 10, 5 and 1 per cent; NaN without replications.
    """

    f_statistic: float
    f_statistic_n: float
    p_value: float
    critical_values: tuple[float, float, float]


def critical_likelihood_ratio(level: float) -> float:
    r"""Return :math:`c(\alpha)=-2\ln(1-\sqrt{1-\alpha})` of Hansen (1999), α = 1 - `level`.

    Examples
    --------
    >>> [round(critical_likelihood_ratio(level), 6) for level in (0.90, 0.95, 0.99)]
    [5.939478, 7.352277, 10.591616]
    """
    return float(-2.0 * np.log(1.0 - np.sqrt(level)))


def stage_tests(
    panel: Panel,
    stages: list[Stage],
    *,
    pattern: Codes,
    drawing: Drawing,
    replications: int,
    seed: int,
) -> list[ThresholdTest]:
    """Return the test of every stage; each has a random stream of its own, so that stages do not shift each
    other.
    """
    tests: list[ThresholdTest] = []
    for stage, stream in zip(stages, np.random.SeedSequence(seed).spawn(len(stages)), strict=True):
        fall = stage.null_sum_of_squares - stage.test_sum_of_squares
        statistic = fall / (stage.test_sum_of_squares / panel.degrees)
        p_value, critical = float("nan"), (float("nan"),) * 3
        if replications:
            drawn = bootstrap_f_statistics(
                panel,
                stage,
                pattern=pattern,
                drawing=drawing,
                replications=replications,
                rng=np.random.default_rng(stream),
            )
            p_value = float(np.mean(drawn > statistic))
            low, middle, high = np.quantile(drawn, [0.90, 0.95, 0.99])
            critical = (float(low), float(middle), float(high))
        tests.append(
            ThresholdTest(
                f_statistic=statistic,
                f_statistic_n=statistic * len(panel.outcome) / panel.degrees,
                p_value=p_value,
                critical_values=critical,
            )
        )
    return tests


def threshold_tables(
    stages: list[Stage], tests: list[ThresholdTest], cut: float
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the thresholds of the last stage, the tests of all, and the likelihood ratios behind the
    intervals.

    A threshold's row carries the test of the stage that found it.

    Parameters
    ----------
    cut
        Critical value of the likelihood ratio.
    """
    last = stages[-1]
    found_at = {stage.added: position for position, stage in enumerate(stages)}
    rows, curves = [], []
    open_stages = [
        position for position in range(len(stages)) if stages[position].added not in last.thresholds
    ]
    for number, (value, profile) in enumerate(zip(last.thresholds, last.profiles, strict=True), start=1):
        stage = found_at[value] if value in found_at else open_stages.pop(0)
        low, high = profile.interval(cut)
        test = tests[stage]
        rows.append(
            {
                "threshold": value,
                "conf_low": low,
                "conf_high": high,
                "f_statistic": test.f_statistic,
                "p_value": test.p_value,
                "critical_10": test.critical_values[0],
                "critical_5": test.critical_values[1],
                "critical_1": test.critical_values[2],
                "stage": stage + 1,
            }
        )
        curves.append(
            pd.DataFrame(
                {
                    "number": number,
                    "threshold": profile.candidates,
                    "likelihood_ratio": profile.likelihood_ratio,
                    "critical": cut,
                }
            )
        )
    thresholds = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="number"))
    steps = pd.DataFrame(
        [
            {
                "null_sum_of_squares": stage.null_sum_of_squares,
                "sum_of_squares": stage.test_sum_of_squares,
                "refined_sum_of_squares": stage.sum_of_squares,
                "f_statistic": test.f_statistic,
                "f_statistic_n": test.f_statistic_n,
                "p_value": test.p_value,
                "critical_10": test.critical_values[0],
                "critical_5": test.critical_values[1],
                "critical_1": test.critical_values[2],
            }
            for stage, test in zip(stages, tests, strict=True)
        ],
        index=pd.RangeIndex(1, len(stages) + 1, name="n_thresholds"),
    )
    return thresholds, steps, pd.concat(curves, ignore_index=True)


def ordered_slopes(
    estimates: Floats, covariance: Floats, df_resid: float
) -> tuple[float, float, float, float]:
    r"""Return union–intersection tests that slopes rise, or fall, from each regime to the next.

    :math:`H_1: \beta_1<\beta_2<\dots` is accepted where the smallest of the t statistics of
    :math:`\beta_{r+1}-\beta_r` is significant on one side; its p value is the largest of theirs (Berger
    1982).

    Returns
    -------
    (rising statistic, p value, falling statistic, p value)
        NaN where a step has no variance.
    """
    steps = np.diff(estimates)
    contrast = np.diff(np.eye(len(estimates)), axis=0)
    errors = np.sqrt(np.maximum(np.diag(contrast @ covariance @ contrast.T), 0.0))
    t = np.divide(steps, errors, out=np.full(len(steps), np.nan), where=errors > 0)
    up, down = float(t.min()), float(t.max())
    return up, float(scipy.stats.t.sf(up, df_resid)), down, float(scipy.stats.t.cdf(down, df_resid))
