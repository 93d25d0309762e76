"""What an answer that is no `Result` shows when it is printed: its main frame, its numbers, what it wants said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from digimfg.display.formatting import MISSING, format_count, format_p_value
from digimfg.display.statistics import STATISTIC_LABELS, format_statistic
from digimfg.display.table import Cell, Row, Span, Table
from digimfg.text import Text

__all__ = ["answer_view"]

_DIGITS = 4
_MOST_ROWS = 12
_BASELINE = Text("Baseline", "基准回归")
_WORDS = {
    "term": Text("Term", "变量"),
    "null": Text("Null hypothesis", "原假设取值"),
    "level": Text("Level", "水平"),
    "alpha": Text("Significance level", "显著性水平"),
    "draws": Text("Draws", "抽样次数"),
    "replications": Text("Reassignments", "重新分配次数"),
    "exact": Text("Exact", "精确检验"),
    "enumerated": Text("Every draw used", "穷举全部抽样"),
    "cluster": Text("Clusters of", "聚类列"),
    "weights": Text("Weights", "权重"),
    "delta": Text("δ", "δ"),
    "beta_star": Text("β*", "β*"),
    "breakdown": Text("Breakdown value", "临界界限"),
    "restriction": Text("Restriction", "约束"),
    "alternative": Text("Alternative", "备择假设"),
    "p_value_clustered": Text("p value, clustered errors", "p值（聚类标准误）"),
    "by": Text("Left out by", "逐一剔除"),
    "turning_point": Text("Turning point", "拐点"),
    "inside": Text("Inside the data", "拐点在样本内"),
    "share_beyond": Text("Share beyond it", "拐点以外占比"),
    "shape": Text("Shape", "形状"),
    "robustness_value": Text("Robustness value", "稳健值"),
    "robustness_value_significance": Text("Robustness value, significance", "稳健值（显著性）"),
    "rmspe_before": Text("RMSPE before", "处理前RMSPE"),
    "rmspe_after": Text("RMSPE after", "处理后RMSPE"),
    "treated": Text("Treated", "处理个体"),
    "treated_from": Text("Treated from", "处理起点"),
    "n_matched": Text("Matched units", "匹配上的个体数"),
    "n_controls": Text("Controls", "对照个体数"),
    "effective_controls": Text("Effective controls", "有效对照数"),
    "largest_gap": Text("Largest gap in means", "最大均值差"),
    "bias": Text("Bias", "偏误"),
    "share_significant": Text("Share significant", "显著占比"),
    "share_same_sign": Text("Share with the same sign", "同号占比"),
    "n_left_out": Text("Values left out", "剔除的取值个数"),
    "n_checks": Text("Checks", "检验个数"),
    "n_run": Text("Estimated", "已估计个数"),
    "n_skipped": Text("Skipped", "跳过个数"),
    "estimate_full": Text("Estimate, full sample", "全样本估计值"),
    "estimate_min": Text("Smallest estimate", "最小估计值"),
    "estimate_max": Text("Largest estimate", "最大估计值"),
    "largest_change": Text("Largest change", "最大变动"),
    "estimate_short": Text("Estimate without controls", "无控制变量的估计值"),
    "estimate_long": Text("Estimate with controls", "含控制变量的估计值"),
    "r2_short": Text("R² without controls", "无控制变量的R²"),
    "r2_long": Text("R² with controls", "含控制变量的R²"),
    "r2_max": Text("Largest R²", "R²上限"),
    "delta_assumed": Text("δ assumed", "设定的δ"),
    "beta_asked": Text("β asked for", "目标β"),
    "identified_low": Text("Identified set, low", "识别集下限"),
    "identified_high": Text("Identified set, high", "识别集上限"),
    "keeps_direction": Text("Keeps the direction", "保持偏误方向"),
    "distance": Text("Distance", "距离"),
    "df_numerator": Text("Degrees of freedom, numerator", "分子自由度"),
    "df_denominator": Text("Degrees of freedom, denominator", "分母自由度"),
    "check": Text("Check", "检验"),
    "kind": Text("Kind", "类型"),
    "weight": Text("Weight", "权重"),
    "stage": Text("Stage", "阶段"),
    "start": Text("Start", "起始"),
    "share": Text("Share", "占比"),
    "duration": Text("Duration", "持续期"),
    "standardized": Text("Standardized", "标准化"),
    "n_moments": Text("Moments", "矩条件数"),
    "mbic": Text("MBIC", "MBIC"),
    "maic": Text("MAIC", "MAIC"),
    "mqic": Text("MQIC", "MQIC"),
    "max_modulus": Text("Largest modulus", "最大模"),
    "modulus": Text("Modulus", "模"),
    "lags": Text("Lags", "滞后期数"),
    "shock": Text("Shock", "冲击"),
    "impulse": Text("Impulse", "冲击变量"),
    "response": Text("Response", "响应变量"),
    "horizon": Text("Horizon", "期"),
    "cumulative": Text("Cumulative", "累计"),
    "seed": Text("Seed", "种子"),
    "leads": Text("Leads", "超前期数"),
    "outcome": Text("Outcome", "被解释变量"),
    "state": Text("State", "状态"),
    "periods": Text("Periods of a unit", "个体平均期数"),
    "band_low": Text("Band, low", "同时置信带下限"),
    "band_high": Text("Band, high", "同时置信带上限"),
    "sup_t_p": Text("All zero, p value", "各期均为零的p值"),
    "sup_t_leads_p": Text("Leads all zero, p value", "超前各期均为零的p值"),
    "sup_t_difference_p": Text("States alike, p value", "状态间无差异的p值"),
    "excluded": Text("Excluded", "剔除变量"),
    "n_units": Text("Units", "个体数"),
    "n_parameters": Text("Parameters", "参数个数"),
    "n_starts": Text("Starts", "起点个数"),
    "n_at_best": Text("Starts that reached the best", "达到最优的起点个数"),
    "step": Text("Years between periods", "时期间隔（年）"),
    "variance": Text("Variance", "方差"),
    "lag_1": Text("Autocorrelation at lag 1", "一阶自相关"),
    "lag_2": Text("Autocorrelation at lag 2", "二阶自相关"),
    "autocorrelation": Text("Autocorrelation of the noise", "噪声自相关"),
    "p_value_global": Text("p value, global spectrum", "全局谱p值"),
    "consistency": Text("Consistency", "一致性"),
    "coverage": Text("Coverage", "覆盖度"),
    "raw_coverage": Text("Raw coverage", "原始覆盖度"),
    "unique_coverage": Text("Unique coverage", "唯一覆盖度"),
    "pri": Text("PRI", "PRI"),
    "frequency": Text("Frequency", "频数阈值"),
    "negated": Text("Outcome negated", "结果取非"),
    "necessary": Text("Necessary", "必要"),
    "relevance": Text("Relevance", "相关性（RoN）"),
    "condition": Text("Condition", "条件"),
    "solution": Text("Solution", "解"),
    "model": Text("Model", "模型"),
    "ceiling": Text("Ceiling", "上限线"),
    "effect_size": Text("Effect size", "效应量"),
    "peak_period": Text("Peak period", "峰值周期"),
    "peak_time": Text("Peak time", "峰值时间"),
    "shortest": Text("Shortest", "最短"),
    "longest": Text("Longest", "最长"),
    "stability": Text("Stability", "稳定性"),
    "signs": Text("Signs", "符号"),
}


def answer_view(answer: Any, title: Text, first: str | None = None) -> Table:
    """Return the first rows of an answer's main frame, or its numbers where it has none, above its notes.

    Parameters
    ----------
    answer
        A dataclass; its numbers are its plain fields and those of a field ``statistics`` or ``baseline``, under the
        labels of tables where they have one, else under the names by which code asks for them.
    title
        What it is.
    first
        Field or property of the main frame; by default the first field with one, ``""`` for none.
    """
    held = {each.name: getattr(answer, each.name) for each in fields(answer)}
    frames = {name: value for name, value in held.items() if isinstance(value, pd.DataFrame | pd.Series)}
    name = next(iter(frames), "") if first is None else first
    main = getattr(answer, name) if name else None
    numbers = [(label, value) for label, value in _numbers(held) if value]
    notes = list(held.get("notes", ()))
    rest = [f".{other}" for other in frames if other != name]
    if rest:
        listed = ", ".join(rest)
        notes.append(Text(f"Further tables: {listed}", f"其他表格：{listed}"))
    if main is None or not len(main):
        rows = tuple(Row(cells=(label, value)) for label, value in numbers)
        return Table(title=title, header=((Span(text=""), Span(text="")),), rows=rows, notes=tuple(notes))
    if len(main) > _MOST_ROWS:
        notes.insert(
            0,
            Text(
                f"The first {_MOST_ROWS} of {len(main):,} rows; all are in .{name}",
                f"显示{len(main):,}行中的前{_MOST_ROWS}行；全部见 .{name}",
            ),
        )
    if numbers:
        said = Text(
            "; ".join(f"{label.en} {Text.of(value).en}" for label, value in numbers),
            "；".join(f"{label.zh} {Text.of(value).zh}" for label, value in numbers),
        )
        notes.insert(0, said)
    header, body = _body(main, _row_labels(held))
    return Table(title=title, header=(header,), rows=body, notes=tuple(notes))


def _numbers(held: Mapping[str, Any]) -> Iterator[tuple[Text, Cell]]:
    """Return the labels and values of plain fields, then of statistics."""
    for name, value in held.items():
        if name in ("statistics", "baseline") and isinstance(value, Mapping):
            yield from ((_label(key), _scalar(key, each)) for key, each in value.items() if key not in held)
        elif isinstance(value, Real | str | Text | np.bool_):
            yield _label(name), _scalar(name, value)


def _row_labels(held: Mapping[str, Any]) -> dict[str, Text]:
    """Return English label → label in both languages, of an answer whose ``rows`` carry labels."""
    labels = [each.label for each in held.get("rows", ()) if isinstance(getattr(each, "label", None), Text)]
    return {label.en: label for label in (_BASELINE, *labels)}


def _body(
    frame: pd.DataFrame | pd.Series[Any], labels: Mapping[str, Text]
) -> tuple[tuple[Span, ...], tuple[Row, ...]]:
    table = frame.to_frame(frame.name or "value") if isinstance(frame, pd.Series) else frame
    top = table.iloc[:_MOST_ROWS]
    keys = top.index.to_frame(index=False)
    plain = isinstance(top.index, pd.RangeIndex) and top.index.name is None
    stubs = [] if plain else [keys.iloc[:, place] for place in range(keys.shape[1])]
    names = [] if plain else [_label(str(name)) if name is not None else "" for name in top.index.names]
    columns = [top.iloc[:, place] for place in range(top.shape[1])]
    heads = [*names, *(_label(str(name)) for name in top.columns)]
    rows = []
    for place in range(len(top)):
        named = (stub.iloc[place] for stub in stubs)
        cells = [
            labels.get(name) or _shown("", name) if isinstance(name, str) else _shown("", name)
            for name in named
        ]
        cells += [_shown(str(column.name), column.iloc[place]) for column in columns]
        rows.append(Row(cells=tuple(cells)))
    return tuple(Span(text=head) for head in heads), tuple(rows)


def _label(name: str) -> Text:
    return _WORDS.get(name) or STATISTIC_LABELS.get(name) or Text(name, name)


def _scalar(name: str, value: Any) -> Cell:
    """Return a number that stands alone: whole ones without decimals, which columns keep for their alignment."""
    if isinstance(value, float) and value.is_integer() and not name.startswith("p_"):
        return format_count(value)
    return _shown(name, value)


def _shown(name: str, value: Any) -> Cell:
    if isinstance(value, Text):
        return value
    if isinstance(value, bool | np.bool_):
        return Text("yes", "是") if value else Text("no", "否")
    if not isinstance(value, Real):
        return MISSING if value is None or value is pd.NA or value is pd.NaT else str(value)
    number = float(value)
    if name.startswith("p_"):
        return format_p_value(number, 3)
    if (isinstance(value, int | np.integer) and not name.startswith("n_")) or (
        name.startswith("df") and number == round(number)
    ):
        return f"{number:.0f}".replace("-", "−")
    return format_statistic(name, number, _DIGITS)
