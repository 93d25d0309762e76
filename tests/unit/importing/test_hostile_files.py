"""No file ends the interpreter or takes its memory: each is read or refused by a process that may grow by half a gigabyte."""

import io
import json
import re
import struct
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from old_workbooks import container, old_workbook, record
from old_workbooks import sheet as old_sheet
from workbooks import MAIN, sheet, styles, workbook

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="limits the memory of a process as Linux does"
)

LIMIT = 512 << 20
READ = """
import json, pathlib, resource, sys, time
import numpy, pandas, pyarrow.csv, pyarrow.parquet, python_calamine, xlrd
import pandas.io.stata
import digimfg as dm
from digimfg.importing.reading import read_file
dm.import_panel
with open("/proc/self/statm") as told:
    used = int(told.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + int(sys.argv[1]),) * 2)
for path in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    print(json.dumps(["begin", path.name]), flush=True)
    start = time.perf_counter()
    try:
        done = ["read", [(grid.n_rows, grid.n_columns) for grid in read_file(path).grids]]
    except dm.DigimfgError as error:
        done = ["refused", [error.got.en, error.got.zh, error.remedy.en, error.remedy.zh]]
    except BaseException as error:
        done = ["raised", repr(error)]
    print(json.dumps([path.name, *done, time.perf_counter() - start]), flush=True)
"""
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1"><v>1</v></c></row>'
SHARED = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
MANY = "4294967295"
LAUGHS = '<!DOCTYPE a [<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"  # fmt: skip


def strings(inner, attributes=""):
    return f'<sst xmlns="{MAIN}" {attributes}>{inner}</sst>'


def lying(content, part, size):
    """Return a container whose directory states another size of a part."""
    made = bytearray(content)
    for found in re.finditer(rb"PK\x01\x02", content):
        place = found.start()
        length = struct.unpack_from("<H", made, place + 28)[0]
        if made[place + 46 : place + 46 + length] == part.encode():
            struct.pack_into("<I", made, place + 24, size)
    return bytes(made)


def growing_names():
    def name(number, tokens):
        label = f"N{number}".encode()
        head = struct.pack("<HBBHHHBBBB", 0, 0, len(label), len(tokens), 0, 0, 0, 0, 0, 0)
        return record(0x18, head + b"\0" + label + tokens)

    twice = [(b"\x23" + struct.pack("<I", number)) * 2 + b"\x08" for number in range(1, 40)]
    return name(1, b"\x17\x64\0" + b"x" * 100) + b"".join(
        name(number, tokens) for number, tokens in enumerate(twice, 2)
    )


def stata(version):
    frame = pd.DataFrame({"province": ["BJ", "SH"] * 3, "year": 2019, "gdp": np.arange(6.0)})
    stream = io.BytesIO()
    frame.to_stata(stream, write_index=False, version=version)
    return stream.getvalue()


def parquet(table, groups=1, **options):
    stream = io.BytesIO()
    with pq.ParquetWriter(stream, table.schema, **options) as writer:
        for _ in range(groups):
            writer.write_table(table)
    return stream.getvalue()


def put(content, place, data):
    return content[:place] + data + content[place + len(data) :]


