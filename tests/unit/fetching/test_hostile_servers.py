"""Servers that are slow, endless, elsewhere, not who they say, or half broken: an end to every wait, and a plain word."""

import gzip
import itertools
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest
from refused import refused

from digimfg.errors import Fault, SourceError
from digimfg.fetching import all_publishers, find_publisher
from digimfg.fetching.client import Client, Manners
from digimfg.fetching.faults import asked_pause
from digimfg.fetching.fetch import fetch
from digimfg.fetching.vintages import find_vintage

ONCE = Manners(timeout=0.4, attempts=1, workers=2, first_pause=0.0, rounds=1)
QUICK = Manners(timeout=5.0, attempts=3, workers=2, first_pause=0.01)
SOON = 2.0  # seconds: many times the timeout, far below what a patient client waits


@pytest.fixture
def tcp(monkeypatch):
    """Return a function that serves each connection by a function of its socket, and counts connections."""
    for name in (
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
        "no_proxy",
        "NO_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    ended, servers = threading.Event(), []

    def start(speak):
        listening = socket.create_server(("127.0.0.1", 0))
        listening.settimeout(0.05)
        counted = Counter()

        def one(connection):
            with connection, suppress(OSError):
                speak(connection, ended)

        def serve():
            while not ended.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                counted["connections"] += 1
                threading.Thread(target=one, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        servers.append((listening, thread))
        return f"127.0.0.1:{listening.getsockname()[1]}", counted

    yield start
    ended.set()
    for listening, thread in servers:
        thread.join()
        listening.close()


def drip(data, pause=0.05):
    """Return how a server speaks that sends a beginning at once and then one byte after another, for ever."""

    def speak(connection, ended):
        connection.recv(65536)
        connection.sendall(data[0])
        for byte in itertools.chain(data[1], itertools.repeat(data[1][-1])):
            if ended.wait(pause):
                return
            connection.sendall(bytes([byte]))

    return speak


def silent(connection, ended):
    ended.wait(30)


OK = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "status line": (b"", b"HTTP/1.1 200 OK and so on"),
    "one endless header": (OK, b"X-Header: aaaa"),
    "endless headers": (OK + b"X-A: 1\r\n", b"X: 1\r\n" * 99),
    "body of a length": (OK + b"Content-Length: 100000\r\n\r\n", b"[1, 2"),
    "body until the end": (OK + b"Connection: close\r\n\r\n", b"[1, 2"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n[\r\n" * 999),
    "size of a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;aaaaaa"),
    "refusal": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 9999\r\n\r\n", b"x"),
}


@pytest.mark.parametrize("name", DRIPS)
def test_a_byte_now_and_then_does_not_hold_a_request(tcp, tmp_path, name):
    host, counted = tcp(drip(DRIPS[name]))
    begun = time.monotonic()
    with refused(SourceError, "fetching.answer_not_whole", last="answers.too_slow"):
        fetch("world_bank", parts=["SP.POP.TOTL"], address=f"http://{host}/v2", manners=ONCE, folder=tmp_path)
    assert time.monotonic() - begun < SOON
    assert counted["connections"] == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_silence_ends_too_before_and_after_a_connection_is_encrypted(tcp, tmp_path, scheme):
    host, _ = tcp(silent)
    begun = time.monotonic()
    with refused(SourceError, "fetching.answer_not_whole", last="answers.too_slow"):
        fetch(
            "world_bank", parts=["SP.POP.TOTL"], address=f"{scheme}://{host}", manners=ONCE, folder=tmp_path
        )
    assert time.monotonic() - begun < SOON


def test_a_handshake_that_drips_ends(tcp, tmp_path):
    host, _ = tcp(drip((b"\x16\x03\x03\x40\x00", b"\x02")))
    begun = time.monotonic()
    with pytest.raises(SourceError):
        fetch("world_bank", parts=["SP.POP.TOTL"], address=f"https://{host}", manners=ONCE, folder=tmp_path)
    assert time.monotonic() - begun < SOON


def test_redirects_share_one_time(tcp, tmp_path):
    def speak(connection, ended):
        connection.recv(65536)
        if not ended.wait(0.25):
            connection.sendall(
                b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )

    host, counted = tcp(speak)
    begun = time.monotonic()
    with refused(SourceError, "fetching.answer_not_whole", last="answers.too_slow"):
        fetch("world_bank", parts=["SP.POP.TOTL"], address=f"http://{host}", manners=ONCE, folder=tmp_path)
    assert time.monotonic() - begun < SOON
    assert counted["connections"] == 2


def test_a_connection_that_served_before_is_cut_too(tcp):
    def speak(connection, ended):
        connection.recv(65536)
        connection.sendall(OK + b"Content-Length: 2\r\n\r\nok")
        connection.recv(65536)
        connection.sendall(OK)
        while not ended.wait(0.05):
            connection.sendall(b"X")

    host, counted = tcp(speak)
    client = Client(ONCE)
    assert client.get(f"http://{host}", {}, bytes) == b"ok"
    begun = time.monotonic()
    with refused(SourceError, "fetching.answer_not_whole", last="answers.too_slow"):
        client.get(f"http://{host}", {}, bytes)
    assert time.monotonic() - begun < SOON
    assert counted["connections"] == 1


def endless(head, piece):
    def speak(connection, ended):
        connection.recv(65536)
        connection.sendall(head)
        while not ended.is_set():
            connection.sendall(piece)

    return speak


BOMB = gzip.compress(b"0" * 20_000_000)
LARGE = {
    "declared": endless(OK + b"Content-Length: 99999999999999999999999999\r\n\r\n", b"x" * 65536),
    "until the end": endless(OK + b"Connection: close\r\n\r\n", b"x" * 65536),
    "in chunks": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    "compressed": endless(
        OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB, b""
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_an_answer_without_end_is_left_at_the_limit(tcp, tmp_path, name):
    host, counted = tcp(LARGE[name])
    manners = Manners(timeout=20, attempts=3, first_pause=0.0, largest=1_000_000)
    with refused(SourceError, "fetching.answer_too_large", largest=1000000):
        fetch("world_bank", parts=["SP.POP.TOTL"], address=f"http://{host}", manners=manners, folder=tmp_path)
    assert counted["connections"] == 1


def test_a_file_by_hand_has_the_same_limit(tmp_path):
    (tmp_path / "UN_EGDI_WIDEF.csv").write_bytes(b"x" * 2000)
    with refused(SourceError, "fetching.answer_too_large", largest=1000):
        fetch(
            "un_egovernment",
            address=tmp_path.as_uri(),
            manners=Manners(largest=1000),
            folder=tmp_path / "fetched",
        )


class Redirecting(BaseHTTPRequestHandler):
    """Send every request on, and count them."""

    location = ""
    asked = 0

    def log_message(self, *_):
        pass

    def do_GET(self):
        type(self).asked += 1
        self.send_response(302)
        self.send_header("Location", self.location.replace("{path}", self.path))
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def redirecting(serve):
    """Return a function that starts a server which redirects to a location, and returns its address and handler."""

    def start(location):
        handler = type("Handler", (Redirecting,), {"location": location, "asked": 0})
        return serve(handler), handler

    return start


def test_a_redirect_to_another_host_is_followed_and_told(bank, redirecting, tmp_path):
    there = bank.address.removesuffix("/v2")
    address, _ = redirecting(there + "{path}")
    fetched = fetch(
        "world_bank", parts=["IT.NET.USER.ZS"], address=f"{address}/v2", manners=QUICK, folder=tmp_path
    )
    (note,) = fetched.notes
    here, host = address.removeprefix("http://"), there.removeprefix("http://")
    assert note.en == f"{here} redirects to another host: {host} gave the answers"
    assert host in note.zh
    assert find_vintage("world_bank", folder=tmp_path).address == f"{address}/v2"


def test_a_redirect_within_the_host_says_nothing(bank, tmp_path, monkeypatch):
    reply = bank.reply
    moved = bank.address.replace("/v2", "/v3")
    bank.fault("bytes", edit=lambda content: content, times=0)
    monkeypatch.setattr(
        bank, "reply", lambda path, query, headers: reply(path.replace("/v3/", "/v2/"), query, headers)
    )
    fetched = fetch("world_bank", parts=["IT.NET.USER.ZS"], address=moved, manners=QUICK, folder=tmp_path)
    assert fetched.notes == ()


def test_a_login_page_of_another_host_is_named(redirecting, serve, tmp_path):
    class Login(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            content = b"<!DOCTYPE html><html>Please log in to the network</html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    there = serve(Login)
    address, _ = redirecting(there + "/login")
    with refused(SourceError, "fetching.answer_not_whole", last="answers.from_elsewhere") as caught:
        fetch("world_bank", parts=["SP.POP.TOTL"], address=address, manners=QUICK, folder=tmp_path)
    told = caught.value.facts["last"].values
    assert (told["host"], told["reason"].kind) == (there.removeprefix("http://"), "answers.web_page_for_json")


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://host/x", "//name:secret@host/x", "http://[::1", "data:text/plain,x", "javascript:x", "gopher://x"],
)  # fmt: skip
def test_a_redirect_out_of_the_web_is_refused_at_once(redirecting, tmp_path, location):
    address, handler = redirecting(location)
    with refused(SourceError, "fetching.redirect_refused"):
        fetch("world_bank", parts=["SP.POP.TOTL"], address=address, manners=QUICK, folder=tmp_path)
    assert handler.asked == 1


def test_a_redirect_with_an_endless_body_is_followed_without_it(tcp, tmp_path):
    head = b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nConnection: close\r\n\r\n"
    host, _ = tcp(endless(head, b"x" * 65536))
    begun = time.monotonic()
    with refused(SourceError, "fetching.redirect_refused"):
        fetch("world_bank", parts=["SP.POP.TOTL"], address=f"http://{host}", manners=QUICK, folder=tmp_path)
    assert time.monotonic() - begun < SOON


def test_a_circle_of_redirects_ends(redirecting, tmp_path):
    address, handler = redirecting("{path}&x=1")
    with refused(SourceError, "fetching.redirect_refused", got="more than 5 redirects"):
        fetch("world_bank", parts=["SP.POP.TOTL"], address=address, manners=QUICK, folder=tmp_path)
    assert handler.asked == 6


@pytest.fixture
def certificate(tmp_path):
    """Make a certificate that nobody vouches for."""
    files = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
               "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", files[0], "-out", files[1]]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs openssl")
    return files


def secure(certificate, answer):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])

    def speak(connection, ended):
        with context.wrap_socket(connection, server_side=True) as encrypted:
            encrypted.recv(65536)
            encrypted.sendall(answer)

    return speak


def test_a_certificate_that_nobody_vouches_for_is_named_and_not_asked_again(tcp, tmp_path, certificate):
    host, counted = tcp(secure(certificate, OK + b"Content-Length: 0\r\n\r\n"))
    with refused(SourceError, "fetching.certificate_refused", where=host):
        fetch("world_bank", address=f"https://{host}", manners=QUICK, folder=tmp_path / "fetched")
    assert counted["connections"] <= 2 * QUICK.workers


def test_encryption_is_not_given_up_by_a_redirect(tcp, redirecting, tmp_path, certificate, monkeypatch):
    plain, handler = redirecting("/x")
    answer = b"HTTP/1.1 302 Found\r\nLocation: " + plain.encode() + b"/x\r\nContent-Length: 0\r\n\r\n"
    host, _ = tcp(secure(certificate, answer))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[1]))
    with refused(SourceError, "fetching.redirect_refused"):
        fetch(
            "world_bank",
            parts=["SP.POP.TOTL"],
            address=f"https://{host}",
            manners=QUICK,
            folder=tmp_path / "fetched",
        )
    assert handler.asked == 0


