"""From statements to a panel of firms: every row left out is counted, nothing is filled, firms stay who they are."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.variables.statements import statement_items

YEARS = range(2015, 2021)


def tables(firms=6, seed=0):
    """Return the four tables as CSMAR exports them: rows of labels and units, interim and parent statements."""
    rng = np.random.default_rng(seed)
    keys = [(f"{code:06d}", f"{year}-12-31", "A") for code in range(1, firms + 1) for year in YEARS]
    n = len(keys)
    base = pd.DataFrame(keys, columns=["Stkcd", "Accper", "Typrep"])
    assets = np.exp(rng.normal(21, 1, n))
    pay, worn, profit, taxes = (share * assets for share in (0.1, 0.03, 0.05, 0.01))
    costs, selling, administrative, financial = (share * assets for share in (0.5, 0.05, 0.06, 0.01))
    revenue = costs + selling + administrative + financial + taxes + profit
    balance = base.assign(
        ShortName="东方电气",
        A001212000=0.3 * assets,
        A001000000=assets,
        A002000000=0.4 * assets,
        A003000000=0.6 * assets,
    )
    income = base.assign(
        B001101000=revenue, B001201000=costs, B001207000=taxes, B001209000=selling, B001210000=administrative,
        B001211000=financial, B001300000=profit, B002000000=0.8 * profit,
    )  # fmt: skip
    balance["ShortName"] = [f"公司{code}" for code, *_ in keys]
    flows = base.assign(
        C001014000=0.5 * assets, C001020000=pay, C001021000=2 * taxes, C001012000=0.5 * taxes,
        C002006000=0.05 * assets, D000103000=worn, D000104000=0.0, D000105000=np.nan,
    )  # fmt: skip
    people = base.drop(columns="Typrep").assign(Y0601b=2000, Indcd="C39", 上市日期="2005-03-01")
    return balance, income, flows, people


def labelled(table):
    """Return a table with the two rows of words that an export has below its header."""
    words = dict.fromkeys(table.columns, "没有单位")
    rows = pd.DataFrame([{**words, "Stkcd": "证券代码"}, {**words, "Stkcd": "没有单位"}])
    return pd.concat([rows, table.astype(object)], ignore_index=True)


def test_both_approaches_to_value_added_meet_where_profit_is_operating_alone():
    made = dm.firm_panel(*(lambda first, *rest: (first, rest))(*tables()))
    frame = made.frame
    np.testing.assert_allclose(frame["value_added_income"], frame["value_added_production"], rtol=1e-12)
    np.testing.assert_allclose(frame["log_capital"], np.log(frame["fixed_assets_yuan"]))
    assert made.sample["dropped"].sum() == 0
    assert made.sample["rows"].iloc[-1] == len(frame) == 36


def test_research_expenses_stated_apart_do_not_break_the_production_approach():
    balance, income, flows, people = tables()
    apart = income.assign(B001216000=0.4 * income["B001210000"], B001210000=0.6 * income["B001210000"])
    one, other = (
        dm.firm_panel(balance, (each, flows, people), value_added="production") for each in (income, apart)
    )
    np.testing.assert_allclose(one.frame["value_added"], other.frame["value_added"])


def test_paid_taxes_stand_in_for_surcharges_only_when_asked():
    balance, income, flows, people = tables()
    usual = dm.firm_panel(balance, (income, flows, people)).frame
    paid = dm.firm_panel(balance, (income, flows, people), taxes="paid")
    extra = (2 - 0.5 - 1) * income["B001207000"]
    np.testing.assert_allclose(paid.frame["value_added_income"] - usual["value_added_income"], extra)
    assert noted(paid.notes, "value_added")


def test_rows_of_words_units_of_headers_and_numbers_as_text_are_read():
    balance, income, flows, people = tables()
    plain = dm.firm_panel(balance, (income, flows, people)).frame
    as_text = income.rename(columns={"B001101000": "营业收入(万元)", "B001300000": "营业利润（元）"})
    as_text["营业收入(万元)"] = (as_text["营业收入(万元)"] / 1e4).map("{:,.10f}".format)
    read = dm.firm_panel(*[labelled(balance)], (labelled(as_text), labelled(flows), people))
    pd.testing.assert_series_equal(read.frame["output"], plain["output"], rtol=1e-9)
    assert read.columns.set_index("column").loc["营业收入(万元)", "factor"] == 1e4
    assert set(read.columns["variable"]) >= {item.variable for item in statement_items()} - {
        "intangible_assets_yuan",
        "rd_expenses_yuan",
    }


def test_interim_reports_and_parents_statements_are_counted_apart():
    balance, income, flows, people = tables()
    half = balance.assign(Accper=balance["Accper"].str.replace("12-31", "06-30"))
    parent = balance.assign(Typrep="B")
    made = dm.firm_panel(pd.concat([balance, half, parent]), (income, flows, people))
    assert made.sample["dropped"].head(2).tolist() == [36, 36]
    assert len(made.frame) == 36


def test_rules_drop_in_order_each_row_once():
    balance, income, flows, people = tables(firms=9)
    code = balance["Stkcd"]
    balance.loc[code == "000001", "ShortName"] = "*ST 公司"
    people.loc[code == "000002", "Indcd"] = "I65"
    people.loc[code == "000003", "上市日期"] = "2016-05-01"
    balance.loc[(code == "000004") & (balance.index % 6 == 2), "A002000000"] *= 3
    people.loc[code == "000005", "Y0601b"] = 7
    income.loc[(code == "000006") & (income.index % 6 == 1), "B001300000"] = -1e14
    balance.loc[(code == "000007") & (balance.index % 6 == 0), "A001212000"] = np.nan
    balance.loc[code == "000002", "ShortName"] = "ST 也"  # gone by the first rule already
    made = dm.firm_panel(balance, (income, flows, people))
    dropped = {
        step.en: int(count)
        for step, count in zip(made.sample["rule"], made.sample["dropped"], strict=True)
        if count
    }
    assert dropped == {
        "Not manufacturing (CSRC 2012, C13–C43)": 6,
        "ST, *ST or PT": 6,
        "Listed for less than three years": 4,
        "Leverage above one": 1,
        "Fewer than eight employees": 6,
        "Value added not above zero": 1,
        "Capital missing": 1,
    }
    assert made.sample["rows"].iloc[-1] == 54 - sum(dropped.values()) == len(made.frame)
    reasons = dict(zip((reason.en for reason in made.absences["reason"]), made.absences["rows"], strict=True))
    assert reasons == {"Leverage above one": 1, "Value added not above zero": 1}  # the others stand at an end


def test_a_rule_without_its_column_is_said_and_one_of_ones_own_is_refused():
    balance, income, flows, people = tables()
    made = dm.firm_panel(balance.drop(columns="ShortName"), (income, flows, people.drop(columns="上市日期")))
    note = next(note for note in made.notes if getattr(note, "kind", "") == "steps_not_applied")
    assert "ST, *ST or PT" in note.en
    assert "Listed for less than three years" in note.en
    with refused(dm.DigimfgError, "names.unknown_column", name="years_listed"):
        dm.firm_panel(
            balance,
            (income, flows, people.drop(columns="上市日期")),
            sample=(dm.SampleStep("years_listed", "New", at_least=3),),
        )


def test_codes_of_the_guideline_of_2001_are_refused():
    balance, income, flows, people = tables()
    people["Indcd"] = np.where(
        people["Stkcd"] == "000001", "C0110", "C1310"
    )  # garments, by the old guideline
    with refused(dm.DigimfgError, "firms.industry_codes_of_2001"):
        dm.firm_panel(balance, (income, flows, people))


def test_a_change_of_code_is_one_firm_where_said_and_a_question_where_not():
    balance, income, flows, people = tables()
    late = balance["Accper"] > "2018"
    for table in (balance, income, flows, people):
        table.loc[(table["Stkcd"] == "000001") & late, "Stkcd"] = "601001"
    balance.loc[balance["Stkcd"].isin(["000001", "601001"]), "ShortName"] = [
        "海药",
        "海药",
        "海药",
        "ST海药",
        "海药",
        "海药",
    ]
    apart = dm.firm_panel(balance, (income, flows, people))
    assert noted(apart.notes, "same_names", pairs=("000001 → 601001",))
    one = dm.firm_panel(balance, (income, flows, people), code_changes={"1": "601001.SH"})
    assert one.spells.query("firm == '601001'")["years"].tolist() == [6]
    assert "000001" not in set(one.frame["firm"])
    with refused(dm.DigimfgError, "firms.code_changed_twice"):
        dm.firm_panel(balance, (income, flows, people), code_changes={"1": "2", "2": "1"})
    with refused(dm.DigimfgError, "firms.firm_years_not_unique"):
        dm.firm_panel(balance, (income, flows, people), code_changes={"000001": "000002"})


def test_entry_and_exit_are_told_from_gaps():
    balance, income, flows, people = tables()
    people["退市日期"] = np.where(people["Stkcd"] == "000002", "2019-03-01", None)
    people.loc[people["Stkcd"] == "000003", "上市日期"] = "2016-06-30"

    def there(table):
        code, year = table["Stkcd"], table["Accper"].str[:4].astype(int)
        gone = (code == "000002") & (year > 2018) | (code == "000003") & (year < 2016)
        gap = (code == "000004") & (year == 2017) | (code == "000005") & (year > 2018)
        return table[~(gone | gap)]

    made = dm.firm_panel(
        *[there(balance)],
        tuple(map(there, (income, flows, people))),
        sample=(dm.SampleStep("capital", "Missing", present=True),),
    )
    runs = made.spells.set_index(["firm", "spell"])
    assert runs.loc[("000002", 1), ["began", "ended"]].tolist() == ["data begin", "delisted"]
    assert runs.loc[("000003", 1), "began"] == "listed"
    assert runs.loc[("000004", 1), "ended"] == runs.loc[("000004", 2), "began"] == "gap"
    assert runs.loc[("000005", 1), "ended"] == "not known"
    frame = made.frame.set_index(["firm", "year"])
    assert frame.loc[("000002", 2018), "left"] == 1
    assert frame.loc[("000003", 2016), "entered"] == 1
    assert np.isnan(frame.loc[("000005", 2018), "left"])
    assert frame.loc[("000004", 2016), "left"] == 0
    assert made.absences.iloc[0].tolist()[1:] == [1, 1]


def test_deflators_of_industries_and_provinces():
    balance, income, flows, people = tables()
    people["province"] = np.where(people["Stkcd"] < "000003", "北京", "上海市")
    ppi = pd.DataFrame(
        {"industry": "计算机、通信和其他电子设备制造业", "year": YEARS, "ppi": 100 * 1.1 ** np.arange(6)}
    )
    investment = pd.DataFrame(
        [
            (place, year, 102.0 if place == "110000" else 105.0)
            for place in ("110000", "310000")
            for year in YEARS
        ],
        columns=["province", "year", "index"],
    )
    made = dm.firm_panel(
        balance, (income, flows, people),
        deflators=(
            dm.Deflator(("output", "value_added"), ppi, "ppi", by="industry"),
            dm.Deflator(("investment",), investment, "index", by="province", chained=True),
        ),
        base_year=2016,
    )  # fmt: skip
    frame = made.frame
    np.testing.assert_allclose(frame["output"] * 1.1 ** (frame["year"] - 2016), frame["revenue_yuan"])
    growth = np.where(frame["firm"] < "000003", 1.02, 1.05)
    np.testing.assert_allclose(
        frame["capital"] * growth ** (frame["year"] - 2016), frame["fixed_assets_yuan"]
    )
    assert any("Materials" in note.en and "current" in note.en for note in made.notes)
    short = dm.firm_panel(
        balance, (income, flows, people), base_year=2016,
        deflators=(dm.Deflator(("output",), ppi.assign(industry="C27"), "ppi", by="industry"),),
    )  # fmt: skip
    assert short.frame["output"].isna().all()
    assert noted(short.notes, "no_deflator", column="ppi", n=36)


def test_capital_is_accumulated_and_begun_anew_after_a_gap():
    balance, income, flows, people = tables(firms=1)
    gone = balance["Accper"] == "2017-12-31"
    kept = [table[~gone].copy() for table in (balance, income, flows, people)]
    made = dm.firm_panel(kept[0], tuple(kept[1:]), capital=dm.PerpetualInventory(depreciation=0.2))
    book, bought = kept[0]["A001212000"].to_numpy(), kept[2]["C002006000"].to_numpy()
    wanted = [book[0], 0.8 * book[0] + bought[1], book[2]]
    wanted += [0.8 * wanted[2] + bought[3], 0.8 * (0.8 * wanted[2] + bought[3]) + bought[4]]
    np.testing.assert_allclose(made.frame["capital"], wanted)
    assert any(getattr(note, "kind", "") == "capital_begun" for note in made.notes)
    change = dm.firm_panel(
        kept[0], tuple(kept[1:]), capital=dm.PerpetualInventory(depreciation=0.2, investment="change")
    )
    assert np.isnan(change.frame["investment"].iloc[2])
    np.testing.assert_allclose(
        change.frame["investment"].iloc[1], book[1] - book[0] + kept[2]["D000103000"].iloc[1]
    )


BAD = {
    "no firm": lambda b, i, f, p: dm.firm_panel(b.drop(columns="Stkcd"), (i, f, p)),
    "no dates": lambda b, i, f, p: dm.firm_panel(b.drop(columns="Accper").drop_duplicates("Stkcd")),
    "a date that is none": lambda b, i, f, p: dm.firm_panel(b.assign(Accper="soon"), (i, f, p)),
    "items missing": lambda b, i, f, p: dm.firm_panel(b, (i, p)),
    "an amount that is none": lambda b, i, f, p: dm.firm_panel(b.assign(A001000000="much"), (i, f, p)),
    "rows twice": lambda b, i, f, p: dm.firm_panel(pd.concat([b, b]), (i, f, p)),
    "two values": lambda b, i, f, p: dm.firm_panel(b, (i.assign(A001000000=1.0), f, p)),
    "two columns of an item": lambda b, i, f, p: dm.firm_panel(b.assign(资产总计=1.0), (i, f, p)),
    "no base year": lambda b, i, f, p: dm.firm_panel(
        b, (i, f, p), deflators=(dm.Deflator(("output",), pd.DataFrame({"year": YEARS, "x": 100.0}), "x"),)
    ),
    "nobody left": lambda b, i, f, p: dm.firm_panel(b, (i, f, p.assign(Indcd="I65"))),
    "a column of that name": lambda b, i, f, p: dm.firm_panel(b.assign(capital=1.0), (i, f, p)),
    "a table of nothing": lambda b, i, f, p: dm.firm_panel(b.head(0), (i, f, p)),
    "one sign of value added": lambda b, i, f, p: dm.firm_panel(b, (i.assign(B001300000=-1e14), f, p)),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused_with_words(name):
    with pytest.raises(dm.DigimfgError) as caught:
        BAD[name](*tables())
    assert caught.value.kind


def test_the_order_of_rows_and_the_types_of_codes_do_not_matter():
    balance, income, flows, people = tables()
    one = dm.firm_panel(balance, (income, flows, people)).frame
    mixed = [table.sample(frac=1, random_state=1) for table in (balance, income, flows, people)]
    mixed[0]["Stkcd"] = mixed[0]["Stkcd"].astype(int)
    mixed[1]["Stkcd"] = mixed[1]["Stkcd"] + ".SZ"
    mixed[1]["Accper"] = pd.to_datetime(mixed[1]["Accper"])
    mixed[2]["Accper"] = mixed[2]["Accper"].str[:4].astype(int)
    pd.testing.assert_frame_equal(dm.firm_panel(mixed[0], tuple(mixed[1:])).frame, one)
    frame = one.sort_index(ascending=False)
    again = dm.firm_panel(
        frame.drop(
            columns=[
                c
                for c in frame
                if c
                not in {i.variable for i in statement_items()}
                | {"firm", "year", "industry", "firm_name", "listing_year"}
            ]
        )
    )
    pd.testing.assert_series_equal(again.frame["value_added"], one["value_added"])


def test_the_table_of_the_sample_is_an_exhibit():
    made = dm.firm_panel(*(lambda first, *rest: (first, rest))(*tables()))
    table = dm.AnswerTable(made, part="sample")
    built = table.build(table.evidence)
    assert built.rows[1].cells[0].zh == "非制造业（证监会2012年分类C13–C43以外）"
