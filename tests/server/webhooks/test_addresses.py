"""Webhooks go where they may, to the address that was checked, and to nobody who only pretends to be the receiver."""

import datetime as dt
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from modelyard.server.kernel.sealing import Sealer
from modelyard.server.outbound.addresses import AddressRules, is_public
from modelyard.server.webhooks.sending import Letter, Outcome, Sender
from tests.server.webhooks.conftest import Hooks
from tests.support.receiver import Answer, Receiver, receiving
from tests.support.server import ModelyardServer

SEALER = Sealer(["k" * 32])
ANYWHERE = AddressRules("webhook", allow_private=True, allow_http=True)
PUBLIC_ONLY = AddressRules("webhook", allow_private=False, allow_http=True)
LookUp = Callable[..., list[Any]]


async def send(url: str, rules: AddressRules = ANYWHERE, seconds: float = 20) -> Outcome:
    sender = Sender(rules, SEALER, seconds)
    try:
        return await sender.send(Letter(url, "an-id", "{}", None))
    finally:
        await sender.close()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.1.2.3", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::", "::1", "fe80::1", "fc00::1"),
        *("ff02::1", "ff0e::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1"),
        *("2002:7f00:1::", "2002:a00:1::", "2001:0:1:2::f5ff:fffe", "fe80::1%eth0"),
        *("::127.0.0.1", "::10.0.0.8", "::8.8.8.8", "::ffff:0:127.0.0.1", "fec0::1", "feff::1", "fd00::1", "192.0.0.8"),
        *("192.0.0.9", "192.0.0.170", "192.88.99.1", "198.18.0.1", "203.0.113.1", "233.252.0.1", "0.1.2.3"),
        *(
            "64:ff9b:1::1",
            "100::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:1::1",
            "3fff::1",
            "5f00::1",
            "4000::1",
        ),
        *("2002:c000:8::", "64:ff9b::c000:8", "::ffff:192.0.0.8"),
    ],
)
def test_an_address_that_is_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]
)
def test_a_public_address(address: str):
    assert is_public(address)


@pytest.fixture
def strict(new_server: Callable[..., ModelyardServer]) -> Iterator[Hooks]:
    """A server with the settings as they are when nobody changes them."""
    with new_server().start().client() as http:
        yield Hooks(http, "default")


REFUSED = [
    ("http://example.com/", "is not https"),
    ("https://127.0.0.1/", "not public"),
    ("https://localhost:8443/x", "not public"),
    ("https://10.0.0.8/", "not public"),
    ("https://[::1]/", "not public"),
    ("https://[::ffff:169.254.169.254]/", "not public"),
    ("https://[::127.0.0.1]/", "not public"),
    ("https://[fec0::1]/", "not public"),
    ("https://192.0.0.8/", "not public"),
    ("https://2130706433/", "not public"),
    ("https://0x7f.1/", "not public"),
    ("https://no-such-host.invalid/", "cannot be found"),
    ("https://user:password@example.com/", "user name or password"),
    ("https:///path", "names no host"),
    ("ftp://example.com/", "must begin with https"),
    ("file:///etc/passwd", "must begin with https"),
    ("https://example.com:99999/", "port 99999"),
    ("https://exa mple.com/", "cannot be"),
    ("https://[", "cannot be read"),
    ("https://xn--a/", "cannot be read"),
    ("", "1 to 2000"),
    ("https://example.com/" + "x" * 2000, "1 to 2000"),
]


def test_urls_that_are_refused(strict: Hooks):
    body = {"name": "h", "events": ["prompt.created"]}
    for url, reason in REFUSED:
        native = strict.http.post(strict.base, json={**body, "url": url})
        assert (native.status_code, native.json()["error"]["code"]) == (400, "invalid_argument"), url
        assert reason in native.json()["error"]["message"], native.text
        assert "password" not in native.json()["error"]["message"].replace("user name or password", "")
        protocol = strict.http.post(
            f"{strict.mlflow}/webhooks",
            json={"name": "h", "url": url, "events": [{"entity": "PROMPT", "action": "CREATED"}]},
        )
        assert (protocol.status_code, protocol.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), url
    assert strict.http.get(strict.base).json()["items"] == []


