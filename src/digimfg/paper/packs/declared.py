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

_WORDS = sheet_beside(__file__, "parts")


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
    _WORDS["fusion"],
    _WORDS["innovation"],
    _WORDS["diffusion"],
    _WORDS["optimisation"],
    _WORDS["high_quality_development"],
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
        _SUBSYSTEMS, (_WORDS["technology"], _WORDS["structure"], _WORDS["institutions"])
    ),
    "construct": "B",
}
_LOOP = {
    "engine": "var",
    "roles": ("digital_supply", "manufacturing_output"),
    "parts": (
        Part(
            label=_WORDS["digital_supply_drives_manufacturing"],
            slopes=(("manufacturing_output", "digital_supply", 1.0),),
        ),
        Part(
            label=_WORDS["manufacturing_drives_digital_supply"],
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
            label=_WORDS["persistence_falls_with_digitalisation"],
            sign=-1,
            outcome="inertia_outcome",
            regressors=("L.inertia_outcome", "L.digital_index", "L.inertia_outcome:L.digital_index"),
            term="L.inertia_outcome:L.digital_index",
        ),
    ),
    "smallest_effect": 0.05,
    "scope": _WORDS["inertia_scope"],
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
        Part(label=_WORDS["order_of_the_paper"]),
    ),
}
_STAGE_LEADS = {
    "engine": "lead_lag",
    "roles": _STAGES,
    "parts": (
        Part(
            label=_WORDS["each_stage_moves_the_next"],
            slopes=tuple((*step, 0.25) for step in _STEPS),
        ),
        Part(
            label=_WORDS["more_than_back"],
            slopes=(
                *((*step, 0.25) for step in _STEPS),
                *((before, after, -0.25) for after, before in _STEPS),
            ),
        ),
    ),
    "scope": _WORDS["stages_scope"],
}
_THRESHOLD = {
    "engine": "threshold",
    "roles": ("upgrading_threshold", "digital_index", "threshold_variable"),
    "parts": (Part(label=_WORDS["larger_above_threshold"]),),
    "scope": _WORDS["threshold_scope"],
}
_FLOWS = {
    "engine": "flows",
    "roles": ("upgrading_flows", "digital_index"),
    "parts": (
        Part(label=_WORDS["core_to_near"], sign=0),
        Part(label=_WORDS["core_to_far"], sign=0),
        Part(label=_WORDS["periphery_to_core"], sign=0),
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
        "C30b": _paths({"path_governance": _WORDS["digital_governance_and_services"]}),
        "C33": _LOOP,
    },
    "china_city": {"C17": _FLOWS, "C20": _THRESHOLD},
    "firm": {
        "C07": {
            "engine": "linear",
            "roles": ("coevolution_index", "firm_evolution", "industry_evolution", "economy_evolution"),
            "parts": (
                _lagged("firm_evolution", "coevolution_index", _WORDS["evolution_of_firms"]),
                _lagged("industry_evolution", "coevolution_index", _WORDS["evolution_of_industries"]),
                _lagged("economy_evolution", "coevolution_index", _WORDS["evolution_of_the_economy"]),
            ),
            "cluster": "province",
            "construct": "B",
        },
        "C08": {
            "engine": "linear",
            "roles": ("market_growth", "fitness"),
            "parts": (_lagged("market_growth", "fitness", _WORDS["fitter_firms_grow_faster"]),),
            "scope": _WORDS["selection_scope"],
        },
        "C09": {
            "engine": "linear",
            "roles": ("rule_growth", "cost_advantage", "quality_advantage", "governance_index"),
            "parts": (
                _selected(
                    "quality_advantage",
                    1,
                    _WORDS["quality_counts_more_under_quality_rules"],
                ),
                _selected(
                    "cost_advantage",
                    -1,
                    _WORDS["cost_counts_less_under_quality_rules"],
                ),
            ),
            "construct": "B",
        },
        "C14": _INERTIA,
        "C16": {
            "engine": "tails",
            "roles": ("growth_rate",),
            "parts": (Part(label=_WORDS["heavy_tails"]),),
            "smallest_effect": 0.2,
            "scope": _WORDS["fluctuations_scope"],
        },
        "C19": {
            "engine": "linear",
            "roles": ("digital_index", "cost_efficiency", "consumer_value", "profitability"),
            "parts": (
                _lagged("cost_efficiency", "digital_index", _WORDS["cost_efficiency"]),
                _lagged("consumer_value", "digital_index", _WORDS["value_to_consumers"]),
                _lagged("profitability", "digital_index", _WORDS["profitability"]),
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
                        _WORDS["numerical_control_of_key_equipment"],
                    ),
                    ("equipment_use_rate_pct", _WORDS["use_of_equipment"]),
                    ("production_efficiency_pct", _WORDS["production_efficiency"]),
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
                    label=_WORDS["changes_with_governance"],
                    sign=0,
                    outcome="upgrading_governed",
                    regressors=("digital_index", "governance_index", "digital_index:governance_index"),
                    term="digital_index:governance_index",
                ),
            ),
            # Without a direction a test at 5 % calls the claim supported in 5 % of panels where nothing
            # happens: in a study, in more half of the time.
            "alpha": 0.03,
            "scope": _WORDS["governance_scope"],
        },
        "C15": {
            "engine": "returns",
            "roles": ("upgrading_returns", "digital_index"),
            "parts": (
                Part(
                    label=_WORDS["returns_to_digitalisation_increase"],
                    outcome="upgrading_returns",
                    regressors=("digital_index", "digital_index^2"),
                    term="digital_index^2",
                ),
                Part(label=_WORDS["returns_above_threshold"]),
            ),
            "smallest_effect": 0.05,
            "scope": _WORDS["returns_scope"],
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
