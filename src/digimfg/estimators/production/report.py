"""What a production function's estimate says: coefficients, productivity, returns to scale, notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.estimators.panel_rows import finish
from digimfg.estimators.production.firms import Firms
from digimfg.estimators.production.methods import PROXY_METHODS, Fit, Form, Options, input_terms
from digimfg.estimators.production.parts import Part
from digimfg.estimators.production.rows import without_proxy
from digimfg.frames.said import add_notes
from digimfg.notes import note_of
from digimfg.sentences import sentence
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["GENERATED", "report"]

Floats = NDArray[np.float64]
GENERATED = note_of("production.generated")
_NAMES = sheet_beside(__file__, "report", "names")


def report(
    options: Options,
    design: Design,
    firms: Firms,
    order: NDArray[np.intp],
    inputs: tuple[str, ...],
    parts: list[Part],
    estimates: list[tuple[Fit, Floats]],
    by: str | None,
) -> Result:
    """Return the result of an estimate.

    Parameters
    ----------
    order
        Of the design's rows among the firms'.
    inputs
        Their names.
    parts, estimates
        Industries, or one part of all rows; the fit of each and the covariance of its slopes.
    by
        Column of the industries.
    """
    terms = _term_names(inputs, options.form)
    specification = design.specification
    n, k = len(firms.output), len(terms)
    tfp, explained, elasticities = np.empty(n), np.empty(n), np.empty((n, len(inputs)))
    for part, (found, _) in zip(parts, estimates, strict=True):
        own = part.firms
        tfp[part.places] = own.output - input_terms(own.inputs, options.form) @ found.slopes
        explained[part.places] = found.explained
        elasticities[part.places] = _gradients(own.inputs, options.form) @ found.slopes
    keys = pd.DataFrame(
        {
            str(specification.entity): np.asarray(design.entity_values)[np.asarray(design.entity)[order]],
            str(specification.time): np.asarray(design.time_values)[np.asarray(design.time)[order]],
        }
    )
    noise = firms.output - explained
    estimated = ("productivity", "tfp", "noise")
    tables = {
        "productivity": keys.assign(
            productivity=np.where(np.isnan(noise), tfp, tfp - noise), tfp=tfp, noise=noise
        )
    }
    add_notes(tables["productivity"], [sentence(GENERATED)], estimated)
    if options.form == "translog" or by is not None:
        tables["elasticities"] = keys.assign(**dict(zip(inputs, elasticities.T, strict=True)))
    minima = [_minima(part, found, terms, by) for part, (found, _) in zip(parts, estimates, strict=True)]
    if any(len(each) for each in minima):
        tables["minima"] = pd.concat(minima, ignore_index=True)
    statistics = {
        "n_obs": float(design.n_obs),
        "n_entities": float(int(firms.firm.max()) + 1),
        "n_periods": float(len(np.unique(firms.period))),
    }
    if options.method != "system_gmm":
        statistics["replications"] = float(options.replications)
    tables["returns_to_scale"] = _returns_to_scale(options, parts, estimates, by)
    if by is None:
        found = estimates[0][0]
        statistics |= found.statistics
        tables |= {name: _named_rows(table, terms) for name, table in found.tables.items()}
        statistics["returns_to_scale"] = float(tables["returns_to_scale"]["estimate"].iloc[0])
        if not np.isnan(found.survival):
            statistics["share_surviving"] = found.survival
    else:
        statistics["n_industries"] = float(len(parts))
        for name in estimates[0][0].tables:
            each = {
                part.name: _named_rows(found.tables[name], terms)
                for part, (found, _) in zip(parts, estimates, strict=True)
            }
            tables[name] = pd.concat(each, names=[by])
        said = {part.name: found.statistics for part, (found, _) in zip(parts, estimates, strict=True)}
        if any(said.values()):
            tables["industries"] = pd.DataFrame(said).T.rename_axis(by)
    covariance = np.zeros((len(parts) * k, len(parts) * k))
    for place, (_, own_covariance) in enumerate(estimates):
        covariance[place * k : (place + 1) * k, place * k : (place + 1) * k] = own_covariance
    return finish(
        replace(design, shift={}),
        names=terms if by is None else tuple(f"{term}:{by}[{part.name}]" for part in parts for term in terms),
        estimates=np.concatenate([found.slopes for found, _ in estimates]),
        covariance=covariance,
        df_resid=None,
        statistics=statistics,
        notes=(
            *without_proxy(options, design),
            *_notes(options, firms, parts, [found for found, _ in estimates]),
        ),
        tables=tables,
    )


def _minima(part: Part, found: Fit, terms: tuple[str, ...], by: str | None) -> pd.DataFrame:
    table = pd.DataFrame(found.minima, columns=[*terms, "criterion", "starts"])
    if by is not None:
        table.insert(0, by, part.name)
    return table


def _returns_to_scale(
    options: Options, parts: list[Part], estimates: list[tuple[Fit, Floats]], by: str | None
) -> pd.DataFrame:
    """Return the sum of elasticities, its mean over the rows of a translog, and the test that it is one."""
    rows = []
    for part, (found, covariance) in zip(parts, estimates, strict=True):
        slope = _gradients(part.firms.inputs, options.form).sum(axis=1).mean(axis=0)
        scale, error = float(slope @ found.slopes), float(np.sqrt(slope @ covariance @ slope))
        rows.append(
            (scale, error, (scale - 1) / error, float(2 * scipy.stats.norm.sf(abs(scale - 1) / error)))
        )
    names = ["constant returns"] if by is None else [part.name for part in parts]
    return pd.DataFrame(
        rows,
        columns=["estimate", "std_error", "statistic", "p_value"],
        index=pd.Index(names, name="hypothesis" if by is None else by),
    )


def _named_rows(table: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Return a table of the quasi-differenced equation under the names of its terms."""
    called = {"L.y": "L.output"}
    for place, name in enumerate(names):
        called |= {f"x{place}": name, f"L.x{place}": f"L.{name}"}
    return table.rename(index=called)