def test_a_drip_within_encryption_ends(tcp, tmp_path, certificate, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])

    def speak(connection, ended):
        with context.wrap_socket(connection, server_side=True) as encrypted:
            drip((OK + b"Content-Length: 9999\r\n\r\n", b"[1"))(encrypted, ended)

    host, _ = tcp(speak)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[1]))
    begun = time.monotonic()
    with refused(SourceError, "fetching.answer_not_whole", last="answers.too_slow"):
        fetch(
            "world_bank",
            parts=["SP.POP.TOTL"],
            address=f"https://{host}",
            manners=ONCE,
            folder=tmp_path / "fetched",
        )
    assert time.monotonic() - begun < SOON


def test_a_server_without_encryption_is_named(bank, tmp_path):
    address = bank.address.replace("http://", "https://")
    with refused(SourceError, "fetching.server_without_https"):
        fetch("world_bank", parts=["SP.POP.TOTL"], address=address, manners=QUICK, folder=tmp_path)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_named_and_not_asked_again(tmp_path, monkeypatch, scheme):
    monkeypatch.setenv(f"{scheme}_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    slow = Manners(attempts=5, first_pause=30.0)
    begun = time.monotonic()
    with refused(SourceError, "fetching.proxy_not_reached"):
        fetch(
            "world_bank",
            parts=["SP.POP.TOTL"],
            address=f"{scheme}://192.0.2.1",
            manners=slow,
            folder=tmp_path,
        )
    assert time.monotonic() - begun < SOON


@pytest.mark.parametrize(
    ("scheme", "kind"), [("http", "fetching.proxy_refuses"), ("https", "fetching.proxy_not_reached")]
)
def test_a_proxy_that_wants_a_password_is_named(tcp, tmp_path, monkeypatch, scheme, kind):
    def speak(connection, ended):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    host, counted = tcp(speak)
    monkeypatch.setenv(f"{scheme}_proxy", f"http://{host}")
    with refused(SourceError, kind):
        fetch(
            "world_bank",
            parts=["SP.POP.TOTL"],
            address=f"{scheme}://192.0.2.1",
            manners=QUICK,
            folder=tmp_path,
        )
    assert counted["connections"] == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "fetching.access_denied"), (403, "fetching.access_denied"), (413, "fetching.request_too_large"), (414, "fetching.request_too_large"), (431, "fetching.request_too_large"), (451, "fetching.access_denied"),
     (301, "fetching.address_refused"), (304, "fetching.address_refused"), (405, "fetching.address_refused")],
)  # fmt: skip
def test_a_refusal_says_what_it_is_once(bank, tmp_path, status, kind):
    bank.fault("status", status=status, times=99)
    with refused(SourceError, kind, got=f"HTTP {status}"):
        fetch("world_bank", parts=["IT.NET.USER.ZS"], address=bank.address, manners=QUICK, folder=tmp_path)
    assert bank.asked["IT.NET.USER.ZS"] == 1


