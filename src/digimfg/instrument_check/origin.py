"""What an instrument is made of: one cross-section times one series, a lag, or the regressor itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.absorb import absorb
from digimfg.errors import SpecificationError
from digimfg.instrument_check.finding import InstrumentFinding
from digimfg.instrument_check.product import Product, fit_product
from digimfg.periods import calendar
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["identity_findings", "lag_findings", "one_series_findings"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_EXACT = 1e-8
_NEAR = 0.99


def one_series_findings(design: Design) -> list[InstrumentFinding]:
    """Return for each instrument whether it is a cross-section times a series.

    a_i b_t is fitted to what additive effects of units and periods leave of the instrument. With such
    effects in the equation the instrument compares how much outcomes of units with a large a_i follow b_t:
    one series of T values, and any other trend that goes with a_i confounds it.
    """
    if design.entity is None or design.time is None:
        return []
    findings = []
    for name, raw, _ in _columns(design):
        product = fit_product(raw, design.entity, design.time)
        if product.share > _NEAR or product.left < _EXACT:
            findings.append(_one_series(name, product))
            continue
        text = say(
            "{name} is not one cross-section times one series: the best such product explains "
            "{value:.0f}% of what effects of units and periods leave",
            "{name}并非“一个截面×一个时间序列”：此类乘积最多解释个体与时间固定效应之外变动的{value:.0f}%",
            kind="origin",
            name=name,
            value=100 * product.share,
        )
        findings.append(InstrumentFinding(check="one_series", instrument=name, severity="fine", text=text))
    return findings


def _one_series(name: str, product: Product) -> InstrumentFinding:
    if product.left < _EXACT:
        text = say(
            "{name} is the same series for every unit, or the same value in every period, or a sum "
            "of such: units and periods together have no variation of their own in it",
            "{name}对所有个体为同一序列，或在各期取同一数值，或为两者之和：其中没有个体×时期层面的变动",
            kind="origin",
            name=name,
        )
    else:
        n_periods = len(product.series)
        trend = abs(_correlation(product.series, np.arange(n_periods, dtype=np.float64)))
        text = say(
            "{name} is one cross-section times one series of {n_periods} periods ({value:.1f}% of "
            "what effects of units and periods leave); the series correlates with a linear trend at "
            "{trend:.2f}. Control for other initial conditions times the same series, and read "
            "errors as those of one series",
            "{name}为一个截面变量乘以一个{n_periods}期的时间序列（占个体与时间固定效应之外变动的 "
            "{value:.1f}%）；该序列与线性趋势的相关系数为{trend:.2f}。"
            "须控制其他初始条件与该序列的交互项，且有效变动仅来自一个序列",
            kind="origin",
            name=name,
            n_periods=n_periods,
            value=100 * product.share,
            trend=trend,
        )
    return InstrumentFinding(check="one_series", instrument=name, severity="problem", text=text)


def lag_findings(design: Design, n_lags: int) -> list[InstrumentFinding]:
    """Return for each instrument whether it is a lag or lead of the endogenous term, exactly or nearly."""
    if design.entity is None or design.time is None:
        return []
    found: dict[str, list[tuple[str, float]]] = {}
    endogenous = design.endogenous_terms[0]
    spec_lags = [f"L{lag if lag > 1 else ''}.{endogenous}" for lag in range(1, n_lags + 1)]
    terms = [*spec_lags, f"F.{endogenous}"]
    for term in terms:
        try:
            values = design.evaluator(term).values[design.rows, 0]
        except SpecificationError:
            # An interaction or logarithm cannot always be lagged as a term; then there is nothing to compare
            # with.
            continue
        for name, raw, _ in _columns(design):
            found.setdefault(name, []).append((term, _correlation(raw, values)))
    findings = []
    for name, pairs in found.items():
        term, size = max(pairs, key=lambda pair: (abs(pair[1]), pair[0]))
        if abs(size) < _NEAR:
            text = say(
                "{name} is no lag of {endogenous}: the closest, {term}, correlates at {size:.2f}",
                "{name}不是{endogenous}的滞后：最接近的{term}相关系数为{size:.2f}",
                kind="origin",
                name=name,
                endogenous=endogenous,
                term=term,
                size=size,
            )
            findings.append(InstrumentFinding(check="lag", instrument=name, severity="fine", text=text))
            continue
        exact = 1 - abs(size) < _EXACT
        text = say(
            "{name} {detail} {term} (correlation {size:.4f}): a lag is no outside instrument where "
            "errors persist",
            "{name} {detail} {term}（相关系数{size:.4f}）：误差存在序列相关时，滞后项不是外生工具变量",
            kind="origin",
            detail=(Text("is", "就是") if exact else Text("nearly is", "几乎等于")),
            name=name,
            term=term,
            size=size,
        )
        findings.append(InstrumentFinding(check="lag", instrument=name, severity="problem", text=text))
    return findings


def identity_findings(design: Design, partial_r2: float) -> list[InstrumentFinding]:
    """Return for each instrument whether it is built from the endogenous term of the same data.

    Tried: the mean of the other units in the period (after period effects it is the term itself, turned),
    the lagged term times the change or level of the sample mean, the lagged term times its own change.
    """
    endogenous = design.endogenous_terms[0]
    findings = []
    made = _made_of(design)
    for name, raw, freed in _columns(design):
        hits = [
            what
            for what, values, within in made
            if (_correlation(freed, values) if within else abs(_correlation(raw, values))) > 1 - 1e-6
        ]
        if hits:
            english = "; ".join(hit.en for hit in hits)
            chinese = "；".join(hit.zh for hit in hits)
            text = say(
                "{name} is made of {endogenous} itself: {english}",
                "{name}由{endogenous}自身构成：{chinese}",
                kind="origin",
                name=name,
                endogenous=endogenous,
                english=english,
                chinese=chinese,
            )
            findings.append(
                InstrumentFinding(check="identity", instrument=name, severity="problem", text=text)
            )
    if not findings:
        names = ", ".join(design.instrument_terms)
        mechanical = partial_r2 > _NEAR
        text = say(
            "Instruments explain {value:.1f}% of what effects and controls leave of {endogenous}{detail}",
            "工具变量解释了{endogenous}在固定效应与控制变量之外变动的{value:.1f}%{detail}",
            kind="origin",
            detail=(
                Text("; so close a fit is usually an identity", "；如此高的拟合通常意味着恒等关系")
                if mechanical
                else Text("", "")
            ),
            value=100 * partial_r2,
            endogenous=endogenous,
        )
        findings.append(
            InstrumentFinding(
                check="identity", instrument=names, severity="problem" if mechanical else "fine", text=text
            )
        )
    return findings


def _columns(design: Design) -> list[tuple[str, Floats, Floats]]:
    return [
        (name, design.instruments[:, place], design.absorbed.instruments[:, place])
        for place, name in enumerate(design.instrument_terms)
    ]


def _made_of(design: Design) -> list[tuple[Text, Floats, bool]]:
    entity, time = design.entity, design.time
    if entity is None or time is None or design.time_values is None:
        return []
    own = design.endogenous[:, 0]
    count = np.bincount(time).astype(np.float64)
    total = np.bincount(time, own)
    made: list[tuple[Text, Floats, bool]] = []
    several = count[time] > 1
    if several.all():
        peers = (total[time] - own) / (count[time] - 1)
        what = Text("the mean of the other units in the period", "同期其他单位的均值")
        made.append((what, peers, False))
        if design.effects:
            freed = absorb(peers[:, None], list(design.effects.values()), design.weights)[:, 0]
            made.append((what, freed, True))
    lag, change = _shifted(design)
    if lag is not None and change is not None:
        mean = total / count
        places = calendar(design.time_values, str(design.specification.time)).places
        follows = np.diff(places) == 1
        national = np.concatenate([[np.nan], np.where(follows, np.diff(mean), np.nan)])[time]
        made += [
            (Text("its lag times the change of the mean", "滞后项×均值变化"), lag * national, False),
            (Text("its lag times the mean", "滞后项×均值"), lag * mean[time], False),
            (Text("its lag times its own change", "滞后项×自身变化"), lag * change, False),
        ]
    return made


def _shifted(design: Design) -> tuple[Floats | None, Floats | None]:
    term = design.endogenous_terms[0]
    try:
        lag = design.evaluator(f"L.{term}").values[design.rows, 0]
    except SpecificationError:
        return None, None
    return lag, design.endogenous[:, 0] - lag


def _correlation(first: Floats, second: Floats) -> float:
    both = np.isfinite(first) & np.isfinite(second)
    if np.count_nonzero(both) < 3:
        return 0.0
    a, b = first[both] - first[both].mean(), second[both] - second[both].mean()
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    scale = float(np.linalg.norm(first[both]) * np.linalg.norm(second[both]))
    return float(a @ b) / size if size > 1e-14 * scale else 0.0
