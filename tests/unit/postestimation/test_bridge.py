"""Specifications in the words of Stata and R; where R is installed its scripts give the same numbers."""

import os
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.packages.bridge_files import write_bridge
from digimfg.postestimation.bridge.names import r_sample, stata_sample
from digimfg.project import Project

FRAME = grunfeld.load_pandas().data.assign(year=lambda frame: frame["year"].astype(int))
CLUSTERED = dm.Clustered("firm", wild_bootstrap=None)
SPEC = dm.Specification(
    "invest",
    ("value", "capital"),
    entity="firm",
    time="year",
    fixed_effects=("firm", "year"),
    covariance=CLUSTERED,
)
PLAIN = SPEC.replace(fixed_effects=())


@pytest.mark.parametrize(
    ("spec", "stata", "r"),
    [
        (SPEC.replace(covariance=dm.Clustered("firm")), "boottest value, reps(9999) seed(0)", 'ssc(fixef.K = "nested")'),
        (SPEC.replace(regressors=("L.value", "log(capital)")), "generate double log_capital = ln(capital)", "l(value, 1)"),
        (SPEC.replace(regressors="value:i(year, ref=1940)", fixed_effects="firm"), "c.value#ib1940.year", "value:relevel(factor(year)"),
        (SPEC.replace(covariance=dm.DriscollKraay(2)), "xtscc invest value capital i.year, fe lag(2)", "no package"),
        (SPEC.replace(covariance=dm.Robust("hc3"), fixed_effects=()), "no command", "vcov"),
        (SPEC.replace(estimator=dm.Poisson()), "ppmlhdfe invest value capital, absorb(firm year)", "fepois"),
        (PLAIN.replace(estimator=dm.RandomEffects()), "xtreg invest value capital, re vce(cluster firm)", 'model = "random"'),
        (PLAIN.replace(estimator=dm.FirstDifference()), "regress D.(invest value capital), noconstant", 'model = "fd"'),
        (PLAIN.replace(estimator=dm.QuantileRegression(quantile=(0.25, 0.5))), "quantiles(0.25 0.5)", "quantreg::rq"),
        (
            PLAIN.replace(
                regressors=("L.invest", "value"),
                controls=(),
                estimator=dm.DynamicGMM(instruments=(dm.GMMInstruments("invest", first=2, last=4),), exogenous=("value",), collapse=True),
            ),
            "xtabond2 invest L.invest value, gmm(invest, lag(2 4) collapse) iv(value) noleveleq twostep robust",
            "plm::pgmm(invest ~ lag(invest, 1) + value | lag(invest, 2:4)",
        ),
        (
            SPEC.replace(estimator=dm.PanelThreshold(threshold_variable="capital", regime_dependent="value", replications=300)),
            "xthreg invest capital, rx(value) qx(capital) thnum(1)",
            "no package",
        ),
        (
            SPEC.replace(estimator=dm.StaggeredDifferenceInDifferences(cohort="first"), regressors=(), fixed_effects=()),
            "csdid invest, ivar(firm) time(year) gvar(first)",
            'did::att_gt(yname = "invest"',
        ),
    ],
)  # fmt: skip
def test_each_estimator_in_the_words_of_stata_and_r(spec, stata, r):
    assert stata in dm.stata_code(spec)
    assert r in dm.r_code(spec)


def test_every_estimator_gives_code_or_says_that_none_is_known():
    for spec in (SPEC, SPEC.replace(estimator=dm.Mediation(mediators="capital"), regressors="value")):
        for text in (dm.stata_code(spec), dm.r_code(spec)):
            assert text
            assert "None" not in text


def test_samples_keep_their_meaning():
    sample = "firm in {'IBM', 'US or Steel'} and year > 1940 or not missing(`a b`)"
    assert stata_sample(sample) == 'inlist(firm, "IBM", "US or Steel") & year > 1940 | !missing(a_b)'
    assert r_sample(sample) == 'firm %in% c("IBM", "US or Steel") & year > 1940 | !is.na(`a b`)'


