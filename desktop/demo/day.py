"""The day itself: a ledger, three visits, a matter, an order and its answer, a mediation, papers, the day end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.demo import orders, stage
from desktop.demo.hand import Hand, NotSeen
from desktop.demo.report import Steps
from desktop.demo.stage import DEPARTMENT, LEAD, PASSWORD, REGISTRAR, SECRETARY, Stage
from desktop.store.units import units
from desktop.ui.dialogs.colleagues import ColleaguesDialog
from desktop.ui.dialogs.importing import ImportDialog
from desktop.ui.dialogs.paper import PaperDialog
from sync.records.papers import PaperKind
from sync.records.participations import PartyRole
from sync.rehearsal.browser import Browser

RARE = "梁𬱖"
ETHNIC = "阿依古丽·买买提"
GROUP = ("吴桂兰", "梁玉珍", "谢㛃", "何志强", "罗秀英", "邓𪚥")
"""Names with characters beyond the everyday ones: 𬱖 U+2CC56, 㛃 U+36C3, 𪚥 U+2A6A5."""


@dataclass
class Made:
    """Ids of what the day made."""

    visits: list[str]
    matter: str = ""
    order: str = ""
    mediation: str = ""
    agreement: str = ""


def enrol(hand: Hand, at: Stage) -> None:
    """Through the wizard: address, code, the first staff member; the first exchange follows by itself."""
    gate = hand.wait(lambda: hand.application.gate, "the enrolment page")
    hand.picture("01-enrolment")
    gate.view.fill(
        {
            "url": at.district.url,
            "code": at.code,
            "name": REGISTRAR,
            "password": PASSWORD,
            "password_again": PASSWORD,
        }
    )
    gate.view.submit()
    shell = hand.wait(lambda: hand.application.shell, "the desk after enrolment")
    hand.wait(lambda: shell.day_end.run.isEnabled(), "the end of the first exchange", 180)
    hand.rest()
    _must_have_agreed(hand)


def exchange(hand: Hand, picture: str = "") -> None:
    """Run the day end on its page; success is only what its receipt says."""
    page = hand.shell.day_end
    hand.shell.turn("day_end")
    hand.rest()
    page.begin()
    hand.wait(lambda: page.run.isEnabled(), "the end of the exchange", 180)
    hand.rest()
    if picture:
        hand.picture(picture)
    _must_have_agreed(hand)


def _must_have_agreed(hand: Hand) -> None:
    page = hand.shell.day_end
    if page.told.property("role") == "error":
        raise NotSeen(page.told.text())


def give_passwords(hand: Hand) -> None:
    """The station lead gives the colleagues whom the district sent their first passwords."""
    hand.shell.show_colleagues()
    dialog = hand.wait(lambda: hand.application.window.findChild(ColleaguesDialog), "the staff of the station")
    for name in (LEAD, SECRETARY):
        colleague = hand.wait(lambda who=name: dialog.colleague(who), name)  # type: ignore[misc]
        dialog.give_password(colleague)
        if dialog.view is None:
            raise NotSeen("the form of a first password")
        dialog.view.fill({"password": PASSWORD, "password_again": PASSWORD})
        dialog.view.submit()
        hand.wait(lambda who=name: dialog.may_sign_in(who), f"{name}'s password")  # type: ignore[misc]
    hand.picture("01-colleagues", dialog)
    dialog.accept()


def import_ledger(hand: Hand, ledger: Path) -> None:
    """The ledger that the station kept in a spreadsheet."""
    hand.shell.turn("visits")
    dialog = ImportDialog(hand.shell.tools, hand.application.window)
    dialog.open()
    dialog.start(ledger)
    hand.wait(lambda: dialog.choose.isEnabled(), "the end of the import", 180)
    hand.picture("02-import", dialog)
    dialog.reject()


def log_visits(hand: Hand) -> Made:
    """A name with a rare character, a name with ·, and six people who came together."""
    page = hand.shell.visits
    hand.shell.turn("visits")
    rare = {
        "name": RARE,
        "document": _citizen("440311198507123418"),
        "phone": "13800001234",
        "address": "光明区凤凰街道塘家社区新村3巷8号",
        "category": "labour",
        "text": "在工地做木工四个月，包工头一直拖欠工资共38600元，说要等甲方结算，家里孩子马上开学，希望帮忙要回来。",
    }
    ethnic = {
        "name": ETHNIC,
        "document": _citizen("653101199203046524"),
        "ethnic_group": "05",
        "phone": "13900005678",
        "category": "neighbours",
        "text": "楼上卫生间长期渗水，客厅天花板发霉脱落，多次沟通没有结果。",
    }
    group = {
        "name": GROUP[0],
        "document": {"answer": "not_shown", "type": "", "number": "", "doubt": ""},
        "phone": "13700002468",
        "headcount": 6,
        "representative": True,
        "roster": [
            {"name": name, "document": _not_shown(), "phone": "", "representative": False} for name in GROUP[1:]
        ],
        "category": "property_management",
        "text": "小区电梯七个月里困人十二次，物业以维修资金不足为由拖延，六户住户一起来反映，要求限期更换。",
    }
    made = [hand.hand_in(page.log(), rare, "03-visit")]
    made.append(hand.hand_in(page.log(), ethnic))
    made.append(hand.hand_in(page.log(), group, "04-group-visit"))
    hand.picture("05-visits")
    return Made(made)


def open_matter(hand: Hand, made: Made) -> None:
    """A matter from the first visit, with the contractor as the other side, and its acceptance."""
    hand.shell.turn("visits")
    hand.shell.visits.open_matter(made.visits[0])
    panel = hand.panel(hand.shell.visits)
    draft = panel.view.values()
    other = {
        "party_kind": "organisation",
        "role": PartyRole.RESPONDENT.value,
        "side": 2,
        "name": "深圳市宏途建筑劳务有限公司",
        "credit_code": "",
        "legal_representative": "赵宏",
        "phone": "0755-26001234",
        "address": "深圳市光明区公明街道建设路66号",
    }
    values = {"title": "木工欠薪", "nature": "dispute", "parties": [*draft["parties"], other], "amount": "38600"}
    made.matter = hand.hand_in(panel, values, "06-matter-form")
    hand.shell.turn("matters")
    hand.shell.matters.step(made.matter)
    hand.hand_in(hand.panel(hand.shell.matters), {"kind": "accepted", "text": "当场受理，由调解员负责。"})
    hand.shell.matters.select(made.matter)
    hand.picture("07-matters")


def issue_order(hand: Hand, made: Made) -> None:
    """The issuing secretary signs in and orders the department to the scene."""
    hand.shell.turn("matters")
    with hand.shell.tools.desk.store.read() as reader:
        department = next(unit for unit, org in units(reader).items() if org.name == DEPARTMENT)
    hand.shell.matters.order(made.matter)
    panel = hand.panel(hand.shell.matters)
    values = {
        "subject": "协调解决工地欠薪",
        "text": "请派员到社区，会同总包单位核实用工和结算情况，当场协调支付方案。",
        "grade": "yellow",
        "departments": [department],
        "place": "凤凰社区群众诉求服务站",
        "authority": "区信访工作联席会议办公室授权社区党委发令(示例)",
        "issuer_post": "社区党委书记",
    }
    made.order = hand.hand_in(panel, values, "08-order-form")


def answer_at_district(at: Stage, browser: Browser, made: Made) -> None:
    """The department signs for the order and reports in, on the district's pages."""
    words = {"officer": stage.OFFICER, "post": "执法科副科长", "telephone": "13600009876"}
    for kind in ("signed", "reported_in"):
        browser.get(f"{at.district.url}/orders/{made.order}")
        form = next(f for f in browser.forms() if f.fields.get("kind") == kind)
        browser.send(form, **words)
        if browser.status != 200:
            raise NotSeen(f"the district answered {browser.status} to a reply: {browser.wrong()}")


