"""How standard errors are named in notes and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

from digimfg.covariance import Clustered, Conley, DriscollKraay, Robust, Unadjusted
from digimfg.labels import term_label
from digimfg.say import say
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
        return say("standard errors clustered by {by}", "聚类到{by}层面的稳健标准误", by=by)
    if isinstance(covariance, DriscollKraay):
        name = Text("Driscoll–Kraay standard errors", "Driscoll–Kraay标准误")
        lags = covariance.lags
        return (
            name
            if lags is None
            else say("{name} with {lags} lags", "滞后{lags}期的{name}", name=name, lags=lags)
        )
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
    named = [say("{column:small}", "{column}", column=term_label(column, labels)) for column in columns]
    return say("{columns:and}", "{columns}", columns=named)


def _conley_phrase(covariance: Conley) -> Text:
    kernel = {"uniform": Text("uniform", "均匀"), "bartlett": Text("Bartlett", "Bartlett")}[covariance.kernel]
    lags = covariance.lags
    return say(
        "Conley spatial standard errors, cutoff {cutoff_km:g} km, {kernel} kernel{detail}",
        "Conley空间标准误，截断距离{cutoff_km:g}公里，{kernel}核{detail}",
        kernel=kernel,
        detail=(
            say(", serial correlation over {lags:,|period}", "，序列相关{lags}期", lags=lags)
            if lags
            else Text("", "")
        ),
        cutoff_km=covariance.cutoff_km,
    )
