"""Mails as people and machines write them."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from chengnuo.ledger import clock

CLIENT = "chen@jinsui.example"


def letter(
    text: str = "保单何时到期？", subject: str = "问保单", sender: str = f"陈月琴 <{CLIENT}>", **headers: str
) -> bytes:
    """A letter; `In_Reply_To` and the like add headers, `files` attaches."""
    files = headers.pop("files", ())
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "su@chengnuo.example", subject
    mail["Date"] = headers.pop("Date", format_datetime(clock.now()))
    mail["Message-ID"] = headers.pop("Message_ID", make_msgid(domain="jinsui.example"))
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()
