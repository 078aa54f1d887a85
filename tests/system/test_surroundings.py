"""The real parts that tests stand on are there and are private; a missing one fails here, by name."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.support.print_queue import PrintQueue


@pytest.mark.usefixtures("secret_service")
def test_the_secret_service_keeps_and_gives_back_a_secret() -> None:
    import keyring

    keyring.set_password("qianshao-test", "surroundings", "秘密 𠮷")
    assert keyring.get_password("qianshao-test", "surroundings") == "秘密 𠮷"
    keyring.delete_password("qianshao-test", "surroundings")


def test_postgresql_is_real_and_keeps_chinese(postgres_url: str) -> None:
    url = postgres_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT %s::text, current_setting('server_version_num')::int", ["前哨 𠮷"]).fetchone()
    assert row is not None
    assert row[0] == "前哨 𠮷"
    assert row[1] >= 160000


def test_each_test_has_an_empty_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("postgresql+psycopg", "postgresql")) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_the_x_server_is_the_session_s_own() -> None:
    assert os.environ.get("DISPLAY"), "no X server: run by `make test`"
    assert os.environ.get("QIANSHAO_PRIVATE_SESSION"), "not in a private session: run by `make test`"


def test_the_print_queue_prints_what_it_is_sent(print_queue: PrintQueue, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"
    sheet.write_bytes(b"%PDF-1.4\n%%EOF\n")
    print_queue.pause()
    subprocess.run(["lp", "-h", print_queue.server, "-d", print_queue.name, str(sheet)], check=True)
    assert len(print_queue.jobs()) == 1
    print_queue.resume()
    assert print_queue.wait_for_paper() == sheet.read_bytes()


@pytest.mark.parametrize("tool", ["pdftotext", "pdffonts", "pdftoppm", "qpdf"])
def test_the_pdf_tools_are_there(tool: str) -> None:
    assert shutil.which(tool), f"{tool} is missing: run `make setup`"


def test_a_home_is_the_test_s_own(home: Path) -> None:
    assert Path.home() == home
    assert Path(os.environ["QIANSHAO_HOME"]).is_relative_to(home)
