"""Columns of synthetic panels: what is simulated, and what is known about it."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import BINARY, YEAR, Variable

__all__ = ["VARIABLES"]

_INDEX = Text("index", "指数")


def _simulated(name: str, en: str, zh: str, code: str, unit: Text = _INDEX) -> Variable:
    return Variable(
        name=name,
        label=Text(en, zh),
        unit=unit,
        definition=Text(
            f"Simulated: {code}; see dm.SimulationTruth.", f"模拟生成：{code}；见 dm.SimulationTruth。"
        ),
        source="derived",
        source_code=code,
    )


VARIABLES = (
    Variable(
        name="synthetic",
        label=Text("Synthetic", "模拟数据"),
        unit=BINARY,
        definition=Text("1: the row is simulated, not observed.", "1表示该行为模拟数据而非观测。"),
        dtype="integer",
        lower=0,
        upper=1,
        source="derived",
        source_code="dm.simulate_panel",
    ),
    _simulated("digital_index", "Digital index", "数字化指数", "μ_i + λ_t + instrument_strength·z + shocks"),
    _simulated("control", "Control", "控制变量", "c"),
    _simulated("mediator", "Mediator", "中介变量", "mediator_path·d + α_i + e"),
    _simulated("threshold_variable", "Threshold variable", "门槛变量", "q"),
    _simulated("instrument", "Instrument", "工具变量", "z"),
    _simulated("pilot", "Pilot", "试点", "1[t ≥ pilot_start]", BINARY),
    _simulated("pilot_start", "First year of the pilot", "试点起始年", "pilot_start", YEAR),
    _simulated("digital_words", "Digital words", "数字化词频", "Poisson(exp(1.2 + 0.7·d))", Text("number", "次")),
    _simulated("upgrading_linear", "Upgrading (linear)", "升级（线性）", "slope·d + control·c + α_i + δ_t + e"),
    _simulated("upgrading_mediated", "Upgrading (mediated)", "升级（中介）", "slope·d + outcome_path·m + α_i + δ_t + e"),
    _simulated("upgrading_threshold", "Upgrading (threshold)", "升级（门槛）", "(slope + gain·1[q > γ])·d + α_i + δ_t + e"),
    _simulated("upgrading_endogenous", "Upgrading (endogenous)", "升级（内生）", "slope·d + endogeneity·v + α_i + δ_t + e"),
    _simulated("upgrading_policy", "Upgrading (pilots)", "升级（试点）", "policy_effect·(1 + growth·k) + α_i + δ_t + e"),
    _simulated("upgrading_dynamic", "Upgrading (dynamic)", "升级（动态）", "persistence·L.y + slope·d + α_i + δ_t + e"),
    _simulated("upgrading_spatial", "Upgrading (spatial)", "升级（空间）", "ρWy + slope·d + spillover·Wd + α_i + δ_t + e"),
)  # fmt: skip
