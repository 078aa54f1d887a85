"""Sheets to print: an ordinary one of each kind, and one with all that papers find hard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module

from desktop.printing import agreement, dispatch_order, mediation_record, registration
from desktop.printing.casefile.case import (
    Agent,
    Agreed,
    Applicant,
    CaseSheet,
    Chosen,
    Evidence,
    IndexLine,
    Session,
    Visited,
)
from desktop.printing.sheets import (
    AgreementSheet,
    CalledBox,
    DispatchSheet,
    MediationRecordSheet,
    PartyBox,
    Receipt,
    RegistrationSheet,
    ShareLine,
    Sheet,
    VisitorLine,
)
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import Length
from sync.records.mediations import Term
from tests.support.station_sheets import STATION_RENDERERS, STATION_SHEETS

RARE = ("䶮㛃", "王𬱖", "𡉃𠅤", "𪚥𮧵𰻞")
"""Names with characters of URO, Ext A, B, E, F and G (GB 18030-2022 and beyond)."""
LONG_NAME = "阿卜杜热合曼·阿卜杜吾拉木·买买提艾力·吐尔逊江·艾合买提江·努尔麦麦提·阿布都克热木·伊敏·热合曼"
ETHNIC_NAME = "买买提·艾合买提"
LATIN_NAME = "Nguyễn Thị Minh Khai"
MORNING = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
STATION = "光明区马田街道合水口社区群众诉求服务站"

AGREEMENT = AgreementSheet(
    number="（2026）光明人调字第12号",
    committee="深圳市光明区马田街道合水口社区人民调解委员会",
    parties=(
        PartyBox(
            name=RARE[0],
            side_label="申请人",
            sex="男",
            ethnic_group="汉族",
            age="43岁",
            occupation="水电安装工",
            contact="13800138000",
            address="广东省深圳市光明区马田街道合水口社区下朗工业区第三栋五楼502室",
        ),
        PartyBox(
            name="深圳市光明建筑劳务有限公司",
            organisation=True,
            side_label="被申请人",
            contact="0755-27401234",
            address="深圳市光明区凤凰街道东坑社区光侨大道2519号",
            representative=RARE[1],
            agent="李𡉃（委托代理人，代理权限：特别授权）",
        ),
    ),
    facts="2026年6月至9月，申请人在被申请人承包的光明区凤凰街道某厂房装修工程中从事水电安装，双方口头约定每日工资人民币"
    "350元，共计出勤88.5日。工程完工后，被申请人以发包方未结清工程款为由，拖欠工资合计人民币31,000.00元未付。",
    disputed="双方对出勤天数无争议；争议在于被申请人是否应当在发包方结清工程款之前先行支付，以及支付的期限。",
    terms=(
        Term(text="被申请人一次性向申请人支付2026年6月至9月的工资", amount_fen=3_100_000, due_on=date(2026, 12, 5)),
        Term(text="申请人收到款项后三日内撤回向劳动监察部门的投诉，双方就本纠纷再无其他争议。"),
    ),
    performance="银行转账至申请人本人账户。",
    copies=3,
    mediators=("𠅤文静",),
    recorder="陈𪚥",
)

_REPAIR = "由被申请人修复因施工造成的墙面裂缝、地面下沉和排水管道堵塞，修复期间的临时安置费用由被申请人承担"
HARD_AGREEMENT = replace(
    AGREEMENT,
    parties=(
        PartyBox(name=LONG_NAME, side_label="申请人", sex="男", ethnic_group="维吾尔族", age="51岁"),
        PartyBox(name=LATIN_NAME, side_label="申请人", sex="女", nationality="越南", contact="+84 912 345 678"),
        *(PartyBox(name=name, side_label="被申请人", sex="男", ethnic_group="汉族", age="40岁") for name in RARE[1:]),
    ),
    terms=tuple(Term(text=f"第{number}项约定：{_REPAIR}", amount_fen=1_234_500 * number) for number in range(1, 13)),
    copies=6,
    mediators=("张三", "李四"),
)

ORAL_AGREEMENT = replace(
    AGREEMENT, template="oral_agreement-1", oral=True, agreed_on=date(2026, 11, 24), mediators=("李文静", "王𬱖")
)

SECOND = replace(
    AGREEMENT,
    template="agreement-2",
    parties=tuple(replace(party, side=side) for side, party in enumerate(AGREEMENT.parties, 1)),
    responsibility="被申请人未按约定支付工资，应当承担全部付款责任；申请人无责任。",
    terms=(
        Term(
            text="支付第一期工资",
            amount_fen=1_000_000,
            due_on=date(2026, 11, 20),
            payer=2,
            payee=1,
            early_reason="已付清",
        ),
        Term(text="支付第二期工资", amount_fen=2_100_000, due_on=date(2026, 12, 5), payer=2, payee=1),
        AGREEMENT.terms[1],
    ),
    total_fen=3_100_000,
    read_by="𠅤文静",
    read_at=datetime(2026, 11, 24, 2, 30, tzinfo=UTC),
)
ORAL_SECOND = replace(SECOND, template="oral_agreement-2", oral=True, agreed_on=date(2026, 11, 24))
WORKERS = replace(
    SECOND,
    parties=(
        *(
            PartyBox(
                name=name,
                side_label="申请人",
                sex="男",
                ethnic_group="汉族",
                age="43岁",
                occupation="装修工",
                contact="13800138000",
                address="光明区马田街道合水口社区下朗工业区第三栋五楼502室",
                side=1,
            )
            for name in (*RARE, ETHNIC_NAME, *(f"王小明{number}" for number in range(18)))
        ),
        replace(AGREEMENT.parties[1], side=2),
    ),
    copies=25,
)
"""Twenty-three workers against their firm."""

SHARES = tuple(
    ShareLine(
        name=party.name,
        document="440301********1234",
        period="2026年6月至9月",
        amount_fen=2_434_700 + 100 * at,
        account="****0123",
        bank="建设银行",
    )
    for at, party in enumerate(WORKERS.parties[:-1])
)
WORKERS_ANNEX = replace(
    WORKERS,
    terms=(Term(text="支付工资", amount_fen=sum(s.amount_fen for s in SHARES), payer=2, payee=1), AGREEMENT.terms[1]),
    total_fen=sum(share.amount_fen for share in SHARES),
    shares=tuple(replace(share, bank="") for share in SHARES),
)
"""The same with what each is owed, in an annex in which they sign."""
MANY = replace(
    WORKERS_ANNEX,
    parties=(*(replace(WORKERS.parties[5], name=f"王小明{n}") for n in range(200)), WORKERS.parties[-1]),
    shares=tuple(replace(SHARES[0], name=f"王小明{n}", bank="") for n in range(200)),
    terms=(Term(text="支付工资", amount_fen=200 * SHARES[0].amount_fen, payer=2, payee=1),),
    total_fen=200 * SHARES[0].amount_fen,
)
"""Two hundred."""

ORDER = DispatchSheet(
    number="（2026）光明发令第12号",
    issuing_unit="中共深圳市光明区马田街道合水口社区委员会",
    issuer_name="王建国",
    issuer_post="社区党委书记",
    authority="区信访工作联席会议办公室授权文件（光信联办〔2024〕3号）",
    street_copy="马田街道办事处",
    departments=("区住房和建设局", "马田街道综合治理办公室"),
    grade="黄",
    subject="下朗工业区某厂房装修工程23名工人工资纠纷",
    text="2026年11月24日上午9时许，23名装修工人到站反映被拖欠2026年6月至9月工资合计560,000.00元，要求当日答复。",
    place=STATION,
    contact="陈𪚥　0755-27401234",
    issued_at=datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
    report_minutes=60,
    report_by=datetime(2026, 11, 24, 2, 30, tzinfo=UTC),
    leader_rank="科级（正科）",
    resolve_hours=72,
    resolve_by=datetime(2026, 11, 27, 1, 30, tzinfo=UTC),
)
ORDER_BY_RULES = replace(
    ORDER,
    template="dispatch_order-4",
    report=Length(120, PeriodUnit.DUTY_MINUTES),
    arrive=Length(1, PeriodUnit.WORKING_DAYS),
    arrive_by=datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC),
    resolve=Length(7, PeriodUnit.WORKING_DAYS),
    rule_version="dispatch_rules-1001",
    duty=("区住房和建设局：王值班 科长 138 0000 1111", "马田街道综合治理办公室：欧阳建国 综治办副主任 0755-27401234"),
)
TELEPHONED_ORDER = replace(
    ORDER,
    template="dispatch_order-3",
    calls=(
        CalledBox(
            department="区住房和建设局",
            callee="欧阳建国 值班科长",
            at=datetime(2026, 11, 24, 1, 12, tzinfo=UTC),
            read_back="下朗工业区，23名工人，一小时内到场",
            report_by=datetime(2026, 11, 24, 2, 12, tzinfo=UTC),
            resolve_by=datetime(2026, 11, 27, 1, 12, tzinfo=UTC),
        ),
    ),
    delegated="受黄志远委托签发（合水口党委函〔2026〕9号，2026-11-01至2026-12-31）",
    ratifier="黄志远",
    ratify_by=datetime(2026, 11, 25, 1, 30, tzinfo=UTC),
)
HARD_ORDER = replace(
    ORDER,
    red_header="中共合水口社区委员会文件",
    departments=(
        "深圳市光明区住房和建设局",
        "深圳市公安局光明分局马田派出所",
        "深圳市规划和自然资源局光明管理局",
        "马田街道综合治理和应急管理办公室",
        "深圳市市场监督管理局光明监管局",
    ),
    requested_by="下朗工业区流动服务站",
    rule_version="2026年第2版",
)

REGISTRATION = RegistrationSheet(
    number="光明登2026-000012",
    unit=STATION,
    channel="来访",
    purpose="初次反映",
    category="劳动争议",
    nature="矛盾纠纷",
    happened_at=MORNING,
    visitors=(
        VisitorLine(
            name=ETHNIC_NAME,
            sex="男",
            people="维吾尔族",
            age="36岁",
            document="居民身份证 653121********1234",
            phone="13800138000",
            address="深圳市光明区马田街道合水口社区下朗工业区第三栋五楼502室",
        ),
    ),
    respondents=("深圳市光明建筑劳务有限公司",),
    place="光明区凤凰街道东坑社区光侨大道2519号",
    text="反映在凤凰街道某厂房装修工程做水电安装，工资31,000元被拖欠两个多月，多次催讨无果，请求帮助协调支付。",
    answer="已联系区住房和建设局、街道劳动办，约定11月25日上午10时到站调解。",
    registrar="陈𪚥",
    receipt=Receipt(
        visitor=ETHNIC_NAME,
        received_at=MORNING,
        subject="拖欠工资",
        next_step="由社区会同区住房和建设局、街道劳动办组织现场调解，结果将以电话方式告知您。",
        by_when="2026年11月27日前",
        contact="陈𪚥",
        phone="0755-27401234",
        address="光明区马田街道合水口社区党群服务中心一楼",
    ),
)
_LINE = "自今年六月起，多次向物业服务企业反映，均以维修基金未批复为由推托；住户自行疏通三次，费用合计4,560.50元。"
HARD_REGISTRATION = replace(
    REGISTRATION,
    visitors=tuple(
        VisitorLine(name=name, role="同行人", sex="女", people="汉族", document="护照 E1*****78", phone="13900139000")
        for name in (LONG_NAME, *RARE, LATIN_NAME)
    ),
    headcount=6,
    text="反映小区排水管道长期堵塞，雨天污水倒灌。\n" + _LINE * 9,
    request="一、立即疏通管道；\n二、返还住户垫付的疏通费用4,560.50元。",
    materials=("现场照片12张", "疏通费收据3张"),
    late_reason="当日停电，先以纸质登记",
    entered_at=datetime(2026, 11, 25, 1, 0, tzinfo=UTC),
)

RECORD = MediationRecordSheet(
    number="2026年11月24日9时05分",
    committee=AGREEMENT.committee,
    begun_at=MORNING,
    ended_at=datetime(2026, 11, 24, 2, 30, tzinfo=UTC),
    place="合水口社区调解室",
    cause="下朗工业区某厂房装修工程工资纠纷",
    sides=(("申请人一方", "、".join(RARE)), ("被申请人一方", "深圳市光明建筑劳务有限公司")),
    present=(*RARE, "李𡉃（委托代理人）"),
    told_at=MORNING,
    text="调解员宣读了调解规则。\n" + "双方逐日核对考勤，确认出勤88.5日，拖欠工资31,000.00元。" * 12,
    signing=(*RARE, "深圳市光明建筑劳务有限公司"),
    mediators=("𠅤文静",),
    recorder="陈𪚥",
)

LARGEST = "agreement of 200 with shares"
"""Takes as long as all others together where every text in it is drawn anew; the one of 23 has the same parts."""
ALL: dict[str, Sheet] = {
    "mediation record": RECORD,
    "agreement": AGREEMENT,
    "hard agreement": HARD_AGREEMENT,
    "oral agreement": ORAL_AGREEMENT,
    "agreement 2": SECOND,
    "oral agreement 2": ORAL_SECOND,
    "agreement of 23": WORKERS,
    "agreement of 23 with shares": WORKERS_ANNEX,
    LARGEST: MANY,
    "order": ORDER,
    "hard order": HARD_ORDER,
    "registration": REGISTRATION,
    "hard registration": HARD_REGISTRATION,
    **STATION_SHEETS,
}

RENDERERS: dict[type[Sheet], Callable[..., bytes]] = {
    AgreementSheet: agreement.render,
    DispatchSheet: dispatch_order.render,
    MediationRecordSheet: mediation_record.render,
    RegistrationSheet: registration.render,
}


CHOSEN = (
    Chosen(
        side="申请人",
        speakers=(RARE[0], LONG_NAME),
        voters=tuple((name, "440301********1234") for name in (*RARE, LONG_NAME)),
    ),
)
APPLICANTS = (
    Applicant(
        name=LONG_NAME,
        sex="男",
        born_on=date(1983, 4, 5),
        people="维吾尔族",
        identity="11010519491231002X",
        contact="13800138000",
        address="光明区马田街道合水口社区下朗工业区第三栋五楼502室",
    ),
    Applicant(
        name="深圳市光明建筑劳务有限公司",
        organisation=True,
        credit_code="91440300MA5EXAMPL8",
        representative=RARE[1],
        representative_post="执行董事",
        contact="0755-27401234",
        address="深圳市光明区凤凰街道东坑社区光侨大道2519号",
        agent="李𡉃（委托代理人，代理权限：特别授权）",
    ),
)
CASE = CaseSheet(
    template="application-1",
    number=AGREEMENT.number,
    committee=AGREEMENT.committee,
    title=RECORD.cause,
    category="劳动争议",
    own_motion=False,
    parties=AGREEMENT.parties,
    side_names=(RARE[0], "深圳市光明建筑劳务有限公司"),
    facts=AGREEMENT.facts,
    requests=("支付工资31,000.00元",),
    mediators=AGREEMENT.mediators,
    recorder=AGREEMENT.recorder,
    started_at=MORNING,
    ended_on=date(2026, 11, 24),
    result="达成协议",
    ended_reason="一方不再到场",
    sessions=(Session(title="现场查看", started_at=MORNING, place="下朗工业区", present=RARE[1], text="核对考勤。"),),
    agents=(Agent(principal=AGREEMENT.parties[1], name="李𡉃", document="居民身份证 440301********1234"),),
    evidence=(Evidence(name="考勤表.pdf"), Evidence(name="现场照片.jpg", remark="手机拍摄")),
    agreed=Agreed(number=AGREEMENT.number, drawn_on=date(2026, 11, 24), terms=SECOND.terms, performance="转账。"),
    visits=(Visited(happened_at=MORNING, manner="电话", performed="已全部履行", satisfied=True, text="已收到。"),),
    index=(IndexLine(document="人民调解申请书", pages="3-4"), IndexLine(document="权利义务告知书", pages="5")),
    missing=("当事人身份证明",),
    pages=42,
    applicants=APPLICANTS,
    chosen=CHOSEN,
)
CASE_FORMS = (
    "file_cover", "file_index", "application", "acceptance", "rights_notice", "authorisation", "investigation",
    "evidence", "payment_receipt", "follow_up_record", "confirmation_application", "file_statement", "file_back",
    "closing_report", "termination_notice", "delivery_address", "representation", "review_application",
)  # fmt: skip
CASES: dict[str, Sheet] = {form: replace(CASE, template=f"{form}-1") for form in CASE_FORMS}
EVERY: dict[str, Sheet] = {**ALL, **CASES}
"""One sheet or more of every kind of paper."""


def render(sheet: Sheet) -> bytes:
    """Return any of these sheets as PDF."""
    if isinstance(sheet, CaseSheet):
        drawn: bytes = import_module(f"desktop.printing.casefile.{sheet.template.rpartition('-')[0]}").render(sheet)
        return drawn
    return (STATION_RENDERERS.get(sheet.template) or RENDERERS[type(sheet)])(sheet)
