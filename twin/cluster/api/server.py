"""The sockets of the API: HTTP/1.1 with kept connections on loopback, one thread for each connection."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from twin.cluster.api.access import Authenticator
from twin.cluster.api.dispatch import Api
from twin.cluster.api.patches import APPLY_PATCH
from twin.cluster.api.requests import Request, Response
from twin.cluster.status import StatusError, bad_request, internal_error

_PUBLIC = ("/version", "/healthz", "/livez", "/readyz")
"""Kubernetes lets anybody read these (ClusterRole system:public-info-viewer)."""


Reach = Callable[[str], tuple[Api, Authenticator | None, str]]
"""Returns the API behind a path, who lets callers in (None: everybody), and the path as that API knows it.

It raises StatusError for a path behind which there is none.
"""


class Server:
    """Serves an API until it is closed.

    Args:
        api: Answers the requests.
        authenticator: Names the callers; None lets everybody do everything.
    """

    def __init__(self, api: Api, authenticator: Authenticator | None) -> None:
        self._api = api
        self._http = Listener(lambda path: (api, authenticator, path))
        self.url = self._http.url

    def close(self) -> None:
        """Ends every watch and stops listening."""
        self._api.reads.closing = True
        self._http.close()


class Listener(ThreadingHTTPServer):
    """Listens on loopback, in plain HTTP, until it is closed, for one API or for many.

    Args:
        reach: Says which.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, reach: Reach) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reach = reach
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="kube-api", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops listening."""
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: a client that hangs up in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    """One connection of a listener."""

    server: Listener
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one segment for head and body

    def log_message(self, *_args: object) -> None:
        """Keeps the terminal for the timeline."""

    def _serve(self) -> None:
        try:
            api, request = self._request()
            response = api.answer(request)
        except StatusError as error:
            response = Response(error.code, error.as_status())
        except Exception as error:  # noqa: BLE001 - a fault of the simulation must be seen by whoever asked
            response = Response(500, internal_error(error).as_status())
        if response.stream is not None:
            self._write_stream(response)
        else:
            self._write(response)

    def _request(self) -> tuple[Api, Request]:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length) if length else b""
        parts = urlsplit(self.path)
        content_type = (self.headers.get("Content-Type") or "application/json").partition(";")[0].strip()
        api, who, path = self.server.reach(parts.path)
        known = who is not None and path not in _PUBLIC
        headers = {key.lower(): value for key, value in self.headers.items()}
        return api, Request(
            method=self.command,
            path=path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            body=_decoded(raw, content_type),
            content_type=content_type,
            manager=headers.get("user-agent", "unknown").partition("/")[0],
            identity=who.identify(headers) if known and who is not None else None,
        )

    def _write(self, response: Response) -> None:
        plain = isinstance(response.body, str)
        body = response.body if isinstance(response.body, str) else json.dumps(response.body)
        data = body.encode()
        self.send_response(response.code)
        self.send_header("Content-Type", "text/plain" if plain else "application/json")
        self.send_header("Content-Length", str(len(data)))
        for key, value in response.headers:
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(data)

    def _write_stream(self, response: Response) -> None:
        self.send_response(response.code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        for event in response.stream or ():
            if event is not None:
                line = json.dumps(event).encode() + b"\n"
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server's names


def _decoded(raw: bytes, content_type: str) -> Any:
    if not raw:
        return None
    try:
        if content_type in (APPLY_PATCH, "application/yaml"):
            return yaml.safe_load(raw)
        return json.loads(raw)
    except (ValueError, yaml.YAMLError) as error:
        raise bad_request(
            f"the object provided is unrecognized: couldn't get version/kind; json parse error: {error}"
        ) from error
