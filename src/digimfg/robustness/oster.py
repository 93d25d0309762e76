"""Oster's bounds: how strong selection on what is not observed must be, next to what is, to undo an
estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_number
from digimfg.errors import EstimationError, SpecificationError
from digimfg.kinds import Finite, Probability, StoredFrame, Such
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.robustness.partialled import Partialled, partialled, residuals_on
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["OsterBounds", "oster_bounds"]

_WHERE = "dm.oster_bounds"


@checked
@shown(note_of("robustness.oster_bounds"))
@dataclass(frozen=True, kw_only=True, eq=False)
class OsterBounds:
    """Hold Oster's δ and β*.

    Parameters
    ----------
    term
        The regressor.
    delta
        δ at which the estimate would be the `beta` asked about (0 by default); above 1 is the usual sign of
        robustness.
    beta_star
        The estimate if selection on unobservables is the δ asked about (1 by default).
    roots
        Every real solution β*, with whether the bias keeps the direction that the controls show, and its
        distance.
    statistics
        ``estimate_short estimate_long r2_short r2_long r2_max delta beta_star identified_low identified_high
        …``.
    notes
        What a reader must know.
    """

    term: str
    delta: float
    beta_star: float
    roots: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]

    @property
    def excludes_zero(self) -> bool:
        """Return whether the set between the estimate with controls and β* leaves out zero."""
        return self.statistics["identified_low"] > 0 or self.statistics["identified_high"] < 0


@checked
@keeps_marks
@one_thread
def oster_bounds(
    specification: Specification,
    frame: StoredFrame,
    *,
    term: str | None = None,
    r2_max: Probability | None = None,
    delta: Annotated[Finite, Such(bool, Text("other than zero", "非零"))] = 1.0,
    beta: Finite = 0.0,
    unrelated: str | Iterable[str] = (),
) -> OsterBounds:
    r"""Bound the bias from omitted variables by proportional selection (Oster 2019,
    doi:10.1080/07350015.2016.1227711).

    With :math:`\mathring\beta,\mathring R` of the regression without controls, :math:`\tilde\beta,\tilde R`
    of that with them, :math:`\tau_x` the variance of the regressor that controls leave, the bias
    :math:`\nu=\tilde\beta-\beta^*` solves

    .. math:: \delta(R_{max}-\tilde R)\sigma_y^2(\mathring\beta-\tilde\beta)\sigma_x^2
       +\nu[\delta(R_{max}-\tilde R)\sigma_y^2(\sigma_x^2-\tau_x)-(\tilde R-\mathring R)\sigma_y^2\tau_x
       -\sigma_x^2\tau_x(\mathring\beta-\tilde\beta)^2]
       +\nu^2\tau_x(\mathring\beta-\tilde\beta)\sigma_x^2(\delta-2)+\nu^3(\delta-1)(\tau_x\sigma_x^2-\tau_x^2)=0

    exactly. With fixed effects everything is taken within them, so that R² is the within R². Both
    regressions use the rows of the one with controls.

    Parameters
    ----------
    specification
        Least squares; every other regressor and control is a control here.
    frame
        As for `estimate`.
    term
        The regressor; by default the first.
    r2_max
        R² if everything were observed; by default the smaller of 1.3 R̃ and 1.
    delta, beta
        δ at which β* is taken; β at which δ is taken.
    unrelated
        Controls that say nothing of selection and stand in both regressions, as the effects do.

    Raises
    ------
    SpecificationError
        If there is no control, the term or a control is unknown, or `r2_max` does not lie between R̃ and 1.
    EstimationError
        If controls leave nothing of the regressor or explain everything.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", "value", controls="capital", entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> found = dm.oster_bounds(spec, grunfeld.load_pandas().data)
    >>> round(found.delta, 2), round(found.beta_star, 4)
    (1.94, 0.0638)
    """
    parts = partialled(specification, frame, term, _WHERE)
    names = (unrelated,) if isinstance(unrelated, str) else tuple(unrelated)
    parts = _without(parts, names)
    moments = _moments(parts)
    high = min(1.3 * moments["r2_long"], 1.0) if r2_max is None else float(r2_max)
    _check(moments, high)
    roots = _roots(moments, high, delta)
    gap = moments["estimate_long"] - beta
    asked = _delta(moments, high, gap)
    kept = roots[roots["keeps_direction"]]
    star = float(kept["beta_star"].iloc[0]) if len(kept) else float("nan")
    ends = sorted((moments["estimate_long"], star)) if len(kept) else [float("nan")] * 2
    statistics = {
        "n_obs": float(parts.design.n_obs),
        **{name: moments[name] for name in ("estimate_short", "estimate_long", "r2_short", "r2_long")},
        "r2_max": high,
        "delta": asked,
        "beta_star": star,
        "delta_assumed": delta,
        "beta_asked": beta,
        "identified_low": ends[0],
        "identified_high": ends[1],
    }
    return OsterBounds(
        term=parts.term,
        delta=asked,
        beta_star=star,
        roots=roots,
        statistics=statistics,
        notes=(*parts.design.notes, *_notes(parts, moments, high, roots, r2_max is None)),
    )


def _without(parts: Partialled, names: tuple[str, ...]) -> Partialled:
    from dataclasses import replace

    if unknown := [name for name in names if name not in parts.names]:
        raise SpecificationError.of(
            "robustness.unrelated_controls_unknown",
            where=f"{_WHERE}(unrelated=…)",
            got=", ".join(unknown),
            names=list(parts.names),
        )
    always = parts.others[:, [parts.names.index(name) for name in names]]
    kept = [place for place, name in enumerate(parts.names) if name not in names]
    if not kept:
        raise SpecificationError.of("robustness.no_controls", where=_WHERE)
    freed = residuals_on(np.column_stack([parts.outcome, parts.regressor, parts.others[:, kept]]), always)
    return replace(
        parts,
        outcome=freed[:, 0],
        regressor=freed[:, 1],
        others=freed[:, 2:],
        names=tuple(parts.names[place] for place in kept),
    )


def _moments(parts: Partialled) -> dict[str, float]:
    y, x = parts.outcome, parts.regressor
    left = residuals_on(np.column_stack([y, x]), parts.others)
    total, own, rest = float(y @ y), float(x @ x), float(left[:, 1] @ left[:, 1])
    if rest <= 1e-12 * own or total <= 0:
        raise EstimationError.of("robustness.controls_leave_nothing", where=f"{_WHERE}, {parts.term}")
    short, long = float(x @ y) / own, float(left[:, 1] @ left[:, 0]) / rest
    residual = left[:, 0] - long * left[:, 1]
    n = len(y)
    return {
        "estimate_short": short,
        "estimate_long": long,
        "r2_short": float(x @ y) ** 2 / (own * total),
        "r2_long": 1 - float(residual @ residual) / total,
        "variance_y": total / n,
        "variance_x": own / n,
        "left": rest / n,
    }


def _roots(m: Mapping[str, float], high: float, delta: float) -> pd.DataFrame:
    moved = m["estimate_short"] - m["estimate_long"]
    y, x, left = m["variance_y"], m["variance_x"], m["left"]
    unseen, seen = (high - m["r2_long"]) * y, (m["r2_long"] - m["r2_short"]) * y
    polynomial = [
        (delta - 1) * (left * x - left**2),
        left * moved * x * (delta - 2),
        delta * unseen * (x - left) - seen * left - x * left * moved**2,
        delta * unseen * moved * x,
    ]
    # The scale of the bias sets the scale of its coefficients: those that are rounding alone must not make
    # roots.
    unit = max(abs(m["estimate_short"]), abs(m["estimate_long"]), 1e-300)
    scaled = np.array([value * unit**power for value, power in zip(polynomial, (3, 2, 1, 0), strict=True)])
    scaled[np.abs(scaled) <= 1e-14 * np.abs(scaled).max(initial=0)] = 0.0
    found = np.roots(np.trim_zeros(scaled, "f")) * unit if np.any(scaled[:-1]) else np.zeros(0, dtype=complex)
    bias = np.sort(found[np.abs(found.imag) <= 1e-7 * np.maximum(np.abs(found), 1e-300)].real)
    keeps = np.sign(bias) * np.sign(delta * moved) >= 0
    table = pd.DataFrame(
        {
            "beta_star": m["estimate_long"] - bias,
            "bias": bias,
            "keeps_direction": keeps,
        }
    )
    table["distance"] = table["bias"].abs()
    order = np.lexsort((table["distance"], ~keeps))
    return table.iloc[order].reset_index(drop=True)


def _delta(m: Mapping[str, float], high: float, bias: float) -> float:
    moved = m["estimate_short"] - m["estimate_long"]
    y, x, left = m["variance_y"], m["variance_x"], m["left"]
    unseen, seen = (high - m["r2_long"]) * y, (m["r2_long"] - m["r2_short"]) * y
    cubic = bias**3 * (left * x - left**2)
    numerator = bias * seen * left + bias * x * left * moved**2 + 2 * bias**2 * left * moved * x + cubic
    denominator = unseen * moved * x + bias * unseen * (x - left) + bias**2 * left * moved * x + cubic
    return numerator / denominator if denominator != 0 else float("inf")


def _check(m: Mapping[str, float], high: float) -> None:
    if not m["r2_long"] < high <= 1:
        raise SpecificationError.of(
            "robustness.r2_max_outside", where=f"{_WHERE}(r2_max=…)", got=f"{high:g}", r2=m["r2_long"]
        )


def _notes(
    parts: Partialled, m: Mapping[str, float], high: float, roots: pd.DataFrame, by_rule: bool
) -> list[Text]:
    within = bool(parts.design.effects)
    rule = (
        Text(" (1.3 times that with controls, at most 1)", "（为含控制变量者的1.3倍，上限1）")
        if by_rule
        else Text("", "")
    )
    name = Text("within R²", "组内R²") if within else Text("R²", "R²")
    shown = [format_number(value, 4) for value in (m["r2_short"], m["r2_long"], high)]
    notes: list[Text] = [
        note_of(
            "robustness.oster_bounds_of_term",
            name=name,
            rule=rule,
            shown=shown[0],
            shown_2=shown[1],
            shown_3=shown[2],
        )
    ]
    if not bool(roots["keeps_direction"].any()):
        notes.append(note_of("robustness.no_solution"))
    elif int(roots["keeps_direction"].sum()) > 1:
        notes.append(note_of("robustness.several_solutions"))
    if m["r2_long"] - m["r2_short"] < 0.01:
        notes.append(note_of("robustness.few_controls"))
    return notes
