"""Dates, durations, counts and money as Chinese papers write them; every moment at +08:00, on any machine."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import Length

BEIJING = timezone(timedelta(hours=8), "+08:00")
DIGITS = "零一二三四五六七八九"
CAPITALS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ((10**8, "亿"), (10**4, "万"))


def day_words(day: date) -> str:
    """Return a date without zero padding: 2026年3月5日 (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(moment: datetime) -> str:
    """Return date and time to the minute at +08:00: 2026年3月5日9时05分."""
    local = moment.astimezone(BEIJING)
    return f"{day_words(local.date())}{local.hour}时{local.minute:02d}分"


def minutes_words(minutes: int) -> str:
    """Return a duration in the largest unit that holds it whole, up to hours: 30分钟, 2小时."""
    return f"{minutes // 60}小时" if minutes and minutes % 60 == 0 else f"{minutes}分钟"


def hours_words(hours: int) -> str:
    """Return hours as they are: an hour counts from its moment and is never a part of a day (民法典 201)."""
    return f"{hours}小时"


def length_words(length: Length) -> str:
    """Return a limit as the rules say it: 30分钟, 72小时, 3日, 7个工作日, 120分钟（工作时间）."""
    match length.unit:
        case PeriodUnit.MINUTES:
            return minutes_words(length.amount)
        case PeriodUnit.HOURS:
            return hours_words(length.amount)
        case PeriodUnit.DUTY_MINUTES:
            return f"{minutes_words(length.amount)}（工作时间）"
        case PeriodUnit.DAYS:
            return f"{length.amount}日"
        case _:
            return f"{length.amount}个工作日"


def count_words(number: int) -> str:
    """Return a whole number below 100 in Chinese numerals: 三, 十, 十二, 二十; larger ones in digits."""
    if not 0 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones or not tens else "")


def money_words(fen: int) -> str:
    """Return an amount in digits: 310,000.00元."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}元"


def capital_money_words(fen: int) -> str:
    """Return an amount in the capitals of contracts: 叁拾壹万元整 (支付结算办法, annex 1). Below 10^16 yuan."""
    yuan, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    words = f"{_capitals(yuan)}元" if yuan else ""
    if jiao:
        words += f"{CAPITALS[jiao]}角"
    elif cents and yuan:
        words += "零"
    words += f"{CAPITALS[cents]}分" if cents else "整"
    if not yuan and not rest:
        words = "零元整"
    return ("负" if fen < 0 else "") + words


def _capitals(number: int) -> str:
    """Name a whole number group by group: 亿, 万, ones; a group that lacks its first place opens with 零."""
    for size, name in GROUPS:
        if number >= size:
            high, low = divmod(number, size)
            return _capitals(high) + name + ("零" if 0 < low < size // 10 else "") + (_capitals(low) if low else "")
    return _four(number)


def _four(group: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + CAPITALS[digit] + PLACES[place]
        gap = digit == 0
    return words
