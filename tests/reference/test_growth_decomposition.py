"""Decompositions of growth equal printed values, add up to the change, and do not care for units."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

FIRMS = Path(__file__).parents[2].parent / "shared" / "data" / "reference" / "firm_shares_18.csv"
METHODS = (
    "griliches_regev",
    "foster_haltiwanger_krizan",
    "baily_hulten_campbell",
    "baldwin_gu",
    "diewert_fox",
    "melitz_polanec",
    "price",
)


def decomposed(frame, method, value="z", share="s"):
    return dm.decompose_growth(frame, value, share, entity="firm", time="year", method=method)


def random_firms(seed, n=40, periods=4):
    rng = np.random.default_rng(seed)
    rows = [
        {"firm": f"f{firm:02}", "year": 2000 + year, "z": rng.normal(2, 0.5), "x": rng.lognormal()}
        for firm in range(n)
        for year in range(periods)
        if rng.random() < 0.75
    ]
    frame = pd.DataFrame(rows)
    frame["s"] = frame["x"] / frame.groupby("year")["x"].transform("sum")
    return frame


@pytest.mark.skipif(not FIRMS.is_file(), reason="needs ../shared/data/reference/firm_shares_18.csv")
@pytest.mark.parametrize(
    ("method", "printed"),
    [
        ("griliches_regev", (-0.18385, -0.037534, -0.128336, 0.021320, -0.3284)),
        ("foster_haltiwanger_krizan", (-0.1872, -0.022822, 0.0067, -0.179238, 0.05416, -0.3284)),
    ],
)
def test_eighteen_firms_have_the_components_of_dfvad(method, printed):
    """R's dfvad 0.3.6, its data set `firms`, period 1: dynamics(firms, "tfp", "share", "firm", "period", typ)."""
    frame = pd.read_csv(FIRMS)
    found = dm.decompose_growth(frame, "tfp", "share", entity="firm", time="period", method=method)
    assert found.components.loc[1].to_numpy() == pytest.approx(printed, abs=1e-9)
    assert found.counts.loc[1].tolist() == [4, 2, 2]
    assert "uneven_periods" in {note.kind for note in found.notes}


def by_formula(before, after):
    """Components of each method as its paper writes them, firm by firm; `before` and `after`: firm → (share, value)."""
    stay, enter, leave = (
        before.keys() & after.keys(),
        after.keys() - before.keys(),
        before.keys() - after.keys(),
    )
    total = [sum(s * z for s, z in each.values()) for each in (before, after)]
    group = lambda period, firms: sum(period[f][0] for f in firms)  # noqa: E731
    mean = lambda period, firms: sum(period[f][0] * period[f][1] for f in firms) / group(period, firms)  # noqa: E731
    pairs = [(*before[f], *after[f]) for f in sorted(stay)]
    gone = mean(before, leave) if leave else total[0]
    against = {
        "griliches_regev": (total[0] + total[1]) / 2, "baldwin_gu": gone, "foster_haltiwanger_krizan": total[0],
    }  # fmt: skip
    found = {}
    for method, level in against.items():
        turnover = (sum(s * (z - level) for s, z in map(after.get, enter)),
                    -sum(s * (z - level) for s, z in map(before.get, leave)))  # fmt: skip
        if method == "foster_haltiwanger_krizan":
            own = (sum(s0 * (z1 - z0) for s0, z0, _, z1 in pairs), sum((s1 - s0) * (z0 - level) for s0, z0, s1, _ in pairs),
                   sum((s1 - s0) * (z1 - z0) for s0, z0, s1, z1 in pairs))  # fmt: skip
        else:
            own = (sum((s0 + s1) / 2 * (z1 - z0) for s0, z0, s1, z1 in pairs),
                   sum((s1 - s0) * ((z0 + z1) / 2 - level) for s0, z0, s1, z1 in pairs))  # fmt: skip
        found[method] = (*own, *turnover)
    kept = [mean(before, stay), mean(after, stay)]
    entry = group(after, enter) * (mean(after, enter) - kept[1]) if enter else 0.0
    departure = group(before, leave) * (kept[0] - mean(before, leave)) if leave else 0.0
    whole = [group(before, stay), group(after, stay)]
    found["diewert_fox"] = (
        sum((s0 / whole[0] + s1 / whole[1]) / 2 * (z1 - z0) for s0, z0, s1, z1 in pairs),
        sum((s1 / whole[1] - s0 / whole[0]) * (z0 + z1) / 2 for s0, z0, s1, z1 in pairs), entry, departure,
    )  # fmt: skip
    plain = [np.mean([each[1] for each in pairs]), np.mean([each[3] for each in pairs])]
    found["melitz_polanec"] = (
        plain[1] - plain[0], (kept[1] - plain[1]) - (kept[0] - plain[0]), entry, departure,
    )  # fmt: skip
    return {method: (*parts, total[1] - total[0]) for method, parts in found.items()}