def mediate(hand: Hand, made: Made) -> None:
    """The mediation, its written agreement, and the signatures."""
    shell = hand.shell
    shell.turn("matters")
    shell.matters.mediate(made.matter)
    panel = hand.panel(shell.matters)
    values = {
        "place": "凤凰社区群众诉求服务站调解室",
        "interests": "none",
        "rights_told_at": panel.view.values()["started_at"],
        "facts": "申请人自2026年6月起在被申请人承包的工地做木工四个月，工资共38600元，被申请人至今没有支付。",
        "disputed": "被申请人对欠付金额没有异议，对支付时间有异议。",
        "record": "双方到场，核对考勤表和结算单，金额一致。",
    }
    made.mediation = hand.hand_in(panel, values, "10-mediation-form")
    shell.turn("mediations")
    shell.mediations.wills.note(made.mediation)
    panel = hand.panel(shell.mediations)
    rows = [{**row, "answer": "agrees"} for row in panel.view.values()["consents"]]
    hand.hand_in(panel, {"consents": rows})
    shell.mediations.conclude(made.mediation)
    panel = hand.panel(shell.mediations)
    terms = [
        {"text": "被申请人于2026年12月1日前支付申请人工资20000元。", "amount": "20000", "due_on": "2026-12-01"},
        {"text": "余款18600元由被申请人于2026年12月20日前付清。", "amount": "18600", "due_on": "2026-12-20"},
    ]
    values = {"terms": terms, "performance": "转入申请人本人银行账户，逾期由总包单位先行清偿。"}
    made.agreement = hand.hand_in(panel, values, "11-agreement-form")
    shell.mediations.sign(made.mediation, made.agreement)
    panel = hand.panel(shell.mediations)
    rows = [{**row, "signed": True} for row in panel.view.values()["signatures"]]
    hand.hand_in(panel, {"signatures": rows})
    shell.mediations.select(made.mediation)
    hand.picture("12-mediations")


