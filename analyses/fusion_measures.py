"""Fusion measured: digital access and development over three waves, their gaps, their coupling, and index
choices.
"""

import digimfg as dm

# Three editions of the World Factbook date most of their estimates with one year each.
WAVES = (2009, 2014, 2023)
ROWS = "year in {2009, 2014, 2023}"
# Economies of the G20 table, in which most of the world's manufacturing lies.
G20 = (
    "ARG", "AUS", "BRA", "CAN", "CHN", "DEU", "FRA", "GBR", "IDN", "IND",
    "ITA", "JPN", "KOR", "MEX", "RUS", "SAU", "TUR", "USA", "ZAF",
)  # fmt: skip

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Fusion measured: digital access and development, gaps, coupling and index choices",
        "融合的测度：数字接入与发展水平的差距、耦合与指数构造",
    ),
    panel="world",
    specifications={},
    exhibits=(
        dm.RidgelinePlot(
            "fusion_access_distribution",
            variable="internet_users_pct",
            by="year",
            values=WAVES,
            bounds=(0, 100),
            sample=ROWS,
        ),
        dm.DagumPlot(
            "fusion_access_inequality",
            variable="internet_users_pct",
            group="productivity_tercile_1995",
            time="year",
            sample=ROWS,
            notes=(
                dm.Text(
                    "Editions differ in sources and countries; the level of the coefficient falls also "
                    "because a share "
                    "cannot exceed 100%.",
                    "各版本的来源与国家范围不同；占比以100%为上限，也使系数下降。",
                ),
            ),
        ),
        dm.CouplingPlot(
            "fusion_coupling",
            subsystems=("internet_users_pct", "log_gdp_per_capita"),
            rescale=True,
            entity="country",
            time="year",
            sample=ROWS,
            units=G20,
            lagging="internet_users_pct",
            name_column=dm.Text("country_name_en", "country_name_zh"),
            notes=(
                dm.Text(
                    "No open series of manufacturing reaches these years for all countries: development "
                    "stands in for it. "
                    "A high degree says that both are high together, not that one raises the other.",
                    "没有覆盖全部国家这些年份的公开制造业序列，此处以发展水平代替。"
                    "协调度高仅说明二者同时较高，不说明因果。",
                ),
            ),
        ),
        dm.IndexMultiversePlot(
            "fusion_index_choices",
            directions={
                "internet_users_pct": 1,
                "mobile_subscriptions_per_100": 1,
                "fixed_telephones_per_100": 1,
            },
            sample="year == 2014",
            notes=(
                dm.Text(
                    "Indices of digital access in 2014 from internet users, mobile subscriptions and "
                    "fixed lines.",
                    "2014年数字接入指数，由互联网用户占比、移动电话订阅数与固定电话线路数构成。",
                ),
            ),
        ),
    ),
    claims=("C12",),
)
