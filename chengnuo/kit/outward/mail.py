"""Mail by SMTP, step by step: only what is lost after the last byte was handed over is unsure."""

import smtplib
import ssl
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from types import TracebackType

from django.conf import settings
from django.utils.translation import gettext as _

from chengnuo.ledger import clock

from ..models import Outlet, Security
from . import keys
from .results import Later, NotSent, Rejected, Unsure
from .words import Letter, domain

TIMEOUT = 20
WHEN_CLOSING = 421


def composed(letter: Letter, outlet: Outlet) -> EmailMessage:
    """The mail with the headers by which machines know it as ours and answer it with nothing."""
    mail = EmailMessage(policy=SMTP.clone(max_line_length=76))
    mail["Subject"] = " ".join(letter.subject.split())
    mail["From"] = Mailbox(letter.name or _("承诺"), addr_spec=outlet.sender)
    mail["To"] = letter.to
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = letter.message_id
    if letter.thread:
        mail["In-Reply-To"] = mail["References"] = letter.thread
    mail["List-Id"] = f"<notices.{domain(outlet)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Precedence"] = "bulk"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text, cte="base64")
    mail.add_alternative(letter.html, subtype="html", cte="base64")
    return mail


class Post:
    """A connection to the company's mail server, for as many letters as one round takes.

    Raises NotSent when the server cannot be reached or does not let us in.
    """

    def __init__(self, outlet: Outlet) -> None:
        self.outlet = outlet
        try:
            self.server = _connected(outlet)
        except smtplib.SMTPAuthenticationError as error:
            raise NotSent(_("邮件服务器不认用户名或密码：%s") % _said(error)) from error
        except smtplib.SMTPResponseException as error:
            raise NotSent(_("邮件服务器拒绝连接：%s") % _said(error)) from error
        except smtplib.SMTPException as error:
            raise NotSent(_("邮件服务器的设置不对：%s") % str(error)[:100]) from error
        except ssl.SSLError as error:
            raise NotSent(_("邮件服务器的证书或加密方式不对：%s") % (error.reason or "TLS")) from error
        except (OSError, UnicodeError) as error:
            raise NotSent(_("连不上邮件服务器：%s") % str(error)[:100]) from error

    def __enter__(self) -> "Post":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.server.quit()
        except (OSError, smtplib.SMTPException):
            self.server.close()

    def send(self, letter: Letter) -> None:
        """Hand one letter over. Raises NotSent, Later, Rejected or Unsure."""
        content = composed(letter, self.outlet).as_bytes()
        try:
            self._envelope(letter.to)
        except (OSError, smtplib.SMTPException) as error:
            if isinstance(error, NotSent):
                raise
            raise NotSent(_("邮件服务器中断了连接：%s") % str(error)[:100]) from error
        self._hand_over(content)

    def _envelope(self, to: str) -> None:
        server = self.server
        server.rset()
        code, said = server.mail(self.outlet.sender)
        if code != 250:
            raise NotSent(_("邮件服务器不收这个发件人：%s") % _reply(code, said))
        code, said = server.rcpt(to)
        _judge(code, said, (250, 251))
        code, said = server.docmd("DATA")
        _judge(code, said, (354,))

    def _hand_over(self, content: bytes) -> None:
        try:
            self.server.send(smtplib._quote_periods(content))  # type: ignore[attr-defined]
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(_("邮件服务器中断了连接：%s") % str(error)[:100]) from error
        try:
            self.server.send(b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")
            code, said = self.server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unsure(_("交出之后没有等到回音，可能已送达")) from error
        _judge(code, said, (250,))


def _connected(outlet: Outlet) -> smtplib.SMTP:
    trusted = ssl.create_default_context(cafile=settings.MAIL_CA or None)
    server: smtplib.SMTP
    if outlet.security == Security.TLS:
        server = smtplib.SMTP_SSL(outlet.host, outlet.port, timeout=TIMEOUT, context=trusted)
    else:
        server = smtplib.SMTP(outlet.host, outlet.port, timeout=TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        if outlet.security == Security.STARTTLS:
            server.starttls(context=trusted)
            server.ehlo()
        if outlet.username:
            server.login(outlet.username, keys.read(outlet.secret))
    except BaseException:
        server.close()
        raise
    return server


def _judge(code: int, said: bytes, good: tuple[int, ...]) -> None:
    if code in good:
        return
    words = _("邮件服务器答：%s") % _reply(code, said)
    if code == WHEN_CLOSING:
        raise NotSent(words)
    raise Later(words) if 400 <= code < 500 else Rejected(words)


def _said(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    return _reply(error.smtp_code, said if isinstance(said, bytes) else said.encode())


def _reply(code: int, said: bytes) -> str:
    return f"{code} {' '.join(said.decode(errors='replace').split())}"[:150]
