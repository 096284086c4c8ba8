"""A repository served over HTTPS, as a git host does: git's own CGI program behind a small server."""

import contextlib
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

_HOST = "127.0.0.77"


@contextlib.contextmanager
def served(repository: Path, folder: Path, trusted: str, tag: str) -> Iterator[tuple[str, Path]]:
    """The address of a copy of a repository, whose last commit has the tag, and the certificates to trust.

    Args:
        folder: where the copy goes.
        trusted: certificates that are trusted as well.
    """
    copy = folder / "acme" / "calendar.git"  # the CLI asks for it under this name
    subprocess.run(["git", "clone", "--quiet", "--bare", repository, copy], check=True)
    subprocess.run(["git", "tag", "--force", tag, "HEAD"], cwd=copy, check=True, capture_output=True)
    authority, bundle = trustme.CA(), folder / "trust.pem"
    bundle.write_text(trusted + authority.cert_pem.bytes().decode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(_HOST).configure_cert(context)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            done = subprocess.run(
                ["git", "http-backend"],
                input=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
                env=os.environ
                | {
                    "GIT_PROJECT_ROOT": str(folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "PATH_INFO": path,
                    "QUERY_STRING": query,
                    "REQUEST_METHOD": self.command,
                    "CONTENT_TYPE": self.headers.get("Content-Type") or "",
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
                },
                capture_output=True,
                check=True,
            )
            head, _, body = done.stdout.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(fields.pop("Status", "200").split()[0]))
            for name, value in {**fields, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    try:
        server = ThreadingHTTPServer((_HOST, 443), Handler)
    except OSError as refused:
        pytest.skip(f"nothing may listen on {_HOST}:443 here, and a plugin's folder cannot hold a port: {refused}")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://{_HOST}/acme/calendar", bundle
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
