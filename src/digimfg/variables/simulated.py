"""Columns of synthetic panels: what is simulated, and what is known about it."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import BINARY, YEAR, Variable

__all__ = ["SIMULATED", "VARIABLES"]

_INDEX = Text("index", "指数")
_PERCENT = Text("%", "%")


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
    _simulated("stage_fusion", "Stage: fusion", "环节：融合", "0.4·d + 0.3·L.y + α_i + ε"),
    _simulated("stage_innovation", "Stage: innovation", "环节：创新", "stage_path·L.fusion + 0.3·L.y + α_i + ε"),
    _simulated("stage_diffusion", "Stage: diffusion", "环节：扩散", "stage_path·L.innovation + 0.3·L.y + α_i + ε"),
    _simulated("stage_optimisation", "Stage: optimisation", "环节：优化", "stage_path·L.diffusion + 0.3·L.y + α_i + ε"),
    _simulated("stage_quality", "Stage: high-quality development", "环节：高质量发展", "stage_path·L.optimisation + 0.3·L.y + α_i + ε"),
    _simulated("technology_index", "Technology system", "技术体系", "0.4·L.y + coevolution·L.institution + α_i + ε"),
    _simulated("structure_index", "Economic structure", "经济结构", "0.4·L.y + coevolution·L.technology + α_i + ε"),
    _simulated("institution_index", "Social institutions", "社会制度", "0.4·L.y + coevolution·L.structure + α_i + ε"),
    _simulated("digital_supply", "Digital supply", "数字技术供给", "0.4·L.y + symbiosis·L.manufacturing + α_i + ε"),
    _simulated("manufacturing_output", "Manufacturing output", "制造业产出", "0.4·L.y + symbiosis·L.supply + α_i + ε"),
    _simulated("inertia_outcome", "Outcome with inertia", "具有惯性的结果", "(0.5 - inertia_release·z)·L.y + α_i + ε"),
    _simulated("upgrading_returns", "Upgrading (increasing returns)", "升级（报酬递增）", "slope·d + increasing_returns·d² + α_i + δ_t + ε"),
    _simulated("governance_index", "Governance", "治理水平", "g"),
    _simulated("upgrading_governed", "Upgrading (moderated)", "升级（调节）", "slope·d + moderation·g·d + α_i + δ_t + ε"),
    _simulated("path_policy", "Path: top-level design and policy", "路径：顶层设计与政策体系", "p_1"),
    _simulated("path_innovation", "Path: innovation and standards", "路径：技术创新与标准建设", "p_2"),
    _simulated("path_talent", "Path: digital talent", "路径：数字化人才支撑", "p_3"),
    _simulated("path_collaboration", "Path: collaborative innovation", "路径：协同创新", "p_4"),
    _simulated("path_echelon", "Path: echelons of firms", "路径：企业梯队", "p_5"),
    _simulated("path_governance", "Path: digital governance and services", "路径：数字化治理与服务", "p_6"),
    _simulated("upgrading_paths", "Upgrading (paths)", "升级（路径）", "slope·d + moderation·Σp_k·d + α_i + δ_t + ε"),
    _simulated("upgrading_flows", "Upgrading (core and periphery)", "升级（核心与外围）", "slope·d + core_spillover·W_1 d - backwash·W_2 d + α_i + δ_t + ε"),
    _simulated("fitness", "Fitness", "适应度", "f"),
    _simulated("cost_advantage", "Cost advantage", "成本优势", "c"),
    _simulated("quality_advantage", "Quality advantage", "质量优势", "q"),
    _simulated("market_growth", "Growth of the market", "市场增长", "selection·L.f + δ_t + ε"),
    _simulated("rule_growth", "Growth under a rule of competition", "竞争规则下的增长", "rule_selection·g·(L.q - L.c) + 0.2·(L.q + L.c) + δ_t + ε"),
    _simulated("coevolution_index", "Co-evolution", "协同演化", "index of the province"),
    _simulated("firm_evolution", "Evolution of the firm", "企业演化", "levels·L.coevolution + α_i + ε"),
    _simulated("industry_evolution", "Evolution of the industry", "产业演化", "levels·L.coevolution + α_ip + ε"),
    _simulated("economy_evolution", "Evolution of the economy", "经济系统演化", "levels·L.coevolution + α_p + ε"),
    _simulated("equipment_control_rate_pct", "Numerical control of key equipment", "关键装备数控化率", "50 + 6·(rate_effect·d + α_i + ε)", _PERCENT),
    _simulated("equipment_use_rate_pct", "Use of equipment", "装备综合利用率", "50 + 6·(rate_effect·d + α_i + ε)", _PERCENT),
    _simulated("production_efficiency_pct", "Production efficiency", "生产效率", "50 + 6·(rate_effect·d + α_i + ε)", _PERCENT),
    _simulated("cost_efficiency", "Cost efficiency", "成本效率", "performance_effect·L.d + α_i + δ_t + ε"),
    _simulated("consumer_value", "Consumer value", "消费者价值", "performance_effect·L.d + α_i + δ_t + ε"),
    _simulated("profitability", "Profitability", "盈利性", "performance_effect·L.d + α_i + δ_t + ε"),
    _simulated("growth_rate", "Growth rate", "增长率", "Subbotin(tail_shape)", Text("log change", "对数变化")),
)  # fmt: skip

SIMULATED = frozenset(each.name for each in VARIABLES)
"""Names of simulated columns, the mark of simulated rows among them: a file that holds a synthetic panel keeps them."""