def refused_files():
    small = workbook(sheet(ROW))
    last = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    part = "xl/worksheets/sheet1.xml"
    files = {
        "last_cell.xlsx": workbook(sheet(ROW + last)),
        "last_cell_in_the_first_row.xlsx": workbook(sheet(ROW.replace("</row>", '<c r="XFD1048576"><v>1</v></c></row>'))),
        "last_cell_first.xlsx": workbook(sheet('<row r="1048576"><c r="ZZ1048576"><v>1</v></c><c r="A1"><v>1</v></c></row>')),
        "last_cell_prefixed.xlsx": workbook(sheet(ROW + last).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")),
        "no_such_column.xlsx": workbook(sheet(ROW + '<row r="3"><c r="ZZZZZZZ3"><v>1</v></c></row>')),
        "no_such_column_of_three.xlsx": workbook(sheet(ROW + '<row r="3"><c r="ZZZ3"><v>1</v></c></row>')),
        "no_such_row.xlsx": workbook(sheet(ROW + '<row r="9999999"><c r="A9999999"><v>1</v></c></row>')),
        "no_such_row_of_a_cell.xlsx": workbook(sheet(ROW.replace('r="B1"', 'r="B9999999"'))),
        "no_such_row_of_any_cell.xlsx": workbook(sheet(f'<row r="{"9" * 20}"><c r="A{"9" * 20}"><v>1</v></c></row>')),
        "no_such_row_at_all.xlsx": workbook(sheet(ROW + '<row r="99999999999"/>')),
        "bomb.xlsx": workbook(sheet(ROW + " " * (300 << 20))),
        "bomb_of_strings.xlsx": workbook(sheet(SHARED), strings=strings(f"<si><t>{'a' * (300 << 20)}</t></si>")),
        "bomb_of_styles.xlsx": workbook(sheet(ROW), style=styles(0, more=" " * (100 << 20))),
        "one_cell_again_and_again.xlsx": workbook(sheet('<row r="1">' + '<c r="A1"><v>1</v></c>' * 1_500_000 + "</row>")),
        "one_row_again_and_again.xlsx": workbook(sheet('<row r="1"><c r="A1"><v>1</v></c></row>' * 1_200_000)),
        "one_long_text.xlsx": workbook(sheet(SHARED), strings=strings("<si><t>" + "".join(map(str, range(2_000_000))) + "</t></si>")),
        "one_long_text_in_its_cell.xlsx": workbook(sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>' + "".join(map(str, range(2_000_000))) + "</t></is></c></row>")),
        "size_too_small.xlsx": lying(workbook(sheet(ROW + " " * (200 << 20))), part, 300),
        "size_too_large.xlsx": lying(small, part, 0xFFFFFFF0),
        "size_somewhat_too_large.xlsx": lying(small, part, 30 << 20),
        "deep.xlsx": workbook(sheet(ROW + "<a>" * 200_000 + "</a>" * 200_000)),
        "laughs.xlsx": workbook(LAUGHS + sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>')),
        "laughs_of_strings.xlsx": workbook(sheet(SHARED.replace("<c ", "<c  ")), strings=LAUGHS + strings("<si><t>&a9;</t></si>")),
        "laughs_beside.xlsx": workbook(sheet(SHARED), strings=LAUGHS + strings("<si><t>&a9;</t></si>")),
        "no_such_string.xlsx": workbook(sheet(SHARED.replace(">0<", f">{MANY}<")), strings=strings("<si><t>x</t></si>")),
        "one_long_tag.xlsx": workbook(sheet(f'<row r="1" x="{np.random.default_rng(1).bytes(15 << 20).hex()}"><c r="A1"><v>1</v></c></row>')),
        "overlapping.xlsx": workbook(sheet(ROW + '<row r="1000"><c r="Z1000"><v>1</v></c></row>', after="<mergeCells>" + '<mergeCell ref="A1:Z1000"/>' * 50_000 + "</mergeCells>")),
        "wide_and_long.csv": (b"a" + b"," * 19_000 + b"\n" + b"1\n" * 300_000),
        "spans.xls": b"<table>" + b"<tr><td colspan=16384 rowspan=1048576>a</td></tr>" * 30_000 + b"</table>",
        "long_spans.xls": b"<table><tr>" + b"<td rowspan=60000>1" * 16_000 + b"</tr>" + b"<tr></tr>" * 60_000,
        "odd_markup.xls": b"<table><tr><td>a<td>b</tr><![foo <![if <!--" + b"<" * 10_000,
        "cut.xls": container(bytes(4096))[:2000],
        "repeated.parquet": parquet(pa.table({"a": np.zeros(20_000_000, dtype="i8")}), groups=10),
        "cut.parquet": parquet(pa.table({"a": [1, 2, 3]}))[:-8],
        "head.parquet": b"PAR1" + bytes(20) + struct.pack("<I", 0x7FFFFFFF) + b"PAR1",
        "rows_118.dta": put(stata(118), stata(118).index(b"<N>") + 3, b"\xff" * 8),
        "rows_117.dta": put(stata(117), stata(117).index(b"<N>") + 3, b"\xff" * 4),
        "rows_114.dta": put(stata(114), 4, b"\xff" * 6),
        "columns_119.dta": put(stata(119), stata(119).index(b"<K>") + 3, b"\xff" * 4),
    }  # fmt: skip
    files |= {f"cut_{kept}.xlsx": small[:kept] for kept in (10, 50, 400, len(small) - 30)}
    files |= {f"cut_{version}_{kept}.dta": stata(version)[:kept] for version in (114, 117, 118) for kept in (3, 60, 300, 600)}  # fmt: skip
    return files | {f"unfinished_{version}.dta": stata(version)[:-20] for version in (117, 118, 119)}


def read_files():
    flood = "".join(f"<si><t>{n * 7919}</t></si>" if n % 10 == 0 else "<si/>" for n in range(1_000_000))
    return {
        "sound.xlsx": workbook(sheet(ROW)),
        "dimension.xlsx": workbook(sheet(ROW, before='<dimension ref="A1:XFD1048576"/>')),
        "merged.xlsx": workbook(sheet(ROW, after=f'<mergeCells count="{MANY}"><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
        "count.xlsx": workbook(sheet(SHARED), strings=strings("<si><t>x</t></si>", f'count="{MANY}" uniqueCount="{MANY}"')),
        "count_in_other_quotes.xlsx": workbook(sheet(SHARED), strings=strings("<si><t>x</t></si>", f"uniqueCount\n=\t'{MANY}'")),
        "count_behind_a_bracket.xlsx": workbook(sheet(SHARED), strings=strings("<si><t>x</t></si>", f'a=">" uniqueCount="{MANY}"')),
        "count_in_references.xlsx": workbook(sheet(SHARED), strings=strings("<si><t>x</t></si>", 'uniqueCount="&#52;294967295"')),
        "count_far_away.xlsx": workbook(sheet(SHARED), strings=strings("<si><t>x</t></si>", " " * 9000 + f'uniqueCount="{MANY}"')),
        "flood.xlsx": workbook(sheet(SHARED), strings=strings(flood)),
        "styles.xlsx": workbook(sheet(ROW), style=styles(0).replace("<cellXfs>", f'<cellXfs count="{MANY}">')),
        "columns.xlsx": workbook(sheet(ROW, before=f'<cols><col min="1" max="{MANY}" hidden="1"/></cols>')),
        "names.xls": old_workbook({"a": old_sheet([(0, 0, 1)])}, names=growing_names()),
        "dimension.xls": old_workbook({"a": old_sheet([(0, 0, 1)])}),
        "nested.xls": b"<table>" * 50_000 + b"<tr><td>a" + b"</table>" * 10,
        "text.parquet": parquet(pa.table({"a": pa.array(["x" * 500_000] * 200)}), compression="zstd"),
    }  # fmt: skip


def test_hostile_files_are_refused_or_read_within_their_limits(tmp_path):
    refused, read = refused_files(), read_files()
    for name, content in (refused | read).items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", READ, str(LIMIT), str(tmp_path)], capture_output=True, text=True, timeout=600
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (lines[-1], done.stderr[-1000:])
    told = {line[0]: line[1:] for line in lines if line[0] != "begin"}
    assert told.keys() == refused.keys() | read.keys()
    assert {name for name, (how, *_) in told.items() if how == "refused"} == set(refused)
    assert {name for name, (how, *_) in told.items() if how == "read"} == set(read)
    assert all(all(texts) for how, texts, _ in told.values() if how == "refused")
    assert max(seconds for *_, seconds in told.values()) < 60
