"""Labels as statistical yearbooks print them lead to the dictionary's variables, in whatever of their customary words."""

import pytest

import digimfg as dm
from digimfg.importing.guessing import SURE, guess_variable
from digimfg.importing.synonyms import compared, known_variables, names_of_variable
from digimfg.importing.units import parse_unit
from digimfg.panels import find_panel
from digimfg.variables import dictionary

LABELS = {
    # 综合、财政、金融
    "fiscal_expenditure_100m_yuan": ("地方财政一般预算支出", "地方一般公共预算支出", "公共财政预算支出", "地方财政预算内支出", "地方财政一般预算内支出"),
    "fiscal_revenue_100m_yuan": ("地方财政一般预算收入", "地方财政一般公共预算收入", "公共财政收入"), "tax_revenue_100m_yuan": ("税收收入", "地方财政税收收入"),
    "health_expenditure_100m_yuan": ("医疗卫生支出", "地方财政医疗卫生支出", "卫生健康支出", "医疗卫生与计划生育支出"), "environment_expenditure_100m_yuan": ("环境保护支出", "节能环保支出"),
    "household_deposits_100m_yuan": ("城乡居民储蓄存款余额", "住户存款余额", "城乡居民储蓄年末余额"), "insurance_premiums_100m_yuan": ("保费收入", "原保险保费收入"),
    "loans_100m_yuan": ("年末金融机构各项贷款余额", "金融机构人民币各项贷款余额"), "marketization_index": ("市场化指数", "市场化总指数", "市场化进程指数"),
    # 人口、就业、教育、卫生
    "natural_growth_permille": ("人口自然增长率", "自然增长率"), "schooling_years": ("人均受教育年限", "平均受教育年限"), "average_wage_yuan": ("城镇单位就业人员平均工资", "城镇非私营单位就业人员平均工资"),
    "unemployment_pct": ("城镇登记失业率", "年末城镇登记失业率"), "urban_disposable_income_yuan": ("城镇居民人均可支配收入", "城镇居民家庭人均可支配收入"),
    "tertiary_employment_10k": ("第三产业从业人员", "第三产业就业人数"), "university_students_10k": ("普通高等学校在校学生数", "普通高校在校生数", "高等学校在校学生数", "普通本专科在校学生数"),
    "university_teachers_10k": ("普通高等学校专任教师数", "高校专任教师数"), "hospital_beds_10k": ("医疗卫生机构床位数", "卫生机构床位数"), "urban_unit_employment_10k": ("城镇单位从业人员期末人数", "城镇单位就业人员"),
    # 科技
    "industrial_rd_personnel_person_years": ("规上工业R&D人员全时当量", "规模以上工业企业R&D人员全时当量", "规上工业企业研发人员折合全时当量"),
    "industrial_rd_expenditure_100m_yuan": ("规上工业R&D经费", "规模以上工业企业研究与试验发展(R&D)经费支出"), "invention_patents_granted": ("发明专利申请授权量", "国内发明专利授权数", "发明专利授权数"),
    "patents_applied": ("专利申请受理量", "国内专利申请数", "专利申请量"), "new_product_development_100m_yuan": ("新产品开发经费支出", "规上工业企业开发新产品经费"),
    # 能源、环境
    "energy_consumption_10k_tce": ("能源消费总量", "能源消费量"), "electricity_consumption_100m_kwh": ("全社会用电量", "电力消费量"), "so2_10k_t": ("二氧化硫排放量", "SO2排放量", "废气中二氧化硫排放量"),
    "industrial_so2_t": ("工业二氧化硫排放量", "工业SO2排放量"), "cod_10k_t": ("化学需氧量排放量", "COD排放量"), "energy_intensity_tce_per_10k_yuan": ("万元GDP能耗", "单位地区生产总值能耗"),
    "particulates_10k_t": ("烟(粉)尘排放量", "颗粒物排放量"), "forest_coverage_pct": ("森林覆盖率",), "solid_waste_utilization_pct": ("一般工业固体废物综合利用率", "工业固体废物综合利用率"),
    # 交通、邮电
    "postal_services_100m_yuan": ("邮政业务总量", "邮政行业业务总量"), "freight_10k_t": ("货运量", "货运总量", "货物运输量"), "passenger_turnover_100m_pkm": ("旅客周转量",), "highway_km": ("公路里程", "公路通车里程"),
    "civil_vehicles_10k": ("民用汽车拥有量", "民用汽车保有量"), "phones_per_100": ("电话普及率(包括移动电话)",), "fixed_phones_10k": ("固定电话用户数", "固定电话年末用户"),
    # 贸易、投资、工业
    "exports_10k_usd": ("出口总额", "货物出口总额", "按经营单位所在地分出口总额"), "trade_10k_usd": ("进出口总额", "货物进出口总额", "海关进出口总额"), "fdi_10k_usd": ("实际使用外商直接投资金额", "当年实际使用外资金额"),
    "real_estate_investment_100m_yuan": ("房地产开发投资", "房地产开发投资完成额"), "fixed_investment_100m_yuan": ("全社会固定资产投资", "固定资产投资完成额"), "industrial_output_100m_yuan": ("工业总产值", "规模以上工业总产值"),
    "industrial_revenue_100m_yuan": ("规模以上工业企业主营业务收入", "规上工业企业营业收入"), "industrial_firms": ("规模以上工业企业单位数", "规上工业企业数", "规模以上工业企业个数"),
    # 数字经济
    "internet_penetration_pct": ("互联网普及率",), "internet_users_10k": ("互联网上网人数", "网民数"), "broadband_subscribers_10k": ("互联网宽带接入用户数", "固定宽带接入用户"), "domains_10k": ("域名数", "互联网域名"),
    "digital_economy_100m_yuan": ("数字经济规模", "数字经济总量"), "ecommerce_sales_100m_yuan": ("电子商务销售额", "电商销售额"), "base_stations_5g_10k": ("5G基站数",), "total_optical_cable_km": ("光缆线路长度",),
    "it_employment_10k": ("信息传输、软件和信息技术服务业从业人员", "信息传输、计算机服务和软件业城镇单位就业人员"), "express_revenue_100m_yuan": ("快递业务收入",),
}  # fmt: skip


