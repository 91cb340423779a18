"""Puts the refresh token into a cookie, in front of an API that does not do so itself yet."""

from __future__ import annotations

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

COOKIE: Final = "__Secure-refresh"
_ENDS: Final = ("/refresh", "/logout")


class Shim:
    """Answers on a loopback port of its own, and asks the API behind it."""

    def __init__(self, api_port: int) -> None:
        class Handler(_Handler):
            upstream = api_port

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    upstream = 0
    protocol_version = "HTTP/1.1"

    def _carry(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        wanted = self.headers.get("x-session-cookie") == "true"
        headers = {k: v for k, v in self.headers.items() if k.lower() not in {"content-length", "connection"}}
        if wanted and self.path.endswith(_ENDS):
            kept = dict(
                part.strip().split("=", 1)
                for part in (self.headers.get("cookie") or "").split(";")
                if "=" in part
            )
            body = json.dumps({"refresh_token": kept.get(COOKIE, "none")}).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=30)
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        except OSError:
            self._answer(502, [], b"")
            return
        finally:
            connection.close()
        fields = [
            (k, v)
            for k, v in answer.getheaders()
            if k.lower() not in {"content-length", "connection", "transfer-encoding", "date"}
        ]
        if wanted and answer.status == 200:
            tokens = json.loads(content)
            secret = tokens.pop("refresh_token")
            content = json.dumps(tokens).encode()
            attributes = "HttpOnly; Secure; SameSite=Strict; Path=/api/v1/auth; Max-Age=1209600"
            fields.append(("Set-Cookie", f"{COOKIE}={secret}; {attributes}"))
        self._answer(answer.status, fields, content)

    def _answer(self, status: int, fields: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in fields:
            self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if status not in {204, 304}:
            self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = _carry  # noqa: N815 - the base class's names

    def log_message(self, *_: object) -> None:
        """Says nothing: the browser's own log is the one that counts."""
