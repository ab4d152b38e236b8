"""A proxy that ends TLS and asks for a password before a real server, with a certificate of an authority of its own."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Write the certificate of an authority, and its key and certificate for this machine in one file."""
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("authority", "server")
    ]
    made = []
    for key, name, root in zip(keys, names, (True, False), strict=True):
        builder = x509.CertificateBuilder(
            names[0], name, key.public_key(), x509.random_serial_number(), now - day, now + day
        )
        builder = builder.add_extension(x509.BasicConstraints(root, None), critical=True)
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key())
        builder = builder.add_extension(issuer, critical=False)
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        made.append(builder.sign(keys[0], hashes.SHA256()).public_bytes(Encoding.PEM))
    (authority := folder / "authority.pem").write_bytes(made[0])
    private = keys[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (server := folder / "server.pem").write_bytes(private + made[1])
    return authority, server


@contextmanager
def protected(upstream: str, folder: Path, header: str) -> Iterator[tuple[str, Path]]:
    """Serve what an endpoint answers to whoever sends a header `Authorization`; others are told theirs (401).

    Gives the address and the authority's certificate. What is under `/hang` answers nothing.
    """
    authority, server = _certificate(folder)
    over = threading.Event()

    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent = self.headers.get("Authorization", "nothing")
            if self.path == "/hang":
                over.wait(10)
                return
            if sent != header:
                self._answer(401, "text/plain", f"you sent {sent}".encode())
                return
            kept = {name: self.headers[name] for name in ("Accept", "Content-Type")}
            with urllib.request.urlopen(urllib.request.Request(upstream, body, kept), timeout=60) as answer:
                self._answer(answer.status, answer.headers["Content-Type"], answer.read())

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{proxy.server_address[1]}/query", authority
    finally:
        over.set()
        proxy.shutdown()
        proxy.server_close()
