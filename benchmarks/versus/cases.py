"""The cases that both products are filled with: the same texts of about 200 Chinese characters, half of them closed.

Pure and seeded: the peer's process, which has packages of its own, makes the very same rows.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

# The servers that are asked know no other time than the machine's; every process of a run has this one.
NOW = datetime.fromisoformat(os.environ.setdefault("BENCH_NOW", datetime.now(UTC).isoformat(timespec="minutes")))
SOUGHT = "锅炉爆管"
"""Four characters that stand in every `PLANTED`-th case and nowhere else, though 锅炉 and 爆管 are frequent."""
PLANTED = 12_500
CLIENTS = 20_000
LONG = 200

WHERE = (
    "一号厂房",
    "二车间",
    "冷库",
    "锅炉房",
    "配电间",
    "堆场",
    "码头",
    "仓库",
    "办公楼",
    "地下车库",
    "食堂",
    "宿舍",
)
WHAT = (
    "进水",
    "起火",
    "锅炉停机",
    "水管爆裂",
    "货物受潮",
    "设备短路",
    "墙体开裂",
    "叉车碰撞",
    "屋面漏雨",
    "管道爆管",
    "车辆追尾",
    "工人受伤",
)
WHO = (
    "葛长顺",
    "费根生",
    "李建明",
    "陈月琴",
    "沈一帆",
    "祁根宝",
    "石磊",
    "孟庆川",
    "钱峰",
    "林晓棠",
    "陆瑶",
    "许宁",
)
KINDS = ("精密机械", "纺织印染", "化工仓储", "冷链物流", "建设工程")
SAYS = (
    "{who}来电，{where}{what}，现场已拍照录像，水位线和受损货物都留着没动",
    "客户问预付赔款何时到账，国庆前要付供应商设备款，要一个准信",
    "保险公司口头说在走审批，未给日期，{who}催过两次没有下文",
    "已提醒先断电再清点，施救费用的票据和照片一并留存",
    "查勘员约了明天上午到{where}，请客户安排懂设备的人陪同",
    "续保的报价单客户收到了，对免赔额有不同意见，要书面解释",
    "{where}上个月刚换过线路，合同和验收单在财务处，晚些发来",
    "受损清单先估{sum}万元，以公估人的报告为准",
    "理赔材料还缺原因说明和维修发票，{who}说周五前补齐",
    "团体意外险要增加{sum}人，名单和身份证号由人事发邮件",
    "提到邻厂也有{what}，怀疑是同一次停水后加压造成",
    "请把答复同时抄给他们的财务负责人{who}",
)


@dataclass(frozen=True, slots=True)
class Case:
    """`number` counts from 1; `client` from 0."""

    number: int
    client: int
    who: str
    content: str
    at: datetime
    is_closed: bool


def client_name(number: int) -> str:
    chance = Random(number)
    place = "".join(chance.sample("苏锡常通泰盐淮连宿徐镇扬宁杭嘉湖绍甬温台", 2))
    trade = "".join(chance.sample("恒远澄宁启明泰和瑞安盛达鑫源宏信", 3))
    return f"{place}{trade}{chance.choice(KINDS)}有限公司{number}"


def cases(first: int, last: int) -> Iterator[Case]:
    """The cases numbered from `first` up to and with `last`, each made from its own number alone."""
    for number in range(first, last + 1):
        chance = Random(number)
        yield Case(
            number,
            chance.randrange(CLIENTS),
            chance.choice(WHO),
            _content(number, chance),
            NOW - timedelta(minutes=number + 5),
            number % 2 == 0,
        )


def planted(last: int) -> list[int]:
    """The numbers of the cases in which SOUGHT stands."""
    return list(range(PLANTED // 2, last + 1, PLANTED))


def _content(number: int, chance: Random) -> str:
    said: list[str] = []
    long = 0
    for sentence in chance.sample(SAYS, len(SAYS)):
        words = sentence.format(
            who=chance.choice(WHO), where=chance.choice(WHERE), what=chance.choice(WHAT), sum=chance.randrange(2, 90)
        )
        said.append(words)
        long += len(words) + 1
        if long >= LONG:
            break
    if number % PLANTED == PLANTED // 2:
        said.insert(len(said) // 2, f"班长说像是{SOUGHT}")
    return "。".join(said) + "。"
