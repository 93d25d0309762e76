"""The note below a regression table: which errors, clusters, rule, stars, and what the results want said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from digimfg.exhibits.notes import by_column, joined, merged_notes, note_paragraph, stars_phrase
from digimfg.inference.covariance import Clustered, DriscollKraay, Robust, Unadjusted
from digimfg.labels import term_label
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.inference.covariance import Covariance
    from digimfg.result import Result

__all__ = ["covariance_phrase", "regression_notes"]

Labels = Mapping[str, Text | str] | None

_PARENTHESES = {
    "std_error": Text("Standard errors in parentheses", "括号内为标准误"),
    "t": Text("t statistics in parentheses", "括号内为t值"),
    "p": Text("p values in parentheses", "括号内为p值"),
}
_SMALL_SAMPLE = {
    "stata": Text("small-sample rule of Stata's reghdfe", "小样本调整同Stata reghdfe"),
    "areg": Text("small-sample rule of Stata's areg", "小样本调整同Stata areg"),
    "fixest": Text("small-sample rule of R's fixest", "小样本调整同R fixest"),
    "linearmodels": Text("small-sample rule of linearmodels", "小样本调整同linearmodels"),
    "none": Text("no small-sample adjustment", "未作小样本调整"),
}


def regression_notes(
    results: Sequence[Result],
    *,
    parentheses: str,
    stars: Sequence[float],
    labels: Labels,
    show_controls: bool = False,
) -> tuple[Text, ...]:
    """Return the paragraphs below the table: how it was computed, then what the results say of themselves."""
    sentences = [_errors(results, parentheses, labels)]
    if stars:
        sentences.append(stars_phrase(stars))
    if not show_controls:
        sentences += _listed(results, "controls", Text("Controls", "控制变量"), labels)
    sentences += _listed(results, "endogenous", Text("Instrumented", "内生变量"), labels)
    sentences += _listed(results, "instruments", Text("Excluded instruments", "工具变量"), labels)
    sentences += by_column(
        [_sample(result.specification.sample) for result in results],
        lambda columns: Text(f"Sample{columns.en}: ", f"样本{columns.zh}："),
    )
    sentences += by_column(
        [
            term_label(result.specification.weights, labels) if result.specification.weights else None
            for result in results
        ],
        lambda columns: Text(f"Weights{columns.en}: ", f"权重{columns.zh}："),
    )
    paragraphs = [note_paragraph(sentences)]
    if said := merged_notes([result.notes for result in results]):
        paragraphs.append(joined(said))
    return tuple(paragraphs)


def covariance_phrase(covariance: Covariance, labels: Labels = None) -> Text:
    """Return how errors were estimated, without the rule for small samples.

    Examples
    --------
    >>> covariance_phrase(Clustered(("firm", "year"))).en
    'clustered by firm and year'
    """
    if isinstance(covariance, Clustered):
        columns = [term_label(column, labels) for column in covariance.columns]
        return Text(
            "clustered by " + " and ".join(column.en for column in columns),
            "聚类到" + "、".join(column.zh for column in columns) + "层面",
        )
    if isinstance(covariance, DriscollKraay):
        lags = (
            Text("", "")
            if covariance.lags is None
            else Text(f" with {covariance.lags} lags", f"（滞后{covariance.lags}期）")
        )
        return Text(f"Driscoll–Kraay{lags.en}", f"Driscoll–Kraay{lags.zh}")
    if isinstance(covariance, Robust):
        return Text("robust to heteroskedasticity", "异方差稳健")
    if isinstance(covariance, Unadjusted):
        return Text("assuming homoskedasticity", "同方差假定")
    label = getattr(covariance, "label", None)
    return label if isinstance(label, Text) else Text.of(type(covariance).__name__)


def _errors(results: Sequence[Result], parentheses: str, labels: Labels) -> Text:
    phrases = []
    for result in results:
        covariance = result.specification.covariance
        phrase = covariance_phrase(covariance, labels)
        rule = _SMALL_SAMPLE.get(getattr(covariance, "small_sample", ""), Text("", ""))
        clusters = {
            other.statistics.get("n_clusters")
            for other in results
            if other.specification.covariance == covariance and "n_clusters" in other.statistics
        }
        parts = [phrase]
        if isinstance(covariance, Clustered) and clusters:
            low, high = (f"{bound(filter(None, clusters)):,.0f}" for bound in (min, max))
            count = low if low == high else f"{low}–{high}"
            parts[0] = Text(f"{phrase.en} ({count} clusters)", f"{phrase.zh}（{count}个聚类）")
        if rule.en:
            parts.append(rule)
        phrases.append(Text(", ".join(part.en for part in parts), "，".join(part.zh for part in parts)))
    start = _PARENTHESES[parentheses]
    errors = Text("errors ", "标准误") if parentheses != "std_error" else Text("", "")
    if len(set(phrases)) == 1:
        return Text(f"{start.en}, {errors.en}{phrases[0].en}", f"{start.zh}，{errors.zh}{phrases[0].zh}")
    listed = by_column(phrases, lambda columns: Text(f"{columns.en.strip()} ", f"{columns.zh.strip()}"))
    return Text(
        f"{start.en}; {errors.en}" + "; ".join(each.en for each in listed),
        f"{start.zh}；{errors.zh}" + "；".join(each.zh for each in listed),
    )


def _listed(results: Sequence[Result], part: str, name: Text, labels: Labels) -> list[Text]:
    values = []
    for result in results:
        terms = [term_label(term, labels) for term in getattr(result.specification, part)]
        values.append(
            Text(", ".join(term.en for term in terms), "、".join(term.zh for term in terms))
            if terms
            else None
        )
    return by_column(values, lambda columns: Text(f"{name.en}{columns.en}: ", f"{name.zh}{columns.zh}："))


def _sample(sample: str | None) -> Text | None:
    return None if sample is None else Text.of(sample)
