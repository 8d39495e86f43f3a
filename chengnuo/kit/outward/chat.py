"""Group robots of WeCom, DingTalk and Feishu, by apprise."""

import logging

from django.utils.translation import gettext as _

from ..models import Channel
from .results import NotSent, Rejected, Unsure
from .words import Letter

SCHEMES = {Channel.WECOM: "wecombot", Channel.DINGTALK: "dingtalk", Channel.FEISHU: "feishu"}
UNSENT = ("NewConnectionError", "ConnectTimeout", "NameResolution", "Failed to resolve", "Connection refused")


def robot(channel: str, key: str) -> str:
    """The robot's address as apprise writes it."""
    return f"{SCHEMES[Channel(channel)]}://{key}/"


class Robots:
    """Sends letters by a channel's robots."""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def __enter__(self) -> "Robots":
        return self

    def __exit__(self, *_how: object) -> None:
        return None

    def send(self, letter: Letter) -> None:
        post(robot(self.channel, letter.to), letter)


def post(url: str, letter: Letter) -> None:
    """Post a letter to an address of apprise. Raises NotSent, Rejected or Unsure.

    apprise says only yes or no; what it logs tells a connection that was never made from an answer that was lost.
    """
    import apprise

    with apprise.LogCapture(level=logging.DEBUG, fmt="%(message)s") as said:
        robots = apprise.Apprise()
        if not robots.add(url):
            raise Rejected(_("机器人的地址不对，重新从群设置里复制"))
        if robots.notify(body=letter.text, title=letter.subject, body_format=apprise.NotifyFormat.TEXT):
            return
        log = said.getvalue()
    if "error=" in log or "rejected" in log:
        raise NotSent(_("对方的服务器没有收下"))
    if any(word in log for word in UNSENT):
        raise NotSent(_("连不上对方的服务器"))
    raise Unsure(_("交出之后没有等到回音，可能已送达"))
