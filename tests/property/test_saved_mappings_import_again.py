"""What an import saved imports again, for every variable of the dictionary, in every unit and under every name."""

import csv
import io

import pytest

import digimfg as dm
from digimfg.importing.synonyms import names_of_variable
from digimfg.importing.units import conversion_factor, parse_unit, unit_per
from digimfg.panels import find_panel
from digimfg.variables import dictionary

UNITS = (
    "亿元", "万元", "元", "百万元", "万亿元", "100 million yuan", "元/人", "万元/人", "万人", "人", "百万人", "10,000 persons", "万美元", "亿美元", "百万美元", "US$ million",
    "%", "‰", "比率", "份额，0–1", "户/百人", "万户", "户", "部/百人", "台/百人", "台", "部", "个/百家", "个", "万个", "件", "万件", "项", "吨", "万吨", "千克",
    "吨标准煤/万元", "千克标准煤/元", "万吨标准煤", "吨标准煤", "亿千瓦时", "千瓦时", "人年", "人/平方公里", "平方公里", "公顷", "千公顷", "公里", "米", "指数", "指数，上年 = 100",
    "上年=100", "年", "0/1", "万部", "US$", "亿吨公里", "亿人公里", "万人次", "人次", "万册", "张", "万张", "平方米", "立方米", "亿立方米", "小时",
)  # fmt: skip
KEYS = {"province": ("北京", "上海"), "city": ("北京市", "上海市"), "firm": ("000001", "600000"), "country": ("China", "Japan")}  # fmt: skip
RULES = (
    "sector_sum", "trade_sum", "percent_scale", "unit_slip", "unit_break", "magnitude", "zero", "per_person_scale", "place", "growth_scale",
)  # fmt: skip


def forms_of(variable):
    """Return names and units under which a file may hold a variable: every name and every unit that fits it, none among them."""
    wanted = parse_unit(variable.unit.zh) or parse_unit(variable.unit.en)
    forms = {}
    for name in names_of_variable(variable.name):
        fit = ["", variable.unit.zh, variable.unit.en]
        for unit in UNITS:
            given = parse_unit(unit_per(name, unit, variable.unit))
            if (
                wanted
                and given
                and (given.dimension, given.price_year) == (wanted.dimension, wanted.price_year)
            ):
                fit.append(unit)
        forms[name] = list(dict.fromkeys(fit))
    first = [(name, units[place % len(units)]) for place, (name, units) in enumerate(forms.items())]
    name, units = max(forms.items(), key=lambda pair: len(pair[1]))
    return list(dict.fromkeys([*first, *((name, unit) for unit in units)]))


def value_of(variable, name, unit):
    """Return a number that the variable may have, in the unit of the file."""
    if variable.unit.en == "0/1" or (variable.upper or 0) > 1900:
        return 1 if variable.unit.en == "0/1" else 2001
    low = 0 if variable.lower is None else variable.lower
    value = (low + variable.upper) / 2 if variable.upper is not None else low + 2
    whole = unit_per(name, unit, variable.unit)
    return value / conversion_factor(whole, variable.unit, name) if unit else value


def written(path, panel, chosen):
    """Write a table with one column per variable, each under one name and in one unit."""
    entries = dictionary()
    heads = [f"{name}({unit})" if unit else name for name, unit in chosen.values()]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([find_panel(panel).keys[0], "year", *heads])
    for key in KEYS[find_panel(panel).keys[0]]:
        writer.writerow(
            [key, 2019, *(value_of(entries[variable], *form) for variable, form in chosen.items())]
        )
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def imported(path, panel, mapping=None, **options):
    given = dm.ImportMapping.of(mapping)
    return dm.import_panel(path, panel, {**given.plain(), "accept": RULES}, **options)


def importable(panel):
    """Return the variables that a file may bring; those of provinces stand for the same ones of cities."""
    keys = [
        *find_panel(panel).keys,
        *(find_panel("china_province").variables if panel == "china_city" else ()),
    ]
    entries = dictionary()
    return [
        entries[name]
        for name in find_panel(panel).variables
        if name not in keys and entries[name].dtype != "string" and entries[name].source != "derived"
    ]


@pytest.mark.parametrize("panel", ["china_province", "china_city", "firm", "world"])
def test_every_variable_in_every_unit_under_every_name_imports_again(tmp_path, panel):
    forms = {variable.name: forms_of(variable) for variable in importable(panel)}
    taken = dict.fromkeys(forms, 0)
    for turn in range(max(map(len, forms.values()))):
        chosen = {name: pairs[turn] for name, pairs in forms.items() if turn < len(pairs)}
        guess = dm.guess_mapping(written(tmp_path / "a.csv", panel, chosen), panel, {})
        chosen = {name: pair for name, pair in chosen.items() if guess.mapping.columns.get(pair[0]) and pair[0] not in guess.without_unit}  # fmt: skip
        first = imported(written(tmp_path / "a.csv", panel, chosen), panel, yes=True)
        saved = dm.save_mapping(first.mapping, tmp_path / "map.toml")
        again = imported(tmp_path / "a.csv", panel, saved)
        assert again.frame.equals(first.frame)
        assert again.mapping == first.mapping
        assert set(chosen) <= set(first.frame)
        for name in chosen:
            taken[name] += 1
    assert min(taken.values()) >= 1
