"""Servers on this machine that speak as the publishers do, and misbehave on request."""

import csv
import io
import json
import threading
import time
from collections import Counter
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import ceil
from urllib.parse import parse_qs, urlsplit

import pytest

from digimfg.variables.countries import COUNTRY_CODES

COUNTRIES = {"CHN": "China", "DEU": "Germany", "XKX": "Kosovo", "AFE": "Africa Eastern and Southern"}
YEARS = range(2023, 2019, -1)


class Service:
    """Hold what a server has been asked and the faults that it will commit; `reply` says what it knows."""

    def __init__(self):
        self.asked = Counter()
        self.faults = []
        self.agents = set()
        self.connections = set()
        self.at_once = 0
        self.most_at_once = 0
        self.blocked = threading.Event()
        self.release = threading.Event()
        self.lock = threading.Lock()
        self.address = ""

    def reply(self, path, query, headers):
        """Return what is asked for, its page, and the answer: JSON, bytes, or the status of a refusal."""
        raise AssertionError(path)

    def fault(self, kind, *, times=1, code=None, page=None, **how):
        """Commit a fault the next `times` that a request fits."""
        self.faults.append({"kind": kind, "times": times, "code": code, "page": page, **how})

    def next_fault(self, code, page):
        with self.lock:
            for fault in self.faults:
                if fault["times"] > 0 and fault["code"] in (None, code) and fault["page"] in (None, page):
                    fault["times"] -= 1
                    return fault
        return {"kind": None}


class WorldBank(Service):
    """Speak the World Bank's Indicators API."""

    def __init__(self):
        super().__init__()
        self.updated = {"2": "2026-10-08", "3": "2026-09-23"}
        self.values = {}

    def reply(self, path, query, headers):
        code, page = path.rsplit("/", 1)[-1], int(query["page"])
        return code, page, answer(self, code, page, int(query["per_page"]), query.get("source"))

    def add(self, code, *, database="2", shift=0.0, countries=COUNTRIES, years=YEARS):
        """Know an indicator: one value a country and year, one of them null."""
        rows = [
            (
                country,
                year,
                None if (country, year) == ("DEU", 2023) else round(shift + 10 * i + year / 70, 6),
            )
            for i, country in enumerate(countries)
            for year in years
        ]
        self.values[code] = (database, rows)


def answer(bank, code, page, per_page, database):
    """Return the API's JSON value for one page."""
    known = bank.values.get(code)
    if known is None:
        text = "The indicator was not found. It may have been deleted or archived."
        return [{"message": [{"id": "175", "key": "Invalid format", "value": text}]}]
    home, rows = known
    if database not in (None, home) or (database is None and home != "2"):
        return [
            {"page": 0, "pages": 0, "per_page": 0, "total": 0, "sourceid": None, "lastupdated": None},
            None,
        ]
    shown = rows[(page - 1) * per_page : page * per_page]
    header = {
        "page": page, "pages": ceil(len(rows) / per_page), "per_page": per_page, "total": len(rows),
        "sourceid": home, "lastupdated": bank.updated[home],
    }  # fmt: skip
    return [
        header,
        [
            {
                "indicator": {"id": code, "value": f"Name of {code}"},
                "country": {"id": country[:2], "value": COUNTRIES.get(country, country)},
                "countryiso3code": country, "date": str(year), "value": value, "unit": "", "obs_status": "", "decimal": 1,
            }
            for country, year, value in shown
        ],
    ]  # fmt: skip


SDMX_JSON = {
    "structure": "application/vnd.sdmx.structure+json;version=2.0.0",
    "data": "application/vnd.sdmx.data+json;version=2.0.0",
}


class Unido(Service):
    """Speak UNIDO's SDMX 3.0 service for the CIP data flow: one economy a request, 400 where it has none."""

    def __init__(self):
        super().__init__()
        self.codes = ["004", "156", "276", "840", "900", "412"]
        self.values = {
            number: {
                ("cip", year): None if year == 2021 else round(share + (year - 2018) / 70, 6)
                for year in range(2018, last + 1)
            }
            | {("cipRank", year): rank for year in range(2018, last + 1)}
            for number, share, rank, last in (
                ("156", 0.3, 2, 2023), ("276", 0.4, 1, 2023), ("840", 0.25, 3, 2022), ("412", 0.01, 140, 2020),
            )
        }  # fmt: skip

    def reply(self, path, query, headers):
        kind, _, code = path.removeprefix("/portal/sdmx/").partition("/UNIDO/")
        known = {"datastructure": "structure", "data": "data"}[kind]
        if headers["Accept"] != SDMX_JSON[known]:
            return known, None, HTTPStatus.NOT_ACCEPTABLE
        if known == "structure":
            assert code == "CIP_STRUCTURE/latest"
            return known, None, self.structure()
        assert query == {"detail": "full"}
        number = code.removeprefix("CIP/latest/")
        return number, None, self.data(number) if number in self.values else HTTPStatus.BAD_REQUEST

    def structure(self):
        def dimension(name, codes):
            entries = [{"id": code, "names": {"en": f"Name of {code}"}} for code in codes]
            return {"id": name, "localRepresentation": {"enumeration": entries}}

        dimensions = [
            dimension("COUNTRY", self.codes),
            dimension("INDICATOR", ["cip", "cipRank"]),
            {"id": "CLASSIFICATION"},
        ]
        components = {"dimensionList": {"dimensions": dimensions}}
        return {"data": {"dataStructures": [{"dataStructureComponents": components}]}}

    def data(self, number):
        series = {}
        for (indicator, year), value in self.values[number].items():
            held = series.setdefault(f"{number}.{indicator}.NA.NA", {"observations": {}})
            held["observations"][str(year)] = [[value]]
        dimensions = ["COUNTRY", "INDICATOR", "CLASSIFICATION", "CLASSIFICATION_COMBO"]
        return {
            "data": {"structure": {"dimensions": {"series": dimensions}}, "dataSets": [{"series": series}]}
        }


