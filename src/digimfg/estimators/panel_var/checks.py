"""Refuse panels from which no vector autoregression can be estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import EstimationError
from digimfg.estimators.gmm.assembly import Assembly
from digimfg.labels import term_label
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.panel_var.data import VARPanel
    from digimfg.estimators.panel_var.model import PanelVAR

__all__ = ["check_count", "check_independence", "check_variation"]


def check_variation(model: PanelVAR, panel: VARPanel) -> None:
    """Raise where a variable is constant within units, up to rounding."""
    n = int(panel.entity.max()) + 1
    counts = np.bincount(panel.entity, minlength=n)
    still = []
    for name, values in zip(model.variables, panel.outcomes.T, strict=True):
        means = np.bincount(panel.entity, weights=values, minlength=n) / counts
        if np.abs(values - means[panel.entity]).max() <= 1e-12 * np.abs(values).max():
            still.append(term_label(name))
    if still:
        raise EstimationError(
            where=Text("panel VAR, variables", "面板VAR，变量"),
            expected=Text("variation within units", "在个体内有变异"),
            got=say("none in {names}", "{names}在个体内不变", names=still),
            remedy=Text("leave them out", "去掉这些变量"),
        )


def check_independence(model: PanelVAR, panel: VARPanel, assembly: Assembly) -> None:
    """Raise where a lag has no variation of its own; of other terms the assembly has left a note."""
    lost = [
        name
        for name in panel.names[: model.lags * len(model.variables)]
        if name not in assembly.names[: assembly.n_reported]
    ]
    if lost:
        raise EstimationError(
            where=Text("panel VAR, lags", "面板VAR，滞后项"),
            expected=Text("lags that vary apart within units", "在个体内各有独立变异的滞后项"),
            got=say("none of their own: {names}", "无独立变异：{names}", names=[term_label(x) for x in lost]),
            remedy=Text(
                "leave out variables that are sums or multiples of others, or ask for fewer lags",
                "去掉可由其他变量线性表示的变量，或减少滞后期数",
            ),
        )


def check_count(model: PanelVAR, n_instruments: int, n_columns: int, n_entities: int) -> None:
    """Raise unless instruments are as many as coefficients, and moments no more than units."""
    if n_instruments < n_columns:
        raise EstimationError(
            where=Text("panel VAR, instruments", "面板VAR，工具变量"),
            expected=say(
                "{n} instruments or more in each equation, as many as coefficients",
                "每个方程至少{n}个工具变量，与系数同数",
                n=n_columns,
            ),
            got=str(n_instruments),
            remedy=Text(
                "allow deeper lags (last_lag), ask for fewer lags of the model, or use more periods",
                "放宽 last_lag、减少模型滞后期数，或使用更多时期",
            ),
        )
    n_moments = n_instruments * len(model.variables)
    if n_moments > n_entities and model.steps == 2 and not model.allow_many_instruments:
        raise EstimationError(
            where=Text("panel VAR, moments", "面板VAR，矩条件"),
            expected=say("no more moments than units ({n})", "矩条件数不超过个体数（{n}）", n=n_entities),
            got=say(
                "{n} ({each} instruments in each of {m} equations)",
                "{n}（{m}个方程各{each}个工具变量）",
                n=n_moments,
                each=n_instruments,
                m=len(model.variables),
            ),
            remedy=Text(
                "collapse=True, or limit lags (last_lag=), or steps=1; allow_many_instruments=True goes "
                "on regardless",
                "collapse=True、限制滞后（last_lag=）或 steps=1；如坚持继续用 allow_many_instruments=True",
            ),
        )
