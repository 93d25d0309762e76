"""The E-Government Development Index: one file, checked whole, survey years and nothing between them."""

import pytest
from refused import refused

from digimfg.errors import Fault, SourceError
from digimfg.fetching.client import Manners
from digimfg.fetching.fetch import fetch
from digimfg.fetching.vintages import load_fetched


def not_whole(kind):
    return Fault.of("fetching.answer_not_whole", last=f"answers.{kind}")


QUICK = Manners(timeout=5.0, attempts=3, workers=2, first_pause=0.01)
FILE = "UN_EGDI_WIDEF.csv"


def bring(surveys, folder, **options):
    return fetch("un_egovernment", address=surveys.address, manners=QUICK, folder=folder, **options)


def everything(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".staging" not in path.parts
    }


def changed(place, column, value):
    """Return an edit that puts a value into a row: 0 is the header."""

    def edit(rows):
        rows[place][rows[0].index(column)] = value
        return rows

    return edit


def test_the_file_is_kept_as_it_came_and_named_by_its_last_survey(surveys, tmp_path):
    vintage = bring(surveys, tmp_path).vintage
    assert vintage.name == "2024"
    assert (vintage.folder / FILE).read_bytes() == surveys.content
    assert dict(surveys.asked) == {FILE: 1}
    assert vintage.parts["UN_EGDI_WIDEF"]["economies"] == 191


def test_survey_years_are_read_and_missing_values_stay_missing(surveys, tmp_path):
    bring(surveys, tmp_path)
    frames = load_fetched("un_egovernment", folder=tmp_path)
    annual = frames["annual"].set_index(["country", "year"])
    assert sorted(set(annual.index.get_level_values("year"))) == [2003, 2022, 2024]
    assert annual.loc[("AFG", 2003), "UN_EGDI_EGDI"] == 0.10333
    assert annual["UN_EGDI_EGDI"].isna().sum() == 1
    assert annual.loc[("AFG", 2022), ["UN_EGDI_OSI", "UN_EGDI_EGDI_RANK"]].notna().all()
    assert len(annual) == 191 * 3
    assert frames["left_out"]["country"].tolist() == ["WLD"]
    names = frames["indicators"].set_index("code")["name"]
    assert names["UN_EGDI_OSI"] == "Online Service Index"


def test_a_survey_without_values_does_not_name_the_vintage(surveys, tmp_path):
    surveys.content = surveys.file(edit=lambda rows: [[*rows[0], "2026"], *([*row, ""] for row in rows[1:])])
    assert bring(surveys, tmp_path).vintage.name == "2024"


def test_a_file_downloaded_by_hand_is_taken_from_its_folder(surveys, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / FILE).write_bytes(surveys.file(bom=False))
    address = (tmp_path / "here").as_uri()
    fetched = fetch("un_egovernment", address=address, manners=QUICK, folder=tmp_path / "fetched")
    assert fetched.vintage.name == "2024"
    (tmp_path / "here" / FILE).unlink()
    with refused(SourceError, "fetching.local_file_unreadable"):
        fetch("un_egovernment", address=address, manners=QUICK, folder=tmp_path / "fetched")


def test_other_indicators_may_be_broken_down_and_are_then_told_apart(surveys, tmp_path):
    def broken_down(rows):
        return [*rows, *([*row[:6], "RANK", *row[7:]] for row in rows[1:] if row[4] == "UN_EGDI_EGDI_RANK")]

    surveys.content = surveys.file(edit=broken_down)
    bring(surveys, tmp_path)
    frames = load_fetched("un_egovernment", folder=tmp_path)
    assert frames["broken_down"]["code"].tolist() == ["UN_EGDI_EGDI_RANK"]
    assert list(frames["annual"]) == ["country", "year", "UN_EGDI_EGDI", "UN_EGDI_OSI"]


def test_a_fault_that_passes_costs_nothing(surveys, tmp_path):
    surveys.fault("status", status=500)
    surveys.fault("status", status=429, wait="0")
    bring(surveys, tmp_path)
    assert surveys.asked[FILE] == 3


def without(code):
    return lambda rows: [row for row in rows if code not in row]


WRONG = {
    "HTML": (lambda s: b"<!doctype html><title>Just a moment...</title>", not_whole("no_csv")),
    "JSON": (lambda s: b'{"error": 404}', not_whole("no_csv")),
    "cut short in a row": (lambda s: s.content[:-30], not_whole("csv_broken")),
    "cut short in a cell without quotes": (lambda s: s.content.replace(b'"', b"")[:-2], not_whole("csv_cut_short")),
    "cut short between rows": (lambda s: s.file(edit=lambda rows: rows[:400]), not_whole("too_few_economies")),
    "nothing": (lambda s: b"\n", not_whole("rows_of_other_length")),
    "not UTF-8": (lambda s: s.content.replace(b"Rank", b"\xff\xfe"), not_whole("not_utf_8")),
    "an open quote": (lambda s: s.content[:-1] + b',"\n', not_whole("csv_broken")),
    "percent for share": (
        lambda s: s.file(edit=changed(4, "2024", "97.2")), not_whole("other_scale"),
    ),
    "negative": (lambda s: s.file(edit=changed(1, "2003", "-0.1")), not_whole("other_scale")),
    "text for a value": (lambda s: s.file(edit=changed(1, "2022", "n/a")), not_whole("no_number_at")),
    "infinity for a value": (lambda s: s.file(edit=changed(3, "2022", "inf")), not_whole("no_number_at")),
    "a row twice": (lambda s: s.file(edit=lambda rows: [*rows, rows[7]]), not_whole("rows_twice")),
    "an economy twice in another unit": (
        lambda s: s.file(edit=lambda rows: [*rows, [*rows[1][:6], "PT", *rows[1][7:]]]), not_whole("rows_twice"),
    ),
    "no online services": (lambda s: s.file(edit=without("UN_EGDI_OSI")), not_whole("too_few_economies")),
    "no index": (lambda s: s.file(edit=without("UN_EGDI_EGDI")), not_whole("too_few_economies")),
    "another column name": (lambda s: s.file(edit=changed(0, "REF_AREA", "COUNTRY")), not_whole("csv_without_columns")),
    "a long table": (lambda s: s.file(edit=lambda rows: [row[:9] for row in rows]), not_whole("csv_without_years")),
    "a column twice": (lambda s: s.file(edit=changed(0, "2022", "2003")), not_whole("column_twice")),
    "server error": (None, not_whole("busy")),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_such_file_leaves_the_old_data(surveys, tmp_path, name):
    bring(surveys, tmp_path)
    before = everything(tmp_path)
    make, kind = WRONG[name]
    if make is None:
        surveys.fault("status", status=503, times=9)
    else:
        surveys.content = make(surveys)
    with refused(SourceError, kind, where=FILE):
        bring(surveys, tmp_path)
    assert everything(tmp_path) == before


def test_there_is_one_part(surveys, tmp_path):
    with refused(SourceError, "sources.part_of_egovernment"):
        bring(surveys, tmp_path, parts=["UN_EGDI_OSI"])
    assert not surveys.asked


def test_a_revised_file_of_the_same_survey_is_a_vintage_of_its_own(surveys, tmp_path):
    bring(surveys, tmp_path)
    surveys.content = surveys.file(edit=changed(1, "2024", "0.5"))
    assert bring(surveys, tmp_path).vintage.name == "2024_2"
