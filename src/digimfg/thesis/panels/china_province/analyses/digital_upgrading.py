"""数字经济与制造业升级：省级面板。 The digital economy and manufacturing upgrading in China's provinces."""

import digimfg as dm

T = dm.Text

# 数据：此处为模拟面板，处处标明“模拟数据”。自己的数据：digimfg data import 文件 --panel china_province，
# 然后改为
# Data: a synthetic twin, marked as such everywhere. Your own: digimfg data import FILE --panel
# china_province, then
# PANEL = dm.DerivedPanel("china_province", COLUMNS)
TWIN = dm.simulate_panel("china_province", seed=2026)


# 熵值法指数；负向指标的方向为 -1。 Indices by entropy weights; -1 where less is better.
# weighting="critic", "pca" …; dm.Composite(…, scores="topsis")
DIGITAL = dm.IndexDefinition(
    "digital",
    (
        dm.Indicator("broadband_subscribers_per_100"),
        dm.Indicator("mobile_phones_per_100"),
        dm.Indicator("it_employment_share_pct"),
        dm.Indicator("digital_finance_index"),
    ),
)
MANUFACTURING = dm.IndexDefinition(
    "manufacturing", (dm.Indicator("rd_intensity_pct"), dm.Indicator("energy_intensity_tce_per_10k_yuan", -1))
)

# 计算所得的列：各有标签与单位，先后次序随意，来源与填补标记随之而行。
# Columns that are computed: each has a label and a unit, in any order; sources and marks of filled cells
# follow them.
COLUMNS = (
    dm.Derived(
        "digital", dm.Composite(DIGITAL), label=T("Digital economy index", "数字经济指数"), direction=1
    ),
    dm.Derived(
        "manufacturing",
        dm.Composite(MANUFACTURING),
        label=T("Manufacturing index", "制造业发展指数"),
        direction=1,
    ),
    dm.Derived(
        "coordination",
        dm.Coupling(("digital", "manufacturing")),
        label=T("Coordination degree", "耦合协调度"),
    ),
    dm.Derived(
        "log_hightech",
        "log(hightech_revenue_100m_yuan)",
        label=T("High-technology revenue, log", "高技术产业营业收入（对数）"),
        direction=1,
    ),
    dm.Derived(
        "log_hightech_winsorized",
        dm.Winsorized("log_hightech", 0.01),
        label=T("High-technology revenue, log, winsorized", "高技术产业营业收入（对数，缩尾）"),
        unit=T("log", "对数"),
    ),
    dm.Derived(
        "log_gdp_per_capita",
        "log(gdp_per_capita_yuan)",
        label=T("GDP per capita, log", "人均地区生产总值（对数）"),
    ),
    dm.Derived(
        "government_pct",
        dm.Ratio("fiscal_expenditure_100m_yuan", "gdp_100m_yuan", scale=100),
        label=T("Government spending over GDP", "财政支出占比"),
    ),
    # 工具变量：基期电话普及率 × 上一年全国电信收入；1984 年电话数可用 dm.Join(数据框, on="province",
    # source=…) 并入。
    # Instrument: phones of a base year × national telecom revenue of the year before; telephones of 1984
    # come in by dm.Join.
    dm.Derived(
        "national_telecom_100m_yuan",
        dm.Aggregate("telecom_revenue_100m_yuan", by="year"),
        label=T("National telecom revenue", "全国电信业务收入"),
        unit=T("100 million yuan", "亿元"),
    ),
    dm.Derived(
        "phones_times_national",
        dm.Crossed("mobile_phones_per_100", "national_telecom_100m_yuan", year=2011, lag=1),
        label=T("Phones in 2011 × national telecom revenue", "2011年电话普及率×全国电信收入"),
        unit=T("product", "乘积"),
    ),
    dm.Derived("region", dm.RegionName("four_regions"), label=T("Region", "地区")),
    dm.Derived("east", dm.InRegion("four_regions", "east"), label=T("East", "东部")),
)
PANEL = dm.DerivedPanel(TWIN, COLUMNS, keys=("province", "year"), name="china_province")

# 缺失：只填两个取值之间缺失的一年，绝不外推；用到填补值的表自会注明。 One missing year between two values,
# never extrapolated.
GAPS = dm.MissingPolicy(
    method="linear", max_gap=1, columns=("broadband_subscribers_per_100", "it_employment_share_pct")
)

baseline = dm.Specification(
    outcome="log_hightech",
    regressors="digital",
    controls=("log_gdp_per_capita", "government_pct"),
    entity="province",
    time="year",
    fixed_effects=("province", "year"),
    covariance=dm.Clustered("province"),  # 31 clusters: the wild bootstrap's p value stands beside it
)
instrumented = baseline.replace(
    regressors=(),
    endogenous="digital",
    instruments="phones_times_national",
    estimator=dm.TwoStageLeastSquares(),
)

ANALYSIS = dm.Analysis(
    title=T("The digital economy and manufacturing upgrading", "数字经济与制造业升级"),
    panel=PANEL,
    missing=GAPS,
    specifications={
        "bivariate": baseline.replace(controls=()),
        "baseline": baseline,
        "observed": baseline.replace(observed_only=True),  # 剔除填补值 without filled cells
        "winsorized": baseline.replace(outcome="log_hightech_winsorized"),
        "coordination": baseline.replace(outcome="coordination", regressors="L.coordination"),
        "instrumented": instrumented,
        "east": baseline.replace(sample="east == 1"),
        "elsewhere": baseline.replace(sample="east == 0"),
        "mechanism": baseline.replace(
            estimator=dm.Mediation(mediators=("rd_intensity_pct",), replications=200, seed=1)
        ),
    },
    exhibits=(
        dm.VariableTable("variables", specification="instrumented"),
        dm.DescriptiveTable("descriptives", specification="baseline"),
        dm.TrendPlot("digital_by_region", variable="digital", group="region", time="year"),
        dm.DagumPlot("digital_inequality", variable="digital", group="region", time="year"),
        dm.RegressionTable(
            "main", columns=("bivariate", "baseline", "observed", "winsorized"), show_controls=True
        ),
        dm.RegressionTable("endogeneity", columns=("baseline", "instrumented")),
        dm.ResultTable("first_stage", table="first_stage", specification="instrumented"),
        dm.RegressionTable("regions", columns=("east", "elsewhere")),
        dm.MediationTable("mechanism", specification="mechanism"),
    ),
)
