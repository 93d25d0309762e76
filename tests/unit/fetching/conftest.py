"""A server on this machine that speaks the World Bank's Indicators API, and misbehaves on request."""

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import ceil
from urllib.parse import parse_qs, urlsplit

import pytest

COUNTRIES = {"CHN": "China", "DEU": "Germany", "XKX": "Kosovo", "AFE": "Africa Eastern and Southern"}
YEARS = range(2023, 2019, -1)


class WorldBank:
    """Hold what the server knows, what it has been asked, and the faults that it will commit."""

    def __init__(self):
        self.updated = {"2": "2026-10-08", "3": "2026-09-23"}
        self.values = {}
        self.asked = Counter()
        self.faults = []
        self.agents = set()
        self.at_once = 0
        self.most_at_once = 0
        self.blocked = threading.Event()
        self.release = threading.Event()
        self.lock = threading.Lock()
        self.address = ""

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
        code, page = url.path.rsplit("/", 1)[-1], int(query["page"])
        with bank.lock:
            bank.asked[code] += 1
            bank.at_once += 1
            bank.most_at_once = max(bank.most_at_once, bank.at_once)
            bank.agents.add(self.headers["User-Agent"])
        try:
            fault = bank.next_fault(code, page)
            value = answer(bank, code, page, int(query["per_page"]), query.get("source"))
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
        if kind == "edit":
            value = fault["edit"](value)
        content = json.dumps(value).encode()
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
def bank(serve):
    """Start a World Bank with three indicators, one of them in the governance database."""
    known = WorldBank()
    known.add("IT.NET.USER.ZS")
    known.add("NV.IND.MANF.ZS", shift=5.0)
    known.add("GOV_WGI_GE.EST", database="3", shift=-1.0)
    known.address = serve(type("WorldBankHandler", (Handler,), {"bank": known})) + "/v2"
    yield known
    known.release.set()
