"""数字经济与产业结构升级：地级市面板。 The digital economy and industries of China's cities."""

import digimfg as dm

T = dm.Text

# 数据：此处为模拟面板，处处标明“模拟数据”。自己的数据：digimfg data import 文件 --panel china_city，然后改为
# Data: a synthetic twin, marked as such everywhere. Your own: digimfg data import FILE --panel
# china_city, then
# PANEL = dm.DerivedPanel("china_city", COLUMNS)
TWIN = dm.simulate_panel("china_city", seed=2026)

# 熵值法指数。 An index by entropy weights.
DIGITAL = dm.IndexDefinition(
    "digital",
    (
        dm.Indicator("broadband_subscribers_per_100"),
        dm.Indicator("mobile_phones_per_100"),
        dm.Indicator("it_employment_share_pct"),
        dm.Indicator("telecom_revenue_per_capita"),
        dm.Indicator("digital_finance_index"),
    ),
)
COLUMNS = (
    dm.Derived(
        "telecom_revenue_per_capita",
        dm.Ratio("telecom_revenue_100m_yuan", "resident_population_10k", scale=10_000),
        label=T("Telecom revenue per person", "人均电信业务收入"),
        unit=T("yuan per person", "元/人"),
    ),
    dm.Derived(
        "digital", dm.Composite(DIGITAL), label=T("Digital economy index", "数字经济指数"), direction=1
    ),
    dm.Derived(
        "advancement",
        dm.Ratio("tertiary_value_added_100m_yuan", "secondary_value_added_100m_yuan"),
        label=T("Tertiary over secondary value added", "产业结构高级化"),
        unit=T("ratio", "比值"),
        direction=1,
    ),
    dm.Derived(
        "log_gdp_per_capita",
        "log(gdp_per_capita_yuan)",
        label=T("GDP per capita, log", "人均地区生产总值（对数）"),
    ),
    dm.Derived(
        "government_share",
        dm.Ratio("fiscal_expenditure_100m_yuan", "gdp_100m_yuan"),
        label=T("Government spending over GDP", "财政支出占比"),
        unit=T("share, 0–1", "份额，0–1"),
    ),
    dm.Derived("region", dm.RegionName("four_regions"), label=T("Region", "地区")),
    dm.Derived("east", dm.InRegion("four_regions", "east"), label=T("East", "东部")),
)
PANEL = dm.DerivedPanel(TWIN, COLUMNS, keys=("city", "year"), name="china_city")

baseline = dm.Specification(
    outcome="advancement",
    regressors="digital",
    controls=("log_gdp_per_capita", "government_share"),
    entity="city",
    time="year",
    fixed_effects=("city", "year"),
    covariance=dm.Clustered("city"),
)
# 试点政策：pilot_first_year 为试点年份，从未试点者为缺失。
# The year in which a city became a pilot; missing where it never did.
policy = dm.Specification(
    outcome="advancement",
    regressors=(),
    entity="city",
    time="year",
    covariance=dm.Clustered("city"),
    estimator=dm.StaggeredDifferenceInDifferences(cohort="pilot_first_year"),
)

ANALYSIS = dm.Analysis(
    title=T("The digital economy and the structure of industry", "数字经济与产业结构升级"),
    panel=PANEL,
    specifications={
        "bivariate": baseline.replace(controls=()),
        "baseline": baseline,
        "provinces": baseline.replace(covariance=dm.Clustered("province")),
        "east": baseline.replace(sample="east == 1"),
        "elsewhere": baseline.replace(sample="east == 0"),
        "policy": policy,
    },
    exhibits=(
        dm.VariableTable("variables", specification="baseline"),
        dm.DescriptiveTable("descriptives", specification="baseline"),
        dm.TrendPlot("digital_by_region", variable="digital", group="region", time="year"),
        dm.RegressionTable("main", columns=("bivariate", "baseline", "provinces"), show_controls=True),
        dm.RegressionTable("regions", columns=("east", "elsewhere")),
        dm.RegressionTable("policy", columns=("policy",)),
        dm.DynamicEffectsPlot("policy_dynamics", columns=("policy",)),
    ),
)