@pytest.mark.parametrize(
    "header",
    [
        "²",
        "9" * 400,
        "-5",
        "1e5",
        "Wed, 99 Foo 99999 99:99:99 GMT",
        "Mon, 01 Jan 9999999 00:00:00 GMT",
        "",
        "\x00",
        "0x10",
    ],
)
def test_an_odd_pause_is_none_or_a_number(header):
    pause = asked_pause(header)
    assert pause is None or pause >= 0


def catalogue(bank, count=24):
    for number in range(count):
        bank.add(f"TEST.{number:02d}", shift=number)
    return [f"TEST.{number:02d}" for number in range(count)]


@pytest.fixture
def pauses(monkeypatch):
    """Collect the pauses between rounds instead of waiting."""
    collected = []
    monkeypatch.setattr(Client, "pause", lambda self, seconds: collected.append(seconds))
    return collected


class Shaky:
    """Fail each first answer to a page in its middle, and every third answer of all."""

    def __init__(self, bank, monkeypatch):
        self.count, self.first, next_fault = itertools.count(1), set(), bank.next_fault

        def fault(code, page):
            number = next(self.count)
            if (code, page) not in self.first:
                self.first.add((code, page))
                return {"kind": "cut_connection"}
            return {"kind": "status", "status": 500} if number % 3 == 0 else next_fault(code, page)

        monkeypatch.setattr(bank, "next_fault", fault)


