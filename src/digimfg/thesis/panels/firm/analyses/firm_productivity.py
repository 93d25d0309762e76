"""企业生产率：从报表到全要素生产率。 Firms: from their statements to productivity."""

import pandas as pd

import digimfg as dm

T = dm.Text

# 数据：此处为模拟面板，处处标明“模拟数据”。自己的数据：digimfg data import 文件 --panel firm，然后改为
# Data: a synthetic twin, marked as such everywhere. Your own: digimfg data import FILE --panel firm, then
# STATEMENTS = dm.load_panel("firm")
STATEMENTS = dm.simulate_panel("firm", seed=2026)

# 样本筛选、增加值、资本存量。平减指数按行业或省份：
# Rules of the sample, value added, capital. Price indices by industry or province:
# base_year=2012, deflators=(dm.Deflator(("output", "value_added"), ppi, "index", by="industry"),)
FIRMS = dm.firm_panel(STATEMENTS)

levinsohn_petrin = dm.Specification(
    "log_value_added",
    ("log_employees", "log_capital"),
    entity="firm",
    time="year",
    estimator=dm.ProductionFunction(
        method="lp", state=("log_capital",), proxy=("log_materials",), degree=2, replications=50
    ),
)
least_squares = levinsohn_petrin.replace(
    estimator=dm.ProductionFunction(method="least_squares", state=("log_capital",), replications=50)
)
within = levinsohn_petrin.replace(
    estimator=dm.ProductionFunction(method="fixed_effects", state=("log_capital",), replications=50)
)


def productivity_of(*columns: pd.Series) -> pd.Series:
    """Return log productivity, freed of noise, of each row."""
    frame = pd.concat(columns, axis=1)
    found = dm.estimate(levinsohn_petrin, frame).tables["productivity"]
    return frame[["firm", "year"]].merge(found, how="left")["productivity"]


# 论断所需的结果变量（生产率、加成率、效率）：dm.firm_outcomes(FIRMS.frame, 估计结果)，
# 再交给 dm.claim_pack("firm", data=…)
# Outcomes for the claims' tests: dm.firm_outcomes(FIRMS.frame, result), then
# dm.claim_pack("firm", data=…)
PANEL = dm.DerivedPanel(
    FIRMS.frame,
    (
        dm.Derived(
            "log_tfp",
            dm.Computed(
                productivity_of,
                ("firm", "year", "log_value_added", "log_employees", "log_capital", "log_materials"),
                words=T("productivity by Levinsohn and Petrin's method", "LP法估计的生产率"),
            ),
            label=T("Total factor productivity (log)", "全要素生产率（对数）"),
            unit=T("log points", "对数"),
            direction=1,
        ),
    ),
    keys=("firm", "year"),
    name="firm",
)

digitalisation = dm.Specification(
    "log_tfp",
    "digital_index",
    controls="leverage",
    entity="firm",
    time="year",
    fixed_effects=("firm", "year"),
    covariance=dm.Clustered("firm"),
)


def selection(frame: pd.DataFrame) -> dm.FirmPanel:
    """Return how the sample came about."""
    del frame
    return FIRMS


ANALYSIS = dm.Analysis(
    title=T("Productivity of manufacturing firms", "制造业企业的生产率"),
    panel=PANEL,
    specifications={
        "levinsohn_petrin": levinsohn_petrin,
        "least_squares": least_squares,
        "within": within,
        "digitalisation": digitalisation,
    },
    studies={"sample": dm.Study(selection)},
    exhibits=(
        dm.AnswerTable("firm_sample", study="sample", part="sample"),
        dm.RegressionTable(
            "production_functions",
            columns=("levinsohn_petrin", "least_squares", "within"),
            title=T("Production functions", "生产函数"),
        ),
        dm.RegressionTable(
            "digital_productivity",
            columns=("digitalisation",),
            title=T("Digitalisation and productivity", "数字化与生产率"),
            notes=(
                T(
                    "Productivity is estimated: the standard errors leave that out.",
                    "生产率为估计量，标准误未计入这一不确定性。",
                ),
            ),
        ),
    ),
)