@pytest.mark.parametrize(("variable", "labels"), LABELS.items())
def test_a_label_of_a_yearbook_is_certain(variable, labels):
    for panel in ("china_province", "china_city"):
        for label in labels:
            guess = guess_variable((label,), find_panel(panel))
            assert (guess.variable, guess.confidence >= SURE) == (variable, True), label


@pytest.mark.parametrize(
    ("parts", "variable"),
    [
        (("三次产业增加值", "第一产业"), "primary_value_added_100m_yuan"), (("地区生产总值", "第三产业"), "tertiary_value_added_100m_yuan"), (("按三次产业分就业人员", "第二产业"), "secondary_employment_10k"),
        (("地区生产总值", "工业"), "industry_value_added_100m_yuan"), (("一般公共预算支出", "教育"), "education_expenditure_100m_yuan"), (("专利授权数", "发明"), "invention_patents_granted"),
        (("货物进出口总额", "出口"), "exports_10k_usd"), (("就业人员", "第一产业"), "primary_employment_10k"),
    ],
)  # fmt: skip
def test_a_part_below_the_heading_of_its_whole_is_certain(parts, variable):
    guess = guess_variable(parts, find_panel("china_province"))
    assert (guess.variable, guess.confidence >= SURE) == (variable, True)
    other = guess_variable(("固定资产投资", parts[1]), find_panel("china_province"))
    assert other.confidence < SURE or other.variable == ""


@pytest.mark.parametrize("panel", ["china_province", "china_city", "firm", "world"])
def test_every_name_of_a_variable_leads_to_it_and_to_no_other(panel):
    entries, keys = dictionary(), find_panel(panel).keys
    known = known_variables(panel)
    owners = {}
    for variable in find_panel(panel).variables:
        if variable in keys or entries[variable].source == "derived" or entries[variable].dtype == "string":
            continue
        assert known[compared(variable)].variable == variable
        for name in names_of_variable(variable):
            assert owners.setdefault(compared(name), variable) == variable, name
            assert known[compared(name)].variable == variable, name


def test_units_of_the_dictionary_mean_the_same_in_both_languages():
    for panel in ("china_province", "china_city", "firm"):
        for name in find_panel(panel).variables:
            unit = dictionary()[name].unit
            if dictionary()[name].dtype != "string":
                assert parse_unit(unit.zh) == parse_unit(unit.en) is not None, (name, unit)


def test_a_wide_yearbook_imports_with_its_own_units(tmp_path):
    head = "地区,年份,能源消费总量(万吨标准煤),邮政业务总量(亿元),人口自然增长率(‰),每万人拥有卫生技术人员数(人),旅客周转量(亿人公里),市场化指数,城镇居民人均可支配收入(元)"
    (tmp_path / "a.csv").write_text(f"{head}\n北京,2019,7360,500,2.63,126,2100,10.2,73849\n上海,2019,11696,900,1.5,85,2300,10.9,73615", "utf-8")  # fmt: skip
    got = dm.import_panel(tmp_path / "a.csv", "china_province")
    row = got.frame.iloc[0]
    assert row["energy_consumption_10k_tce"] == 7360
    assert row["health_technicians_per_1000"] == pytest.approx(12.6)
    assert row["urban_disposable_income_yuan"] == 73849
    assert not [name for name, told in got.mapping.columns.items() if not told.variable]
    saved = dm.save_mapping(got.mapping, tmp_path / "map.toml")
    assert dm.import_panel(tmp_path / "a.csv", "china_province", saved).frame.equals(got.frame)
