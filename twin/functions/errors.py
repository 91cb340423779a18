"""Lambda's error objects, and the names that its runtime has for a handler that cannot be imported."""

from __future__ import annotations

import json


def error_object(kind: str, message: str, request_id: str = "", trace: list[str] | None = None) -> str:
    """Returns Lambda's error object as JSON text."""
    body = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace or []}
    return json.dumps(body, ensure_ascii=False)


def import_fault(error: Exception, handler: str) -> tuple[str, str]:
    """Returns an import error's name and message as Lambda's runtime client words them."""
    module, _, name = handler.rpartition(".")
    if isinstance(error, ImportError):
        return "Runtime.ImportModuleError", f"Unable to import module '{module}': {error}"
    if isinstance(error, SyntaxError):
        return "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}"
    if isinstance(error, AttributeError) and f"no attribute '{name}'" in str(error):
        return "Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module}'"
    return type(error).__name__, str(error)
