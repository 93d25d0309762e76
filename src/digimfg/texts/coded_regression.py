"""Regressions on what a machine has read, corrected for its errors by a sample that people have coded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import ColumnOf, Differing, Entries, Key, NumberColumn, Share
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CodedRegression", "coded_regression"]

Floats = NDArray[np.float64]
_SINGULAR = 1e-10


@checked
@shown(Text("Regression corrected by coded texts", "编码样本校正回归"), first="coefficients")
@dataclass(frozen=True, kw_only=True, eq=False)
class CodedRegression:
    """Hold a regression corrected for classification error.

    Parameters
    ----------
    coefficients
        One row per term: ``estimate std_error statistic p_value conf_low conf_high`` corrected, beside the
        ``uncorrected`` estimate and that of the ``coded`` sample alone (missing where it has too few rows).
    accuracy
        One row per predicted column and stratum: ``coded`` rows, ``mean_error`` (prediction less code),
        ``correlation``, and of codes 0 and 1 ``precision`` and ``recall`` (prediction at 0.5).
    notes
        What a reader must know.
    """

    coefficients: pd.DataFrame
    accuracy: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
def coded_regression(
    frame: pd.DataFrame,
    outcome: NumberColumn,
    regressors: Annotated[Sequence[str], ColumnOf("numbers"), Entries(), Differing()],
    *,
    coded: Mapping[str, str],
    stratum: Key | None = None,
    cluster: Key | None = None,
    level: Share = 0.95,
) -> CodedRegression:
    r"""Regress by least squares where the outcome or regressors are predictions, some of which people have
    coded as well.

    Moments of the predictions are corrected by the coded sample, drawn at random within strata with
    probability π (Egami, Hinck, Stewart & Wei 2023, arXiv:2306.04746): every cross product :math:`m` of a row
    becomes :math:`\hat m-\frac{R}{\pi}(\hat m-m)`, R = 1 where coded. Its mean is right whatever the
    classifier gets wrong. Errors are of the sandwich of the corrected moments, by row or cluster.

    Parameters
    ----------
    frame
        One row per text, or firm and year; predictions in every row.
    outcome, regressors
        Columns; a constant is added.
    coded
        Predicted column → column of its hand codes, missing where nobody coded. A row counts as coded where
        all are there.
    stratum
        Column within which rows to code were drawn at random; all together without.
    cluster
        Column of clusters; rows without.
    level
        Of intervals.

    Raises
    ------
    MeasureError
        If a value is missing, a coded column is not among the variables, a stratum has no coded row, or fewer
        rows are coded than there are coefficients.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> truth = rng.integers(0, 2, 4000)
    >>> wrong = rng.random(4000) < 0.2
    >>> texts = pd.DataFrame({"digital": np.where(wrong, 1 - truth, truth)})
    >>> texts["y"] = truth + 0.1 * rng.normal(size=4000)
    >>> texts["coded"] = np.where(np.arange(4000) % 8 == 0, truth, np.nan)
    >>> found = coded_regression(texts, "y", ["digital"], coded={"digital": "coded"})
    >>> found.coefficients.loc["digital", ["uncorrected", "estimate"]].round(1).tolist()
    [0.6, 1.0]
    """
    import pandas as pd

    names = list(regressors)
    keys = [key for key in (stratum, cluster) if key is not None]
    check_columns(frame, [outcome, *names, *coded.values(), *keys])
    frame = frame.iloc[_order(frame, [outcome, *names, *coded.values()], keys)]
    seen = _seen(frame, outcome, names, coded, keys)
    groups = pd.factorize(frame[stratum], sort=True)[0] if stratum else np.zeros(len(frame), dtype=np.intp)
    share = _shares(seen, groups, stratum)
    predicted = _columns(frame, outcome, names, {})
    truth = np.where(seen[:, None], _columns(frame, outcome, names, coded), predicted)
    weight = np.where(seen, 1 / share, 0.0)
    if seen.sum() <= predicted.shape[1]:
        raise _few(int(seen.sum()), predicted.shape[1])
    beta, rows = _corrected(predicted, truth, weight)
    units = pd.factorize(frame[cluster], sort=True)[0] if cluster else np.arange(len(frame))
    sums = np.zeros((int(units.max()) + 1, rows.shape[1]))
    np.add.at(sums, units, rows)
    g = len(sums)
    covariance = sums.T @ sums * (g / (g - 1))
    error = np.sqrt(np.diag(covariance))
    df = g - 1 if cluster else len(frame) - len(beta)
    half = scipy.stats.t.ppf((1 + level) / 2, df) * error
    return CodedRegression(
        coefficients=pd.DataFrame(
            {
                "estimate": beta,
                "std_error": error,
                "statistic": beta / error,
                "p_value": 2 * scipy.stats.t.sf(np.abs(beta / error), df),
                "conf_low": beta - half,
                "conf_high": beta + half,
                "uncorrected": _slopes(predicted),
                "coded": _slopes(truth[seen]),
            },
            index=pd.Index(["Intercept", *names], name="term"),
        ),
        accuracy=_accuracy(frame, coded, seen, stratum),
        notes=_notes(int(seen.sum()), len(frame), cluster is not None, g),
    )


def _order(frame: pd.DataFrame, columns: list[str], keys: list[str]) -> NDArray[np.intp]:
    """Return the places of rows in the order of their values: sums are then the same in any order of rows."""
    import pandas as pd

    values = frame[columns].to_numpy(dtype=np.float64, na_value=np.nan)
    codes = [pd.factorize(frame[key].astype(str), sort=True)[0] for key in keys]
    return np.lexsort((*codes, *values.T))


def _seen(
    frame: pd.DataFrame, outcome: str, names: list[str], coded: Mapping[str, str], keys: list[str]
) -> NDArray[np.bool_]:
    strange = [name for name in coded if name not in (outcome, *names)]
    needed = [outcome, *names]
    values = frame[needed].to_numpy(dtype=np.float64, na_value=np.nan)
    gaps = int((~np.isfinite(values)).sum()) + int(frame[keys].isna().sum().sum())
    if strange or gaps or not coded:
        raise MeasureError.of("texts.codes_or_predictions_lacking", gaps=gaps, strange=strange)
    return np.asarray(frame[list(coded.values())].notna().all(axis=1), dtype=np.bool_)


def _shares(seen: NDArray[np.bool_], groups: NDArray[np.intp], stratum: str | None) -> Floats:
    counts = np.bincount(groups)
    shares = np.bincount(groups, seen) / counts
    if (shares == 0).any():
        raise MeasureError.of(
            "texts.strata_without_codes", name=stratum or "coded", n=int((shares == 0).sum())
        )
    out: Floats = shares[groups]
    return out


def _columns(frame: pd.DataFrame, outcome: str, names: list[str], coded: Mapping[str, str]) -> Floats:
    columns = [coded.get(name, name) for name in (outcome, *names)]
    values = frame[columns].to_numpy(dtype=np.float64, na_value=np.nan)
    out: Floats = np.column_stack([values[:, 0], np.ones(len(frame)), values[:, 1:]])
    return out


def _slopes(columns: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(columns[:, 1:], columns[:, 0], rcond=None)[0], dtype=np.float64)


def _corrected(predicted: Floats, truth: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return the slopes that solve the corrected normal equations, and what rows add to them."""

    def moments(columns: Floats, mass: Floats) -> tuple[Floats, Floats]:
        x = columns[:, 1:] * mass[:, None]
        return x.T @ columns[:, 1:], x.T @ columns[:, 0]

    one = np.ones(len(predicted))
    parts = moments(predicted, one), moments(predicted, weight), moments(truth, weight)
    normal = parts[0][0] - parts[1][0] + parts[2][0]
    target = parts[0][1] - parts[1][1] + parts[2][1]
    size = np.sqrt(np.abs(np.diag(normal)))
    scaled = normal / np.outer(size, size) if (size > 0).all() else np.zeros_like(normal)
    if not np.isfinite(scaled).all() or np.linalg.matrix_rank(scaled, tol=_SINGULAR) < len(normal):
        raise MeasureError.of("texts.corrected_columns_collinear")
    inverse = np.asarray(np.linalg.inv(scaled) / np.outer(size, size), dtype=np.float64)
    beta: Floats = inverse @ target

    def scores(columns: Floats) -> Floats:
        out: Floats = columns[:, 1:] * (columns[:, 0] - columns[:, 1:] @ beta)[:, None]
        return out

    rows = scores(predicted) - weight[:, None] * (scores(predicted) - scores(truth))
    adds: Floats = rows @ inverse
    return beta, adds


