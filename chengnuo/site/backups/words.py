"""Why a backup was not made, for people."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop as _n

from chengnuo.launch.backup.words import NotBackedUp

WHY = {
    "full": _l("目标盘已满，清出空间再备份"),
    "unwritable": _l("目标文件夹写不进去，检查权限和磁盘"),
    "inside": _l("目标文件夹在数据文件夹里面，换到别的磁盘"),
    "key_missing": _l("读不到密钥文件，检查 CHENGNUO_BACKUP_KEY"),
    "key_wrong": _l("密钥文件不是备份密钥"),
    "busy": _l("另一份备份正在进行"),
    "unlike": _l("读回的内容和写入的不一样，检查目标磁盘"),
    "damaged": _l("写下的备份读不回来，检查目标磁盘"),
    "check": _l("试还原后事件链不完整，运行 chengnuo check"),
    "no_program": _l("没有合适版本的 pg_dump"),
    "no_server": _l("这台机器不能试还原，没有 PostgreSQL 服务程序"),
    "no_trail_key": _l("数据文件夹里读不到事件链密钥"),
    "unreachable": _l("连不上数据库"),
    "at": _l("CHENGNUO_BACKUP_AT 应写成 02:00"),
    "keep": _l("CHENGNUO_BACKUP_KEEP 应写成 7,4,12"),
}
STAGES = {
    "snapshot": _n("清点数据库"),
    "database": _n("写入数据库"),
    "files": _n("写入文件"),
    "reading": _n("读回核对"),
    "proving": _n("试还原"),
    "restoring": _n("试还原"),
    "comparing": _n("逐表比对"),
    "checking": _n("核对事件链"),
}


def why(error: NotBackedUp) -> str:
    """In the reader's language; what nobody foresaw is in the log."""
    return str(WHY[error.code]) if error.code in WHY else _("出了故障，详情在日志里")
