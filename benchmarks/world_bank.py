"""Fetch 40 indicators of 217 economies and 60 years from a server on this machine that speaks the World
Bank's API.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np

from digimfg.fetching.fetch import fetch
from digimfg.fetching.vintages import load_fetched
from digimfg.variables.countries import COUNTRY_CODES

N_INDICATORS, N_ECONOMIES, YEARS = 40, 217, range(1964, 2024)
AIM_SECONDS = 15.0


def measure() -> list[tuple[str, str, str]]:
    """Return the seconds that a whole fetch takes, and those of reading it back."""
    codes = tuple(f"TEST.INDICATOR.{number:02d}" for number in range(N_INDICATORS))
    with tempfile.TemporaryDirectory() as folder, _server() as address:
        started = time.perf_counter()
        fetched = fetch("world_bank", parts=codes, address=address, folder=Path(folder))
        took = time.perf_counter() - started
        started = time.perf_counter()
        annual = load_fetched("world_bank", folder=Path(folder))["annual"]
        read = time.perf_counter() - started
    rows = sum(int(part["rows"]) for part in fetched.vintage.parts.values())
    expected = N_INDICATORS * N_ECONOMIES * len(YEARS)
    if rows != expected or len(annual) != N_ECONOMIES * len(YEARS):
        raise RuntimeError(f"{rows} rows fetched, {expected} served")
    return [
        (f"world bank: fetch {rows:,} observations", f"{took:.1f} s", f"≤ {AIM_SECONDS:.0f} s"),
        ("world bank: read the vintage", f"{read:.1f} s", ""),
    ]


class _server:  # noqa: N801
    """Serve from a process of its own, so that both sides have a processor."""

    def __enter__(self) -> str:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.world_bank"], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        os.environ["no_proxy"] = "127.0.0.1"
        return self._process.stdout.readline().strip()

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _serve() -> None:
    pages: dict[tuple[str, int, int], bytes] = {}
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            key = ("any", int(query["page"]), int(query["per_page"]))
            with lock:
                if key not in pages:
                    pages[key] = _page(*key)
            content = pages[key].replace(b"any", url.path.rsplit("/", 1)[-1].encode())
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}/v2", flush=True)
    server.serve_forever()


def _page(code: str, page: int, per_page: int) -> bytes:
    keys = [(country, year) for country in COUNTRY_CODES[:N_ECONOMIES] for year in reversed(YEARS)]
    values = np.random.default_rng(1).random(len(keys)) * 100
    header = {
        "page": page, "pages": math.ceil(len(keys) / per_page), "per_page": per_page, "total": len(keys),
        "sourceid": "2", "lastupdated": "2026-10-08",
    }  # fmt: skip
    rows = [
        {
            "indicator": {"id": code, "value": f"Indicator {code} (% of something)"},
            "country": {"id": country[:2], "value": f"Economy {country}"},
            "countryiso3code": country, "date": str(year), "value": float(value), "unit": "",
            "obs_status": "", "decimal": 1,
        }
        for (country, year), value in list(zip(keys, values,
        strict=True))[(page - 1) * per_page : page * per_page]
    ]  # fmt: skip
    return json.dumps([header, rows]).encode()


if __name__ == "__main__":
    _serve()
