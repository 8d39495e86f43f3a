"""What a browser says of itself, in the words that people know it by."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The first mark found counts: most browsers also claim to be Chrome or Safari, and Android to be Linux.
BROWSERS = {
    "wxwork": gettext_lazy("企业微信"),
    "MicroMessenger": gettext_lazy("微信"),
    "DingTalk": gettext_lazy("钉钉"),
    "Edg": "Edge",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def described(agent: str) -> str:
    """`Firefox · Windows`; the beginning of the agent itself where neither is known."""
    found = [next((name for mark, name in names.items() if mark in agent), "") for names in (BROWSERS, SYSTEMS)]
    return " · ".join(str(name) for name in found if name) or agent[:40] or _("未报浏览器")
