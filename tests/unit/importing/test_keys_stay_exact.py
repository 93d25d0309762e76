"""Codes of keys keep every digit or are refused; Namibia is a country; a zero in front is a digit."""

import numpy as np
import openpyxl
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

CODES = (911100001000120001, 911100001000120002)
ASSETS = "资产总计(元)"


def frame(codes, **changed):
    return pd.DataFrame(
        {
            "firm": codes,
            "year": [2019, 2020][: len(codes)] or 2019,
            ASSETS: np.arange(1, len(codes) + 1) * 1e9,
            **changed,
        }
    )


def imported(path, panel="firm", mapping=None):
    return dm.import_panel(path, panel, mapping).frame


def import_refused(path, kind, **more):
    with refused(dm.PanelError, kind) as told:
        imported(path, **more)
    return told.value


def csv(tmp_path, text, name="a.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "codes",
    [
        np.array(CODES), pd.array(CODES, dtype="Int64"), pd.array(CODES, dtype="UInt64"), np.array(CODES, dtype="uint64"), [str(code) for code in CODES],
        pd.array([str(code) for code in CODES], dtype="category"), pd.array(CODES, dtype="int64[pyarrow]"),
    ],
)  # fmt: skip
def test_whole_numbers_of_parquet_stay_exact(tmp_path, codes):
    frame(codes).to_parquet(tmp_path / "a.parquet")
    assert imported(tmp_path / "a.parquet")["firm"].tolist() == [str(code) for code in CODES]


def test_they_stay_exact_beside_a_row_without_a_code(tmp_path):
    table = pd.DataFrame(
        {
            "firm": pd.array([*CODES, None], dtype="Int64"),
            "year": [2019, 2020, None],
            ASSETS: [1e9, 2e9, None],
        }
    )
    table.to_parquet(tmp_path / "a.parquet")
    assert imported(tmp_path / "a.parquet")["firm"].tolist() == [str(code) for code in CODES]


def test_amounts_that_are_whole_numbers_of_parquet_are_numbers(tmp_path):
    table = frame(
        ["000001", "000002"],
        **{ASSETS: pd.array([10**9, None], dtype="Int64"), "employees": np.array([5, 6], dtype="int16")},
    )
    table.to_parquet(tmp_path / "a.parquet")
    got = imported(tmp_path / "a.parquet")
    np.testing.assert_array_equal(got["total_assets_yuan"], [1e9, np.nan])
    assert got["employees"].tolist() == [5.0, 6.0]


@pytest.mark.parametrize("kind", ["xlsx", "dta", "parquet"])
def test_a_number_of_sixteen_digits_is_no_code(tmp_path, kind):
    table = frame([float(code) for code in CODES]).rename(columns={ASSETS: "total_assets_yuan"})
    path = tmp_path / f"a.{kind}"
    {"xlsx": lambda: table.to_excel(path, index=False), "dta": lambda: table.to_stata(path, write_index=False), "parquet": lambda: table.to_parquet(path)}[kind]()  # fmt: skip
    import_refused(path, Fault.of("importing.things_to_settle", listed=("codes_lost_digits",)))


def test_fifteen_digits_are_exact(tmp_path):
    frame([911100001000123.0, 911100001000124.0]).to_excel(tmp_path / "a.xlsx", index=False)
    assert imported(tmp_path / "a.xlsx")["firm"].tolist() == ["911100001000123", "911100001000124"]


