"""The robots of WeCom, DingTalk and Feishu: the addresses that apprise gets, and the very bodies that its plugins post.

The plugins have fixed hosts; here their address is turned to a server on loopback, and nothing else is changed.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from chengnuo.kit.models import Delivery, Notice
from chengnuo.kit.outward import actions
from chengnuo.kit.outward.chat import post, robot
from chengnuo.kit.outward.results import NotSent, Unsure
from chengnuo.kit.outward.rules import clean_address
from chengnuo.kit.outward.words import Letter
from chengnuo.ledger.errors import Invalid
from tests.kit.outward.conftest import NOW, fates, go

UUID = "693a91f6-7dad-4bc4-97a0-0ec2e98de0ab"
TOKEN = "0123456789abcdef" * 4
LETTER = Letter("", "[承诺] 到期未办", "到期未办 3.1.5\nhttps://desk.example.com/notices/1/", "", "<x@y>", "")


class Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, json.loads(body)))
        if self.server.status is None:
            self.connection.close()
            return
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"code": 0, "errcode": 0}')

    def log_message(self, *args) -> None:
        return None


@pytest.fixture
def web(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.got, server.status = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    at = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(NotifyWeComBot, "notify_url", at + "/wecom?key={key}")
    monkeypatch.setattr(NotifyDingTalk, "notify_url", at + "/dingtalk?access_token={token}")
    monkeypatch.setattr(NotifyFeishu, "notify_url", at + "/feishu/{token}/")
    yield server
    server.shutdown()
    server.server_close()


def test_each_robot_gets_its_body(web):
    for channel, key in (("wecom", UUID), ("dingtalk", TOKEN), ("feishu", UUID)):
        post(robot(channel, key), LETTER)
    paths = [path for path, _body in web.got]
    assert paths == [f"/wecom?key={UUID}", f"/dingtalk?access_token={TOKEN}", f"/feishu/{UUID}/"]
    wecom, dingtalk, feishu = (json.dumps(body, ensure_ascii=False) for _path, body in web.got)
    for body in (wecom, dingtalk, feishu):
        assert "到期未办 3.1.5" in body
        assert "https://desk.example.com/notices/1/" in body
    assert web.got[0][1]["msgtype"] == "text"


def test_what_was_refused_waits_what_was_never_connected_waits_and_a_lost_answer_is_unsure(web):
    web.status = 500
    with pytest.raises(NotSent):
        post(robot("wecom", UUID), LETTER)
    web.status = None
    with pytest.raises(Unsure):
        post(robot("wecom", UUID), LETTER)
    web.shutdown()
    web.server_close()
    with pytest.raises(NotSent):
        post(robot("wecom", UUID), LETTER)


def test_a_notice_goes_by_mail_and_robot_once_each_where_a_person_wants_it(cast, server, outlet, addressed, tell, web):
    actions.set_outlet("wecom", values={"is_on": True}, secret="", by=cast.admin, now=NOW)
    webhook = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={UUID}"
    actions.set_address("wecom", webhook, follows_company=False, kinds=[Notice.Kind.DUE], by=cast.zhoumin, now=NOW)
    tell()
    assert [go(), go()] == [2, 0]
    assert (fates(), len(web.got), len(server.mails())) == ([("sent", 1), ("sent", 1)], 1, 1)
    actions.set_address("mail", "z@example.com", follows_company=False, kinds=[], by=cast.zhoumin, now=NOW)
    tell()
    go()
    assert (Delivery.objects.count(), len(web.got)) == (3, 2)


@pytest.mark.parametrize(
    "channel, given, kept",
    [
        ("mail", " zhou.min@example.com ", "zhou.min@example.com"),
        ("wecom", UUID.upper(), UUID),
        ("feishu", f"https://open.feishu.cn/open-apis/bot/v2/hook/{UUID}", UUID),
        ("dingtalk", f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", TOKEN),
        ("mail", "", ""),
    ],
)
def test_an_address_is_kept_in_one_form(channel, given, kept):
    assert clean_address(channel, given) == kept


@pytest.mark.parametrize(
    "channel, given",
    [
        ("mail", "zhoumin"),
        ("mail", "a@b.com\nBcc: c@d.com"),
        ("mail", "a@b.com,c@d.com"),
        ("mail", f"{'x' * 65}@b.com"),
        ("wecom", "http://10.0.0.1/"),
        ("wecom", f"{UUID}/../../etc"),
        ("dingtalk", UUID),
    ],
)
def test_what_is_no_address_is_said_beside_its_field(channel, given):
    with pytest.raises(Invalid) as caught:
        clean_address(channel, given)
    assert set(caught.value.fields) == {channel}
