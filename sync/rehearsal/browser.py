"""A department's browser without a screen: follows links, keeps cookies, fills and sends the forms of real pages."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urljoin

SECONDS = 30.0


@dataclass
class WebForm:
    """A form of a page: where it goes, and its fields with the values that the page gave them."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.forms: list[WebForm] = []
        self.links: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.wrong: list[str] = []
        self._select = ""
        self._href = ""
        self._wrong = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        self._wrong = self._wrong or (tag == "p" and a.get("class") == "wrong")
        if tag == "form":
            self.forms.append(WebForm(urljoin(self.base, a.get("action", "")), a.get("method", "get").lower()))
        elif tag == "a":
            self._href = a.get("href", "")
        elif self.forms and a.get("name"):
            self._field(tag, a)
        elif self.forms and tag == "option" and self._select:
            form = self.forms[-1]
            if "selected" in a or self._select not in form.fields:
                form.fields[self._select] = a.get("value", "")

    def _field(self, tag: str, a: dict[str, str]) -> None:
        form, name = self.forms[-1], a["name"]
        if tag == "input" and a.get("type") in ("radio", "checkbox"):
            if "checked" in a:
                form.fields[name] = a.get("value", "on")
        elif tag == "button" or (tag == "input" and a.get("type") == "submit"):
            form.buttons.append((name, a.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag in ("input", "textarea"):
            form.fields[name] = a.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "a":
            self._href = ""
        elif tag == "p":
            self._wrong = False

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._wrong and data.strip():
            self.wrong.append(data.strip())
        if self._href:
            self.links.append((data.strip(), urljoin(self.base, self._href)))


class Browser:
    """One person's browser; ``status``, ``page`` (HTML) and ``url`` are of the last answer."""

    def __init__(self, base: str) -> None:
        self.url = base
        self.status = 0
        self.page = ""
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, address: str) -> str:
        """Open ``address`` (absolute, or relative to the page before) and return its HTML."""
        return self._open(urllib.request.Request(urljoin(self.url, address)))  # noqa: S310 - our own server

    def forms(self) -> list[WebForm]:
        """Return the forms of the page."""
        return self._parsed().forms

    def links(self) -> list[tuple[str, str]]:
        """Return (text, address) of the links of the page."""
        return self._parsed().links

    def wrong(self) -> str:
        """Return the sentences that the page shows beside its fields."""
        return " ".join(self._parsed().wrong)

    def text(self) -> str:
        """Return the page's text as one line."""
        return " ".join(" ".join(self._parsed().text).split())

    def send(self, form: WebForm, **values: str) -> str:
        """Fill ``form`` with ``values`` over what the page gave, send it, and return the page that follows."""
        data = urllib.parse.urlencode({**form.fields, **values}).encode()
        if form.method == "get":
            return self.get(f"{form.action.split('?')[0]}?{data.decode()}")
        return self._open(urllib.request.Request(form.action, data=data, method="POST"))  # noqa: S310

    def _parsed(self) -> _Forms:
        parser = _Forms(self.url)
        parser.feed(self.page)
        return parser

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                self.status, self.url, self.page = answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                self.status, self.url, self.page = error.code, request.full_url, error.read().decode(errors="replace")
        return self.page