@pytest.mark.parametrize("written", ["9.111E+17", "9.11100001E+17", "9.111e+17", "9E+17", "9,111E+17"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_power_of_ten_is_no_code(tmp_path, written, kind):
    if kind == "csv":
        path = csv(
            tmp_path, f'firm,year,{ASSETS}\n"{written}",2019,1000000000\n"{written}",2020,2000000000\n'
        )
    else:
        path = tmp_path / "a.xlsx"
        frame([written, written]).to_excel(path, index=False)
    import_refused(path, Fault.of("importing.things_to_settle", listed=("codes_lost_digits",)))
    assert imported(path, mapping={"names": {written: "91110000"}})["firm"].tolist() == [
        "91110000",
        "91110000",
    ]


@pytest.mark.parametrize(
    "code", ["1E5", "12E34", "E+10", "3E10A", "911100001000120001", "91110108MA01ABCDEF"]
)
def test_a_code_with_letters_or_many_digits_as_text_is_one(tmp_path, code):
    path = csv(tmp_path, f"firm,year,{ASSETS}\n{code},2019,1000000000\n")
    assert imported(path)["firm"].tolist() == [code]
    book = openpyxl.Workbook()
    for row in (["firm", "year", ASSETS], [code, 2019, 1e9]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert imported(tmp_path / "a.xlsx")["firm"].tolist() == [code]


@pytest.mark.parametrize(
    ("header", "codes"),
    [("iso2", ("NA", "CN", "ZA")), ("country", ("NA", "CN")), ("iso2c", ("NA",)), ("country code", ("na", "cn")), ("ISO 3166-1 alpha-2", ("NA",)), ("国家二位代码", ("NA", "US"))],
)  # fmt: skip
def test_namibia_is_a_country_where_codes_have_two_letters(tmp_path, header, codes):
    lines = [f"{header},year,internet_users_pct", *(f"{code},{year},{50 + place}" for place, code in enumerate(codes) for year in (2019, 2020))]  # fmt: skip
    got = imported(csv(tmp_path, "\n".join(lines)), "world", {"keys": {"country": header}})
    assert set(got["country"]) == {
        {"NA": "NAM", "CN": "CHN", "ZA": "ZAF", "US": "USA"}[code.upper()] for code in codes
    }
    assert imported(tmp_path / "a.csv", "world")["country"].tolist() == got["country"].tolist()


def test_it_is_one_across_the_columns_too(tmp_path):
    path = csv(tmp_path, "year,NA,CN,ZA\n2019,50,60,70\n2020,51,61,71\n")
    got = imported(path, "world", {"variable": "internet_users_pct", "unit": "%"})
    assert got.loc[got["country"] == "NAM", "internet_users_pct"].tolist() == [50.0, 51.0]


@pytest.mark.parametrize("names", [("Namibia", "NA"), ("NAM", "NA"), ("中国", "NA")])
def test_elsewhere_it_is_a_missing_value(tmp_path, names):
    lines = ["country,year,internet_users_pct", *(f"{name},2019,50" for name in names)]
    import_refused(
        csv(tmp_path, "\n".join(lines)),
        Fault.of("importing.things_to_settle", n=1, listed=("keys_lacking",)),
        panel="world",
    )


def test_the_mapping_may_say_that_it_is_one(tmp_path):
    path = csv(tmp_path, "iso2,year,internet_users_pct\nNA,2019,50\nCN,2019,60\n")
    import_refused(
        path,
        Fault.of("importing.things_to_settle", n=1, listed=("keys_lacking",)),
        panel="world",
        mapping={"missing": ["NA"]},
    )


def test_codes_that_differ_by_zeros_in_front_are_refused(tmp_path):
    path = csv(tmp_path, f"firm,year,{ASSETS}\n01,2019,1000000000\n1,2020,2000000000\n2,2020,3000000000\n")
    import_refused(path, Fault.of("importing.key_in_two_spellings", n=1, shown="01, 1", twin="1", first="01"))
    assert imported(path, mapping={"names": {"1": "01"}})["firm"].tolist() == ["01", "01", "2"]


def test_they_are_refused_between_sheets_and_files_too(tmp_path):
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        frame(["01", "02"]).to_excel(book, sheet_name="a", index=False)
        frame([1.0, 3.0], year=[2021, 2022]).to_excel(book, sheet_name="b", index=False)
    import_refused(
        tmp_path / "a.xlsx",
        Fault.of("importing.key_in_two_spellings", n=1, shown="01, 1", twin="1", first="01"),
    )
    first = dm.import_panel(csv(tmp_path, f"firm,year,{ASSETS}\n01,2019,1000000000\n"), "firm")
    second = dm.import_panel(csv(tmp_path, f"firm,year,{ASSETS}\n1,2020,1000000000\n", "b.csv"), "firm")
    with refused(dm.PanelError, "importing.key_in_two_spellings", shown="01, 1"):
        dm.combine_imports(first, second)


def test_stock_codes_that_lost_their_zeros_are_still_filled_up(tmp_path):
    path = csv(tmp_path, f"股票代码,year,{ASSETS}\n000001,2019,1000000000\n1,2020,2000000000\n")
    assert imported(path)["firm"].tolist() == ["000001", "000001"]
