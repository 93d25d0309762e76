"""Write nine files of a provincial panel as yearbooks, databases and colleagues hand them out."""

import openpyxl
from old_workbooks import old_workbook, sheet

YEARBOOK, EPS, CSMAR, LISTED, OLD, STATA, UNITS, MARKED, SPELT = (
    "yearbook_2023.xlsx",
    "eps_revenue.xlsx",
    "csmar_macro.xlsx",
    "telecom.csv",
    "energy_old.xls",
    "finance.dta",
    "phones_units.xlsx",
    "employment.csv",
    "research_spellings.xlsx",
)
_LONG = {"内蒙古": "内蒙古自治区", "广西": "广西壮族自治区", "西藏": "西藏自治区", "宁夏": "宁夏回族自治区", "新疆": "新疆维吾尔自治区"}  # fmt: skip
_CITIES = ("北京", "天津", "上海", "重庆")


def write_nine_files(frame, folder):
    """Write the files into a folder; `frame` has the panel's columns, a row per province and year."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = frame.assign(地区=frame["province_name_zh"])
    _yearbook(frame, folder / YEARBOOK)
    _eps(frame, folder / EPS)
    _csmar(frame, folder / CSMAR)
    _comma_separated(frame, folder / LISTED, "telecom_revenue_100m_yuan", "电信业务收入(亿元)", "gb18030")
    _old_workbook(frame, folder / OLD)
    _stata(frame, folder / STATA)
    _row_of_units(frame, folder / UNITS)
    _comma_separated(
        frame, folder / MARKED, "it_employment_share_pct", "信息传输、软件和信息技术服务业从业人员占比(%)", "utf-8-sig"
    )  # fmt: skip
    _spelt(frame, folder / SPELT)


def _values(frame, name):
    """Return province → year → value, in the order of the frame."""
    wide = frame.pivot_table(index="地区", columns="year", values=name, sort=False)
    return {place: dict(row.items()) for place, row in wide.iterrows()}


def _saved(path, rows, merged=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(path)


def _yearbook(frame, path):
    """Years over indicators, merged; a title above, notes below."""
    years = sorted(frame["year"].unique())
    names = {"gdp_100m_yuan": "地区生产总值(亿元)", "fiscal_expenditure_100m_yuan": "一般公共预算支出(亿元)"}
    held = {name: _values(frame, name) for name in names}
    width = len(years) * len(names)
    rows = [["2-5 分地区主要经济指标", *[None] * width]]
    rows.append(["地区", *(cell for year in years for cell in (f"{year}年", None))])
    rows.append([None, *(label for _ in years for label in names.values())])
    for place in held["gdp_100m_yuan"]:
        rows.append([place, *(float(held[name][place][year]) for year in years for name in names)])
    rows += [["注：本表按当年价格计算。"], ["资料来源：模拟数据。"]]
    last = openpyxl.utils.get_column_letter(width + 1)
    merged = [f"A1:{last}1"]
    for place in range(len(years)):
        first = openpyxl.utils.get_column_letter(2 + 2 * place)
        merged.append(f"{first}2:{openpyxl.utils.get_column_letter(3 + 2 * place)}2")
    _saved(path, rows, merged)


def _eps(frame, path):
    """A row per province and indicator, years across."""
    held = _values(frame, "hightech_revenue_100m_yuan")
    years = sorted(frame["year"].unique())
    rows = [["地区", "指标", "单位", *(f"{year}年" for year in years)]]
    for place, values in held.items():
        rows.append([place, "高技术产业营业收入", "亿元", *(float(values[year]) for year in years)])
    _saved(path, rows)


def _csmar(frame, path):
    """A row per province and year; codes in the first row, Chinese names in the second."""
    rows = [["Prvcnm", "Sgnyea", "Epgdp01"], ["省份", "统计年度", "人均地区生产总值(元)"]]
    rows += [
        [place, str(year), float(value)]
        for place, year, value in frame[["地区", "year", "gdp_per_capita_yuan"]].itertuples(index=False)
    ]
    _saved(path, rows)


def _comma_separated(frame, path, name, label, encoding):
    lines = [f"省份,年份,{label.replace(',', '，')}"]
    lines += [
        f"{place},{year},{value!r}" for place, year, value in frame[["地区", "year", name]].itertuples(index=False)
    ]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", encoding=encoding)


def _old_workbook(frame, path):
    cells = [(0, 0, "地区"), (0, 1, "年份"), (0, 2, "单位GDP能耗(吨标准煤/万元)")]
    columns = frame[["地区", "year", "energy_intensity_tce_per_10k_yuan"]]
    for row, values in enumerate(columns.itertuples(index=False), 1):
        cells += [(row, column, value) for column, value in enumerate(values)]
    path.write_bytes(old_workbook({"能耗": sheet(cells)}))


def _stata(frame, path):
    held = frame[["地区", "year", "digital_finance_index", "synthetic"]].rename(columns={"地区": "prov"})
    held.astype({"year": "int16", "synthetic": "int8"}).to_stata(
        path,
        write_index=False,
        version=118,
        variable_labels={"prov": "省份", "digital_finance_index": "数字普惠金融指数"},
    )


def _row_of_units(frame, path):
    names = {"broadband_subscribers_per_100": "互联网宽带接入用户", "mobile_phones_per_100": "移动电话普及率"}
    rows = [["分地区通信水平"], ["地区", "年份", *names.values()], [None, None, "户/百人", "部/百人"]]
    rows += [
        [place, int(year), *map(float, values)]
        for place, year, *values in frame[["地区", "year", *names]].itertuples(index=False)
    ]
    rows += [["注：①宽带用户不含专线用户。②移动电话含物联网卡之外的全部用户。"]]
    _saved(path, rows, ("A1:D1",))


def _spelt(frame, path):
    """One province is spelt in several ways, as in files that several hands made."""
    rows = [["省 份", "年 度", "研究与试验发展经费投入强度（％）"]]
    for place, year, value in frame[["地区", "year", "rd_intensity_pct"]].itertuples(index=False):
        long = _LONG.get(place, f"{place}{'市' if place in _CITIES else '省'}")
        spelt = (place, long, " ".join(place) if len(place) == 2 else f"{place} ")[year % 3]
        rows.append([spelt, f"{year}年", float(value)])
    _saved(path, rows)
