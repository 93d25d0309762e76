"""Real files of theses and publishers import without a cell being edited; skipped where the folder is absent."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.importing.layout import find_table
from digimfg.importing.reading import read_file

FOLDER = Path(os.environ.get("DIGIMFG_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")) / "panels"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the trial data is not here")

PROVINCES = FOLDER / "china_province_hightech"
CODES = {
    "v4_cy_scjy_qys": "hightech_firms",
    "v4_cy_scjy_zyyw": "hightech_revenue_100m_yuan",
    "v4_cy_scjy_lrze": "hightech_profit_100m_yuan",
    "v4_zh_nbzc_hj": "rd_expenditure_100m_yuan",
    "v4_ztr_qd_RD": "rd_intensity_pct",
    "v4_zh_qsdl_hj": "rd_personnel_person_years",
    "v4_cg_zlsq_hj": "patents_applied",
    "v4_cg_zlsq2_hj": "patents_granted",
    "v4_cg_zlsq2_fm": "invention_patents_granted",
    "v4_cg_zlsyx_hj": "patents_in_force",
    "v6_cz_yszc_hj": "fiscal_expenditure_100m_yuan",
    "v6_cz_yszc_jy": "education_expenditure_100m_yuan",
    "v6_cz_yszc_kxjs": "science_expenditure_100m_yuan",
}
MISREAD = {
    "内蒙占": "内蒙古",
    "江两": "江西",
    "山两": "山西",
    "两藏": "西藏",
    "江四": "江西",
    "浙汀": "浙江",
    "四藏": "西藏",
}
LONG = (
    "IndustryOperation", "IndustryTrade", "MarketPull", "MarketPush", "PublicBudget", "RDActivity", "RDIntense", "RDLaborHour",
    "RDPaperInternational", "RDPatentAccept", "RDPatentAuthority", "RDPatentValid", "RDSource", "IndustryRD",
)  # fmt: skip


def mapping(**more):
    return {"columns": CODES, "names": MISREAD, "leave_out": ["尔部地区"], **more}


@pytest.mark.parametrize("name", LONG)
def test_long_tables_of_indicators_import_with_their_own_units(name):
    got = dm.import_panel(PROVINCES / f"{name}.csv", "china_province", mapping())
    assert got.frame["province"].nunique() == 31
    assert set(dm.validate_panel(got.frame, "china_province")["year"]) <= set(range(2000, 2025))
    assert any("全国" in note.zh for note in got.notes)


def test_amounts_in_ten_thousand_yuan_become_hundreds_of_millions():
    got = dm.import_panel(PROVINCES / "RDActivity.csv", "china_province", mapping())
    cell = got.cell(("110000", 2023), "rd_expenditure_100m_yuan")
    assert (cell.source_unit, cell.factor, cell.file) == ("万元", 1e-4, "RDActivity.csv")
    grid = read_file(PROVINCES / "RDActivity.csv").grids[0]
    column, row = ord(cell.address[0]) - 65, int(cell.address[1:]) - 1
    assert float(grid.column(column)[row]) * 1e-4 == pytest.approx(cell.value, rel=1e-15)
    assert grid.column(0)[row] == "北京"


def test_one_series_in_two_units_is_an_error_until_the_mapping_says_which():
    columns = {"v4_cy_qyzl_fms": "invention_patents_granted"}
    with refused(dm.PanelError, "importing.things_to_settle", listed=("rows_in_two_units",)):
        dm.import_panel(PROVINCES / "IndustryRD.csv", "china_province", {"columns": columns})
    told = {"columns": {"v4_cy_qyzl_fms": {"variable": "invention_patents_granted", "unit": "件"}}}
    with refused(dm.PanelError, "panels.values_disagree"):
        dm.import_panel(PROVINCES / "IndustryRD.csv", "china_province", told)  # of high-tech firms alone
    accept = {"accept": ["magnitude:invention_patents_granted"]}
    got = dm.import_panel(PROVINCES / "IndustryRD.csv", "china_province", told | accept)
    assert got.frame["invention_patents_granted"].notna().sum() == 186


def test_misread_names_are_errors_that_suggest_the_right_ones():
    with refused(dm.PanelError, "importing.things_to_settle", listed=("names_unknown",)):
        dm.import_panel(PROVINCES / "RDLaborHour.csv", "china_province")


def test_the_files_of_one_thesis_combine_to_one_panel(tmp_path):
    parts = [dm.import_panel(PROVINCES / f"{name}.csv", "china_province", mapping()) for name in ("IndustryOperation", "RDIntense", "PublicBudget")]  # fmt: skip
    both = dm.combine_imports(*parts)
    assert {"hightech_revenue_100m_yuan", "rd_intensity_pct", "fiscal_expenditure_100m_yuan"} <= set(
        both.frame
    )
    assert both.cell(("110000", 2023), "fiscal_expenditure_100m_yuan").file == "PublicBudget.csv"
    both.save(tmp_path)
    assert dm.load_panel("china_province", tmp_path).equals(both.frame)
    assert (
        dm.imported_cell("china_province", ("310000", 2020), "rd_intensity_pct", tmp_path).file
        == "RDIntense.csv"
    )


def test_a_year_of_population_density_in_the_column_of_income_is_found():
    told = {
        "columns": {"二氧化碳年排放量": "", "人均GDP": {"variable": "gdp_per_capita_yuan", "unit": "元/人"},
                    "人口密度": {"variable": "population_density_per_km2", "unit": "人/平方公里"},
                    "城市化率": {"variable": "urbanization_pct", "unit": "%"}, "人均道路面积": {"variable": "road_area_m2_per_capita", "unit": "平方米/人"},
                    "建成区绿化覆盖率": {"variable": "green_coverage_pct", "unit": "%"}},
    }  # fmt: skip
    path = PROVINCES / "province_green_transport_indicators.xlsx"
    with refused(dm.PanelError, "panels.values_disagree"):
        dm.import_panel(path, "china_province", told)
    got = dm.import_panel(path, "china_province", told | {"accept": ["unit_slip", "unit_break"]})
    assert any("(accepted)" in note.en for note in got.notes)
    assert got.frame.loc[got.frame["province"] == "110000", "urbanization_pct"].between(80, 90).all()


def test_a_table_without_units_is_refused_until_they_are_declared():
    path = PROVINCES / "province_lowaltitude_digital_indicators.xlsx"
    with refused(
        dm.PanelError,
        "importing.things_to_settle",
        listed=("column_refused", "column_refused", "column_refused"),
    ):
        dm.import_panel(path, "china_province")
    told = {"互联网宽带接入端口": {"variable": "internet_ports_10k", "unit": "万个"}, "规模以上工业企业R&D经费": {"variable": "industrial_rd_expenditure_100m_yuan", "unit": "万元"}, "科学研究和技术服务业城镇单位就业人员": {"variable": "research_employment_10k", "unit": "万人"}}  # fmt: skip
    got = dm.import_panel(path, "china_province", {"columns": told})
    assert len(got.frame) == 240
    assert got.frame["industrial_rd_expenditure_100m_yuan"].max() == pytest.approx(3426.6366)


def test_lists_of_firms_and_provinces_import():
    got = dm.import_panel(PROVINCES / "HitechFirmsPub.csv", "china_province", {"columns": {"index": "-"}})
    assert (len(got.frame), list(got.frame.columns[-1:])) == (217, ["num"])
    got = dm.import_panel(PROVINCES / "BasicProvince.csv", "china_province", {"constants": {"year": "2023"}})
    assert got.frame["region_pro"].value_counts().sum() == 31


def test_a_city_panel_takes_names_where_codes_are_missing():
    told = {
        "ln_pop_density": "", "tertiary_share_sq": "", "nominal_gdp": {"variable": "gdp_100m_yuan", "unit": "亿元"},
        "population": {"variable": "registered_population_10k", "unit": "万人"},
        "pop_density": {"variable": "population_density_per_km2", "unit": "人/平方公里"},
        "tertiary_share": {"variable": "tertiary_gdp_pct", "unit": "比率"}, "fdi": {"variable": "fdi_10k_usd", "unit": "百万美元"},
        "fdi_openness": {"variable": "fdi_gdp_ratio", "unit": "比率"}, "gdp_per_capita": "",
        "financial_development": {"variable": "financial_development_ratio", "unit": "比率"},
        "industrial_advanced": {"variable": "structure_upgrading_ratio", "unit": "比率"},
    }  # fmt: skip
    path = FOLDER / "china_city" / "city_panel_2007_2023.xlsx"
    got = dm.import_panel(path, "china_city", {"columns": told, "accept": ["unit_slip", "unit_break"]})
    assert got.frame["city"].nunique() == 285
    assert got.frame["tertiary_gdp_pct"].max() == pytest.approx(72.7750, abs=1e-3)
    sanya = got.frame[got.frame["city"] == "460200"]
    assert sanya["city_name_zh"].unique().tolist() == ["三亚市"]
    assert sanya["pilot_first_year"].iloc[0] == 2017


def test_batches_of_a_policy_import_by_city_and_leave_counties_out_by_name():
    path = FOLDER / "china_city" / "broadband_bigdata_pilots.csv"
    told = {"keys": {"city": "name", "year": "batch_year"}, "only": {"policy": "broadband_china_pilot"}}
    with refused(dm.PanelError, "importing.things_to_settle", listed=("names_unknown",)):
        dm.import_panel(path, "china_city", told)
    raw = pd.read_csv(path).query("policy == 'broadband_china_pilot'")
    counties = ["昆山", "永城", "江津区", "荣昌区", "九龙坡区", "北碚区"]
    got = dm.import_panel(path, "china_city", told | {"leave_out": counties})
    assert (
        got.frame["year"].value_counts().sort_index().to_dict()
        == raw[~raw["name"].isin(counties)]["batch_year"].value_counts().sort_index().to_dict()
    )
    assert noted(got.notes, "only", n=8)


def test_world_files_map_names_and_codes_to_iso_codes():
    world = FOLDER / "world"
    got = dm.import_panel(world / "country_year_merged.csv", "world", {"columns": {"sg_internet_users": {"variable": "internet_users_pct", "unit": "%"}}})  # fmt: skip
    assert got.frame["country"].nunique() > 200
    assert got.frame["internet_users_pct"].max() <= 100
    told = {
        "Internet_users": {"variable": "internet_users_pct", "unit": "%"},
        "Fixed_broadband_subscriptions": "",
    }
    assert (
        dm.import_panel(world / "wdi_40_countries.csv", "world", {"columns": told}).frame["country"].nunique()
        == 40
    )


def test_oecd_country_codes_of_the_eu_and_names_are_known():
    got = dm.import_panel(FOLDER / "oecd_digital" / "DatasetMasterCAP.xlsx", "world")
    assert got.frame["country"].nunique() == 37
    assert {"GRC", "DEU", "KOR"} <= set(got.frame["country"])
    assert got.frame["GVA_Manuf_Total"].dtype == np.float64


@pytest.mark.parametrize(
    ("file", "rows", "columns"),
    [
        ("china_province_hightech/W_30provinces_econ.csv", 30, 31),
        ("china_province_hightech/W_30provinces_geo_used.csv", 30, 31),
        ("china_province_hightech/W_30provinces_adjacency_rownorm.csv", 30, 31),
        ("china_province_hightech/varsList.csv", 657, 16),
        ("oecd_digital/Indicator_Table.xlsx", 465, 14),
        ("japan_robots/JARA_ait.csv", 652, 81),
        ("japan_robots/alpha.csv", 72, 3),
        ("japan_robots/comtrade_847950.csv", 46, 35),
        ("japan_robots/price_output_export.csv", 104, 1420),
        ("world/coverage.csv", 54, 5),
    ],
)
def test_files_that_are_no_panel_of_ours_are_read_whole(file, rows, columns):
    table = find_table(read_file(FOLDER / file).grids[0])
    assert (table.last - table.first, len(table.headers)) == (rows, columns)