def _term_names(inputs: tuple[str, ...], form: Form) -> tuple[str, ...]:
    if form == "cobb_douglas":
        return inputs
    k = len(inputs)
    second = [
        f"{inputs[a]}^2" if a == b else f"{inputs[a]}:{inputs[b]}" for a in range(k) for b in range(a, k)
    ]
    return (*inputs, *second)


def _gradients(inputs: Floats, form: Form) -> Floats:
    """Return what elasticities take of the slopes, shape (n, inputs, terms)."""
    n, k = inputs.shape
    if form == "cobb_douglas":
        return np.broadcast_to(np.eye(k), (n, k, k))
    pairs = [(a, b) for a in range(k) for b in range(a, k)]
    found = np.zeros((n, k, k + len(pairs)))
    found[:, np.arange(k), np.arange(k)] = 1.0
    for place, (a, b) in enumerate(pairs, start=k):
        found[:, a, place] += inputs[:, b]
        found[:, b, place] += inputs[:, a]
    return found


def _notes(options: Options, firms: Firms, parts: list[Part], found: list[Fit]) -> tuple[Text, ...]:
    notes: list[Text] = [_method_note(options), GENERATED]
    linked = sum(len(part.firms.linked) for part in parts)
    if options.method in PROXY_METHODS:
        notes.append(note_of("production.linked", n=linked, total=len(firms.output)))
    if apart := sum(part.apart for part in parts):
        notes.append(note_of("production.changed", n=apart))
    if len(parts) > 1:
        notes.append(
            note_of(
                "production.industries",
                n=len(parts),
                sizes=[
                    note_of(
                        "production.industry_with_firms", name=part.name, n=int(part.firms.firm.max()) + 1
                    )
                    for part in parts
                ],
            )
        )
    several = max(len(each.minima) for each in found)
    if several > 1:
        notes.append(note_of("production.several_minima", n=several))
    return tuple(notes)


def _method_note(options: Options) -> Text:
    if options.method == "system_gmm":
        first, last = options.instrument_lags
        return note_of(
            "production.method_with_instruments",
            method=_NAMES[options.method],
            first=first,
            last=Text("the earliest", "最早一期") if last is None else str(last),
        )
    if options.method not in PROXY_METHODS:
        return note_of("production.method_alone", method=_NAMES[options.method])
    return note_of(
        "production.method_with_degrees",
        method=_NAMES[options.method],
        degree=options.degree,
        process=options.process,
    )
