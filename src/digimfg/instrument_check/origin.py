"""What an instrument is made of: one cross-section times one series, a lag, or the regressor itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.absorb import absorb
from digimfg.errors import SpecificationError
from digimfg.instrument_check.finding import InstrumentFinding
from digimfg.instrument_check.product import Product, fit_product
from digimfg.notes import note_of
from digimfg.periods import calendar
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
        text = note_of("instrument_check.not_one_product", name=name, value=100 * product.share)
        findings.append(InstrumentFinding(check="one_series", instrument=name, severity="fine", text=text))
    return findings


def _one_series(name: str, product: Product) -> InstrumentFinding:
    if product.left < _EXACT:
        text = note_of("instrument_check.same_series_for_all", name=name)
    else:
        n_periods = len(product.series)
        trend = abs(_correlation(product.series, np.arange(n_periods, dtype=np.float64)))
        text = note_of(
            "instrument_check.one_product",
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
            text = note_of(
                "instrument_check.no_lag_of_endogenous",
                name=name,
                endogenous=endogenous,
                term=term,
                size=size,
            )
            findings.append(InstrumentFinding(check="lag", instrument=name, severity="fine", text=text))
            continue
        exact = 1 - abs(size) < _EXACT
        text = note_of(
            "instrument_check.instrument_is_lag",
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
            text = note_of("instrument_check.made_of_endogenous", name=name, endogenous=endogenous, made=hits)
            findings.append(
                InstrumentFinding(check="identity", instrument=name, severity="problem", text=text)
            )
    if not findings:
        names = ", ".join(design.instrument_terms)
        mechanical = partial_r2 > _NEAR
        text = note_of(
            "instrument_check.share_of_endogenous",
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