def print_papers(hand: Hand, made: Made, out: Path) -> None:
    """The three papers, recorded as printed before they leave, kept here as files."""
    for paper, subject, name in (
        (PaperKind.REGISTRATION, made.visits[0], "registration"),
        (PaperKind.REGISTRATION, made.visits[2], "registration-group"),
        (PaperKind.DISPATCH_ORDER, made.order, "dispatch-order"),
        (PaperKind.AGREEMENT, made.agreement, "agreement"),
    ):
        window = hand.application.window
        dialog = PaperDialog.show_paper(window, hand.shell.tools, paper, subject)
        hand.wait(lambda d=dialog: d.save.isEnabled(), "the preview")  # type: ignore[misc]
        target = out / f"{name}.pdf"
        dialog.save_as(target)
        hand.wait(target.exists, "the paper")
        hand.rest(400)
        hand.picture(f"13-paper-{name}", dialog)
        dialog.reject()


def look_around(hand: Hand, made: Made) -> None:
    """Every page once more, as it stands at the end of the day."""
    shell = hand.shell
    shell.notice.hide()
    shell.orders.select(made.order)
    for name in ("today", "visits", "matters", "orders", "mediations", "people", "day_end"):
        shell.turn(name)
        hand.rest(500)
        hand.picture(f"20-{name}")


def tell_steps(hand: Hand, at: Stage, steps: Steps, ledger: Path) -> Made:
    """The day from the first start to the last receipt."""
    with steps.step("enrol the station, and its first exchange"):
        enrol(hand, at)
    with steps.step("give the colleagues their passwords"):
        give_passwords(hand)
    with steps.step("import the ledger"):
        import_ledger(hand, ledger)
    with steps.step("log three visits"):
        made = log_visits(hand)
    with steps.step("open a matter"):
        open_matter(hand, made)
    with steps.step("issue a dispatch order"):
        hand.sign_out()
        hand.sign_in(SECRETARY, PASSWORD)
        issue_order(hand, made)
    with steps.step("order three departments, one by telephone, one that is overdue"):
        ordered = orders.issue_three(hand, made.matter)
        hand.sign_out()
        hand.sign_in(REGISTRAR, PASSWORD)
    with steps.step("send the order to the district"):
        exchange(hand)
    with steps.step("the department answers on its page"):
        answer_at_district(at, stage.sign_in_officer(at), made)
    with steps.step("two departments object, the district rules"):
        orders.object_and_rule(at, ordered)
        exchange(hand)
    with steps.step("witness an arrival, call a joint meeting, escalate to the street"):
        orders.follow(hand, ordered)
    with steps.step("mediate, agree, sign"):
        mediate(hand, made)
    with steps.step("print the papers"):
        print_papers(hand, made, at.out)
    with steps.step("day end"):
        hand.sign_out()
        hand.sign_in(LEAD, PASSWORD)
        exchange(hand, "14-day-end")
    with steps.step("look at every page"):
        look_around(hand, made)
    return made


def _citizen(number: str) -> dict[str, str]:
    return {"answer": "given", "type": "citizen", "number": number, "doubt": ""}


def _not_shown() -> dict[str, str]:
    return {"answer": "not_shown", "type": "", "number": "", "doubt": ""}
