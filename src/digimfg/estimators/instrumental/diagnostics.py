"""Every statistic, table and note of an estimate with instruments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy

from digimfg.estimators.instrumental.anderson_rubin import anderson_rubin_f, anderson_rubin_set
from digimfg.estimators.instrumental.effective_f import effective_f, effective_f_values
from digimfg.estimators.instrumental.first_stage import (
    ReducedForm,
    rank_tests,
    reduced_form_of,
    weak_instruments,
)
from digimfg.estimators.instrumental.notes import diagnostic_notes
from digimfg.estimators.instrumental.orthogonality import (
    overidentification,
    subset_orthogonality,
    wu_hausman,
)
from digimfg.estimators.instrumental.stock_yogo import stock_yogo_values
from digimfg.estimators.instrumental.tf import tf_critical_value

if TYPE_CHECKING:
    from digimfg.estimators.instrumental.data import Instrumented
    from digimfg.estimators.instrumental.k_class import Method, Slopes
    from digimfg.text import Text

__all__ = ["Diagnostics", "diagnostics"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Diagnostics:
    """Statistics, tables and notes of the instruments."""

    statistics: dict[str, float]
    tables: dict[str, pd.DataFrame]
    notes: tuple[Text, ...]


def diagnostics(data: Instrumented, found: Slopes, tested: tuple[str, ...], method: Method) -> Diagnostics:
    """Test strength, exogeneity and relevance of the instruments, and give intervals that stand weak ones.

    Parameters
    ----------
    found
        The estimates, endogenous terms first.
    tested
        Instruments whose exogeneity the C statistic tests; none by default.
    method
        Whose Stock-Yogo values are given.
    """
    reduced = reduced_form_of(data)
    n_endogenous, n_instruments = data.free_endogenous.shape[1], data.basis.shape[1]
    weak = weak_instruments(data, reduced)
    statistics = {
        "n_instruments": float(n_instruments),
        "first_stage_f": float(weak["first_stage_f"].min()),
        "sanderson_windmeijer_f": float(weak["sanderson_windmeijer_f"].min()),
        **rank_tests(data, reduced),
    }
    if n_endogenous > 1:
        for name, row in weak.iterrows():
            statistics[f"first_stage_f[{name}]"] = float(row["first_stage_f"])
            statistics[f"sanderson_windmeijer_f[{name}]"] = float(row["sanderson_windmeijer_f"])
    tables = {"weak_instruments": weak}
    values = stock_yogo_values(n_endogenous, n_instruments, method)
    if len(values):
        tables["stock_yogo"] = values.set_index(["criterion", "distortion_pct"])
    joint = anderson_rubin_f(reduced, np.zeros(n_endogenous))
    statistics["anderson_rubin_f"] = joint
    statistics["anderson_rubin_p"] = float(scipy.stats.f.sf(joint, n_instruments, reduced.adjustment.df))
    if n_endogenous == 1:
        _one_endogenous(reduced, found, statistics, tables)
    statistics |= overidentification(data) | wu_hausman(data)
    if tested:
        statistics |= subset_orthogonality(data, tested)
    return Diagnostics(
        statistics=statistics,
        tables=tables,
        notes=(
            *(note for note in reduced.moments.notes if note not in found.sandwich.notes),
            *diagnostic_notes(data.design, statistics, tables, n_groups=reduced.moments.n_groups),
        ),
    )


def _one_endogenous(
    reduced: ReducedForm,
    found: Slopes,
    statistics: dict[str, float],
    tables: dict[str, pd.DataFrame],
) -> None:
    blocks = reduced.moments.covariance.reshape(2, reduced.n_instruments, 2, reduced.n_instruments)
    first = blocks[1, :, 1, :]
    own = reduced.alone(np.array([0.0, 1.0]))
    value = effective_f(reduced.endogenous[:, 0], own) / reduced.adjustment.factor
    statistics["effective_f"] = value
    if np.trace(first) > 0:
        critical = effective_f_values(blocks[0, :, 0, :], blocks[0, :, 1, :], first)
        tables["effective_f"] = critical
        statistics["effective_f_critical"] = float(critical["critical_5"].loc[10.0])
    if np.isfinite(statistics["anderson_rubin_f"]):
        segments = anderson_rubin_set(reduced, float(found.estimates[0]))
        tables["anderson_rubin"] = pd.DataFrame(
            {"conf_low": [low for low, _ in segments], "conf_high": [high for _, high in segments]},
            index=pd.Index(range(1, len(segments) + 1), name="segment"),
            dtype=np.float64,
        )
        if len(segments):
            statistics["anderson_rubin_low"] = segments[0][0]
            statistics["anderson_rubin_high"] = segments[-1][1]
    if reduced.n_instruments == 1:
        error = float(np.sqrt(found.covariance[0, 0]))
        multiple = tf_critical_value(statistics["first_stage_f"])
        statistics["tf_critical_value"] = multiple
        statistics["tf_std_error"] = error * multiple / 1.96
        tables["tf"] = pd.DataFrame(
            {
                "conf_low": [found.estimates[0] - multiple * error],
                "conf_high": [found.estimates[0] + multiple * error],
            },
            index=pd.Index(["tf"], name="interval", dtype=object),
        )