class Data360(Service):
    """Serve the wide file of the E-Government Development Index: a row an economy and indicator, a column a survey."""

    HEADER = ("FREQ", "FREQ_LABEL", "REF_AREA", "REF_AREA_LABEL", "INDICATOR", "INDICATOR_LABEL", "UNIT_MEASURE",
              "COMMENT_TS", "DATABASE_ID")  # fmt: skip

    def __init__(self):
        super().__init__()
        self.years = ("2003", "2022", "2024")
        self.economies = (*COUNTRY_CODES[:190], "USA", "WLD")
        self.content = self.file()

    def file(self, *, edit=lambda rows: rows, bom=True):
        rows = []
        for place, economy in enumerate(self.economies):
            for code, label, shift in (
                ("UN_EGDI_EGDI", "E-Government Development Index", 0.0),
                ("UN_EGDI_OSI", "Online Service Index", 0.05),
                ("UN_EGDI_EGDI_RANK", "Rank", None),
            ):
                values = [
                    str(place + 1) if shift is None else f"{0.1 + shift + place / 300 + survey / 40:.5f}"
                    for survey in range(len(self.years))
                ]
                if economy == "AFG" and shift == 0.0:
                    values[1] = ""
                comment = "Two\nlines" if economy == "AGO" else ""
                rows.append(
                    [
                        "A",
                        "Annual",
                        economy,
                        f"Name, of {economy}",
                        code,
                        label,
                        "IX",
                        comment,
                        "UN_EGDI",
                        *values,
                    ]
                )
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows(edit([[*self.HEADER, *self.years], *rows]))
        return stream.getvalue().encode("utf-8-sig" if bom else "utf-8")

    def reply(self, path, query, headers):
        return path.removeprefix("/"), None, self.content


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    bank = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        bank = self.bank
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        code, page, value = bank.reply(url.path, query, self.headers)
        with bank.lock:
            bank.asked[code] += 1
            bank.at_once += 1
            bank.most_at_once = max(bank.most_at_once, bank.at_once)
            bank.agents.add(self.headers["User-Agent"])
            bank.connections.add(self.client_address)
        try:
            fault = bank.next_fault(code, page)
            self.misbehave(fault, value)
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            with bank.lock:
                bank.at_once -= 1

    def misbehave(self, fault, value):
        kind = fault["kind"]
        if kind == "status":
            headers = {"Retry-After": fault["wait"]} if "wait" in fault else {}
            return self.send(b"<html>busy</html>", status=fault["status"], headers=headers)
        if kind == "slow":
            time.sleep(fault["seconds"])
        if kind == "block":
            self.bank.blocked.set()
            self.bank.release.wait(20)
        if kind == "html":
            return self.send(b"<!DOCTYPE html><html><body>Please log in to the network</body></html>")
        if kind == "hang_up":
            self.close_connection = True
            return None
        if kind is None and isinstance(value, HTTPStatus):
            return self.send(b'{"message": "Invalid country codes"}', status=value)
        if kind == "edit":
            value = fault["edit"](value)
        content = value if isinstance(value, bytes) else json.dumps(value).encode()
        if kind == "bytes":
            content = fault["edit"](content)
        if kind == "cut_connection":
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
            return None
        if kind == "drip":
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            for start in range(0, len(content), 40):
                self.wfile.write(content[start : start + 40])
                self.wfile.flush()
                time.sleep(0.02)
            return None
        return self.send(content)

    def send(self, content, *, status=200, headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def serve(monkeypatch):
    """Return a function that starts a server for a handler class and returns its address."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    started = []

    def start(handler):
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        started.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in started:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def host(serve):
    """Return a function that starts a server for a `Service` and returns it with its address."""
    started = []

    def start(service, path=""):
        service.address = serve(type("ServiceHandler", (Handler,), {"bank": service})) + path
        started.append(service)
        return service

    yield start
    for service in started:
        service.release.set()


@pytest.fixture
def bank(host):
    """Start a World Bank with three indicators, one of them in the governance database."""
    known = WorldBank()
    known.add("IT.NET.USER.ZS")
    known.add("NV.IND.MANF.ZS", shift=5.0)
    known.add("GOV_WGI_GE.EST", database="3", shift=-1.0)
    return host(known, "/v2")


@pytest.fixture
def industry(host):
    """Start a UNIDO with four economies and an aggregate that it has nothing for."""
    return host(Unido(), "/portal/sdmx")


@pytest.fixture
def surveys(host):
    """Start a Data360 that serves one file."""
    return host(Data360())
