"""A day at a station, made by the verbs: what the window shows in tests and pictures."""

from __future__ import annotations

from typing import Any

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.desk import Desk
from desktop.actions.drafts import keep_draft
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.actions.order_replies import witness_reply
from desktop.actions.orders import issue_order, order_draft
from desktop.actions.steps import add_step
from desktop.actions.visits import close_consultation, log_visit
from desktop.forms.matters import STEP_FORM
from desktop.forms.orders import REPLY_FORM
from desktop.forms.questions import fresh
from desktop.forms.visits import CONSULTATION_FORM, VISIT_FORM
from tests.support.window_desk import LEAD, NOW, WindowDesk

_VISITS: tuple[dict[str, Any], ...] = (
    {
        "name": "黎平桂", "phone": "13812345678", "address": "光明区凤凰街道甲子塘社区2号大院21单元",
        "document": {"answer": "given", "type": "citizen", "number": "440311196005310337", "doubt": ""},
        "category": "neighbours",
        "text": "楼上654房卫生间长期渗水,客厅天花板发霉脱落,多次沟通无果,要求修复并赔偿。",
    },
    {
        "name": "阿依古丽·买买提", "phone": "13900001111", "ethnic_group": "05", "category": "labour",
        "text": "在某物流公司上班,公司拖欠三个月工资共18600元,要求协助追讨。",
    },
    {
        "name": "𠮷田㛃", "phone": "13700002222", "category": "property_management", "headcount": 6,
        "representative": True, "text": "小区物业停用电梯一个月,六户老人出行困难,要求恢复运行并公示维修账目。",
        "roster": [{"name": n, "representative": False} for n in ("何秀英", "周国富", "郑玉兰", "冯志强", "蒋桂珍")],
    },
    {
        "channel": "phone", "name": "赵文静", "phone": "0755-27400000", "category": "consumer",
        "text": "预付健身卡商家闭店,不退余款2400元。",
    },
    {
        "channel": "grid_report", "name": "", "category": "environment",
        "text": "网格员上报:夜间施工噪声扰民,附近居民反映强烈。",
    },
)  # fmt: skip


def a_day(desk: WindowDesk) -> None:
    """Log visits, open matters, issue an order with a reply, mediate to an agreement, leave a draft."""
    store = desk.store()
    try:
        at = desk.desk(store, LEAD)
        visits = [_visit(at, values) for values in _VISITS]
        consultation = fresh(
            CONSULTATION_FORM,
            "visit",
            {"name": "孙女士", "text": "居住证到期怎么续签?", "answer": "带身份证到社区窗口,或在线上办理。"},
        )
        close_consultation(at, consultation)
        matters = [_matter(at, visit) for visit in visits[:3]]
        add_step(at, matters[0], fresh(STEP_FORM, "step", {"kind": "accepted", "happened_at": NOW.isoformat()}))
        order = issue_order(at, matters[2], _order(at, matters[2])).id
        departments = _order(at, matters[2])["departments"]
        reply = {
            "department": departments[0],
            "kind": "reported_in",
            "how": "seen",
            "happened_at": NOW.isoformat(),
            "officer": "刘科长",
            "post": "科长",
        }
        witness_reply(at, order, fresh(REPLY_FORM, "order_reply", reply))
        mediation = open_mediation(at, matters[0], _mediation(at, matters[0])).id
        conclude(at, mediation, _agreement(at, mediation))
        keep_draft(
            at,
            VISIT_FORM,
            fresh(VISIT_FORM, "visit", {"name": "马建国", "text": "停车位被占"}),
            title="登记来访 马建国",
        )
    finally:
        store.close()


def _visit(desk: Desk, values: dict[str, Any]) -> str:
    return log_visit(desk, fresh(VISIT_FORM, "visit", {"happened_at": NOW.isoformat(), **values})).id


def _matter(desk: Desk, visit: str) -> str:
    draft = matter_draft_from(desk, visit)
    draft["parties"] = [
        *draft.get("parties", []),
        {
            "party_kind": "organisation",
            "role": "respondent",
            "name": "深圳市安居物业服务有限公司",
            "phone": "0755-27401234",
            "legal_representative": "陈志强",
            "address": "光明区凤凰街道科裕路3号",
        },
    ]
    return open_matter(desk, visit, draft).id


def _order(desk: Desk, matter: str) -> dict[str, Any]:
    from desktop.actions.directory import department_options

    departments = [o.value for o in department_options(desk)][:2]
    draft = order_draft(desk, matter)
    return {
        **draft,
        "text": "请派员到场,会同物业核实电梯停运原因,当日答复。",
        "departments": departments,
        "grade": "yellow",
    }


def _mediation(desk: Desk, matter: str) -> dict[str, Any]:
    draft = mediation_draft_from(desk, matter)
    draft["rights_told_at"] = NOW.isoformat()
    return {
        **draft,
        "consent": "all",
        "interests": "none",
        "facts": "双方对渗水事实无争议。",
        "disputed": "维修责任与赔偿金额。",
        "place": "社区调解室",
    }


def _agreement(desk: Desk, mediation: str) -> dict[str, Any]:
    draft = agreement_draft(desk, mediation)
    terms = [
        {"text": "被申请人于签约之日起十五日内完成防水维修。", "amount": "", "due_on": "2026-12-09"},
        {"text": "被申请人赔偿申请人损失。", "amount": "6700", "due_on": "2026-12-15"},
    ]
    return {
        **draft,
        "terms": terms,
        "performance": "银行转账,维修由被申请人委托有资质的单位进行。",
        "facts": "楼上渗水致天花板受损。",
    }
