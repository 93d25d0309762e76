"""Write old workbooks (BIFF8 records in a compound file) record by record, for tests."""

import struct

SECTOR = 512
NUMBER, LABEL, RICH, TRUTH, FORMULA, STRING = 0x203, 0x204, 0xD6, 0x205, 0x06, 0x207


def record(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


def text(words, width="<H"):
    held = words.encode("utf-16-le")
    return struct.pack(width, len(held) // 2) + b"\x01" + held


def cell(row, column, value, style=0):
    """Return the records of a cell: a number, a text, a truth, an error (bytes), a formula (tuple), a text with a raised end (list)."""
    place = struct.pack("<HHH", row, column, 15 + style)
    if isinstance(value, bool):
        return record(TRUTH, place + bytes((value, 0)))
    if isinstance(value, bytes):
        return record(TRUTH, place + value + b"\x01")
    if isinstance(value, tuple):
        return formula(place, *value)
    if isinstance(value, list):
        start, end = value
        return record(RICH, place + text(start + end) + struct.pack("<HHH", 1, len(start), 1))
    if isinstance(value, str):
        return record(LABEL, place + text(value))
    return record(NUMBER, place + struct.pack("<d", value))


def formula(place, result):
    tokens = struct.pack("<H", 3) + b"\x1e\x01\x00"
    if result is None:  # what programs write that compute nothing
        return record(FORMULA, place + b"\x03\0\0\0\0\0\xff\xff" + struct.pack("<HI", 3, 0) + tokens)
    if isinstance(result, str):
        held = record(FORMULA, place + b"\x00\0\0\0\0\0\xff\xff" + struct.pack("<HI", 0, 0) + tokens)
        return held + record(STRING, text(result))
    return record(FORMULA, place + struct.pack("<d", result) + struct.pack("<HI", 0, 0) + tokens)


def sheet(cells, *, merged=(), hidden_rows=(), hidden_columns=()):
    """Return the records of a sheet; `cells` are (row, column, value, style)."""
    body = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    body += record(0x200, struct.pack("<IIHHH", 0, 65536, 0, 256, 0))
    body += b"".join(record(0x7D, struct.pack("<HHHHHH", *two, 2560, 15, 1, 0)) for two in hidden_columns)
    body += b"".join(
        record(0x208, struct.pack("<HHHHHHI", row, 0, 256, 255, 0, 0, 0x120)) for row in hidden_rows
    )
    body += b"".join(cell(*each) for each in cells)
    if merged:
        body += record(
            0xE5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<HHHH", *each) for each in merged)
        )
    return body + record(0x0A)


def stream(sheets, *, formats=(), numbers=(0,), computed=True, epoch=False, hidden=(), names=b""):
    """Return the records of a workbook.

    `sheets` are names → records; `formats` number → code; `numbers` the format of each style of cells.
    """
    head = record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0x0DBB, 0x07CC, 0, 6)) + record(
        0x42, b"\xb0\x04"
    )
    head += record(0x22, struct.pack("<H", epoch)) + (record(0x1C1, bytes(8)) if computed else b"")
    for raised in (0, 1, 0, 0, 0):
        head += record(
            0x31, struct.pack("<HHHHHBBBB", 200, 0, 8, 400, raised, 0, 0, 0, 0) + text("Arial", "<B")
        )
    head += b"".join(
        record(0x41E, struct.pack("<H", number) + text(code)) for number, code in dict(formats).items()
    )
    for kind, number in [(0xFFF5, 0)] * 15 + [(1, number) for number in numbers]:
        head += record(0xE0, struct.pack("<HHHBBBBIIH", 0, number, kind, 0x20, 0, 0, 0, 0, 0, 0))
    head += names
    tail = record(0x0A)
    bound = [record(0x85, struct.pack("<IBB", 0, name in hidden, 0) + text(name, "<B")) for name in sheets]
    place = len(head) + sum(map(len, bound)) + len(tail)
    for name, body in sheets.items():
        head += record(0x85, struct.pack("<IBB", place, name in hidden, 0) + text(name, "<B"))
        place += len(body)
    return head + tail + b"".join(sheets.values())


def container(content, name="Workbook"):
    """Return a compound file with one stream."""
    content = content.ljust(max(4096, -(-len(content) // SECTOR) * SECTOR), b"\0")
    n = len(content) // SECTOR
    tables = -(-(n + 2) // 127)
    chain = [*range(1, n), 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFD] * tables]
    table = b"".join(struct.pack("<I", each) for each in chain).ljust(tables * SECTOR, b"\xff")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, tables, n, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += b"".join(struct.pack("<I", n + 1 + place) for place in range(tables))

    def entry(label, kind, child, first, size):
        name = label.encode("utf-16-le")
        return name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36) + struct.pack("<IQ", first, size)  # fmt: skip

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 0, len(content))
    return header.ljust(SECTOR, b"\xff") + content + folder.ljust(SECTOR, b"\0") + table


def old_workbook(sheets, **told):
    """Return the bytes of an old workbook."""
    return container(stream(sheets, **told))
