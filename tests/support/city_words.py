"""What a made-up city is called and says: names of every sort in sensible shares, and texts of a Zipf vocabulary."""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate
from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔单解仇区查朴华盖乐尉燕缪翟那冼逄隗"
)  # fmt: skip
"""In the order of their frequency, the last ones rare and read otherwise than they look."""
DOUBLE_SURNAMES: Final = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "万俟", "令狐", "长孙")
_GIVEN: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉珍国晓梅志远文海建华春燕红玲生东辉荣宏宁波鹏飞宇浩博子轩涵雨欣怡佳琪思诚"
    "新利清正中永忠义兴良才发武云莲真环雪爱妹香月莺媛艳瑞凡佩琼勤珠翠雅芝萍娥琳素慧巧美倩凤洁婷姣婉娴瑾颖露瑶竹蔼筠柔蓉薇菁梦"
    "岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希欣飘育滢馥峰辰士以致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘"
)  # fmt: skip
_RARE: Final = "𬱖㛃䶮堃喆𠮷犇淼焱垚頔赟翀彧煊璟琎旻祎玥奕梓昕邨峯昇甯濬鑫瑄镕𬭎𫖮𬀩䥽㻛㙦"
_UYGHUR: Final = (
    "阿卜杜",
    "热合曼",
    "买买提",
    "艾合买提",
    "古丽",
    "阿依",
    "吐尔逊",
    "帕提古丽",
    "努尔",
    "玉素甫",
    "麦麦提",
    "依明",
)
_OTHERS: Final = (
    "扎西多吉",
    "卓玛央金",
    "次仁顿珠",
    "阿木拉则",
    "吉克曲布",
    "巴特尔",
    "其其格",
    "乌兰图雅",
    "金俊浩",
    "盘金凤",
)
_LATIN: Final = ("JOHN SMITH", "NGUYEN VAN AN", "MARIA GARCIA", "KIM MINJUN", "DAVID MILLER", "ANNA IVANOVA")
_TRADITIONAL: Final = (
    "張",
    "陳",
    "劉",
    "楊",
    "黃",
    "趙",
    "吳",
    "馬",
    "鄭",
    "謝",
    "許",
    "韓",
    "鄧",
    "馮",
    "蕭",
    "葉",
    "盧",
    "鍾",
)
TRADES: Final = (
    "物业管理",
    "建筑劳务",
    "餐饮",
    "电子科技",
    "教育培训",
    "健身",
    "装饰工程",
    "房地产",
    "家政服务",
    "物流",
    "医药",
    "服装",
)
PLACES: Final = (
    "凤凰街道", "甲子塘社区", "塘家社区", "东坑社区", "光侨大道", "下朗工业区", "红坳村", "田寮大道", "玉塘街道",
    "长圳社区", "将石社区", "公明街道", "李松蓢", "合水口", "马田街道", "新湖街道", "楼村", "圳美", "羌下", "木墩",
    "观光路", "华夏路", "科裕路", "同仁路",
)  # fmt: skip
CLAUSES: Final = (
    "楼上卫生间长期渗水，客厅天花板发霉脱落", "物业以维修资金不足为由一直拖延", "拖欠工资多月至今没有支付",
    "双方就赔偿金额没有达成一致", "夜间施工噪声很大，影响老人和孩子休息", "多次沟通没有结果，希望社区出面协调",
    "预付卡商家闭店，余额不退", "停车位被长期占用，邻里为此争吵", "要求公开维修账目并限期整改",
    "合同到期房东不退押金", "电梯半年内多次困人，住户十分担心", "装修工人堆放垃圾堵住消防通道",
    "双方口头约定的工期已经超过两个月", "征地补偿款没有按面积发放到户", "孩子入学材料被退回，询问还缺什么",
    "工伤认定后公司不肯支付医疗费", "楼道堆放电动车并在室内充电", "餐馆油烟直排，窗户不能打开",
    "网购商品与描述不符，商家拒绝退货", "赡养老人的费用兄弟之间没有谈妥", "离婚后一方不按时支付抚养费",
    "路灯坏了三个月没有人修", "小区水压不足，高层用水困难", "交通事故责任认定后对方保险拒赔", "医院收费清单有异议",
)  # fmt: skip
_POOL_FIRST, _POOL_SIZE = 0x4E00, 2600
VOCABULARY: Final = 20_000


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Words of two to four characters, invented, and the sums of their weights after Zipf."""
    dice = random.Random("vocabulary")
    pool = "".join(c for c in map(chr, range(_POOL_FIRST, 0x9FA5)) if _ordinary(c))
    chars = dice.sample(pool, _POOL_SIZE)
    weights = list(accumulate(1 / (rank + 8) for rank in range(_POOL_SIZE)))
    words = [
        "".join(dice.choices(chars, cum_weights=weights, k=dice.choice((2, 2, 2, 3, 4)))) for _ in range(VOCABULARY)
    ]
    return words, list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))


def _ordinary(char: str) -> bool:
    try:
        return 0xB0 <= char.encode("gb2312")[0] <= 0xF7
    except UnicodeEncodeError:
        return False


_SURNAME_WEIGHTS: Final = list(accumulate(1 / (rank + 6) for rank in range(len(SURNAMES))))
_GIVEN_WEIGHTS: Final = list(accumulate(1 / (rank + 30) for rank in range(len(_GIVEN))))


def name_of(dice: random.Random) -> str:
    """A name: of a hundred 93 ordinary ones, two with a rare character, three of other peoples, one traditional."""
    sort = dice.random()
    if sort < 0.025:
        return (
            f"{dice.choice(_UYGHUR)}·{dice.choice(_UYGHUR)}"
            if sort < 0.017
            else dice.choice(_OTHERS) + dice.choice(_GIVEN)
        )
    if sort < 0.029:
        return dice.choice(_LATIN)
    surname = dice.choices(SURNAMES, cum_weights=_SURNAME_WEIGHTS)[0]
    if sort < 0.036:
        surname = dice.choice(DOUBLE_SURNAMES)
    elif sort < 0.044:
        surname = dice.choice(_TRADITIONAL)
    given = "".join(dice.choices(_GIVEN, cum_weights=_GIVEN_WEIGHTS, k=dice.choice((1, 2, 2, 2))))
    return surname + (given[:-1] + dice.choice(_RARE) if sort < 0.064 else given)


def text_of(dice: random.Random) -> str:
    """A complaint of 120 to 260 characters: who and where, clauses that recur, and words of the vocabulary."""
    words, weights = vocabulary()
    parts = [f"{dice.choice(PLACES)}{dice.randrange(1, 400)}号住户反映：", dice.choice(CLAUSES)]
    for _ in range(dice.randrange(2, 5)):
        parts.append("".join(dice.choices(words, cum_weights=weights, k=dice.randrange(4, 9))))
        parts.append(dice.choice(CLAUSES))
    if dice.random() < 0.3:
        parts.append(f"联系电话1{dice.randrange(3, 10)}{dice.randrange(10**9):09d}")
    return parts[0] + "，".join(parts[1:]) + f"，涉及{dice.randrange(500, 90_000)}元。"
