"""Old workbooks (.xls) are read with what their formats say, by the rules of new ones."""

import datetime

import pytest
from old_workbooks import container, old_workbook, record, sheet, stream
from refused import refused
from workbooks import sheet as new_sheet
from workbooks import workbook

import digimfg as dm
from digimfg.importing.reading import read_file

NAMES = ("北京", "天津", "河北")
HEAD = [(0, 0, "地区"), (0, 1, "年份"), (0, 2, "城镇化率(%)")]
SHARES = [
    *HEAD,
    *((row, 0, name) for row, name in enumerate(NAMES, 1)),
    *((row, 1, 2019) for row in (1, 2, 3)),
    *((row, 2, value, 1) for row, value in enumerate((0.866, 0.8348, 0.5774), 1)),
]


def write(tmp_path, content, name="a.xls"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["a.xls", "a.XLS", "a.xlsx"])
@pytest.mark.parametrize("bare", [False, True])
def test_percentages_are_read_as_what_they_show(tmp_path, name, bare):
    content = stream({"数据": sheet(SHARES)}, numbers=(0, 10))
    got = dm.import_panel(
        write(tmp_path, content if bare else container(content), name), "china_province"
    ).frame
    assert got["urbanization_pct"].tolist() == [86.6, 83.48, 57.74]


def test_what_cells_hold_is_read_by_kind(tmp_path):
    cells = [
        (0, 0, "文"), (0, 1, True), (0, 2, b"\x07"), (0, 3, 43830.0, 1), (0, 4, 43830.5, 2), (0, 5, (5.5,)), (0, 6, ("字",)), (0, 7, ["4125.5", "2"]), (0, 8, 43830.0, 3),
    ]  # fmt: skip
    content = old_workbook({"a": sheet(cells)}, numbers=(0, 14, 22, 31))
    day = datetime.date(2019, 12, 31)
    noon = datetime.datetime(2019, 12, 31, 12)  # noqa: DTZ001
    [grid] = read_file(write(tmp_path, content)).grids
    assert [column[0] for column in grid.columns] == [
        "文",
        True,
        "#DIV/0!",
        day,
        noon,
        5.5,
        "字",
        "4125.5²",
        day,
    ]
    [grid] = read_file(
        write(tmp_path, old_workbook({"a": sheet([(0, 0, 43830.0, 1)])}, numbers=(0, 14), epoch=True))
    ).grids
    assert grid.columns[0][0] == datetime.date(2024, 1, 1)


def test_merged_cells_and_hidden_marks_are_read(tmp_path):
    cells = [
        *HEAD,
        (1, 0, "北京"),
        (1, 1, 2019),
        (2, 1, 2020),
        (1, 2, 86.6),
        (3, 0, "天津"),
        (3, 1, 2019),
        (3, 2, 83.5),
    ]
    content = old_workbook(
        {"a": sheet(cells, merged=[(1, 2, 0, 0), (1, 2, 2, 2)], hidden_rows=[2], hidden_columns=[(1, 2)])}, hidden=("a",)
    )  # fmt: skip
    got = dm.import_panel(write(tmp_path, content), "china_province")
    assert got.frame[["province", "year"]].values.tolist() == [
        ["110000", 2019],
        ["110000", 2020],
        ["120000", 2019],
    ]
    assert got.frame["urbanization_pct"].isna().tolist() == [False, True, False]
    told = [note.en for note in got.notes]
    assert any("1 row, 1 group of columns" in note for note in told)
    assert any("hides sheet 'a'" in note for note in told)


@pytest.mark.parametrize("results", [(None, None), (0.0, 0.0), (0.0, None)])
def test_formulas_that_no_program_computed_are_refused(tmp_path, results):
    cells = [*HEAD[:2], *((row, 1, (result,)) for row, result in enumerate(results, 1))]
    with refused(dm.PanelError, "importing.formulas_without_result", n=2, shown="B2, B3"):
        read_file(write(tmp_path, old_workbook({"a": sheet(cells)}, computed=False)))
    assert len(read_file(write(tmp_path, old_workbook({"a": sheet(cells)}))).grids) == 1
    cells.append((3, 1, (7.0,)))
    assert len(read_file(write(tmp_path, old_workbook({"a": sheet(cells)}, computed=False))).grids) == 1


def test_sheets_are_chosen_by_name(tmp_path):
    path = write(tmp_path, old_workbook({"a": sheet([(0, 0, 1)]), "b": sheet([(0, 0, 2)])}))
    assert [grid.sheet for grid in read_file(path).grids] == ["a", "b"]
    assert read_file(path, sheets=("b",)).grids[0].columns[0].tolist() == [2.0]
    with refused(dm.PanelError, "importing.sheets_absent", wanted=("c",), held=("a", "b")):
        read_file(path, sheets=("c",))


def test_a_password_is_told(tmp_path):
    locked = stream({"a": sheet([(0, 0, 1)])}, names=record(0x2F, bytes(54)))
    for content in (container(locked), locked, container(bytes(5000), "EncryptedPackage")):
        for name in ("a.xls", "a.xlsx"):
            with refused(dm.PanelError, "importing.password"):
                read_file(write(tmp_path, content, name))


@pytest.mark.parametrize("kept", [10, 100, 513, 1500, 3000])
def test_a_cut_file_is_refused(tmp_path, kept):
    with refused(dm.PanelError, "importing.workbook_damaged"):
        read_file(write(tmp_path, old_workbook({"a": sheet(SHARES)})[:kept]))


def test_a_new_workbook_under_the_old_name_is_read_as_what_it_is(tmp_path):
    path = write(tmp_path, workbook(new_sheet('<row r="1"><c r="A1"><v>5</v></c></row>')))
    assert read_file(path).grids[0].columns[0].tolist() == [5.0]