def test_a_webhook_made_while_more_was_allowed_is_not_delivered_to(
    new_server: Callable[..., ModelyardServer], receiver: Receiver
):
    server = new_server(webhook_allow_private=True, webhook_allow_http=True).start()
    with server.client() as http:
        hook = Hooks(http, "default").make(receiver.url)
    server.stop()
    server.settings = {"webhook_allow_http": True}
    server.restart()
    with server.client() as http:
        hooks = Hooks(http, "default")
        tested = http.post(f"{hooks.base}/{hook['id']}/test", json={}).json()
        assert (tested["success"], tested["response_status"]) == (False, None)
        assert "127.0.0.1, which is not public" in tested["error"]
        refused = http.patch(f"{hooks.base}/{hook['id']}", json={"url": receiver.url})
        assert refused.status_code == 400
    assert receiver.received == []


def looking_up(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Lets a host have other addresses each time it is looked up; answers the list of what was looked up."""
    asked: list[str] = []
    real: LookUp = socket.getaddrinfo

    def look_up(host: Any, port: Any, *arguments: Any, **options: Any) -> list[Any]:
        if host != "hooks.test":
            return real(host, port, *arguments, **options)
        addresses = answers[len(asked)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


async def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch, receiver: Receiver):
    """A second look-up, which could give another address, would find no answer here."""
    asked = looking_up(monkeypatch, ["127.0.0.1"])
    outcome = await send(f"http://hooks.test:{receiver.port}/x?y=1")
    assert (outcome.error, outcome.response_status) == (None, 200)
    assert asked == ["hooks.test"]
    (request,) = receiver.received
    assert (request.headers["host"], request.path) == (f"hooks.test:{receiver.port}", "/x?y=1")


async def test_one_private_address_among_several_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
):
    looking_up(monkeypatch, ["93.184.216.34", "127.0.0.1"])
    outcome = await send(f"http://hooks.test:{receiver.port}/", PUBLIC_ONLY)
    assert outcome.error is not None
    assert "127.0.0.1, which is not public" in outcome.error
    assert not outcome.may_retry
    assert receiver.received == []


async def test_the_next_address_is_tried_when_nobody_listens_at_the_first(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
):
    looking_up(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    assert (await send(f"http://hooks.test:{receiver.port}/")).error is None
    assert len(receiver.received) == 1


async def test_a_name_that_cannot_be_looked_up_is_tried_again_later():
    outcome = await send("http://no-such-host.invalid/")
    assert outcome.may_retry
    assert outcome.error is not None
    assert "no-such-host.invalid" in outcome.error


async def test_an_answer_without_end_is_given_up():
    with receiving() as slow:
        slow.answers = [Answer(after_seconds=2)]
        outcome = await send(slow.url, seconds=0.3)
    assert outcome.may_retry
    assert outcome.error == "No complete response within 0.3 s."


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[[str], ssl.SSLContext]:
    """Makes a server's TLS for a host name; the file `authority.pem` is what it is checked against."""

    def make(host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(hours=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        (tmp_path / "authority.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (tmp_path / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "authority.pem", tmp_path / "key.pem")
        return context

    return make


async def test_the_certificate_must_be_that_of_the_name(
    certificate: Callable[[str], ssl.SSLContext], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    for host, error in (("hooks.test", None), ("other.test", "hooks.test")):
        looking_up(monkeypatch, ["127.0.0.1"])
        with receiving(certificate(host)) as receiver:
            outcome = await send(f"https://hooks.test:{receiver.port}/")
            assert len(receiver.received) == (0 if error else 1)
        assert error is None or (outcome.error is not None and error in outcome.error)


async def test_a_certificate_of_nobody_known_is_refused(certificate: Callable[[str], ssl.SSLContext]):
    with receiving(certificate("localhost")) as receiver:
        outcome = await send(f"https://localhost:{receiver.port}/")
        assert outcome.error is not None
        assert "certificate" in outcome.error.lower()
        assert receiver.received == []