def test_what_will_differ_says_why():
    told = dm.bridge_differences(SPEC.replace(sample="year > 1940"))
    assert list(told["program"]) == ["R: fixest", "Stata"]
    assert told["why"].str.len().gt(20).all()
    assert dm.bridge_differences(PLAIN.replace(covariance=dm.Unadjusted())).empty


def run(tmp_path, frame, script, package):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    if subprocess.run(
        ["Rscript", "-e", package if "(" in package else f"library({package})"],
        capture_output=True,
        check=False,
    ).returncode:
        pytest.skip(f"R has no {package}")
    frame.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "run.R").write_text('data <- read.csv("data.csv")\n' + script, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "run.R"],
        cwd=tmp_path,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def numbers(text, term):
    line = next(line for line in text.splitlines() if line.strip().startswith(term))
    return [float(each) for each in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", line.replace(term, "", 1))]


@pytest.mark.parametrize(
    ("spec", "package", "errors"),
    [
        (SPEC, "plm", True),
        (SPEC.replace(fixed_effects="firm"), "plm", True),
        (SPEC.replace(covariance=CLUSTERED.__class__("firm", small_sample="none", wild_bootstrap=None)), "plm", True),
        (PLAIN.replace(estimator=dm.RandomEffects(), covariance=dm.Unadjusted()), "plm", True),
        (PLAIN.replace(estimator=dm.FirstDifference(), covariance=dm.Unadjusted()), "plm", True),
        (PLAIN.replace(estimator=dm.QuantileRegression(quantile=0.5), covariance=dm.Robust()), "quantreg", False),
        (PLAIN.replace(outcome="large", estimator=dm.Logit(), covariance=dm.Unadjusted()), "stats", True),
    ],
)  # fmt: skip
def test_scripts_of_r_give_the_same_numbers(tmp_path, spec, package, errors):
    noise = np.random.default_rng(3).normal(scale=300, size=len(FRAME))
    frame = FRAME.assign(large=(FRAME["invest"] + noise > 150).astype(int))
    shown = run(tmp_path, frame, dm.r_code(spec, package="plm"), package)
    result = dm.estimate(spec, frame).coefficients
    for term in ("value", "capital"):
        found = numbers(shown, term)
        assert found[0] == pytest.approx(result.loc[term, "estimate"], rel=1e-6), term
        if errors:
            assert found[1] == pytest.approx(result.loc[term, "std_error"], rel=1e-5), term


IV = PLAIN.replace(
    regressors="capital", endogenous="value", instruments=("w", "z"), estimator=dm.TwoStageLeastSquares()
)
UNCORRECTED = dm.Clustered("firm", small_sample="none", wild_bootstrap=None)
WITH_SANDWICH = {
    **{
        f"iv {number} {len(effects)}": (IV.replace(fixed_effects=effects, covariance=spread), "AER")
        for number, spread in enumerate((dm.Unadjusted(), dm.Robust(), CLUSTERED, UNCORRECTED))
        for effects in ((), ("firm",), ("firm", "year"))
    },
    "iv, sample": (IV.replace(sample="year > 1940", covariance=dm.Robust("none")), "AER"),
    **{
        f"{name} {number}": (PLAIN.replace(outcome=outcome, estimator=estimator, covariance=spread, sample="year > 1936"), "fixest")
        for name, outcome, estimator in (
            ("logit", "large", dm.Logit()), ("share", "share", dm.FractionalLogit()), ("order", "grade", dm.OrderedLogit()),
            ("normal order", "grade", dm.OrderedProbit()), ("tobit", "cut", dm.Tobit()),
        )
        for number, spread in enumerate((dm.Robust(), CLUSTERED, UNCORRECTED))
    },
    "tobit": (PLAIN.replace(outcome="cut", estimator=dm.Tobit(), covariance=dm.Unadjusted()), "fixest"),
}  # fmt: skip


def test_scripts_of_r_have_the_errors_that_are_asked_for(tmp_path):
    """AER's instruments and tobit, glm, ordinal, with the sandwiches of R, under the rule of Stata and none."""
    rng, n = np.random.default_rng(3), len(FRAME)
    noisy = FRAME["invest"] + rng.normal(scale=150, size=n)
    frame = FRAME.assign(
        large=(noisy > 150).astype(int),
        grade=pd.qcut(noisy, 4, labels=False) + 1,
        cut=(FRAME["invest"] - 60).clip(lower=0),
        share=1 / (1 + np.exp(1 - FRAME["value"] / 2000 + rng.normal(size=n))),
        z=FRAME["capital"] / 2 + rng.normal(scale=80, size=n),
        w=FRAME["value"] * 0.3 + rng.normal(scale=200, size=n),
    )
    scripts = [
        f'cat("### {name}\\n"); data <- whole\n{dm.r_code(spec, package=package)}'
        for name, (spec, package) in WITH_SANDWICH.items()
    ]
    needed = "{library(AER); library(ordinal); library(sandwich)}"
    shown = run(tmp_path, frame, "\n".join(["whole <- data", *scripts]), needed)
    parts = dict(part.split("\n", 1) for part in shown.split("### ")[1:])
    for name, (spec, _) in WITH_SANDWICH.items():
        result = dm.estimate(spec, frame).coefficients
        for term in ("value", "capital"):
            found = numbers(parts[name], term)[:2]
            own = result.loc[term, ["estimate", "std_error"]].tolist()
            assert found == pytest.approx(own, rel=2e-5), (name, term)


def test_scripts_of_r_take_chinese_names_and_names_with_blanks(tmp_path):
    rng, n = np.random.default_rng(3), len(FRAME)
    names = {
        "invest": "投资",
        "value": "市值 百万",
        "capital": "资本",
        "firm": "公司",
        "year": "年份",
        "z": "工具 1",
    }
    frame = FRAME.assign(z=FRAME["value"] * 0.3 + rng.normal(scale=200, size=n)).rename(columns=names)
    spec = dm.Specification(
        "投资", "资本", controls="i(年份)", endogenous="市值 百万", instruments="工具 1", entity="公司", time="年份",
        fixed_effects="公司", covariance=dm.Clustered("公司", wild_bootstrap=None), estimator=dm.TwoStageLeastSquares(),
    )  # fmt: skip
    code = dm.r_code(spec, package="AER")
    given = 'data <- read.csv("data.csv", check.names = FALSE, encoding = "UTF-8")\n'
    shown = run(tmp_path, frame, given + code, "AER")
    result = dm.estimate(spec, frame).coefficients
    for term, name in (("市值 百万", "`市值 百万`"), ("资本", "资本")):
        own = result.loc[term, ["estimate", "std_error"]].tolist()
        assert numbers(shown, name)[:2] == pytest.approx(own, rel=1e-6)


def test_what_r_cannot_show_is_told():
    for estimator, outcome in ((dm.NegativeBinomial(), "large"), (dm.MixedEffects(), "invest")):
        told = dm.bridge_differences(PLAIN.replace(outcome=outcome, estimator=estimator))
        assert "the model's own errors" in " ".join(told["why"])
    assert "expected information" in " ".join(
        dm.bridge_differences(PLAIN.replace(estimator=dm.Probit()))["why"]
    )
    lagged = IV.replace(instruments="L.value")
    assert dm.r_code(lagged, package="AER") == dm.r_code(lagged)


ANALYSIS = """
import digimfg as dm
spec = dm.Specification(
    "upgrading_linear", "digital_index", entity="province", time="year", fixed_effects=("province", "year"),
)
ANALYSIS = dm.Analysis(
    title=dm.Text("Small", "小"),
    panel=dm.DerivedPanel(dm.simulate_panel("china_province", seed=1), (), keys=("province", "year")),
    specifications={"a": spec, "b": spec.replace(sample="year > 2012")},
)
"""


def test_a_project_is_written_for_stata_and_r(tmp_path):
    (tmp_path / "analyses").mkdir()
    (tmp_path / "analyses" / "small.py").write_text(ANALYSIS, encoding="utf-8")
    project = Project(tmp_path)
    files = {path.name: path for path in write_bridge(project)}
    assert set(files) == {"small.dta", "small.csv", "small.do", "small.R", "small_differences.csv"}
    do_file = files["small.do"].read_text(encoding="utf-8")
    assert 'use "small.dta", clear' in do_file
    assert "reghdfe upgrading_linear digital_index if year > 2012, absorb(province year)" in do_file
    assert "digital_index" in pd.read_stata(files["small.dta"]).columns
    before = {name: path.read_bytes() for name, path in files.items()}
    assert {path.name: path.read_bytes() for path in write_bridge(project)} == before


def test_estimators_of_long_panels_are_written_where_a_command_is_the_same():
    spec = dm.Specification("y", ("x", "z"), entity="id", time="year", covariance=dm.Robust())
    group = spec.replace(estimator=dm.DynamicLeastSquares(lags=2))
    assert dm.stata_code(group) == "xtset id year\nxtcointreg y x z, est(dols) dlag(2) dlead(1)"
    assert "bandwidth" in " ".join(dm.bridge_differences(group)["why"])
    pooled = spec.replace(estimator=dm.FullyModifiedLeastSquares(pooled=True))
    assert dm.stata_code(pooled).startswith("* no command of Stata is known")
    smooth = spec.replace(
        estimator=dm.PanelSmoothTransition(transition_variable="q", regime_dependent="x"), fixed_effects="id"
    )
    assert 'indep = c("z", "x"), indep_k = c("x"), tvars = "q", im = 1' in dm.r_code(smooth)
    assert "R: PSTR" in list(dm.bridge_differences(smooth)["program"])
    assert dm.r_code(smooth.replace(fixed_effects=("id", "year"))).startswith("# no package")


SPATIAL = """
import digimfg as dm
panel = dm.simulate_panel("china_province", seed=1)
spec = dm.Specification(
    "upgrading_spatial", "digital_index", entity="province_name_zh", time="year",
    fixed_effects=("province_name_zh", "year"),
    estimator=dm.SpatialPanel(
        weights=dm.china_province_weights(panel["province_name_zh"].unique()), standardization="row"
    ),
)
ANALYSIS = dm.Analysis(
    title=dm.Text("Small", "小"),
    panel=dm.DerivedPanel(panel, (), keys=("province", "year")),
    specifications={"all": spec, "without 海南": spec.replace(sample="province_name_zh != '海南'")},
)
"""


def test_spatial_weights_stand_beside_the_do_file_in_the_order_of_units(tmp_path):
    (tmp_path / "analyses").mkdir()
    (tmp_path / "analyses" / "small.py").write_text(SPATIAL, encoding="utf-8")
    files = {path.name: path for path in write_bridge(Project(tmp_path))}
    do_file = files["small.do"].read_text(encoding="utf-8")
    for name, count in (("small_all_w.csv", 31), ("small_without_海南_w.csv", 30)):
        weights = pd.read_csv(files[name])
        assert weights["unit"].tolist() == sorted(weights["unit"])
        assert weights.shape == (count, count + 1)
        np.testing.assert_allclose(weights.drop(columns="unit").sum(axis=1), 1)
        before = do_file.index(f'import delimited "{name}"')
        assert f"mkmat w1-w{count}, matrix(W)" in do_file[before:]
        assert "wmat(W)" in do_file[before:]
        assert f'read.csv("{name}")' in files["small.R"].read_text(encoding="utf-8")
