"""Say in sentences what a result found: templates over values that claim no more than the interval allows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from digimfg.display.formatting import format_number, format_numbers, format_p_value
from digimfg.errors import ExhibitError
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.documents.references import Results

__all__ = ["result_sentence"]

_LEVEL = 0.05
_LINEAR = frozenset(
    ("LeastSquares", "TwoStageLeastSquares", "RandomEffects", "BetweenOLS", "FirstDifference")
)


def result_sentence(results: Results, path: str, where: Text) -> Text:
    """Return what one term of a result, or each of its terms of interest, was found to be.

    The sign is claimed only where the 95% interval leaves out zero and, where few clusters call for the wild
    bootstrap, its p value is below 5% too. An interval that covers zero is said to decide nothing, never to
    show that there is no effect; no sentence says that one thing causes another.

    Parameters
    ----------
    results
        Of the project.
    path
        ``analysis.specification`` or ``analysis.specification.term``.
    where
        Of the reference.

    Raises
    ------
    ExhibitError
        Naming the analysis and the nearest, if there is no such specification or term.
    """
    analysis, _, rest = path.partition(".")
    record = results.record(analysis, where)
    held = record["specifications"]
    name = max((each for each in held if rest == each or rest.startswith(f"{each}.")), key=len, default=None)
    if name is None:
        raise ExhibitError.unknown(rest.partition(".")[0], held, where=where)
    term = rest[len(name) + 1 :]
    frame = held[name]["coefficients"]
    rows = {
        str(key): dict(zip(frame["columns"], row, strict=True))
        for key, row in zip(frame["index"], frame["rows"], strict=True)
    }
    if term and term not in rows:
        raise ExhibitError.unknown(
            term,
            rows,
            where=where,
            expected=note_of("documents.term_of_analysis", analysis=analysis, name=name),
        )
    terms = [term] if term else record.get("interest", {}).get(name, [])
    labels = {key: Text(**label) for key, label in record.get("labels", {}).items()}
    specification = held[name]["specification"]
    n_obs = held[name]["statistics"].get("n_obs")
    said = [_sentence(each, rows[each], labels, specification, n_obs) for each in terms]
    return note_of("phrases.sentence_closed", said=said)


def _sentence(
    term: str, row: dict[str, Any], labels: dict[str, Text], specification: dict[str, Any], n_obs: Any
) -> Text:
    numbers = {each: _number(row.get(each)) for each in ("estimate", "std_error", "conf_low", "conf_high")}
    digits = _digits(numbers["estimate"], numbers["std_error"])
    shown = {each: format_number(value, digits) for each, value in numbers.items()}
    ends = ("conf_low", "conf_high")
    shown |= dict(zip(ends, format_numbers([numbers[each] for each in ends], digits), strict=True))
    outcome = str(specification["outcome"])
    linear = specification["estimator"]["type"] in _LINEAR and term.replace("_", "").isalnum()
    facts: dict[str, object] = {
        "x": labels.get(term, Text(term, term)),
        "y": labels.get(outcome, Text(outcome, outcome)),
        "details": _details(shown, row, n_obs),
        "verdict": _verdict(numbers, _number(row.get("wild_bootstrap_p_value"))),
        **shown,
    }
    if linear:
        return note_of("documents.estimate_per_unit", **facts)
    return note_of("documents.estimate_of_log_or_share", **facts)


def _details(shown: dict[str, str], row: dict[str, Any], n_obs: Any) -> Text:
    parts = [note_of("documents.standard_error_of", se=shown["std_error"])]
    if math.isfinite(_number(row.get("conf_low"))):
        parts.append(note_of("documents.interval_of", low=shown["conf_low"], high=shown["conf_high"]))
    for field, name in (
        ("p_value", "documents.p_value"),
        ("wild_bootstrap_p_value", "documents.p_value_of_bootstrap"),
    ):
        value = _number(row.get(field))
        if math.isfinite(value):
            text = format_p_value(value, 3)
            parts.append(note_of(name, p=f"< {text[1:]}" if text.startswith("<") else f"= {text}"))
    if isinstance(n_obs, int | float):
        parts.append(note_of("documents.number_of_observations", n=float(n_obs)))
    together: Text = parts[0]
    for part in parts[1:]:
        together = note_of("documents.details_with_part", together=together, part=part)
    return together


def _verdict(numbers: dict[str, float], wild: float) -> Text:
    low, high = numbers["conf_low"], numbers["conf_high"]
    if not (math.isfinite(low) and math.isfinite(high)):
        return Text("there is no interval, so that no sign is claimed", "没有置信区间，故不判断方向")
    if low <= 0 <= high:
        return Text(
            "the interval covers zero: these data do not decide its sign, which is no evidence that there is "
            "no association",
            "置信区间包含0：这些数据不足以判断方向，也不能据此认为没有关联",
        )
    if math.isfinite(wild) and wild >= _LEVEL:
        return Text(
            "the interval leaves out zero but the wild bootstrap, which few clusters call for, does not "
            "reject zero at 5%: its sign is not established",
            "置信区间不含0，但聚类数少时应参照的wild bootstrap在5%水平上不拒绝0：方向尚不能确定",
        )
    if low > 0:
        return Text("the interval lies above zero: the association is positive", "置信区间在0以上：关联为正")
    return Text("the interval lies below zero: the association is negative", "置信区间在0以下：关联为负")


def _number(value: Any) -> float:
    if isinstance(value, dict):
        return float(value["number"])
    return float(value) if isinstance(value, int | float) else math.nan


def _digits(estimate: float, error: float) -> int:
    """Return decimals that show two digits of the standard error, from three to six."""
    size = error if math.isfinite(error) and error > 0 else abs(estimate)
    if not math.isfinite(size) or size == 0:
        return 3
    return min(6, max(3, 1 - math.floor(math.log10(size))))
