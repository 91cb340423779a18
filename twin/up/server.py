"""The sockets of a standing twin: HTTP/1.1 on loopback, one thread for each connection."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from twin.up.wire import Answer, Request, as_json

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 8 << 20
"""Bytes of a body; AWS takes less of any request that the twin serves."""


class Server:
    """Has its port from the beginning, and serves from `start` to `close`.

    Args:
        port: Where; 0 takes a free port.

    Raises:
        OSError: Somebody has the port.
    """

    def __init__(self, port: int) -> None:
        self._http = _Listener(("127.0.0.1", port), BaseHTTPRequestHandler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread: threading.Thread | None = None

    def start(self, answer: Callable[[Request], Answer]) -> None:
        """Lets `answer` answer each request, on the connection's own thread."""
        self._http.RequestHandlerClass = _handler(answer)
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.05,), name="twin-http", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stops listening."""
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: a client that hangs up in the middle is no news."""


def _handler(answer: Callable[[Request], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # one segment for head and body

        def log_message(self, *_args: object) -> None:
            """Keeps the terminal for the timeline."""

        def _serve(self) -> None:
            lengths = self.headers.get_all("Content-Length") or ["0"]
            if "Transfer-Encoding" in self.headers or len(lengths) > 1:
                # What follows is not told from the next request, so that there is none on this connection.
                self.close_connection = True
                self._write(
                    as_json({"error": "Send the body whole, with one Content-Length, not in chunks."}, 411)
                )
                return
            length = lengths[0]
            if not (
                length.isascii()
                and length.isdigit()
                and len(length) <= len(str(LARGEST))
                and int(length) <= LARGEST
            ):
                self.close_connection = True
                self._write(as_json({"error": f"A request has at most {LARGEST} bytes."}, 413))
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self.rfile.read(int(length)))
            try:
                found = answer(request)
            except Exception as error:  # noqa: BLE001 - whoever asks hears of it, and is not hung up on
                found = as_json({"error": f"The twin could not answer: {error!r}."}, 500)
            self._write(found)

        def _write(self, found: Answer) -> None:
            # Not send_response: its Date would be that of the moment of writing, and time flows.
            self.send_response_only(found.status)
            for name, value in {"Cache-Control": "no-store", **found.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Type", found.content_type)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(found.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815 - http.server's

    return Handler
