"""The district's routes as an OpenAPI document, so that Schemathesis can try them: the stations' API and the pages.

Bodies of the API are packed messages; the document says what they hold by msgspec's JSON schema of each message.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from sync.protocol.messages import Enrol, Exchange, Hello, MoveStore, Pull, Push, ReceiptAsked
from sync.protocol.version import MEDIA_TYPE, PLAIN_TYPE

SAID: Final[dict[str, type]] = {
    "hello": Hello,
    "exchange": Exchange,
    "push": Push,
    "pull": Pull,
    "receipt": ReceiptAsked,
    "move": MoveStore,
    "enrol": Enrol,
}
FORMS: Final[dict[str, tuple[str, ...]]] = {
    "/": ("sign_in_name", "password", "next", "stamp"),
    "/sign-out": ("stamp",),
    "/orders/{name}": (
        "kind",
        "reply",
        "stamp",
        "text",
        "officer",
        "post",
        "rank",
        "until",
        "happened_at",
        "then",
        "arrival_code",
    ),
    "/matters/{name}": ("kind", "step", "stamp", "text", "rule_cited", "to_unit", "happened_at"),
    "/devices/{name}": ("stamp",),
    "/log": ("stamp", "since"),
    "/link/{name}": ("sign_in_name", "password", "again", "stamp"),
    "/password": ("present", "password", "again", "stamp"),
    "/users": ("staff", "stamp", "name", "unit", "role"),
    "/users/{name}/link": ("stamp",),
    "/users/{name}/close": ("stamp",),
    "/users/{name}/reopen": ("stamp",),
    "/rules/dispatch": ("expected", "seen", "do", "starts_on", "note", "authority", "r0_category", "r0_report_amount"),
    "/rules/registers/authority": ("entry", "stamp", "unit", "paper", "granted_by", "starts_on", "ends_on", "which"),
    "/rules/registers/authority/{name}": ("do", "ends_on", "reason", "end_reason"),
    "/rules/duty": ("expected", "seen", "do", "starts_on", "note", "item", "d_item", "d_department", "ended"),
    "/sessions/{name}/end": ("stamp",),
    "/sessions/{name}/unlock": ("stamp",),
}
PAGES: Final[dict[str, tuple[str, ...]]] = {
    "/": ("next",),
    "/devices": (),
    "/devices/{name}": (),
    "/log": ("before", "after", "page"),
    "/orders": ("show", "department", "before", "after", "q"),
    "/orders/{name}": ("kind",),
    "/orders/{name}/scene": ("done",),
    "/orders/{name}/files/x": (),
    "/arrive/{name}": (),
    "/matters": ("show", "start"),
    "/stations/moments": ("unit", "start"),
    "/matters/{name}": ("done",),
    "/link/{name}": (),
    "/password": (),
    "/users": ("page",),
    "/users/{name}/link": (),
    "/rules": (),
    "/rules/dispatch": (),
    "/rules/duties": ("q",),
    "/rules/duty": ("item",),
    "/rules/registers": (),
    "/rules/registers/authority": (),
    "/rules/registers/authority/{name}": (),
    "/rules/text/{name}": (),
    "/sessions": (),
    "/static/{name}/x.css": (),
    "/stations": ("page",),
}


def api() -> dict[str, Any]:
    """The stations' API."""
    paths: dict[str, Any] = {}
    (*schemas,), parts = msgspec.json.schema_components(list(SAID.values()), ref_template="#/components/schemas/{name}")
    for (name, _), schema in zip(SAID.items(), schemas, strict=True):
        paths[f"/v1/{name}"] = {"post": _operation([], {said: {"schema": schema} for said in (MEDIA_TYPE, PLAIN_TYPE)})}
    raw = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    tus = [
        _header(n) for n in ("Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum")
    ]
    paths["/v1/files/{name}"] = {"get": _operation([_path()]), "put": _operation([_path()], raw)}
    paths["/v1/uploads"] = {"post": _operation(tus, raw)}
    paths["/v1/uploads/{name}"] = {
        method: _operation([_path(), *tus], raw if method == "patch" else None)
        for method in ("head", "patch", "delete")
    }
    paths["/v1/ca"] = {"get": _operation([])}
    return _document(paths, parts)


def pages() -> dict[str, Any]:
    """The pages, with the fields that their forms have."""
    paths: dict[str, Any] = {}
    for path, queries in PAGES.items():
        place = [_path()] if "{name}" in path else []
        paths[path] = {"get": _operation([*place, *(_parameter(q, "query") for q in queries)])}
    for path, fields in FORMS.items():
        schema = {"type": "object", "properties": {name: {"type": "string"} for name in fields}}
        body = {"application/x-www-form-urlencoded": {"schema": schema}}
        paths.setdefault(path, {})["post"] = _operation([_path()] if "{name}" in path else [], body)
    return _document(paths, {})


def _document(paths: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    info = {"title": "district", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _operation(parameters: list[dict[str, Any]], content: dict[str, Any] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"parameters": parameters, "responses": {"default": {"description": "any"}}}
    return made if content is None else {**made, "requestBody": {"content": content}}


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": {"type": "string"}, "required": place == "path"}


def _path() -> dict[str, Any]:
    return _parameter("name", "path")


def _header(name: str) -> dict[str, Any]:
    return _parameter(name, "header")
