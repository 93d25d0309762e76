"""How a claim is decided on a kind of panel, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from digimfg.paper.packs.roles import ROLES, Role
from digimfg.text import Text

__all__ = [
    "Engine",
    "PackTest",
    "Part",
    "plain_rule",
]

Engine = Literal["linear", "var", "order", "lead_lag", "threshold", "returns", "tails", "flows"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """State one part of a claim: the term of an equation, or a sum of slopes of a vector autoregression.

    Parameters
    ----------
    label
        What it says.
    sign
        That the claim asserts; 0 for a relation without direction.
    outcome, regressors, term
        The equation, in roles, and the term that carries the part.
    slopes
        Follower, leader and weight of each slope of the autoregression in the sum.
    """

    label: Text
    sign: Literal[-1, 0, 1] = 1
    outcome: str = ""
    regressors: tuple[str, ...] = ()
    term: str = ""
    slopes: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PackTest:
    """State how a claim is decided on a kind of panel.

    Parameters
    ----------
    claim, panel
        Which claim, where.
    engine
        How its parts are computed.
    roles
        What it needs.
    parts
        What must be shown.
    combine
        How parts decide together, see `digimfg.evidence.claim_answer.decide_parts`.
    smallest_effect
        The least effect worth speaking of, in standard deviations.
    construct
        Fit of what is measured with what is claimed, A to D.
    cluster
        Column of the clusters; by default the unit.
    relative
        Roles taken less their mean of the year. A moderator of persistence that rises over time would carry
        the
        bias of lags within few years (Nickell 1981, doi:10.2307/1911408) into its own slope.
    alpha
        Level.
    least_units, least_periods
        Fewer are refused.
    scope
        What of the claim it is about, where that is not all.
    """

    claim: str
    panel: str
    engine: Engine
    roles: tuple[str, ...]
    parts: tuple[Part, ...]
    combine: Literal["all", "both_signs"] = "all"
    smallest_effect: float = 0.1
    construct: Literal["A", "B", "C", "D"] = "C"
    cluster: str = ""
    relative: tuple[str, ...] = ()
    alpha: float = 0.05
    least_units: int = 12
    least_periods: int = 6
    scope: Text = field(default_factory=lambda: Text("", ""))


def plain_rule(test: PackTest) -> dict[str, Any]:
    """Return everything of a test that decides, as plain data; words do not."""
    return {
        "engine": test.engine,
        "roles": [_plain_role(ROLES[name]) for name in test.roles],
        "parts": [
            {
                "sign": each.sign,
                "outcome": each.outcome,
                "regressors": list(each.regressors),
                "term": each.term,
                "slopes": [list(slope) for slope in each.slopes],
            }
            for each in test.parts
        ],
        "combine": test.combine,
        "smallest_effect": test.smallest_effect,
        "construct": test.construct,
        "cluster": test.cluster,
        **({"relative": list(test.relative)} if test.relative else {}),
        **(
            {"beyond": "cities of provinces that touch"}
            if test.panel == "china_city" and test.engine == "flows"
            else {}
        ),
        "alpha": test.alpha,
        "least_units": test.least_units,
        "least_periods": test.least_periods,
    }


def _plain_role(role: Role) -> dict[str, Any]:
    like = ROLES[role.like] if role.like else role
    return {"name": role.name, "like": role.like, "indicators": list(like.indicators), "least": like.least}
