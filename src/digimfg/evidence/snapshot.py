"""Verdicts as JSON, and what changed since they were accepted: first the rules, then the verdicts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from digimfg.evidence.rules import changed_rules, rule_of
from digimfg.replication.differences import ABSENT, Difference
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.evidence.verdict_values import Verdict, Verdicts
    from digimfg.evidence.weighed import Seen, Weighed

__all__ = ["VerdictChanges", "compare_verdicts", "verdicts_record"]

DIGITS = 10
"""Numbers are stored to ten significant digits and compared to `RELATIVE_TOLERANCE`."""

RELATIVE_TOLERANCE = 1e-6
"""Another linear-algebra library moves estimates by about 1e-12; a changed method moves them more than
this."""

_TURNED = ("status", "grade", "identification", "version", "version_hash")
"""What a verdict says; everything else in a record are the numbers beneath it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictChanges:
    """Hold what is not as accepted.

    Parameters
    ----------
    turned
        Rules changed after the fact, then claims that came or went and verdicts that turned, one line each.
    numbers
        Numbers that moved beneath verdicts: ``("verdicts", claim, …)``.
    """

    turned: tuple[Text, ...] = ()
    numbers: tuple[Difference, ...] = ()

    @property
    def lines(self) -> tuple[Text, ...]:
        """Return everything, one line each: what turned, then the numbers."""
        return (*self.turned, *map(_line, self.numbers))


def verdicts_record(verdicts: Verdicts) -> dict[str, Any]:
    """Return verdicts as plain data for JSON: the rules and their hash, and per claim its status and its
    evidence.
    """
    return {
        "rules_hash": verdicts.rules_hash,
        "rules": {each.claim.id: rule_of(each.claim) for each in verdicts.verdicts},
        "verdicts": {each.claim.id: _verdict(each) for each in verdicts.verdicts},
    }


def compare_verdicts(accepted: Mapping[str, Any], verdicts: Verdicts) -> VerdictChanges:
    """Return what is not as accepted; a rule changed after the fact, whether or not it moved a verdict.

    Parameters
    ----------
    accepted
        What `verdicts_record` gave when the verdicts were accepted.
    verdicts
        The present ones.
    """
    found = verdicts_record(verdicts)
    rules = [
        Text(f"rule changed after the fact: {change.line.en}", f"规则事后改动：{change.line.zh}")
        for change in changed_rules([each.claim for each in verdicts.verdicts], accepted["rules"])
    ]
    moved = _differences(accepted["verdicts"], found["verdicts"], ("verdicts",))
    turned = [each for each in moved if len(each.path) == 2 or each.path[-1] in _TURNED]
    return VerdictChanges(
        turned=(*rules, *map(_line, turned)),
        numbers=tuple(each for each in moved if each not in turned),
    )


def _line(difference: Difference) -> Text:
    place = " · ".join(difference.path[1:])
    before, now = (_shown(each) for each in (difference.before, difference.now))
    return Text(f"{place}: {before} → {now}", f"{place}：{before} → {now}")


def _shown(value: Any) -> str:
    """Return a value; of a claim that came or went its status alone."""
    return str(value["status"]) if isinstance(value, Mapping) and "status" in value else str(value)


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "status": verdict.status,
        "low_power": verdict.low_power,
        "estimates": [_weighed(each) for each in verdict.estimates],
        "facts": [
            {"name": each.name, "status": each.status, "numbers": _rounded(each.numbers)}
            for each in verdict.facts
        ],
        "audits": [
            {
                "register": each.record.register,
                "status": each.status,
                "cells": each.n_cells,
                "errata": len(each.errata),
                "quantities": _rounded(each.quantities["value"].to_dict()),
            }
            for each in verdict.audits
        ],
        "needs": [each.name for each in verdict.needs],
        **_panels(verdict),
        **(
            {
                "descriptions": [
                    {"analysis": each.link.analysis, "values": [_rounded(value) for value in each.values]}
                    for each in verdict.descriptions
                ]
            }
            if verdict.descriptions
            else {}
        ),
        **(
            {
                "version": verdict.version.version,
                "version_hash": verdict.version.hash,
                "earlier": {str(each.version.version): each.status for each in verdict.earlier},
            }
            if verdict.version
            else {}
        ),
    }


def _panels(verdict: Verdict) -> dict[str, Any]:
    """Return what packs' tests say, of panels that they could be put to."""
    tested = [each for each in verdict.panels if each.status != "not_testable"]
    found = [
        {
            "panel": each.panel,
            "status": each.status,
            "synthetic": each.synthetic,
            "grade": each.grade,
            "rule_hash": each.rule_hash,
            "parts": {str(name): _rounded(line) for name, line in each.parts.to_dict("index").items()},
        }
        for each in tested
    ]
    return {"panels": found} if found else {}


def _weighed(weighed: Weighed) -> dict[str, Any]:
    return {
        "analysis": weighed.link.analysis,
        "status": weighed.status,
        "main": _seen(weighed.main),
        "robust": [_seen(each) for each in weighed.robust],
        "agreeing": weighed.agreeing,
        "detectable_effect": _rounded(weighed.detectable),
        "low_power": weighed.low_power,
        "validity": _rounded(dict(weighed.validity)),
        **({} if weighed.grade is None else _judged(weighed)),
    }


def _judged(weighed: Weighed) -> dict[str, Any]:
    """Return what procedure 2 adds."""
    found: dict[str, Any] = _rounded(
        {
            "p_decides": weighed.p_decides,
            "p_adjusted": weighed.p_adjusted,
            "p_romano_wolf": weighed.p_romano_wolf,
            "identification": weighed.identification,
            "grade": weighed.grade,
            "construct": weighed.link.construct,
            "falsified": None if weighed.falsified is None else asdict(weighed.falsified),
        }
    )
    return found


def _seen(seen: Seen) -> dict[str, Any]:
    rounded: dict[str, Any] = _rounded(asdict(seen))
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _rounded(item) for key, item in value.items()}
    return value


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> list[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return [
            each
            for key in sorted({*before, *after})
            for each in _differences(before.get(key, ABSENT), after.get(key, ABSENT), (*path, str(key)))
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True), start=1)
        *above, last = path
        return [each for number, pair in pairs for each in _differences(*pair, (*above, f"{last}[{number}]"))]
    if isinstance(before, float | int) and isinstance(after, float | int) and not isinstance(before, bool):
        same = math.isclose(before, after, rel_tol=RELATIVE_TOLERANCE, abs_tol=1e-10)
    else:
        same = before == after
    return [] if same else [Difference(path=path, before=before, now=after)]
