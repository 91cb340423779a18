"""The description as one HTML page, made once; `docs.js` sends what its forms say."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from api.docs_page.samples import in_words, resolved, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

Object = dict[str, Any]


def page(document: Object) -> str:
    """Returns the page of an OpenAPI document."""
    groups: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = operation.get("tags", ["other"])[0]
            groups.setdefault(name, []).append("".join(_operation(document, path, method, operation)))
    title = escape(document["info"]["title"])
    sections = "".join(
        f'<section aria-labelledby="of-{name}"><h2 id="of-{name}">{name}</h2>{"".join(found)}</section>'
        for name, found in groups.items()
    )
    models = "".join(
        f'<section id="schema-{escape(name)}"><h3>{escape(name)}</h3>{_schema(document, schema)}</section>'
        for name, schema in sorted(document["components"]["schemas"].items())
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}: its API</title>
<link rel="stylesheet" href="/docs/docs.css">
<script src="/docs/docs.js" defer></script>
</head>
<body>
<header>
<h1>{title}</h1>
<p>Version {escape(document["info"]["version"])}.
<a href="/api/v1/openapi.json">openapi.json</a> says the same to programs.</p>
<p><label>Access token <input id="token" type="text" autocomplete="off" spellcheck="false"></label>
<span>A sign-in below fills it in. It is forgotten with the page.</span></p>
</header>
<main>{sections}<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>{models}</section></main>
</body>
</html>
"""


def _operation(document: Object, path: str, method: str, operation: Object) -> Iterator[str]:
    verb, text = method.upper(), escape(operation.get("description") or operation.get("summary", ""))
    lock = " <span>needs a token</span>" if operation.get("security") else ""
    yield f"<details><summary><b>{verb}</b> <code>{escape(path)}</code>{lock}</summary><p>{text}</p>"
    yield f'<form data-method="{verb}" data-path="{escape(path)}">'
    schemas = document["components"]["schemas"]
    for number, parameter in enumerate(operation.get("parameters", [])):
        yield _input(f"{operation['operationId']}-{number}", parameter, schemas)
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        name = escape(in_words(schema, schemas))
        body = escape(json.dumps(sample(schema, schemas), indent=2, ensure_ascii=False))
        yield f'<label>Body, <a href="#schema-{name}">{name}</a>'
        yield f'<textarea rows="6">{body}</textarea></label>'
    yield "<button>Send</button><output></output></form><table><caption>Answers</caption>"
    yield "<tr><th scope=col>Status<th scope=col>What<th scope=col>Header fields"
    for code, answer in operation["responses"].items():
        fields = ", ".join(escape(name) for name in answer.get("headers", {}))
        yield f"<tr><th scope=row>{code}<td>{escape(answer['description'])}{_models(answer)}<td>{fields}"
    yield "</table></details>"


def _models(answer: Object) -> str:
    kinds = (content["schema"].get("$ref", "") for content in answer.get("content", {}).values())
    names = [escape(reference.rpartition("/")[2]) for reference in kinds if reference]
    return "".join(f': <a href="#schema-{name}">{name}</a>' for name in names)


def _input(ident: str, parameter: Object, schemas: dict[str, Object]) -> str:
    name, required = escape(parameter["name"]), " required" if parameter.get("required") else ""
    about = parameter.get("description") or in_words(parameter.get("schema", {}), schemas)
    return (
        f'<label for="{ident}"><code>{name}</code> in the {parameter["in"]}: {escape(about)}</label>'
        f'<input id="{ident}" data-in="{parameter["in"]}" name="{name}"{required}>'
    )


def _schema(document: Object, schema: Object) -> str:
    schemas = document["components"]["schemas"]
    found, required = resolved(schema, schemas), set(schema.get("required", []))
    rows = "".join(
        f"<tr><th scope=row><code>{escape(name)}</code>{' (must be there)' if name in required else ''}"
        f"<td>{escape(in_words(field, schemas))}<td>{escape(field.get('description', ''))}"
        for name, field in found.get("properties", {}).items()
    )
    text = escape(found.get("description", ""))
    head = "<tr><th scope=col>Field<th scope=col>What<th scope=col>Meaning"
    return f"<p>{text}</p>" + (f"<table>{head}{rows}</table>" if rows else "")
