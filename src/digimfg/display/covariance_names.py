"""How standard errors are named in notes and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

from digimfg.covariance import Clustered, Conley, DriscollKraay, Robust, Unadjusted
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.covariance import Covariance

__all__ = ["columns_phrase", "covariance_phrase"]


def covariance_phrase(covariance: Covariance, labels: Mapping[str, Text | str] | None = None) -> Text:
    """Return the name of the standard errors, without the rule for small samples.

    Examples
    --------
    >>> covariance_phrase(Clustered(("mill", "county"))).en
    'standard errors clustered by mill and county'
    """
    if isinstance(covariance, Clustered):
        by = columns_phrase(covariance.columns, labels)
        return note_of("display.errors_clustered_by", by=by)
    if isinstance(covariance, DriscollKraay):
        name = Text("Driscoll–Kraay standard errors", "Driscoll–Kraay标准误")
        lags = covariance.lags
        return name if lags is None else note_of("display.errors_with_lags", name=name, lags=lags)
    if isinstance(covariance, Conley):
        return _conley_phrase(covariance)
    if isinstance(covariance, Robust):
        return Text("heteroskedasticity-robust standard errors", "异方差稳健标准误")
    if isinstance(covariance, Unadjusted):
        return Text("homoskedastic standard errors", "同方差标准误")
    assert_never(covariance)


def columns_phrase(columns: Sequence[str], labels: Mapping[str, Text | str] | None = None) -> Text:
    """Return the labels of columns as they stand within a sentence.

    Examples
    --------
    >>> columns_phrase(("mill", "county")).en
    'mill and county'
    """
    named = [note_of("display.column_in_sentence", column=term_label(column, labels)) for column in columns]
    return note_of("display.columns_together", columns=named)


def _conley_phrase(covariance: Conley) -> Text:
    kernel = {"uniform": Text("uniform", "均匀"), "bartlett": Text("Bartlett", "Bartlett")}[covariance.kernel]
    lags = covariance.lags
    return note_of(
        "display.conley_errors",
        kernel=kernel,
        detail=(note_of("display.serial_correlation_over", lags=lags) if lags else Text("", "")),
        cutoff_km=covariance.cutoff_km,
    )