def test_one_third_of_faulty_answers_and_every_first_one_cut_costs_only_time(
    bank, tmp_path, monkeypatch, pauses
):
    codes = catalogue(bank)
    expected = fetch(
        "world_bank", parts=codes, address=bank.address, manners=QUICK, folder=tmp_path / "calm"
    ).vintage.digest
    Shaky(bank, monkeypatch)
    manners = Manners(timeout=5, attempts=2, workers=4, first_pause=0.0, rounds=10)
    fetched = fetch(
        "world_bank", parts=codes, address=bank.address, manners=manners, folder=tmp_path / "shaky"
    )
    assert fetched.vintage.digest == expected
    assert pauses, "nothing used up its attempts"


def test_what_fails_does_not_keep_the_others_waiting_and_comes_back_in_rounds(bank, tmp_path, pauses):
    codes = catalogue(bank)
    for code in ("TEST.00", "TEST.05"):
        bank.fault("html", code=code, times=99)
    told = []
    manners = Manners(timeout=5, attempts=2, workers=2, first_pause=0.01, rounds=4)
    with refused(SourceError, "fetching.parts_still_missing") as caught:
        fetch("world_bank", parts=codes, address=bank.address, manners=manners, folder=tmp_path,
              progress=lambda done, total, what: told.append((done, total, what.en)))  # fmt: skip
    assert {code for code in codes if bank.asked[code]} == set(codes)
    assert (bank.asked["TEST.00"], bank.asked["TEST.05"]) == (8, 8)
    got = caught.value.got.en
    assert got.startswith("2 still missing, in each of 4 rounds: ")
    assert "TEST.00: a web page" in got
    assert "TEST.05: a web page" in got
    assert "TEST.01" not in got
    assert pauses == sorted(set(pauses))
    assert len(pauses) == 3
    assert max(done for done, *_ in told) == 22
    assert any("2 parts failed, asking again" in what for *_, what in told)
    asked = dict(bank.asked)
    bank.faults.clear()
    fetched = fetch("world_bank", parts=codes, address=bank.address, manners=QUICK, folder=tmp_path)
    assert (fetched.asked, fetched.kept) == (2, 22)
    assert {code for code in codes if bank.asked[code] != asked[code]} == {"TEST.00", "TEST.05"}


