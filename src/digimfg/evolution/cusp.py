"""Whether change leaps or slides: the cusp catastrophe against a logistic curve and a line, by their
likelihoods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.cusp_density import Cusp, lowest
from digimfg.evolution.cusp_rivals import compared, line_fit, logistic_fit
from digimfg.kinds import ColumnOf, Differing, Entries, NumberColumn
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns, numbers
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cusp", "CuspFit", "fit_cusp"]

Floats = NDArray[np.float64]
Names = Annotated[Sequence[str], ColumnOf("numbers"), Entries(1), Differing()]

_PER_PARAMETER = 5


@checked
@shown(Text("Cusp, logistic curve and line", "尖点突变、逻辑斯蒂与线性模型"))
@dataclass(frozen=True, kw_only=True, eq=False)
class CuspFit:
    """Hold three models of one state and its controls.

    Parameters
    ----------
    comparison
        Index ``line logistic cusp``; ``log_likelihood n_parameters aic aicc bic`` and Akaike's ``weight`` by
        the corrected criterion.
    coefficients
        Of the cusp: index ``(part, term)``, part ``asymmetry``, ``bifurcation`` or ``state``; ``estimate
        std_error p_value``.
    points
        One row per observation, indexed as the frame: ``asymmetry bifurcation``, the state y in the units of
        the cusp (``state``), and whether it lies where two states are stable (``bistable``).
    statistics
        ``n_obs share_bistable n_optima``.
    notes
        What a reader must know.
    """

    comparison: pd.DataFrame
    coefficients: pd.DataFrame
    points: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def fit_cusp(frame: pd.DataFrame, value: NumberColumn, *, asymmetry: Names, bifurcation: Names) -> CuspFit:
    r"""Fit the stochastic cusp to a state and compare it with models that do not leap.

    With :math:`y=w_0+w_1x`, :math:`\alpha=a_0+a'z`, :math:`\beta=b_0+b'v`, the stationary density is
    :math:`f(y)\propto\exp(\alpha y+\beta y^2/2-y^4/4)` (Cobb 1981; Grasman, van der Maas & Wagenmakers 2009,
    doi:10.18637/jss.v032.i08), with two modes where :math:`27\alpha^2<4\beta^3`. Its rivals:
    :math:`x=c+d/(1+e^{-\alpha/\beta^2})+\varepsilon` with :math:`b_0=1`, which may be as steep but does not
    leap, and a line in all controls.

    Parameters
    ----------
    frame
        One row per observation.
    value
        The state x.
    asymmetry
        Columns z: which of two states is favoured.
    bifurcation
        Columns v: whether there are two.

    Raises
    ------
    MeasureError
        If values are missing, controls do not vary apart, or observations are fewer than five per parameter,
        with how many would be enough.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"z": rng.uniform(-1, 1, 300), "v": rng.uniform(-1, 1, 300)})
    >>> frame["x"] = 0.5 * frame["z"] + 0.2 * rng.normal(size=300)
    >>> fit_cusp(frame, "x", asymmetry="z", bifurcation="v").comparison["aicc"].idxmin()
    'line'
    """
    import pandas as pd

    sides = tuple(asymmetry), tuple(bifurcation)
    x, z, v = _read(frame, value, sides)
    order = np.lexsort((*v.T, *z.T, x))  # where searches end does not hang on the order of the rows
    x, z, v = x[order], z[order], v[order]
    centre, unit = float(x.mean()), float(x.std())
    state = (x - centre) / unit
    (z, undo_z), (v, undo_v) = _standard(z), _standard(v)
    cusp = Cusp(state, z, v)
    best, n_optima = lowest(cusp.loss, cusp.starts())
    fits = {
        "line": line_fit(state, np.column_stack([z, v[:, 1:]])),
        "logistic": logistic_fit(state, z, v),
        "cusp": (-cusp.loss(best)[0], len(best)),
    }
    scaled = {name: (value_at - len(x) * np.log(unit), count) for name, (value_at, count) in fits.items()}
    alpha, beta = z @ best[: z.shape[1]], v @ best[z.shape[1] : -2]
    bistable = (beta > 0) & (27 * alpha**2 < 4 * beta**3)
    back = np.argsort(order)
    leaned = best[-2] + np.exp(best[-1]) * state
    points = pd.DataFrame(
        {
            "asymmetry": alpha[back],
            "bifurcation": beta[back],
            "state": leaned[back],
            "bistable": bistable[back],
        },
        index=frame.index,
    )
    comparison = compared(scaled, len(x))
    return CuspFit(
        comparison=comparison,
        coefficients=_coefficients(cusp, best, sides, (undo_z, undo_v), (centre, unit)),
        points=points,
        statistics={
            "n_obs": float(len(x)),
            "share_bistable": float(bistable.mean()),
            "n_optima": float(n_optima),
        },
        notes=_notes(comparison, float(bistable.mean()), n_optima),
    )


def _coefficients(
    cusp: Cusp,
    place: Floats,
    sides: tuple[tuple[str, ...], tuple[str, ...]],
    undo: tuple[Floats, Floats],
    scale: tuple[float, float],
) -> pd.DataFrame:
    """Return the parameters in the units of the frame: all are linear in those searched once the slope is."""
    import pandas as pd
    from scipy.linalg import block_diag
    from scipy.stats import norm

    centre, unit = scale
    width = float(np.exp(place[-1]))
    state = np.array([[1.0, -width * centre / unit], [0.0, width / unit]])
    back = block_diag(*undo, state)
    estimates = back @ np.r_[place[:-2], place[-2], 1.0]
    covariance = back @ cusp.covariance(place) @ back.T
    spread = np.sqrt(np.diag(covariance))
    chances = 2 * norm.sf(np.abs(estimates / spread))
    chances[-2:] = np.nan
    index = [
        *(("asymmetry", term) for term in ("constant", *sides[0])),
        *(("bifurcation", term) for term in ("constant", *sides[1])),
        ("state", "constant"),
        ("state", "slope"),
    ]
    names = pd.MultiIndex.from_tuples(index, names=["part", "term"])
    return pd.DataFrame({"estimate": estimates, "std_error": spread, "p_value": chances}, index=names)


def _read(
    frame: pd.DataFrame, value: str, sides: tuple[tuple[str, ...], tuple[str, ...]]
) -> tuple[Floats, Floats, Floats]:
    check_columns(frame, (value, *sides[0], *sides[1]))
    x = numbers(frame[value], value)
    columns = [[np.ones(len(x)), *(numbers(frame[name], name) for name in names)] for names in sides]
    z, v = (np.column_stack(each) for each in columns)
    count = z.shape[1] + v.shape[1] + 2
    where = note_of("evolution.state_of_cusp", value=value)
    if len(x) < _PER_PARAMETER * count:
        raise MeasureError.of(
            "evolution.too_few_observations_for_cusp",
            where=where,
            n=_PER_PARAMETER * count,
            each=_PER_PARAMETER,
            count=count,
            n_found=len(x),
        )
    size = [np.maximum(np.abs(part).max(axis=0), 1e-300) for part in (z, v)]
    apart = all(
        np.linalg.matrix_rank(part / scale, tol=1e-8 * np.sqrt(len(x))) == part.shape[1]
        for part, scale in zip((z, v), size, strict=True)
    )
    if not apart or not np.ptp(x) > 1e-8 * max(float(np.abs(x).max()), 1e-300):
        raise MeasureError.of("evolution.cusp_without_variation", where=where)
    return np.asarray(x), z, v


def _standard(design: Floats) -> tuple[Floats, Floats]:
    """Return a design whose columns after the constant have mean zero and size one, and the matrix that
    undoes it.
    """
    centre, size = design[:, 1:].mean(axis=0), design[:, 1:].std(axis=0)
    undo = np.diag(np.r_[1.0, 1 / size])
    undo[0, 1:] = -centre / size
    return np.column_stack([np.ones(len(design)), (design[:, 1:] - centre) / size]), undo


def _notes(comparison: pd.DataFrame, share: float, n_optima: int) -> tuple[Text, ...]:
    words = {
        "line": Text("the line", "线性模型"),
        "logistic": Text("the logistic curve", "逻辑斯蒂曲线"),
        "cusp": Text("the cusp", "尖点突变模型"),
    }
    best = str(comparison["aicc"].idxmin())
    notes: list[Text] = [
        note_of(
            "evolution.best_model", best=words[best], akaike=float(comparison["weight"].max()), share=share
        ),
        note_of("evolution.states_independent"),
    ]
    if best == "cusp" and share < 0.1:
        notes.append(note_of("evolution.few_bistable"))
    if n_optima > 1:
        notes.append(note_of("evolution.several_optima", n=n_optima))
    return tuple(notes)