def _accuracy(
    frame: pd.DataFrame, coded: Mapping[str, str], seen: NDArray[np.bool_], stratum: str | None
) -> pd.DataFrame:
    import pandas as pd

    held = frame[seen]
    strata = held[stratum].astype(str).to_numpy() if stratum else np.full(len(held), "all")
    rows = {}
    for name, hand in coded.items():
        for label in np.unique(strata):
            guess, code = (
                held.loc[strata == label, column].to_numpy(dtype=np.float64) for column in (name, hand)
            )
            binary = bool(np.isin(code, (0, 1)).all())
            yes, hit = guess >= 0.5, (guess >= 0.5) & (code == 1)
            varies = len(code) > 1 and guess.std() > 0 and code.std() > 0
            rows[name, str(label)] = {
                "coded": float(len(code)),
                "mean_error": float(np.mean(guess - code)),
                "correlation": float(np.corrcoef(guess, code)[0, 1]) if varies else np.nan,
                "precision": float(hit.sum() / yes.sum()) if binary and yes.any() else np.nan,
                "recall": float(hit.sum() / (code == 1).sum()) if binary and (code == 1).any() else np.nan,
            }
    return pd.DataFrame(rows).T.rename_axis(["column", "stratum"])


def _few(n: int, k: int) -> MeasureError:
    return MeasureError.of("texts.too_few_coded_rows", k=k, n=n)


def _notes(seen: int, n: int, clustered: bool, groups: int) -> tuple[Text, ...]:
    notes: list[Text] = [note_of("texts.correction", seen=seen, n=n)]
    if clustered:
        notes.append(note_of("texts.clusters", g=groups))
    return tuple(notes)
