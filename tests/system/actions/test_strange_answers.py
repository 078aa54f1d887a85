"""A station whose exchanges meet a portal or a proxy: day end, the background and files go on once it is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.actions.background import exchange_now
from desktop.actions.day_end import run_day_end, secret_text
from desktop.store.journal import StoreJournal
from sync.client.district import LineBroke
from sync.client.file_lane import MOST_MISSES, Pace, send_all
from sync.client.http import HttpDistrict
from sync.records.errors import Refused, Unavailable
from tests.support.portal import PAGE, Answer, Passed, Request, portal, said
from tests.system.actions.test_exchange import Enrolled, _visit, district, enrolled
from tests.system.actions.test_file_lane import at_once, lane, waiting_file

__all__ = ["district", "enrolled"]

SIGN_IN = said(200, [("Content-Type", "text/html")], PAGE)
TOO_MUCH = said(413, [("Content-Type", "text/html")], PAGE)


def unsent(enrolled: Enrolled) -> int:
    return StoreJournal(enrolled.store).standing().unsent


def through(enrolled: Enrolled, url: str) -> None:
    enrolled.home.save(replace(enrolled.home.settings, district_url=url))


def test_a_day_end_goes_on_once_a_portal_let_it_through(enrolled: Enrolled) -> None:
    enrolled.day_end()
    _visit(enrolled.desk)
    pages = [SIGN_IN, SIGN_IN]
    with portal(lambda _request, _passed: pages.pop() if pages else None, enrolled.district.url) as url:
        through(enrolled, url)
        end = run_day_end(enrolled.desk, enrolled.home, keys=enrolled.keys)
    assert (end.agreed, end.proved, end.unsent, pages) == (True, True, 0, [])


def test_a_portal_that_stays_is_told_and_nothing_is_settled(enrolled: Enrolled) -> None:
    enrolled.day_end()
    _visit(enrolled.desk)
    waits = unsent(enrolled)
    with portal(lambda _request, _passed: SIGN_IN) as url:
        through(enrolled, url)
        with pytest.raises(LineBroke, match=r"strange_answer"):
            run_day_end(enrolled.desk, enrolled.home, keys=enrolled.keys, tries=1)
        with pytest.raises(Unavailable, match=r"strange_answer"):  # what is Unavailable is tried again by a timer
            exchange_now(enrolled.store, enrolled.home, enrolled.keys, 0)
    assert unsent(enrolled) >= waits > 0
    through(enrolled, enrolled.district.url)
    exchange_now(enrolled.store, enrolled.home, enrolled.keys, 0)
    assert unsent(enrolled) == 0


def test_a_proxy_that_lets_no_page_through_is_told_by_day_end(enrolled: Enrolled) -> None:
    enrolled.day_end()
    _visit(enrolled.desk)
    with portal(lambda _request, _passed: TOO_MUCH) as url:
        through(enrolled, url)
        with pytest.raises(Refused, match=r"exchange\.too_large_between"):
            run_day_end(enrolled.desk, enrolled.home, keys=enrolled.keys)
    assert unsent(enrolled) > 0


def line_to(enrolled: Enrolled, url: str) -> HttpDistrict:
    secret = secret_text(enrolled.keys.device_secret(enrolled.store.key_id))
    return HttpDistrict(url, enrolled.home.settings.device, secret, None)


def limit(most: int, sizes: list[int]) -> Answer:
    """A proxy that lets ``most`` bytes through, and notes how much each PATCH was."""

    def answer(request: Request, _passed: Passed) -> bytes | None:
        if request.method == "PATCH":
            sizes.append(len(request.body))
        return TOO_MUCH if len(request.body) > most else None

    return answer


def test_files_go_in_pieces_that_a_proxy_lets_through(enrolled: Enrolled) -> None:
    waiting_file(enrolled)
    most, sizes, waits = 300_000, list[int](), list[float]()
    with portal(limit(most, sizes), enrolled.district.url) as url:
        http = line_to(enrolled, url)
        sent = send_all(lane(enrolled, http), pause=at_once(waits))
        http.close()
    assert (sent.sent, sent.waiting, sent.held) == (1, 0, 0)
    assert sum(size > most for size in sizes) == len(waits) <= 3, "what is too large once is not tried again"


def test_a_proxy_that_lets_no_piece_through_is_told_and_the_file_waits(enrolled: Enrolled) -> None:
    waiting_file(enrolled)
    sizes: list[int] = []
    with portal(limit(1000, sizes), enrolled.district.url) as url:
        http = line_to(enrolled, url)
        with pytest.raises(Unavailable, match=r"exchange\.too_large_between"):
            send_all(lane(enrolled, http), pause=at_once([]))
        http.close()
    assert len(sizes) == MOST_MISSES
    assert sizes[-1] == Pace.LEAST
    assert StoreJournal(enrolled.store).left().files == 1


@pytest.mark.parametrize("in_pieces", [True, False])
def test_a_file_that_a_portal_took_is_sent_to_the_district(enrolled: Enrolled, in_pieces: bool) -> None:
    waiting_file(enrolled)
    with portal(lambda _request, _passed: SIGN_IN) as url:
        http = line_to(enrolled, url)
        with pytest.raises(Unavailable, match=r"strange_answer"):
            send_all(lane(enrolled, http, in_pieces=in_pieces), pause=at_once([]))
        http.close()
    assert StoreJournal(enrolled.store).left().files == 1
    http = line_to(enrolled, enrolled.district.url)
    assert send_all(lane(enrolled, http, in_pieces=in_pieces)).sent == 1
    http.close()
