"""Effects that rest on one treated unit: their errors know nothing of what is particular to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.say import say
from digimfg.text import Text, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from digimfg.estimators.did.effects import Effects
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["thin_notes"]

_LISTED = 6
_KINDS = {
    "group": Text("cohorts", "批次"),
    "event_study": Text("event times", "相对时期"),
    "calendar": Text("periods", "时期"),
}


def thin_notes(panel: StaggeredPanel, effects: Effects) -> list[Text]:
    """Return a note on cohorts, event times and periods with one treated cluster behind them.

    The error of such an effect comes from the units it is compared with alone: of the treated one, which is
    its own mean, nothing is left to vary (in the regressions its residuals are fitted away), whatever the
    method. Cohorts are named where a method averages over them too, as the stacked regression does.

    Parameters
    ----------
    panel
        Whose clusters are counted.
    effects
        Of any method; those of single cells are behind the ones named.
    """
    event = panel.time - panel.first
    used = np.isin(panel.first, effects.cohorts)
    shown = {
        kind: [key for of, key in effects.keys if of == kind and isinstance(key, float)] for kind in _KINDS
    }
    shown["group"] = effects.cohorts.tolist()
    found: list[Text] = []
    for kind, word in _KINDS.items():
        thin = [
            key
            for key in shown[kind]
            if _is_one_cluster(
                panel,
                used
                & {
                    "group": (panel.first == key) & (event >= 0),
                    "event_study": event == key,
                    "calendar": (panel.time == key) & (event >= 0),
                }[kind],
            )
        ]
        if thin:
            found.append(_named(word, thin))
    if not found:
        return []
    units = all(int(codes.max()) + 1 == panel.n_units for codes in panel.design.clusters.values())
    return [
        say(
            "Rest on one treated {what}: {effects:;}. The error of such an effect leaves out what is "
            "particular to that {what} "
            "and is far too small; use dm.few_treated_test or dm.synthetic_control, or merge cohorts",
            "仅依据一个处理{what}：{effects:;}。此类效应的标准误不含该{what}自身的波动，明显偏小；"
            "请改用dm.few_treated_test或dm.synthetic_control，或合并批次",
            what=Text("unit", "个体") if units else Text("cluster", "聚类"),
            effects=found,
            kind="lone_group",
        )
    ]


def _is_one_cluster(panel: StaggeredPanel, rows: NDArray[np.bool_]) -> bool:
    """Return whether all rows, if there are any, lie in one cluster of some way."""
    places = np.flatnonzero(rows)
    if not len(places):
        return False
    found = (codes[places] for codes in panel.design.clusters.values())
    return any(bool(np.all(codes == codes[0])) for codes in found)


def _named(word: Text, keys: Sequence[float]) -> Text:
    shown = [written(key, "g") for key in keys[:_LISTED]]
    if len(keys) == len(shown):
        return say("{kind} {keys}", "{kind}{keys}", facts={"kind": word, "keys": shown})
    return say(
        "{kind} {keys} and {more} more",
        "{kind}{keys}等{all}个",
        facts={"kind": word, "keys": shown, "more": len(keys) - len(shown), "all": len(keys)},
    )
