"""Location: are institutes of Manufacturing USA where regions are strong? 研究所是否依托区域优势？"""

import numpy as np
import pandas as pd

import digimfg as dm

# Metropolitan areas (codes of the Bureau of Labor Statistics) of the headquarters in Table 2: Youngstown,
# Chicago, Detroit, Knoxville, Rochester (twice), San José, Los Angeles, Manchester, Pittsburgh, Newark in
# Delaware (part of Philadelphia's area), San Antonio.
TABLE_2 = ("49660", "16980", "19820", "28940", "40380", "41940", "31080", "31700", "38300", "37980", "41700")
# The network's other institutes: Boston, Raleigh, New York, Minneapolis, Phoenix, Durham.
OTHERS = ("14460", "39580", "35620", "33460", "38060", "20500")
BANDS = (0, 150e3, 300e3, 600e3, 1.2e6, 2.4e6, np.inf)
GROUPS = {
    "computer": dm.Text("Computer and mathematical occupations", "计算机与数学职业"),
    "engineering": dm.Text("Architecture and engineering occupations", "建筑与工程职业"),
    "science": dm.Text("Life, physical and social science occupations", "生命、物理与社会科学职业"),
    "production": dm.Text("Production occupations", "生产职业"),
}


def hosts(codes: tuple[str, ...]):
    """Return the rule that marks areas with an institute."""

    def marked(area: pd.Series) -> pd.Series:
        return area.str[-5:].isin(codes).astype(float)

    return marked


def band(employment: pd.Series) -> pd.Series:
    """Return the band of size, 1 the smallest."""
    return pd.Series(np.digitize(employment, BANDS).astype(float), index=employment.index)


us_metro = dm.DerivedPanel(
    "us_metro",
    (
        *(
            dm.Derived(
                f"{name}_pct",
                dm.Ratio(f"{name}_occupations_employed", "persons_employed", scale=100.0),
                label=label,
                unit=dm.Text("% of persons employed", "占就业人员%"),
            )
            for name, label in GROUPS.items()
        ),
        dm.Derived(
            "hosts_institute",
            dm.Computed(
                hosts(TABLE_2),
                ("metro_area",),
                words=dm.Text("1 where Table 2 has an institute", "表2所列研究所所在地取1"),
            ),
            label=dm.Text("Hosts an institute of Table 2", "表2所列研究所所在地"),
            unit=dm.Text("0/1", "0/1"),
        ),
        dm.Derived(
            "hosts_any_institute",
            dm.Computed(
                hosts(TABLE_2 + OTHERS),
                ("metro_area",),
                words=dm.Text("1 where the network has an institute", "该网络任一研究所所在地取1"),
            ),
            label=dm.Text("Hosts any institute of the network", "该网络任一研究所所在地"),
            unit=dm.Text("0/1", "0/1"),
        ),
        dm.Derived(
            "size_band",
            dm.Computed(
                band, ("persons_employed",), words=dm.Text("band of persons employed", "就业规模分组")
            ),
            label=dm.Text("Band of persons employed", "就业规模分组"),
            unit=dm.Text("1-6", "1–6"),
        ),
        dm.Derived(
            "log_employment",
            "log(persons_employed)",
            label=dm.Text("Persons employed (log)", "就业人数（对数）"),
        ),
    ),
)
# Bands without an institute hold nothing that could be exchanged.
SAMPLE = "persons_employed >= 80000"
computer = dm.Specification(
    "computer_pct",
    "hosts_institute",
    controls="log_employment",
    entity="metro_area",
    fixed_effects="size_band",
    covariance=dm.Robust(),
    sample=SAMPLE,
)
SPECIFICATIONS = {
    "computer": computer,
    **{name: computer.replace(outcome=f"{name}_pct") for name in ("engineering", "science", "production")},
    "any_institute": computer.replace(regressors="hosts_any_institute"),
    "large": computer.replace(sample="persons_employed >= 300000"),
}
TITLES = {
    "computer": GROUPS["computer"],
    "engineering": GROUPS["engineering"],
    "science": GROUPS["science"],
    "production": GROUPS["production"],
    "any_institute": dm.Text("Computer, any institute of the network", "计算机职业，该网络任一研究所"),
    "large": dm.Text("Computer, areas of 300,000 and more", "计算机职业，30万人及以上地区"),
}


def exchanged(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Exchange institutes among areas of their size and ask how often the difference is as large."""
    del specification
    rows = {}
    for name, each in SPECIFICATIONS.items():
        term = each.regressors[0]
        own = dm.estimate(each, frame)
        test = dm.randomization_test(
            each,
            frame,
            term,
            reassign=dm.Reassignment("rows", within="size_band"),
            replications=9_999,
            seed=20261129,
        )
        line = own.coefficients.loc[term].astype(float)
        rows[name] = dm.Finding(
            label=TITLES[name],
            estimate=line["estimate"],
            std_error=line["std_error"],
            conf_low=line["conf_low"],
            conf_high=line["conf_high"],
            p_value=test.p_value,
            n_obs=own.statistics["n_obs"],
        )
    return dm.Findings(rows=rows, notes=(NOTE,))


NOTE = dm.Text(
    "p values: share of 9,999 exchanges of institutes among areas of the same band of size with a t at "
    "least as large. Occupations of May 2025, after the institutes were founded: that they came to strong "
    "regions and that they made them strong look alike here.",
    "p值：在同一规模组内随机交换研究所所在地9,999次，t值不小于实际值的比例。职业数据为2025年5月，晚于研究所"
    "成立：“依托优势”与“带来优势”在此无法区分。",
)

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Location of the institutes of Manufacturing USA: occupations of their areas and of areas of their "
        "size",
        "美国制造业创新研究所的区位：所在地与同等规模地区的职业构成",
    ),
    panel=us_metro,
    specifications=SPECIFICATIONS,
    studies={"exchanged": dm.Study(exchanged, "computer")},
    exhibits=(
        dm.FindingsTable(
            "institutes_location",
            study="exchanged",
            title=dm.Text(
                "Occupations where institutes are, against areas of their size (points of employment)",
                "研究所所在地与同等规模地区的职业占比之差（百分点）",
            ),
        ),
    ),
    claims=("C29",),
)
