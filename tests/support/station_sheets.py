"""Papers of the counter to print: an ordinary one of each kind, and one with all that papers find hard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from desktop.printing.sheets import Receipt, ShareLine, Sheet
from desktop.printing.station import (
    acceptance_notice,
    accusation_receipt,
    blank_form,
    hand_over,
    non_acceptance_notice,
    payment_list,
    privacy_notice,
    referral_letter,
    visit_receipt,
)
from desktop.printing.station.values import (
    AccusationReceiptSheet,
    BlankSheet,
    HandOverSheet,
    Listed,
    NoticeSheet,
    PaymentSheet,
    PrivacySheet,
    ReceiptSheet,
    ReferralSheet,
)

STATION = "光明区马田街道合水口社区群众诉求服务站"
MORNING = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
LONG_NAME = "阿卜杜热合曼·阿卜杜吾拉木·买买提艾力·吐尔逊江·艾合买提江·努尔麦麦提·阿布都克热木·伊敏·热合曼"

RECEIPT = ReceiptSheet(
    number="光明登2026-000012",
    unit=STATION,
    code="光明登2026-000012/K7MQ",
    receipt=Receipt(
        visitor="王𬱖",
        received_at=MORNING,
        subject="拖欠工资",
        next_step="已列入办理事项，本站将联系有关各方办理，并向您反馈结果。",
        by_when="有关部门应于2026年11月27日9时30分前办结",
        contact="陈𪚥",
        phone="0755-27401234",
        address="光明区马田街道合水口社区党群服务中心一楼",
    ),
)
ACCUSED = AccusationReceiptSheet(
    number="K7MQ4XPD",
    station=STATION,
    body="深圳市𬱖䶮区纪律检查委员会、监察委员会",
    received_at=MORNING,
    files=3,
    phone="0755-27401234",
)
FOREIGN_RECEIPT = replace(
    RECEIPT,
    receipt=replace(RECEIPT.receipt, visitor="Nguyễn Thị Minh Khai"),
    english=replace(
        RECEIPT.receipt,
        visitor="Nguyễn Thị Minh Khai",
        next_step="It has been taken up; the station contacts those concerned and tells you the result.",
        by_when="The departments have until 2026-11-27 09:30",
    ),
)
PRIVACY = PrivacySheet(number="", unit=STATION, phone="0755-27401234", address="合水口社区中心路1号", told=LONG_NAME)
ACCEPTED = NoticeSheet(
    template="acceptance_notice-1",
    number="",
    body="深圳市光明区住房和建设局",
    station=STATION,
    contact="深圳市光明区住房和建设局，0755-88211234",
    to="王𬱖",
    matter="下朗工业区某厂房装修工程23名工人工资纠纷",
    registered="光明登2026-000012",
    decided_on=date(2026, 11, 26),
    petition=True,
    due_on=date(2027, 1, 25),
)
DECLINED = replace(
    ACCEPTED,
    template="non_acceptance_notice-1",
    to=LONG_NAME,
    due_on=None,
    reason="该纠纷已由深圳市光明区人民法院立案受理，应当通过诉讼途径解决",
    rule="《信访工作条例》第三十一条第一项",
)
REFERRAL = ReferralSheet(
    number="光明登2026-000012",
    to="深圳市光明区人力资源局",
    station=STATION,
    matter="下朗工业区某厂房装修工程23名工人工资纠纷",
    nature="信访事项",
    category="劳动争议",
    registered="光明登2026-000012",
    happened_at=MORNING,
    petitioners=("王𬱖", "䶮㛃", LONG_NAME),
    contact="13800138000、13900139000",
    address="光明区马田街道合水口社区下朗工业区第三栋五楼502室",
    respondents="深圳市光明建筑劳务有限公司",
    text="2026年11月24日上午9时许，23名装修工人到站反映被拖欠2026年6月至9月工资合计560,000.00元，要求当日答复。",
    handled="已联系区住房和建设局，约定11月25日上午10时到站。",
    reason="属于劳动保障监察职责",
    enclosures=("考勤表.jpg", "劳动合同.jpg"),
    sent_on=date(2026, 11, 25),
    clerk="陈𪚥",
    clerk_phone="0755-27401234",
    petition=True,
)
ACCUSATION = replace(REFERRAL, petition=False, accusation=True, nature="检举控告", text=REFERRAL.text * 9)

BLANK_REGISTRATION = BlankSheet(
    template="blank_registration-1",
    number="光明登2026-000013",
    unit=STATION,
    phone="0755-27401234",
    code="光明登2026-000013/X4PD",
)
BLANK_AGREEMENT = BlankSheet(
    template="blank_agreement-1",
    number="（2026）光明人调字第13号",
    committee="深圳市光明区马田街道合水口社区人民调解委员会",
)
HAND_OVER = HandOverSheet(
    number="2026年11月24日17时30分",
    unit=STATION,
    from_name="陈𪚥",
    to_name=LONG_NAME,
    at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    facts=(("今日登记", "23"), ("未报送记录", "41"), ("被退回记录", "1"), ("上次日结", "2026年11月23日18时02分")),
    due=(Listed(what="（2026）光明发令第12号 工人工资纠纷", state="已签收", until="2026年11月24日18时30分"),),
    matters=tuple(
        Listed(what=f"第{at}件：下朗工业区装修工程工资纠纷", state="办理中", until="2026年11月20日9时05分")
        for at in range(1, 26)
    ),
    mediations=(Listed(what="下朗工业区工资纠纷", state="𠅤文静", until="2026年11月24日10时00分"),),
    held=(Listed(what="登记 光明登2026-000007", state="不是本单位的记录", until="2026年11月23日18时02分"),),
    numbers=(
        Listed(what="登记编号", state="23个：光明登2026-000012 … 光明登2026-000034", until="166"),
        Listed(what="未收回的空白表", state="光明登2026-000035、光明登2026-000036"),
    ),
    matters_more=12,
    devices="高拍仪1台（正常）；证件阅读器1台（正常）；调解室钥匙2把；印章1枚，存保险柜。",
    note="王先生明早九点来取材料。",
)

ACCOUNT = "6217003320001234567"
PAYMENT = PaymentSheet(
    number="（2026）光明人调字第12号",
    payer="深圳市光明建筑劳务有限公司",
    matter="下朗工业区某厂房装修工程工资纠纷",
    shares=tuple(
        ShareLine(name=name, period="2026年6月至9月", amount_fen=2_434_700, account=ACCOUNT, bank="建设银行")
        for name in ("王𬱖", LONG_NAME, "䶮㛃")
    ),
)

STATION_SHEETS: dict[str, Sheet] = {
    "receipt": RECEIPT,
    "foreign receipt": FOREIGN_RECEIPT,
    "accusation receipt": ACCUSED,
    "privacy notice": PRIVACY,
    "acceptance notice": ACCEPTED,
    "non-acceptance notice": DECLINED,
    "referral": REFERRAL,
    "accusation": ACCUSATION,
    "blank registration": BLANK_REGISTRATION,
    "blank agreement": BLANK_AGREEMENT,
    "hand-over": HAND_OVER,
    "payment list": PAYMENT,
}

STATION_RENDERERS: dict[str, Callable[..., bytes]] = {
    RECEIPT.template: visit_receipt.render,
    ACCUSED.template: accusation_receipt.render,
    PRIVACY.template: privacy_notice.render,
    ACCEPTED.template: acceptance_notice.render,
    DECLINED.template: non_acceptance_notice.render,
    REFERRAL.template: referral_letter.render,
    BLANK_REGISTRATION.template: blank_form.render,
    BLANK_AGREEMENT.template: blank_form.render,
    HAND_OVER.template: hand_over.render,
    PAYMENT.template: payment_list.render,
}
"""By the name of the template: two papers may say the same value in other words."""
