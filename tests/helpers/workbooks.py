"""Write workbooks part by part, so that tests can spell them in every way that the format allows."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def styles(*numbers, formats=None, parents=(0,), space=MAIN, more=""):
    """Return a part of styles whose cell styles have these numbers of formats; ``None`` names none."""
    own = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in (formats or {}).items()
    )
    named = "".join(f'<xf numFmtId="{number}"/>' for number in parents)
    used = "".join(
        f'<xf {"" if number is None else f"numFmtId={chr(34)}{number}{chr(34)} "}xfId="0"/>'
        for number in numbers
    )
    return (
        f'<styleSheet xmlns="{space}"><numFmts>{own}</numFmts><cellStyleXfs>{named}</cellStyleXfs>'
        f"<cellXfs>{used}</cellXfs>{more}</styleSheet>"
    )


def sheet(rows, after="", before="", space=MAIN):
    """Return a part of a worksheet."""
    return f'<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def workbook(
    cells, *, style=None, strings=None, part="xl/worksheets/sheet1.xml", target=None, book="xl/workbook.xml", about="", state="", space=MAIN,
    office=OFFICE, parts=None, compression=zipfile.ZIP_DEFLATED,
):  # fmt: skip
    """Return the bytes of a workbook of one sheet, "Sheet1", whose part is `cells`."""
    folder, _, name = book.rpartition("/")
    target = target or part.removeprefix(f"{folder}/")
    relations = [("rId1", "worksheet", target)]
    written = {part: cells}
    if style is not None:
        relations.append(("rId2", "styles", "styles.xml"))
        written[f"{folder}/styles.xml"] = style
    if strings is not None:
        relations.append(("rId3", "sharedStrings", "sharedStrings.xml"))
        written[f"{folder}/sharedStrings.xml"] = strings
    linked = "".join(
        f'<Relationship Id="{key}" Type="{office}/{kind}" Target="{to}"/>' for key, kind, to in relations
    )
    hidden = f' state="{state}"' if state else ""
    written = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="a" Type="{office}/officeDocument" Target="{book}"/></Relationships>',
        book: f'<workbook xmlns="{space}" xmlns:r="{office}"><sheets><sheet name="Sheet1" sheetId="1"{hidden} r:id="rId1"/></sheets>{about}</workbook>',
        f"{folder}/_rels/{name}.rels": f'<Relationships xmlns="{RELATIONS}">{linked}</Relationships>',
        **written,
        **(parts or {}),
    }  # fmt: skip
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for place, content in written.items():
            if content is not None:
                archive.writestr(place, content)
    return stream.getvalue()
