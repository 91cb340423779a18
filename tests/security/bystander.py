"""Somebody else, in a process of their own: reads tasks until told to stop, and says what that was like.

`python bystander.py URL ADDRESS AUTHORIZATION LEAST`: asks at least so often and until its input ends, then
prints seconds and statuses as JSON.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from urllib.parse import urlsplit

PATHS = ("/api/v1/tasks", "/api/v1/users/me", "/api/v1/tasks?due_after=2030-01-01T00:00:{:02}Z")


def main(url: str, address: str, authorization: str, least: int) -> None:
    stopped = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
    seconds, statuses = [], []
    connection = http.client.HTTPConnection(
        urlsplit(url).hostname or "", urlsplit(url).port, timeout=20, source_address=(address, 0)
    )
    while len(seconds) < least or not stopped.is_set():
        path = PATHS[len(seconds) % len(PATHS)].format(len(seconds) % 60)
        began = time.perf_counter()
        try:
            connection.request("GET", path, headers={"authorization": authorization})
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        except (OSError, http.client.HTTPException):
            connection.close()
            statuses.append(0)
        seconds.append(time.perf_counter() - began)
        # Fast at first, and then so that the longest attack does not use up this user's own quota.
        stopped.wait(0.01 if len(seconds) < least else 0.05)
    sys.stdout.write(json.dumps([seconds, statuses]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
