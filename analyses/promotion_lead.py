"""Promotion reversed: did growth of 2009–14 go with internet use that was still to come?"""

import pandas as pd

import digimfg as dm


def change(later: pd.Series, earlier: pd.Series) -> pd.Series:
    """Return the later value less the earlier one."""
    return later - earlier


def last_of_edition(country: pd.Series, year: pd.Series, value: pd.Series, edition: pd.Series) -> pd.Series:
    """Repeat a country's value after 2014 in the edition of 2025 in all its rows."""
    rows = pd.DataFrame({"country": country, "year": year, "value": value})
    rows = rows[(edition == "2025") & (year > 2014)].dropna()
    return country.map(rows.sort_values("year").groupby("country")["value"].last()).astype(float)


def in_year(column: str, year: int, label: dm.Text, unit: dm.Text) -> dm.Derived:
    """Declare a column that repeats the value of one year."""
    return dm.Derived(
        f"{column}_{year}",
        dm.AtYear(column, year),
        label=dm.Text(f"{label.en} in {year}", f"{year}年{label.zh}"),
        unit=unit,
    )


def between(name: str, later: str, earlier: str, label: dm.Text, unit: dm.Text) -> dm.Derived:
    """Declare the change from one column to another."""
    return dm.Derived(
        name,
        dm.Computed(
            change, (later, earlier), words=dm.Text(f"{later} less {earlier}", f"{later}减{earlier}")
        ),
        label=label,
        unit=unit,
    )


INTERNET = dm.Text("Internet users per 100 people", "每百人互联网用户")
PER_HEAD = dm.Text("GDP per capita (log)", "人均GDP（对数）")
GDP = dm.Text("GDP (log)", "GDP（对数）")
SHARE = dm.Text("% of population", "占人口%")
POINTS, LOGS = dm.Text("percentage points", "百分点"), dm.Text("log", "对数")

world = dm.DerivedPanel(
    "world",
    (
        dm.Derived("log_gdp", "log(gdp_usd2015)", label=GDP),
        *(in_year("internet_users_pct", year, INTERNET, SHARE) for year in (2009, 2014, 2023)),
        *(in_year("log_gdp_per_capita", year, PER_HEAD, LOGS) for year in (2009, 2014)),
        *(in_year("log_gdp", year, GDP, LOGS) for year in (2009, 2014)),
        dm.Derived(
            "internet_users_pct_last",
            dm.Computed(
                last_of_edition,
                ("country", "year", "internet_users_pct", "internet_users_edition"),
                words=dm.Text("value after 2014 in the edition of 2025", "2025版中2014年之后的取值"),
            ),
            label=dm.Text("Internet users per 100 people, last year of the edition of 2025",
            "2025版最近一年每百人互联网用户"),
            unit=SHARE,
        ),
        between(
            "internet_change", "internet_users_pct_2014", "internet_users_pct_2009",
            dm.Text("Change of internet use, 2009–14", "互联网普及率变化（2009–2014年）"), POINTS,
        ),
        between(
            "internet_change_to_come", "internet_users_pct_2023", "internet_users_pct_2014",
            dm.Text("Change of internet use, 2014–23 (lead)", "互联网普及率变化（2014–2023年，前置项）"),
            POINTS,
        ),
        between(
            "internet_change_to_last", "internet_users_pct_last", "internet_users_pct_2014",
            dm.Text("Change of internet use, 2014 to the last year (lead)",
            "互联网普及率变化（2014年至最近一年，前置项）"), POINTS,
        ),
        between(
            "growth_per_capita", "log_gdp_per_capita_2014", "log_gdp_per_capita_2009",
            dm.Text("Growth of GDP per capita, 2009–14 (log)", "人均GDP对数变化（2009–2014年）"), LOGS,
        ),
        between(
            "growth", "log_gdp_2014", "log_gdp_2009",
            dm.Text("Growth of GDP, 2009–14 (log)", "GDP对数变化（2009–2014年）"), LOGS,
        ),
    ),
)  # fmt: skip

lead = dm.Specification(
    outcome="growth_per_capita",
    regressors=("internet_change", "internet_change_to_come"),
    entity="country",
    covariance=dm.Robust(),
    sample="year == 2014",
)
last = lead.replace(regressors=("internet_change", "internet_change_to_last"))

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Promotion reversed: growth of 2009–14 and internet use that was still to come",
        "推动论的反向检验：2009–2014年增长与此后的互联网普及",
    ),
    panel=world,
    specifications={
        "change": lead.replace(regressors="internet_change"),
        "lead": lead,
        "lead_last": last,
        "lead_gdp": lead.replace(outcome="growth"),
        "lead_gdp_last": last.replace(outcome="growth"),
        "lead_income": lead.replace(controls="log_gdp_per_capita_2009"),
        "lead_last_income": last.replace(controls="log_gdp_per_capita_2009"),
    },
    exhibits=(
        dm.RegressionTable(
            "promotion_lead",
            columns=(
                "change", "lead", "lead_last", "lead_gdp", "lead_gdp_last", "lead_income", "lead_last_income",
            ),
            title=dm.Text(
                "Lead test: growth of 2009–14 on internet use that came after it",
                "前置检验：2009–2014年增长对此后互联网普及率变化的回归",
            ),
            digits=4,
            show_controls=True,
            notes=(
                dm.Text(
                    "What comes later cannot cause what came before. Where growth goes with the change "
                        "of internet use after it "
                    "and not with the change during it, growth leads internet use (reverse causality), "
                        "or both follow a third "
                    "thing such as catching up from low income, which the last columns hold constant. "
                        "Years of the last value "
                    "differ between countries.",
                    "后发生者不能导致先发生者。若增长与此后而非同期的互联网普及率变化相关，"
                        "则可能是增长带动普及（反向因果），或两者"
                    "同受第三因素（如低收入国家的追赶）影响，末两列控制了初始收入。"
                        "各国“最近一年”的年份不同。",
                ),
            ),
        ),
    ),
    claims=("C19",),
)  # fmt: skip
