"""Manufacturing itself: did countries with more internet use in 2009 employ, produce and yield more in it
after 1995?
"""

from pathlib import Path

import digimfg as dm
from digimfg.sources.ggdc_10_sector import SOURCE

EXPOSURE = "internet_users_share_2009:after_1995"
CONTROLS = ("log_labor_productivity_1995:after_1995", "human_capital_1995:after_1995")
OUTCOMES = {
    "employment_share": "manufacturing_employment_share",
    "value_added_share": "manufacturing_value_added_share",
    "relative_productivity": "log_manufacturing_relative_productivity",
    "employment": "log_manufacturing_employment",
}
TITLES = {
    "employment_share": dm.Text("Employment share", "就业占比"),
    "value_added_share": dm.Text("Value-added share", "增加值占比"),
    "relative_productivity": dm.Text("Relative productivity", "相对生产率"),
    "employment": dm.Text("Employment", "就业"),
}

raw = SOURCE.load(Path(__file__).parents[1] / "data" / "raw")
world_sector = dm.DerivedPanel(
    raw["manufacturing"],
    (
        dm.Derived(
            "manufacturing_employment_share",
            dm.Ratio("employment_manufacturing", "employment_total"),
            label=dm.Text("Manufacturing share of employment", "制造业就业占比"),
            unit=dm.Text("share, 0-1", "份额，0–1"),
        ),
        dm.Derived(
            "manufacturing_value_added_share",
            dm.Ratio("value_added_manufacturing", "value_added_total"),
            label=dm.Text("Manufacturing share of value added", "制造业增加值占比"),
            unit=dm.Text("share, 0-1", "份额，0–1"),
        ),
        dm.Derived(
            "manufacturing_relative_productivity",
            dm.Ratio("manufacturing_value_added_share", "manufacturing_employment_share"),
            label=dm.Text(
                "Value added per person in manufacturing / all sectors", "制造业与全部部门人均增加值之比"
            ),
            unit=dm.Text("ratio", "比值"),
        ),
        dm.Derived(
            "log_manufacturing_relative_productivity",
            "log(manufacturing_relative_productivity)",
            label=dm.Text("Relative productivity of manufacturing (log)", "制造业相对生产率（对数）"),
        ),
        dm.Derived(
            "log_manufacturing_employment",
            "log(employment_manufacturing)",
            label=dm.Text("Persons engaged in manufacturing (log)", "制造业就业人数（对数）"),
        ),
    ),
    keys=("country", "year"),
    joins=(
        dm.Join(
            "world",
            on=("country", "year"),
            columns=(
                "internet_users_share_2009",
                "after_1995",
                "log_labor_productivity_1995",
                "human_capital_1995",
            ),
        ),
    ),
    name="world_sector",
)

# A frame of one's own names no source by itself.
SOURCE_NOTE = dm.Text(
    f"Manufacturing: {SOURCE.title.en} (Timmer, de Vries and de Vries 2015).",
    f"制造业数据：{SOURCE.title.zh}（Timmer、de Vries与de Vries，2015）。",
)

controls = dm.Specification(
    outcome="manufacturing_employment_share",
    regressors=EXPOSURE,
    controls=CONTROLS,
    entity="country",
    time="year",
    fixed_effects=("country", "year"),
    covariance=dm.Clustered("country"),
    sample="year >= 1985 & year <= 2013",
)

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Manufacturing itself: internet use in 2009 and manufacturing after 1995, 40 countries",
        "制造业本身：互联网普及率（2009年）与1995年后的制造业（40个国家）",
    ),
    panel=world_sector,
    specifications={
        **{name: controls.replace(outcome=outcome) for name, outcome in OUTCOMES.items()},
        **{
            f"{name}_from_1975": controls.replace(outcome=outcome, sample="year >= 1975 & year <= 2013")
            for name, outcome in OUTCOMES.items()
        },
        **{
            f"{name}_trends": controls.replace(outcome=outcome, controls=(*CONTROLS, "i(country):year"))
            for name, outcome in OUTCOMES.items()
        },
    },
    studies={
        f"falsification_{name}": dm.Study(dm.falsification_pack, name, event=1995, bounds=(0.0, 0.5, 1.0))
        for name in OUTCOMES
    },
    exhibits=(
        dm.RegressionTable(
            "manufacturing_main",
            columns=tuple(OUTCOMES),
            title=dm.Text(
                "Internet use in 2009 and manufacturing after 1995",
                "互联网普及率（2009年）与1995年后的制造业",
            ),
            show_controls=True,
            notes=(
                dm.Text(
                    "Value added is at current prices: relative productivity moves with relative "
                    "prices. West Germany is left out.",
                    "增加值以当期价格计，相对生产率随相对价格变动；未含联邦德国（西德）。",
                ),
                SOURCE_NOTE,
            ),
        ),
        dm.RegressionTable(
            "manufacturing_checks",
            columns=tuple(f"{name}_{check}" for name in OUTCOMES for check in ("from_1975", "trends")),
            column_titles=tuple(
                dm.Text(f"{TITLES[name].en}, {check.en}", f"{TITLES[name].zh}，{check.zh}")
                for name in OUTCOMES
                for check in (dm.Text("from 1975", "1975年起"), dm.Text("country trends", "国家线性趋势"))
            ),
            keep=(EXPOSURE,),
            title=dm.Text(
                "Manufacturing after 1995: earlier first year and country trends",
                "1995年后的制造业：更早的起始年份与国家线性趋势",
            ),
            notes=(SOURCE_NOTE,),
        ),
        *(
            dm.FalsificationTable(
                f"manufacturing_falsification_{name}",
                study=f"falsification_{name}",
                notes=(SOURCE_NOTE,),
                title=dm.Text(
                    f"Falsification: {TITLES[name].en.lower()} of manufacturing",
                    f"证伪检验：制造业{TITLES[name].zh}",
                ),
            )
            for name in OUTCOMES
        ),
    ),
    claims=("C19", "C20"),
)
