"""Where an event may be sent: by the resolved address, and to that very address."""

import socket
import ssl
import subprocess
import threading
from ipaddress import ip_address

import pytest

from chengnuo.kit.models import WebhookDelivery
from chengnuo.kit.webhooks import addresses
from chengnuo.kit.webhooks.addresses import Place, clean_url, place_of, reachable
from chengnuo.kit.webhooks.posting import post
from chengnuo.kit.webhooks.results import NoAnswer
from chengnuo.kit.webhooks.sending import send_waiting
from chengnuo.ledger.errors import Invalid
from tests.kit.webhooks.conftest import at, make

INSIDE = ["127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.9", "192.168.1.1", "100.64.0.1", "::1", "fd12::1"]
NEVER = [
    "169.254.169.254",
    "169.254.0.23",
    "100.100.100.200",
    "fd00:ec2::254",
    "fe80::1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "ff02::1",
    "::",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
    "198.18.0.1",
    "192.0.2.1",
    "2001:db8::1",
    "240.0.0.1",
]
LOCAL_IPV6 = ["fec0::1", "64:ff9b:1::a9fe:a9fe"]
PUBLIC = ["8.8.8.8", "223.5.5.5", "2400:3200::1", "::ffff:8.8.8.8"]


def verdict(ip: str, *, is_https: bool = True) -> bool:
    try:
        addresses._require_allowed(ip_address(ip), is_https=is_https)
    except NoAnswer:
        return False
    return True


@pytest.mark.parametrize("ip", [*INSIDE, "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"])
def test_the_house_s_own_networks_are_allowed_by_the_setting_only(settings, ip):
    settings.WEBHOOK_PRIVATE = False
    assert not verdict(ip)
    settings.WEBHOOK_PRIVATE = True
    assert (verdict(ip), verdict(ip, is_https=False)) == (True, True)


@pytest.mark.parametrize("ip", [*NEVER, *LOCAL_IPV6])
def test_metadata_and_what_serves_the_network_itself_are_never_allowed(settings, ip):
    settings.WEBHOOK_PRIVATE = True
    assert not verdict(ip)


@pytest.mark.parametrize("ip", PUBLIC)
def test_a_public_address_is_allowed_by_https_alone(settings, ip):
    settings.WEBHOOK_PRIVATE = True
    assert (verdict(ip), verdict(ip, is_https=False)) == (True, False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://example.com/",
        "javascript:alert(1)",
        "https://",
        "https://user:pass@example.com/",
        "https://@example.com/",
        "https://example.com/#part",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://example.com/\n",
        "https://例子.com/",
        "https://[::1/",
        "https://example.com/" + "a" * 500,
        "//example.com/",
    ],
)
def test_what_is_no_address_is_refused_beside_its_field(url):
    with pytest.raises(Invalid) as caught:
        place_of(url.removesuffix("\n") + "\x01" if url.endswith("\n") else url)
    assert list(caught.value.fields) == ["url"]


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"])
def test_this_machine_is_known_by_every_name_that_it_has(settings, host):
    settings.WEBHOOK_PRIVATE = False
    with pytest.raises(Invalid):
        clean_url(f"https://{host}/")


def test_a_name_that_is_unknown_is_refused(settings):
    with pytest.raises(NoAnswer):
        reachable(Place(True, "nobody.invalid", 443, "/"))


def test_an_address_taken_apart_keeps_port_path_and_query():
    assert place_of(" https://hooks.example.com:8443/a/b?c=d ") == Place(True, "hooks.example.com", 8443, "/a/b?c=d")
    assert place_of("http://10.0.0.1") == Place(False, "10.0.0.1", 80, "/")


def test_an_address_is_looked_at_again_at_every_try(cast, server, settings, happens):
    make(cast, server.url)
    happens()
    settings.WEBHOOK_PRIVATE = False
    send_waiting(at())
    row = WebhookDelivery.objects.get()
    assert (server.got, row.state, "CHENGNUO_WEBHOOK_PRIVATE" in row.error) == ([], "waiting", True)


def test_one_forbidden_address_of_a_name_is_enough(monkeypatch):
    both = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: both)
    with pytest.raises(NoAnswer):
        reachable(Place(True, "hooks.example.com", 443, "/"))


def test_the_connection_goes_to_the_address_that_was_looked_at_whatever_the_name_says_later(server, monkeypatch):
    answers = iter(["127.0.0.1"])
    real = socket.getaddrinfo

    def resolve(host, *args, **more):
        return real(next(answers) if host == "hooks.example.com" else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert post(f"http://hooks.example.com:{server.port}/", b"{}", {}).status == 200
    assert server.got[0].headers["Host"] == f"hooks.example.com:{server.port}"


def test_a_certificate_is_checked_against_the_name_and_the_company_s_own_authority(server, settings, tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=chengnuo"]
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*made, *more], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def serve() -> None:
        for _one in range(3):
            plain, _where = listener.accept()
            try:
                with context.wrap_socket(plain, server_side=True) as safe:
                    while not safe.recv(4096).endswith(b"{}"):
                        pass
                    safe.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                plain.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with pytest.raises(NoAnswer, match="证书"):
        post(f"https://127.0.0.1:{port}/", b"{}", {}, 5.0)
    settings.MAIL_CA = str(cert)
    assert post(f"https://127.0.0.1:{port}/", b"{}", {}, 5.0).status == 204
    with pytest.raises(NoAnswer, match="证书"):
        post(f"https://localhost:{port}/", b"{}", {}, 5.0)
    thread.join(5)
    listener.close()
