"""The tests of the packs as declared: what each needs, its parts, and what each part must show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from digimfg.paper.packs.pack_test import PackTest, Part
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = [
    "PANEL_KEYS",
    "TESTS",
    "panel_tests",
]


PANEL_KEYS = {
    "china_province": ("province", "year"),
    "china_city": ("city", "year"),
    "firm": ("firm", "year"),
    "world": ("country", "year"),
}
"""Unit and time of every kind of panel that has a pack."""


def panel_tests(panel: str) -> dict[str, PackTest]:
    """Return the tests of a kind of panel by claim."""
    return {claim: test for (kind, claim), test in TESTS.items() if kind == panel}


_SUBSYSTEMS = ("technology_index", "structure_index", "institution_index")
_STAGES = ("stage_fusion", "stage_innovation", "stage_diffusion", "stage_optimisation", "stage_quality")
_STAGE_WORDS = (
    Text("fusion", "融合"),
    Text("innovation", "创新"),
    Text("diffusion", "扩散"),
    Text("optimisation", "优化"),
    Text("high-quality development", "高质量发展"),
)
_STEPS = tuple(zip(_STAGES[1:], _STAGES[:-1], strict=True))
_PATHS = sheet_beside(__file__, "declared", "paths")


def _moved_by_others(followers: tuple[str, ...], words: tuple[Text, ...]) -> tuple[Part, ...]:
    return tuple(
        Part(
            label=Text(f"{word.en} follows the others", f"{word.zh}跟随其余子系统"),
            slopes=tuple((follower, leader, 1.0) for leader in followers if leader != follower),
        )
        for follower, word in zip(followers, words, strict=True)
    )


def _selected(advantage: str, sign: Literal[-1, 1], label: Text) -> Part:
    rule = "governance_index"
    kinds = ("L.quality_advantage", "L.cost_advantage")
    return Part(
        label=label,
        sign=sign,
        outcome="rule_growth",
        regressors=(*kinds, rule, *(f"{rule}:{kind}" for kind in kinds)),
        term=f"{rule}:L.{advantage}",
    )


def _lagged(outcome: str, leader: str, label: Text, more: tuple[str, ...] = ()) -> Part:
    return Part(label=label, outcome=outcome, regressors=(f"L.{leader}", *more), term=f"L.{leader}")


_CO_EVOLUTION = {
    "engine": "var",
    "roles": _SUBSYSTEMS,
    "parts": _moved_by_others(
        _SUBSYSTEMS, (Text("technology", "技术"), Text("structure", "结构"), Text("institutions", "制度"))
    ),
    "construct": "B",
}
_LOOP = {
    "engine": "var",
    "roles": ("digital_supply", "manufacturing_output"),
    "parts": (
        Part(
            label=Text("digital supply drives manufacturing", "数字技术供给带动制造业"),
            slopes=(("manufacturing_output", "digital_supply", 1.0),),
        ),
        Part(
            label=Text("manufacturing drives digital supply", "制造业带动数字技术供给"),
            slopes=(("digital_supply", "manufacturing_output", 1.0),),
        ),
    ),
}
_INERTIA = {
    "engine": "linear",
    "roles": ("inertia_outcome", "digital_index"),
    "relative": ("digital_index",),
    "parts": (
        Part(
            label=Text("persistence falls with digitalisation", "持续性随数字化下降"),
            sign=-1,
            outcome="inertia_outcome",
            regressors=("L.inertia_outcome", "L.digital_index", "L.inertia_outcome:L.digital_index"),
            term="L.inertia_outcome:L.digital_index",
        ),
    ),
    "smallest_effect": 0.05,
    "scope": Text(
        "persistence; novelty of patents is described where they are there",
        "持续性；专利新颖性仅在有数据处作描述",
    ),
}
_STAGE_ORDER = {
    "engine": "order",
    "roles": _STAGES,
    "parts": (
        *(
            Part(
                label=Text(f"{before.en} → {after.en}", f"{before.zh}→{after.zh}"),
                slopes=((*step, 1.0),),
            )
            for step, before, after in zip(_STEPS, _STAGE_WORDS[:-1], _STAGE_WORDS[1:], strict=True)
        ),
        Part(label=Text("the paper's order against all 120", "论文次序对照全部120种次序")),
    ),
}
_STAGE_LEADS = {
    "engine": "lead_lag",
    "roles": _STAGES,
    "parts": (
        Part(
            label=Text("each stage moves the next a year later", "各环节一年后推动下一环节"),
            slopes=tuple((*step, 0.25) for step in _STEPS),
        ),
        Part(
            label=Text("more than the next moves it", "且强于下一环节的反向作用"),
            slopes=(
                *((*step, 0.25) for step in _STEPS),
                *((before, after, -0.25) for after, before in _STEPS),
            ),
        ),
    ),
    "scope": Text(
        "step by step and transmission; how many units rise, fall back and rise again is described",
        "渐次递进与效应传导；上升、回落与再上升的个体占比仅作描述",
    ),
}
_THRESHOLD = {
    "engine": "threshold",
    "roles": ("upgrading_threshold", "digital_index", "threshold_variable"),
    "parts": (
        Part(
            label=Text("the effect of digitalisation is larger above a threshold", "跨过门槛后数字化效应更大")
        ),
    ),
    "scope": Text("threshold; moves between classes are described", "门槛；等级间的转移仅作描述"),
}
_FLOWS = {
    "engine": "flows",
    "roles": ("upgrading_flows", "digital_index"),
    "parts": (
        Part(label=Text("from the core to the near periphery", "核心→邻近外围"), sign=0),
        Part(label=Text("from the core to the farther periphery", "核心→较远外围"), sign=0),
        Part(label=Text("from the periphery to the core", "外围→核心"), sign=0),
    ),
    "combine": "both_signs",
}


def _paths(paths: Mapping[str, Text]) -> dict[str, Any]:
    every = (*_PATHS, "path_governance")
    terms = ("digital_index", *every, *(f"digital_index:{name}" for name in every))
    return {
        "engine": "linear",
        "roles": ("upgrading_paths", "digital_index", *every),
        "parts": tuple(
            Part(label=label, outcome="upgrading_paths", regressors=terms, term=f"digital_index:{name}")
            for name, label in paths.items()
        ),
    }


_DECLARED: dict[str, dict[str, dict[str, Any]]] = {
    "china_province": {
        "C06": _CO_EVOLUTION,
        "C13": _STAGE_ORDER,
        "C14": _INERTIA,
        "C17": _FLOWS,
        "C18": _STAGE_LEADS,
        "C20": _THRESHOLD,
        "C30": _paths(_PATHS),
        "C30b": _paths({"path_governance": Text("digital governance and services", "数字化治理与服务")}),
        "C33": _LOOP,
    },
    "china_city": {"C17": _FLOWS, "C20": _THRESHOLD},
    "firm": {
        "C07": {
            "engine": "linear",
            "roles": ("coevolution_index", "firm_evolution", "industry_evolution", "economy_evolution"),
            "parts": (
                _lagged("firm_evolution", "coevolution_index", Text("evolution of firms", "企业演化")),
                _lagged(
                    "industry_evolution", "coevolution_index", Text("evolution of industries", "产业演化")
                ),
                _lagged(
                    "economy_evolution", "coevolution_index", Text("evolution of the economy", "经济系统演化")
                ),
            ),
            "cluster": "province",
            "construct": "B",
        },
        "C08": {
            "engine": "linear",
            "roles": ("market_growth", "fitness"),
            "parts": (
                _lagged(
                    "market_growth", "fitness", Text("fitter firms grow faster", "适应度高的企业增长更快")
                ),
            ),
            "scope": Text(
                "selection within the sample; entry and exit are not", "样本内的选择；不含进入与退出"
            ),
        },
        "C09": {
            "engine": "linear",
            "roles": ("rule_growth", "cost_advantage", "quality_advantage", "governance_index"),
            "parts": (
                _selected(
                    "quality_advantage",
                    1,
                    Text("quality counts more under quality rules", "质量规则下质量更重要"),
                ),
                _selected(
                    "cost_advantage",
                    -1,
                    Text("cost counts less under quality rules", "质量规则下成本更不重要"),
                ),
            ),
            "construct": "B",
        },
        "C14": _INERTIA,
        "C16": {
            "engine": "tails",
            "roles": ("growth_rate",),
            "parts": (Part(label=Text("tails heavier than the normal distribution's", "尾部厚于正态分布")),),
            "smallest_effect": 0.2,
            "scope": Text("small and giant fluctuations", "微涨落与巨涨落"),
        },
        "C19": {
            "engine": "linear",
            "roles": ("digital_index", "cost_efficiency", "consumer_value", "profitability"),
            "parts": (
                _lagged("cost_efficiency", "digital_index", Text("cost efficiency", "成本效率")),
                _lagged("consumer_value", "digital_index", Text("value to consumers", "消费者价值")),
                _lagged("profitability", "digital_index", Text("profitability", "盈利性")),
            ),
            "construct": "B",
        },
        "C32": {
            "engine": "linear",
            "roles": (
                "digital_index",
                "equipment_control_rate_pct",
                "equipment_use_rate_pct",
                "production_efficiency_pct",
            ),
            "parts": tuple(
                Part(label=label, outcome=name, regressors=("digital_index",), term="digital_index")
                for name, label in (
                    (
                        "equipment_control_rate_pct",
                        Text("numerical control of key equipment", "关键装备数控化率"),
                    ),
                    ("equipment_use_rate_pct", Text("use of equipment", "装备综合利用率")),
                    ("production_efficiency_pct", Text("production efficiency", "生产效率")),
                )
            ),
            "construct": "B",
        },
    },
    "world": {
        "C06": _CO_EVOLUTION,
        "C10": {
            "engine": "linear",
            "roles": ("upgrading_governed", "digital_index", "governance_index"),
            "parts": (
                Part(
                    label=Text(
                        "the effect of digitalisation changes with governance", "数字化效应随治理水平变化"
                    ),
                    sign=0,
                    outcome="upgrading_governed",
                    regressors=("digital_index", "governance_index", "digital_index:governance_index"),
                    term="digital_index:governance_index",
                ),
            ),
            # Without a direction a test at 5 % calls the claim supported in 5 % of panels where nothing
            # happens: in a study, in more half of the time.
            "alpha": 0.03,
            "scope": Text("returns; values and preferences are not measured", "收益；未度量价值观念与偏好"),
        },
        "C15": {
            "engine": "returns",
            "roles": ("upgrading_returns", "digital_index"),
            "parts": (
                Part(
                    label=Text("returns to digitalisation increase", "数字化报酬递增"),
                    outcome="upgrading_returns",
                    regressors=("digital_index", "digital_index^2"),
                    term="digital_index^2",
                ),
                Part(
                    label=Text(
                        "returns are larger above a threshold of digitalisation itself",
                        "数字化跨过自身门槛后报酬更大",
                    )
                ),
            ),
            "smallest_effect": 0.05,
            "scope": Text(
                "increasing returns; lock-in, which several modes would show, is described",
                "报酬递增；锁定（多众数）仅作描述",
            ),
        },
        "C33": _LOOP,
        "C33b": _LOOP,
    },
}

TESTS: dict[tuple[str, str], PackTest] = {
    (panel, claim): PackTest(claim=claim, panel=panel, **declared)
    for panel, claims in _DECLARED.items()
    for claim, declared in claims.items()
}
"""Every test, by kind of panel and claim."""
