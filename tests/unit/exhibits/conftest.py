from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from digimfg.covariance import Robust
from digimfg.display.table import Row, Span, Table
from digimfg.result import Provenance, Result
from digimfg.say import say
from digimfg.specification import Specification
from digimfg.text import Text

SPECIAL = r"R&D 50% #1 log_y $x$ {a} ~b ^c \d <e> [f] |g| *h* `i` \"j\" 'k' – − × ² ρ"
CHINESE = "研发投入（占比50%）：数字化×制造业"


def make_result(
    specification: Specification,
    estimates: dict[str, float],
    p_values: Sequence[float],
    statistics: dict[str, float],
    notes: Sequence[Text] = (),
) -> Result:
    """Give a result with standard errors that are half of the estimates."""
    estimate = np.array(list(estimates.values()))
    std_error = np.abs(estimate) / 2
    coefficients = pd.DataFrame(
        {
            "estimate": estimate,
            "std_error": std_error,
            "statistic": estimate / std_error,
            "p_value": p_values,
            "conf_low": estimate - 1.96 * std_error,
            "conf_high": estimate + 1.96 * std_error,
        },
        index=pd.Index(estimates, name="term"),
    )
    covariance = pd.DataFrame(np.diag(std_error**2), index=coefficients.index, columns=coefficients.index)
    return Result(
        coefficients=coefficients,
        covariance_matrix=covariance,
        statistics=statistics,
        notes=tuple(notes),
        provenance=Provenance(specification=specification, data_hash="", versions={}),
    )


@pytest.fixture
def labels() -> dict[str, Text]:
    return {
        "internet:after": Text("Internet users × after 1995", "互联网普及率×1995年后"),
        "log_tfp": Text("Log productivity", "全要素生产率对数"),
        "log_y": Text("Log income", "收入对数"),
        "openness": Text("Trade openness", "贸易开放度"),
        "country": Text("Country", "国家"),
        "year": Text("Year", "年份"),
    }


@pytest.fixture
def results() -> dict[str, Result]:
    baseline = Specification(
        "log_tfp", "internet:after", entity="country", time="year", fixed_effects=("country", "year")
    )
    return {
        "baseline": make_result(
            baseline,
            {"internet:after": 0.1234},
            [0.004],
            {"n_obs": 3210.0, "n_clusters": 112.0, "r2": 0.9312, "r2_within": 0.0421},
            [say("{n:,} rows dropped: log_tfp is missing", "删除{n:,}行：log_tfp缺失", n=12)],
        ),
        "controls": make_result(
            baseline.replace(controls=("openness",)),
            {"internet:after": -2.5, "openness": 0.031},
            [0.03, 0.5],
            {"n_obs": 2987.0, "n_clusters": 101.0, "r2": 0.9412, "r2_within": 0.0621},
            [say("{n:,} rows dropped: log_tfp is missing", "删除{n:,}行：log_tfp缺失", n=235)],
        ),
        "pooled": make_result(
            baseline.replace(outcome="log_y", fixed_effects=(), covariance=Robust(), sample="year >= 2000"),
            {"internet:after": 0.00004, "constant": 1.5},
            [0.08, 0.0001],
            {"n_obs": 2000.0, "r2": 0.5, "first_stage_f": 23.456},
            [Text("Few clusters make errors too small", "聚类过少，标准误可能偏小")],
        ),
    }


@pytest.fixture
def table() -> Table:
    """Every feature of a table once: spans, headings, rules, pairs, awkward characters, two notes."""
    return Table(
        name="everything",
        title=Text(f"Everything: {SPECIAL}", f"全部特征：{CHINESE}"),
        header=(
            (Span(text=""), Span(text="(1)"), Span(text="(2)"), Span(text="(3)")),
            (
                Span(text=Text("Dependent variable", "被解释变量")),
                Span(text=Text("Log y", "y对数"), width=2),
                Span(text="z"),
            ),
        ),
        rows=(
            Row(cells=(Text("Panel A: all & sundry", "A组：全部"),), heading=True),
            Row(cells=(Text(SPECIAL, CHINESE), "0.123***", "−12.1*", "1.50")),
            Row(cells=("", "(0.041)", "(6.050)", ""), attached=True),
            Row(cells=("*starred", "[0.02]", "—", "<0.001")),
            Row(
                cells=(Text("Controls", "控制变量"), Text("Yes", "是"), Text("No", "否"), Text("Yes", "是")),
                rule_above=True,
            ),
            Row(cells=(Text("Observations", "观测值"), "3,210", "987", "12"), rule_above=True),
        ),
        notes=(
            Text("Notes: *** p < 0.01. " + SPECIAL, "注：***表示在1%的水平上显著。" + CHINESE),
            Text("A second paragraph.", "第二段。"),
        ),
    )


@pytest.fixture
def frame() -> pd.DataFrame:
    """Twelve units over ten years with a gap, two variables and a type."""
    rng = np.random.default_rng(20240501)
    rows = [(f"C{unit:02d}", year) for unit in range(12) for year in range(2000, 2010)]
    frame = pd.DataFrame(rows, columns=["country", "year"])
    frame["x"] = rng.normal(size=len(frame)) + frame["country"].str[1:].astype(int) / 4
    frame["y"] = 0.5 * frame["x"] + rng.normal(size=len(frame))
    frame["type"] = np.where(frame["country"] < "C06", "core", "rim")
    frame.loc[frame["year"] == 2003, "x"] = np.nan
    return frame
