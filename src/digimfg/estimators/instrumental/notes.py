"""What a reader of an estimate with instruments must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.covariance import Unadjusted
from digimfg.notes import note_of
from digimfg.text import Text, written_ends

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.design import Design

__all__ = ["diagnostic_notes", "interval_phrase"]

_LEVEL = 0.05
_RULE_OF_THUMB = 10.0


def diagnostic_notes(
    design: Design, statistics: Mapping[str, float], tables: Mapping[str, pd.DataFrame], *, n_groups: int
) -> tuple[Text, ...]:
    """Return the notes: weak or invalid instruments, the Anderson-Rubin set, tests that the clusters cannot
    bear.

    Parameters
    ----------
    n_groups
        Clusters or periods; zero without groups.
    """
    return tuple(
        note
        for note in (
            _strength(design, statistics, tables),
            _underidentified(statistics),
            _set(tables),
            _wide(statistics),
            _rejected(statistics),
            _groups(statistics, n_groups),
        )
        if note is not None
    )


def interval_phrase(segments: pd.DataFrame) -> Text:
    """Return the segments of a confidence set in words, with brackets open at infinity.

    Examples
    --------
    >>> import pandas as pd
    >>> interval_phrase(pd.DataFrame({"conf_low": [-float("inf"), 1.0], "conf_high": [0.25, 2.0]})).en
    '(−∞, 0.25] ∪ [1, 2]'
    """
    if len(segments) == 0:
        return Text("empty", "空集")
    parts = []
    for low, high in zip(segments["conf_low"], segments["conf_high"], strict=True):
        ends = written_ends(low, high, 4)
        left = "(−∞" if np.isneginf(low) else f"[{ends[0]}"
        right = "+∞)" if np.isposinf(high) else f"{ends[1]}]"
        parts.append(f"{left}, {right}")
    phrase = " ∪ ".join(parts)
    return Text(phrase, phrase)


def _strength(
    design: Design, statistics: Mapping[str, float], tables: Mapping[str, pd.DataFrame]
) -> Text | None:
    if "effective_f" in statistics:
        value, critical = statistics["effective_f"], statistics.get("effective_f_critical", np.nan)
        if not value <= critical:
            return None
        return note_of("instrumental.weak_by_effective_f", value=value, critical=critical)
    homoskedastic = isinstance(design.specification.covariance, Unadjusted)
    name = "cragg_donald_f" if homoskedastic else "kleibergen_paap_rk_f"
    label = "Cragg–Donald F" if homoskedastic else "Kleibergen–Paap rk F"
    value, critical = statistics[name], _RULE_OF_THUMB
    if "stock_yogo" in tables:
        stored = tables["stock_yogo"]["critical_5"]
        if ("size", 10.0) in stored.index:
            critical = float(stored.loc[("size", 10.0)])
    if not value < critical:
        return None
    return note_of("instrumental.weak_by_stock_yogo", label=label, value=value, critical=critical)


def _underidentified(statistics: Mapping[str, float]) -> Text | None:
    p_value = statistics["kleibergen_paap_rk_lm_p"]
    if not p_value > _LEVEL:
        return None
    return note_of("instrumental.underidentified", p_value=p_value)


def _set(tables: Mapping[str, pd.DataFrame]) -> Text | None:
    if "anderson_rubin" not in tables:
        return None
    segments = tables["anderson_rubin"]
    phrase = interval_phrase(segments)
    if len(segments) == 0:
        return note_of("instrumental.empty_set")
    bounded = np.all(np.isfinite(segments.to_numpy()))
    if bounded and len(segments) == 1:
        return note_of("instrumental.interval_of_set", phrase=phrase)
    return note_of(
        "instrumental.set_of_pieces",
        detail=(Text("disjoint", "不连通") if bounded else Text("unbounded", "无界")),
        phrase=phrase,
    )


def _wide(statistics: Mapping[str, float]) -> Text | None:
    multiple = statistics.get("tf_critical_value", 0.0)
    if not multiple > 1.96:
        return None
    if np.isinf(multiple):
        return note_of("instrumental.tf_no_significance", first_stage_f=statistics["first_stage_f"])
    return note_of("instrumental.tf_critical_value", multiple=multiple)


def _rejected(statistics: Mapping[str, float]) -> Text | None:
    for name, label in (("hansen_j", "Hansen J"), ("sargan", "Sargan")):
        p_value = statistics.get(f"{name}_p", 1.0)
        if p_value < _LEVEL:
            return note_of("instrumental.overidentified", label=label, p_value=p_value)
    return None


def _groups(statistics: Mapping[str, float], n_groups: int) -> Text | None:
    if not np.isnan(statistics["first_stage_f"]):
        return None
    if 0 < n_groups <= statistics["n_instruments"]:
        return note_of(
            "instrumental.no_joint_test", n_groups=n_groups, n_instruments=statistics["n_instruments"]
        )
    return note_of("instrumental.no_first_stage")
