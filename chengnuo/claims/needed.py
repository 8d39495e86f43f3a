"""Which documents a claim needs, by its line of business: what the centre set, else the first list [D]."""

from django.utils.translation import gettext_lazy as _

from chengnuo.clients.models import Policy

from .models import PaperList

L = Policy.Line
ALL = ""
_INJURY = (_("伤情：诊断证明"), _("伤情：病历和费用票据"), _("伤情：误工收入证明"), _("伤情：伤残鉴定"))
FIRST: dict[str, tuple[object, ...]] = {
    ALL: (
        _("保单和批单"),
        _("出险通知书"),
        _("索赔申请书"),
        _("损失清单"),
        _("事故原因说明"),
        _("现场照片"),
        _("营业执照或身份证明"),
        _("收款账户资料"),
        _("赔款收据及责任解除书"),
        _("权益转让书（有第三方责任的）"),
    ),
    L.PROPERTY: (
        _("消防或气象证明"),
        _("购置合同和发票"),
        _("维修报价和发票"),
        _("固定资产台账"),
        _("残值处理凭证"),
    ),
    L.MOTOR: (
        _("驾驶证和行驶证"),
        _("事故责任认定书"),
        _("车辆定损单"),
        _("维修清单和发票"),
        *_INJURY,
        _("盗抢：公安立案证明"),
        _("盗抢：车钥匙"),
    ),
    L.LIABILITY: (
        _("第三者索赔函"),
        _("判决书，或经保险公司同意的和解协议"),
        _("赔付凭证"),
        _("雇主责任：劳动合同"),
        _("雇主责任：工资表"),
        _("雇主责任：工伤认定书"),
        _("雇主责任：伤残等级鉴定"),
    ),
    L.CARGO: (_("提单"), _("发票"), _("装箱单"), _("检验报告"), _("向承运人的索赔函（有时限）")),
    L.ACCIDENT_HEALTH: (_("病历"), _("费用明细和发票"), _("意外事故证明")),
    L.LIFE: (_("死亡证明"), _("关系证明"), _("户口注销证明")),
}
FIRST[L.ENGINEERING] = FIRST[L.PROPERTY]


def needed(line: str, *, all_lines: bool = False) -> list[str]:
    """The names of the documents of a line alone; with `all_lines` (or no line) those that every claim needs."""
    key = ALL if all_lines else line
    row = PaperList.objects.filter(line=key).first()
    return list(row.names) if row else [str(name) for name in FIRST.get(key, ())]


def needed_by(line: str) -> list[str]:
    """The documents that a claim of a line needs: those of every claim, then its own."""
    return list(dict.fromkeys([*needed(ALL, all_lines=True), *(needed(line) if line else [])]))
