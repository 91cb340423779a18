"""Plain requests to a cluster's API through the official client's connection; answers are the API's own JSON.

The connection signs, verifies, times out and reports as the official client does. Its generated classes stay
unused: they build several hundred models at import, which a cold start would pay for with more time than the
    work takes
(`toban bench import_budget` prints both).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.adapters.cluster_access import REQUEST_TIMEOUT_S

if TYPE_CHECKING:
    from kubernetes import client

MERGE_PATCH = "application/merge-patch+json"


class Rest:
    """The three verbs that Toban needs.

    Every one raises `client.ApiException` when the API answers with an error, whose `body` is the API's text,
    and urllib3's `HTTPError` when no answer comes within `REQUEST_TIMEOUT_S`.
    """

    def __init__(self, api: client.ApiClient) -> None:
        """Remembers the connection."""
        self._api: Any = api

    def list(self, path: str, **query: str) -> list[dict[str, Any]]:
        """Returns the items of a list.

        `query` is `labelSelector` or `fieldSelector`, as the API spells them.
        """
        return list(self._request("GET", path, query=query)["items"] or [])

    def patch(self, path: str, body: dict[str, Any]) -> None:
        """Merges a body into an object; None removes a field."""
        self._request("PATCH", path, body=body, content_type=MERGE_PATCH)

    def post(self, path: str, body: dict[str, Any]) -> None:
        """Creates an object or asks for a subresource's action."""
        self._request("POST", path, body=body)

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
        content_type: str = "application/json",
    ) -> Any:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = content_type
        request = self._api.param_serialize(
            method,
            path,
            query_params=list((query or {}).items()),
            header_params=headers,
            body=body,
            auth_settings=["BearerToken"],
        )
        answer = self._api.call_api(*request, _request_timeout=REQUEST_TIMEOUT_S)
        answer.read()
        return self._api.response_deserialize(answer, {"default": "object"}).data