@pytest.mark.skipif(not FIRMS.is_file(), reason="needs ../shared/data/reference/firm_shares_18.csv")
@pytest.mark.parametrize(
    "method", [each for each in METHODS if each not in ("baily_hulten_campbell", "price")]
)
def test_all_periods_of_eighteen_firms_have_the_components_of_the_formulas(method):
    """Griliches–Regev, Foster–Haltiwanger–Krizan, Baldwin–Gu (2006), Diewert–Fox (2010), Melitz–Polanec (2015)."""
    frame = pd.read_csv(FIRMS)
    found = dm.decompose_growth(frame, "tfp", "share", entity="firm", time="period", method=method).components
    sets = {
        period: {row.firm: (row.share, row.tfp) for row in rows.itertuples()}
        for period, rows in frame.groupby("period")
    }
    periods = sorted(sets)
    assert found.index.tolist() == periods[1:]
    for before, after in pairwise(periods):
        expected = by_formula(sets[before], sets[after])[method]
        assert found.loc[after].to_numpy() == pytest.approx(expected, abs=1e-12)


def test_two_firms_have_the_printed_melitz_polanec_parts():
    """Shares (.5, .5) → (.3, .7), productivity (1, 2) → (1.1, 2.2): 1.5 → 1.87 = Δmean .15 + Δcovariance .22."""
    frame = pd.DataFrame(
        {"firm": list("abab"), "year": [1, 1, 2, 2], "z": [1, 2, 1.1, 2.2], "s": [0.5, 0.5, 0.3, 0.7]}
    )
    assert decomposed(frame, "melitz_polanec").components.iloc[0].to_dict() == pytest.approx(
        {"mean": 0.15, "covariance": 0.22, "entry": 0, "exit": 0, "total": 0.37}
    )
    levels = dm.olley_pakes_covariance(frame, "z", "s", entity="firm", time="year")
    assert levels["aggregate"].tolist() == pytest.approx([1.5, 1.87])
    assert levels["covariance"].diff().iloc[1] == pytest.approx(0.22)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(4))
def test_components_add_up_to_the_change_of_the_aggregate(method, seed):
    frame = random_firms(seed)
    aggregate = (frame["s"] * frame["z"]).groupby(frame["year"]).sum()
    found = decomposed(frame, method)
    assert found.components["total"].to_numpy() == pytest.approx(
        aggregate.diff().dropna().to_numpy(), abs=1e-12
    )
    parts = found.contributions.groupby(level=0).sum()
    assert parts.to_numpy() == pytest.approx(found.components[parts.columns].to_numpy(), abs=1e-14)


@pytest.mark.parametrize("method", METHODS)
def test_scale_moves_all_parts_alike_and_row_order_none(method):
    frame = random_firms(9)
    one = decomposed(frame, method).components
    scaled = decomposed(frame.assign(z=frame["z"] * 1000), method).components
    assert scaled.to_numpy() == pytest.approx(one.to_numpy() * 1000, rel=1e-9, abs=1e-9)
    shuffled = decomposed(frame.sample(frac=1, random_state=1), method).components
    pd.testing.assert_frame_equal(shuffled, one, check_exact=True)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "baily_hulten_campbell"])
def test_a_shift_of_every_value_is_growth_within(method):
    frame = random_firms(5, periods=2)
    one = decomposed(frame, method).components.iloc[0]
    other = decomposed(frame.assign(z=frame["z"] + 7 * (frame["year"] == 2001)), method).components.iloc[0]
    if method in ("diewert_fox", "melitz_polanec", "price"):
        assert other["entry"] == pytest.approx(one["entry"])
        assert other["exit"] == pytest.approx(one["exit"])
    assert other["total"] - one["total"] == pytest.approx(7)


def test_price_selection_is_the_covariance_of_growth_and_trait():
    frame = random_firms(3, periods=2)
    stay = frame.groupby("firm")["year"].transform("count") == 2
    frame = frame[stay].copy()
    frame["s"] = frame["x"] / frame.groupby("year")["x"].transform("sum")
    wide = frame.pivot_table(index="firm", columns="year", values=["z", "s"])
    fitness = wide[("s", 2001)] / wide[("s", 2000)]
    weights, trait = wide[("s", 2000)], wide[("z", 2000)]
    covariance = (weights * fitness * trait).sum() - (weights * fitness).sum() * (weights * trait).sum()
    assert decomposed(frame, "price").components.iloc[0]["selection"] == pytest.approx(covariance)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.assign(s=f["s"] * 1.1),
        lambda f: f.assign(s=-f["s"]),
        lambda f: pd.concat([f, f.head(1)]),
        lambda f: f[f["year"] == 2000],
        lambda f: f.assign(z=f["z"].mask(f.index == 3)),
        lambda f: f.assign(firm=f["firm"] + f["year"].astype(str)),
        lambda f: f.drop(columns="s"),
    ],
)
def test_what_cannot_be_decomposed_is_named(change):
    with pytest.raises(dm.MeasureError):
        decomposed(change(random_firms(1, periods=2)), "melitz_polanec")
