"""Labels of terms: the dictionary's names, composed as the term composes them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from digimfg.say import Term
from digimfg.terms import factors_of
from digimfg.text import Text
from digimfg.variables import dictionary
from digimfg.variables.unit_names import NAMED_KEYS, unit_label

__all__ = ["fixed_effects_label", "symbol_of", "term_label", "value_label", "value_labels"]

_SHIFT = re.compile(r"(?P<operator>[LFD])(?P<steps>\d*)\.(?P<inner>.+)")
_LOG = re.compile(r"log\((?P<inner>.+)\)")
_POWER = re.compile(r"(?P<inner>.+)\^(?P<power>\d+)")
_SPATIAL = re.compile(r"W(?:\[(?P<matrix>[^\[\]]+)\])?\.(?P<inner>.+)")
_COEFFICIENT = re.compile(r"(?P<name>rho|lambda)(?:\[(?P<matrix>[^\[\]]+)\])?")
_VALUE = re.compile(r"=(?P<column>.+?)\[(?P<value>.*)\]", re.DOTALL)
_LEVEL = re.compile(r"(?P<inner>.+?)\[(?P<level>[^\[\]]*)\]")
_INDICATORS = re.compile(r"i\((?P<column>`[^`]+`|[^,()]+)(?:,(?P<options>.*))?\)")
_OPTION = re.compile(r"(?P<name>ref|min|max)\s*=\s*(?P<value>'[^']*'|\"[^\"]*\"|[^,]+)")
_ENCLOSED = re.compile(r"`(?P<name>[^`]+)`|\((?P<inner>.+)\)")
_DIFFERENCE = re.compile(r"difference\[(?P<inner>.+)\]")
_MEAN = re.compile(r"unit_mean\[(?P<inner>.+)\]")
_ARROW = " -> "
_NESTING = ".([^"
_DEEPEST = 100  # no term that parses goes deeper
_WORDS = {
    "Intercept": Text("Constant", "常数项"),
    "/alpha": Text("dispersion (α)", "离散参数（α）"),
    "/delta": Text("dispersion (δ)", "离散参数（δ）"),
    "/sigma": Text("standard deviation of the error (σ)", "误差标准差（σ）"),
    "/sigma_unit": Text("standard deviation of unit effects", "个体效应标准差"),
    "/cut": Text("cut point", "切点"),
    "quantile": Text("quantile", "分位点"),
    "regime": Text("regime", "门槛区间"),
    "indirect effect": Text("indirect effect", "间接效应"),
    "direct effect": Text("direct effect", "直接效应"),
    "total effect": Text("total effect", "总效应"),
    "event_time": Text("periods since treatment", "相对处理的时期"),
    "cohort": Text("first treated", "首次处理期"),
    "calendar_time": Text("calendar period", "日历时期"),
    "ATT": Text("average effect on the treated", "处理组平均处理效应"),
}
_YES_NO = {True: Text("Yes", "是"), False: Text("No", "否")}
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def term_label(term: str, labels: Mapping[str, Text | str] | None = None) -> Text:
    """Return the label of a term in both languages: a `Term`, which sentences write under a reader's labels.

    Names found in `labels` come first, then those of the dictionary; a name found in neither stands for
    itself. A label given for the whole term wins over one composed of its parts.

    Parameters
    ----------
    term
        ``"x"``, ``"L2.x"``, ``"F.x"``, ``"D.x"``, ``"log(x)"``, ``"x^2"``, ``"a:b"``, ``"year[1990]"``; of
        spatial panels ``"W.x"``, ``"W[matrix].x"``, ``"rho"``, ``"lambda"``; of mediation ``"x -> m"``; of
        groups ``"difference[x]"``.
    labels
        Term or column name → label.

    Examples
    --------
    >>> term_label("L.x:d", {"x": Text("robots", "机器人"), "d": Text("treated", "处理组")})
    Term(en='robots (lag 1) × treated', zh='机器人（滞后1期）×处理组')
    """
    term = term.strip()
    label = _label(term, labels)
    return Term(label.en, label.zh, term)


def value_label(value: Any, labels: Mapping[str, Text | str] | None = None, *, column: str = "") -> Text:
    """Return what a value of a column is called: a unit by its name where it is a code, Yes or No for a
    boolean.

    Names found in `labels` come first, then those that the dictionary has for the column's values, then the
    names of provinces, cities, countries and industries, where the column holds their codes. A value without
    a name stands for itself.

    Parameters
    ----------
    value
        As the data hold it.
    labels
        Value, as text → label.
    column
        Column that holds it.

    Examples
    --------
    >>> value_label("110000", column="province"), value_label("110000"), value_label(True)
    (Text(en='Beijing', zh='北京'), Text(en='110000', zh='110000'), Text(en='Yes', zh='是'))
    """
    text = _value_text(value)
    if labels and text in labels:
        return Text.of(labels[text])
    entry = dictionary().get(column)
    own = {} if entry is None else dict(entry.value_labels)
    if text in own:
        return own[text]
    key = column if entry is None or entry.codes_of is None else entry.codes_of
    named = unit_label(key, value) if key in NAMED_KEYS else None
    if named is not None:
        return named
    return _YES_NO[bool(value)] if str(value) in ("True", "False") else Text.of(text)


def symbol_of(name: str) -> str:
    """Return what stands for a column in tables of variables: the symbol that the dictionary gives it, else
    its name.
    """
    entry = dictionary().get(name)
    return name if entry is None or not entry.symbol else entry.symbol


def value_labels(values: Iterable[Any], column: str, *, most: int | None = None) -> list[Text]:
    """Return what values of a column are called, for a list in a sentence; the rest of more than `most` as
    an ellipsis.

    Each is a `Term` named ``"=column[value]"``: a sentence writes it under the labels of its reader and of
    the data.

    Examples
    --------
    >>> [name.zh for name in value_labels(["110000", "310000", "990000"], "province", most=2)]
    ['北京', '上海', '…']
    """
    held = list(values)
    shown: list[Text] = [
        term_label(f"={column}[{_value_text(value)}]") for value in (held if most is None else held[:most])
    ]
    return shown if len(shown) == len(held) else [*shown, Text.of("…")]


def _value_text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) and math.isfinite(value) else str(value)


def _label(term: str, labels: Mapping[str, Text | str] | None) -> Text:
    if labels and term in labels:
        return Text.of(labels[term])
    if match := _VALUE.fullmatch(term):
        return value_label(match["value"], labels, column=match["column"])
    entry = dictionary().get(term)
    if entry is not None:
        return entry.label
    if sum(map(term.count, _NESTING)) > _DEEPEST:
        return Text(term, term)
    if _ARROW in term:
        steps = [term_label(step, labels) for step in term.split(_ARROW)]
        return Text(" → ".join(step.en for step in steps), " → ".join(step.zh for step in steps))
    parts = factors_of(term)
    if len(parts) > 1 and not _SPATIAL.fullmatch(term):  # what is lagged in space is the product
        texts = [term_label(part, labels) for part in parts]
        return Text(" × ".join(text.en for text in texts), "×".join(text.zh for text in texts))
    return _composed(term, labels)


def fixed_effects_label(effect: str, labels: Mapping[str, Text | str] | None = None) -> Text:
    """Return how a table names the fixed effects of a column or product.

    Examples
    --------
    >>> fixed_effects_label("city", {"city": Text("city", "城市")})
    Text(en='City fixed effects', zh='城市固定效应')
    """
    label = term_label(effect, labels)
    return Text(f"{label.en[:1].upper()}{label.en[1:]} fixed effects", f"{label.zh}固定效应")


def _composed(term: str, labels: Mapping[str, Text | str] | None) -> Text:
    if match := _SHIFT.fullmatch(term):
        inner, steps = term_label(match["inner"], labels), match["steps"] or "1"
        pattern = {
            "L": Text(f"{{}} (lag {steps})", f"{{}}（滞后{steps}期）"),
            "F": Text(f"{{}} (lead {steps})", f"{{}}前置{steps}期（t+{steps}）"),
            "D": Text(
                "change in {}" if steps == "1" else f"difference of order {steps} of {{}}",
                "{}的一阶差分" if steps == "1" else f"{{}}的{steps}阶差分",
            ),
        }[match["operator"]]
        shown = _of_logs(inner.zh) if match["operator"] == "D" else inner.zh
        return Text(pattern.en.format(inner.en), pattern.zh.format(shown))
    if match := _SPATIAL.fullmatch(term):
        inner, by = term_label(match["inner"], labels), _matrix(match["matrix"], labels)
        return Text(f"spatial lag of {inner.en}{by.en}", f"{inner.zh}的空间滞后{by.zh}")
    if match := _COEFFICIENT.fullmatch(term):
        what = {
            "rho": Text("spatial lag of the outcome (ρ)", "被解释变量的空间滞后（ρ）"),
            "lambda": Text("spatial error (λ)", "空间误差（λ）"),
        }[match["name"]]
        by = _matrix(match["matrix"], labels)
        return Text(f"{what.en}{by.en}", f"{what.zh}{by.zh}")
    if match := _LOG.fullmatch(term):
        inner = term_label(match["inner"], labels)
        return Text(f"log of {inner.en}", f"{inner.zh}的对数")
    if match := _POWER.fullmatch(term):
        inner = term_label(match["inner"], labels)
        power = match["power"].translate(_SUPERSCRIPT)
        return Text(f"{inner.en}{power}", f"{inner.zh}{power}")
    if match := _INDICATORS.fullmatch(term):
        return _indicators(match["column"].strip(), match["options"] or "", labels)
    if match := _ENCLOSED.fullmatch(term):
        return _column(match["name"], labels) if match["name"] else term_label(match["inner"], labels)
    if match := _DIFFERENCE.fullmatch(term):
        inner = term_label(match["inner"], labels)
        return Text(f"difference in {inner.en}", f"{inner.zh}的组间差异")
    if match := _MEAN.fullmatch(term):
        inner = term_label(match["inner"], labels)
        return Text(f"unit mean of {inner.en}", f"{inner.zh}的个体均值")
    if match := _LEVEL.fullmatch(term):
        inner = term_label(match["inner"], labels)
        level = value_label(match["level"], labels, column=match["inner"])
        return Text(f"{inner.en} = {level.en}", f"{inner.zh}={level.zh}")
    return _WORDS.get(term, Text(term, term))


def _column(name: str, labels: Mapping[str, Text | str] | None) -> Text:
    """Return the label of a column whose name is no expression, whatever stands in it."""
    if labels and name in labels:
        return Text.of(labels[name])
    entry = dictionary().get(name)
    return Text(name, name) if entry is None else entry.label


def _indicators(column: str, options: str, labels: Mapping[str, Text | str] | None) -> Text:
    """Return what indicators of the levels of a column are called, with the reference and the ends."""
    name = column.strip("`")
    label = _column(name, labels)
    found = {match["name"]: match["value"].strip().strip("'\"") for match in _OPTION.finditer(options)}
    told = []
    if "ref" in found:
        level = value_label(found["ref"], labels, column=name)
        told.append(Text(f"reference {level.en}", f"基准组{level.zh}"))
    if "min" in found:
        told.append(Text(f"{found['min']} and below together", f"{found['min']}及以下合并"))
    if "max" in found:
        told.append(Text(f"{found['max']} and above together", f"{found['max']}及以上合并"))
    more = Text(", ".join(each.en for each in told), "，".join(each.zh for each in told))
    return Text(
        f"indicators of {label.en}" + (f" ({more.en})" if told else ""),
        f"{label.zh}虚拟变量" + (f"（{more.zh}）" if told else ""),
    )


def _of_logs(label: str) -> str:
    """Return a Chinese label of a logarithm as one phrase: 人均GDP（对数） and 人均GDP的对数 are
    人均GDP对数.
    """
    for ending in ("（对数）", "的对数"):
        if label.endswith(ending):
            return f"{label.removesuffix(ending)}对数"
    return label


def _matrix(name: str | None, labels: Mapping[str, Text | str] | None) -> Text:
    if name is None:
        return Text("", "")
    label = term_label(name, labels)
    return Text(f", {label.en}", f"，{label.zh}")
