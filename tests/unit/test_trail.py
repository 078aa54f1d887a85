"""The way back and forward through the window."""

from __future__ import annotations

from desktop.ui.trail import LONGEST, Place, Trail

TODAY, VISITS, MATTERS = Place("today"), Place("visits", "vis_1"), Place("matters", "mat_1")


def trail(*places: Place) -> Trail:
    made = Trail()
    for place in places:
        made.go(place)
    return made


def test_back_and_forward_lead_through_the_places_in_order() -> None:
    walked = trail(TODAY, VISITS, MATTERS)
    assert [walked.back(), walked.back(), walked.back()] == [VISITS, TODAY, None]
    assert [walked.forward(), walked.forward(), walked.forward()] == [VISITS, MATTERS, None]


def test_a_new_place_forgets_what_lay_ahead() -> None:
    walked = trail(TODAY, VISITS)
    walked.back()
    walked.go(MATTERS)
    assert walked.forward() is None
    assert walked.back() == TODAY


def test_the_same_place_twice_is_one_and_a_page_without_a_record_takes_the_first_that_is_chosen() -> None:
    walked = trail(TODAY, TODAY, Place("visits"), VISITS)
    assert walked.back() == TODAY
    assert walked.forward() == VISITS


def test_the_way_back_leads_to_the_record_that_was_chosen_last() -> None:
    walked = trail(TODAY, VISITS)
    walked.mark("vis_2")
    walked.go(MATTERS)
    assert walked.back() == Place("visits", "vis_2")


def test_a_long_day_is_not_kept_for_ever() -> None:
    walked = trail(*(Place("visits", f"vis_{n}") for n in range(LONGEST * 2)))
    steps = 0
    while walked.back() is not None:
        steps += 1
    assert steps == LONGEST - 1
