"""The API's document, and a page that reads it to people."""

from typing import Any, cast

from flask import Blueprint, current_app, render_template
from flask_smorest import Api

pages = Blueprint("api_docs", __name__, template_folder="templates")
METHODS = ("get", "post")


def describe_keys(api: Api) -> None:
    """Say how a key is sent."""
    api.spec.components.security_scheme(
        "key",
        {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of the operator's: bei key add NAME --scope observations:write",
        },
    )


@pages.get("/api/docs")
def read() -> str:
    """Every path with its parameters, its answers and an example, drawn from the document."""
    api: Api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    document = cast(dict[str, Any], api.spec.to_dict())
    return render_template(
        "api/docs.html", document=document, operations=list(_operations(document))
    )


def _operations(document: dict[str, Any]) -> Any:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                yield {
                    "path": path,
                    "method": method.upper(),
                    "summary": operation.get("summary", ""),
                    "description": operation.get("description", ""),
                    "parameters": [
                        _parameter(document, one) for one in operation.get("parameters", ())
                    ],
                    "fields": _fields(document, _body(operation)),
                    "answers": _fields(document, _answered(operation)),
                    "needs_key": bool(operation.get("security")),
                }


def _parameter(document: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    found = _resolved(document, parameter)
    return {
        "name": found["name"],
        "where": found["in"],
        "is_required": found.get("required", False),
        "schema": found.get("schema", {}),
        "description": found.get("description") or found.get("schema", {}).get("description", ""),
    }


def _body(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    return cast(dict[str, Any], content.get("application/json", {}).get("schema", {}))


def _answered(operation: dict[str, Any]) -> dict[str, Any]:
    for code in ("200", "201"):
        content = operation["responses"].get(code, {}).get("content", {})
        if "application/json" in content:
            return cast(dict[str, Any], content["application/json"]["schema"])
    return {}


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of an object; of a page those of what is in it."""
    found = _resolved(document, schema)
    properties = found.get("properties", {})
    if set(properties) == {"data", "next"}:
        return _fields(document, properties["data"]["items"])
    required = found.get("required", [])
    return [
        {"name": name, "schema": _resolved(document, of), "is_required": name in required}
        for name, of in properties.items()
    ]


def _resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a reference within the document stands for."""
    if "$ref" not in node:
        return node
    found: Any = document
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return cast(dict[str, Any], found)