def test_pauses_between_rounds_grow_and_have_an_end():
    client = Client(Manners())
    pauses = [client.pause_before(number) for number in range(2, 12)]
    assert pauses[0] == 8.0
    assert pauses == sorted(pauses)
    assert pauses[-1] == 60.0


def test_a_refusal_of_one_part_is_told_at_the_end_and_not_repeated(bank, tmp_path, pauses):
    codes = catalogue(bank, 8)
    bank.fault("status", status=403, code="TEST.00", times=99)
    with refused(SourceError, "fetching.access_denied", got="HTTP 403"):
        fetch("world_bank", parts=codes, address=bank.address, manners=QUICK, folder=tmp_path)
    assert bank.asked["TEST.00"] == 1
    assert all(bank.asked[code] for code in codes)
    assert pauses == []


def test_a_server_of_which_nothing_comes_is_asked_little(bank, tmp_path, pauses):
    codes = catalogue(bank, 40)
    bank.fault("html", times=999)
    manners = Manners(timeout=5, attempts=1, workers=2, first_pause=0.0)
    with refused(SourceError, "fetching.parts_still_missing", total=40):
        fetch("world_bank", parts=codes, address=bank.address, manners=manners, folder=tmp_path)
    assert sum(bank.asked.values()) <= 8
    assert pauses == []


def test_a_long_pause_that_the_server_asks_for_ends_everything(bank, tmp_path, pauses):
    codes = catalogue(bank, 12)
    bank.fault("status", status=429, wait="86400", code="TEST.03", times=99)
    with refused(SourceError, "fetching.answer_not_whole", last="answers.busy_for"):
        fetch(
            "world_bank",
            parts=codes,
            address=bank.address,
            manners=Manners(workers=1, first_pause=0.0),
            folder=tmp_path,
        )
    assert bank.asked["TEST.03"] == 1
    assert not bank.asked["TEST.11"]
    assert pauses == []


NOTHING = {
    "silence": (silent, Fault.of("fetching.answer_not_whole", last="answers.too_slow")),
    "a drip": (drip(DRIPS["body until the end"]), Fault.of("fetching.answer_not_whole", last="answers.too_slow")),
    "no end": (LARGE["in chunks"], "fetching.answer_too_large"),
    "garbage": (endless(b"\x00\xff" * 50, b"\x00\xff" * 999), Fault.of("fetching.answer_not_whole", last="answers.connection_broken_off")),
    "nothing": (lambda connection, ended: None, Fault.of("fetching.answer_not_whole", last="answers.connection_broken_off")),
    "a refusal": (endless(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", b""), "fetching.request_too_large"),
}  # fmt: skip


@pytest.mark.parametrize("publisher", list(all_publishers()))
@pytest.mark.parametrize("name", NOTHING)
def test_every_publisher_comes_to_an_end_on_every_server(tcp, tmp_path, publisher, name):
    speak, kind = NOTHING[name]
    host, _ = tcp(speak)
    part = next(iter(find_publisher(publisher).parts), "USA")
    manners = Manners(timeout=0.4, attempts=1, workers=2, first_pause=0.0, rounds=1, largest=200_000)
    begun = time.monotonic()
    with refused(SourceError, kind):
        fetch(publisher, parts=[part], address=f"http://{host}", manners=manners, folder=tmp_path)
    assert time.monotonic() - begun < SOON
    assert not list(tmp_path.rglob("manifest.json"))
