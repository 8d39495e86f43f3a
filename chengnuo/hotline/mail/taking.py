"""A mail becomes an entry of the branch, or joins the one it belongs to. The only writer of both; nothing is answered.

A mail that answers one of an open entry joins it; where the entry is closed, a new one is made and linked, so that no
request is evaded (2.3).
"""

from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from chengnuo.clients.models import Client, Contact, Position
from chengnuo.kit.blobs import store
from chengnuo.kit.models import Blob
from chengnuo.kit.outward.sending import bounced
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.links import link
from chengnuo.ledger.models import ref
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Role, Staff

from ..models import Call, CallState, Channel, DutyShift, Mailbox, MailKind, MailMessage
from .parsing import Parsed

SOURCE = "mail"
PER_HOUR = 20
OPEN = (CallState.REGISTERED,)


def take_in(
    mailbox: Mailbox, said: Parsed, *, uid: int, uidvalidity: int, now: datetime, received_at: datetime | None = None
) -> MailMessage | None:
    """Take one mail in, and note how far the mailbox is read, in one transaction. None for one that was taken in."""
    with acting(mailbox) as box:
        _advance(box, uid, uidvalidity)
        if MailMessage.objects.filter(mailbox=box, uidvalidity=uidvalidity, uid=uid).exists():
            return None
        if MailMessage.objects.filter(mailbox=box, fingerprint=said.fingerprint).exists():
            return None
        message = _message(box, said, uid, uidvalidity, received_at or now)
        earlier = _earlier(box, said)
        if said.kind == MailKind.LETTER and _is_flood(box, said, now):
            message.kind = MailKind.FLOOD
            message.text = message.text[:2000]
        if message.kind == MailKind.LETTER:
            if earlier is not None and earlier.state in OPEN:
                return _join(message, earlier, said, now)
            return _enter(message, said, earlier, now)
        message.call = earlier
        message.save()
        for returned in said.returned:
            bounced(returned, _("邮件被退回：%s") % said.subject[:100])
        record("mail.noted", message, by=None, now=now, source=SOURCE, data={"kind": message.kind})
        return message


def _advance(box: Mailbox, uid: int, uidvalidity: int) -> None:
    Mailbox.objects.filter(pk=box.pk).update(uidvalidity=uidvalidity, last_uid=uid)


def _message(box: Mailbox, said: Parsed, uid: int, uidvalidity: int, received_at: datetime) -> MailMessage:
    return MailMessage(
        mailbox=box,
        uidvalidity=uidvalidity,
        uid=uid,
        unit_id=box.unit_id,
        kind=said.kind,
        message_id=said.message_id,
        fingerprint=said.fingerprint,
        sender=said.sender,
        sender_name=said.sender_name,
        is_verified=said.is_verified,
        subject=said.subject,
        text=said.text,
        notes=[note[:200] for note in said.notes],
        sent_at=said.sent_at,
        received_at=received_at,
    )


def _earlier(box: Mailbox, said: Parsed) -> Call | None:
    """The entry of the nearest mail that this one answers; without such ids, the one whose number stands in the
    subject of a mail from the same sender."""
    mine = MailMessage.objects.filter(mailbox=box, call__isnull=False).select_related("call__client")
    found = {one.message_id: one for one in mine.filter(message_id__in=said.threads).order_by("pk")}
    for which in said.threads:
        if which in found:
            return found[which].call
    if said.sender and Call.MAIL_REGISTER in said.subject:
        latest = mine.filter(sender=said.sender).order_by("-pk").first()
        if latest is not None and latest.call is not None and latest.call.number in said.subject:
            return latest.call
    return None


def _is_flood(box: Mailbox, said: Parsed, now: datetime) -> bool:
    lately = MailMessage.objects.filter(mailbox=box, sender=said.sender).order_by("-pk")[:PER_HOUR]
    times = list(lately.values_list("received_at", flat=True))
    return len(times) == PER_HOUR and times[-1] > now - timedelta(hours=1)


def _enter(message: MailMessage, said: Parsed, earlier: Call | None, now: datetime) -> MailMessage:
    client, contact = _known(said)
    if client is None and earlier is not None and _is_same_sender(earlier, said):
        client, contact = earlier.client, earlier.contact
    unit = message.mailbox.unit
    with acting(client=client):
        call = Call(
            unit=unit,
            client=client,
            client_unit_id=client.unit_id if client else None,
            contact=contact,
            caller_name=((contact.name if contact else "") or said.sender_name or said.sender)[:60],
            channel=Channel.MAIL,
            content="\n".join(filter(None, (said.subject, said.text)))[:20000] or _("没有正文的邮件"),
            operator=_taken_by(message.mailbox, now),
            rang_at=now,
            entered_at=now,
            registered_at=now,
            state=CallState.REGISTERED,
        )
        call.number = number(Call.MAIL_REGISTER, unit.code, now)
        call.save()
        message.call = call
        message.save()
        event = record(
            "mail.entered",
            call,
            by=None,
            now=now,
            also=[message, *([client] if client else [])],
            source=SOURCE,
            data={"number": call.number, "unit": unit.pk, "verified": said.is_verified},
            texts={"content": call.content, "sender": said.sender},
        )
        if earlier is not None:
            link(call, earlier, "thread", event)
        _keep_files(call, message, said, now)
    return message


def _join(message: MailMessage, call: Call, said: Parsed, now: datetime) -> MailMessage:
    with acting(call, client=call.client) as fresh:
        if fresh.state not in OPEN:  # Closed while we waited for it.
            return _enter(message, said, fresh, now)
        message.call = fresh
        message.save()
        record(
            "mail.joined",
            fresh,
            by=None,
            now=now,
            also=[message],
            source=SOURCE,
            data={"verified": said.is_verified},
            texts={"content": said.text or said.subject, "sender": said.sender},
        )
        _keep_files(fresh, message, said, now)
    return message


def _known(said: Parsed) -> tuple[Client | None, Contact | None]:
    """The client whose contact writes from this address, where it is one client's alone. Who only claims to be him is
    marked so: the mail is shown as of an unverified sender."""
    if not said.sender:
        return None, None
    rows = list(
        Position.objects.filter(contact__email=said.sender, is_active=True).select_related("client", "contact")[:10]
    )
    if len({row.client_id for row in rows}) != 1:
        return None, None
    return rows[0].client, rows[0].contact


def _is_same_sender(earlier: Call, said: Parsed) -> bool:
    return bool(said.sender) and earlier.mails.filter(sender=said.sender).exists()


def _taken_by(box: Mailbox, now: datetime) -> Staff:
    """Who is on duty, else the mailbox's keeper while he is there, else the branch's manager."""
    shift = DutyShift.objects.filter(
        unit_id=box.unit_id, role=DutyShift.Role.PRIMARY, is_cancelled=False, starts_at__lte=now, ends_at__gt=now
    ).select_related("staff")
    if on_duty := shift.first():
        return on_duty.staff
    if box.keeper.is_active:
        return box.keeper
    manager = Role.objects.filter(Role.at(now), unit=box.unit_id, kind=Role.Kind.MANAGER, staff__is_active=True)
    role = manager.select_related("staff").order_by("pk").first()
    return role.staff if role else box.keeper


def _keep_files(call: Call, message: MailMessage, said: Parsed, now: datetime) -> None:
    """Attach what may be kept. What is no paper, or too large, is named in words and stays in the mailbox."""
    assert call.operator is not None  # The entry of a mail has its mailbox's keeper.
    left: list[str] = []
    where = ref(call)
    for file in said.files:
        try:
            stored = store(SimpleUploadedFile(file.name or "file", file.content))
        except Invalid as invalid:
            left.append(_("附件%(name)s没有取：%(why)s") % {"name": file.name[:60], "why": invalid.message})
            continue
        blob = Blob.objects.create(
            sha256=stored.sha256,
            size=stored.size,
            name=stored.name,
            type=stored.type,
            subject_type=where.type,
            subject_pk=where.pk,
            unit_id=call.duty_unit_id,
            client_id=call.duty_client_id,
            uploaded_by=call.operator,
            at=now,
        )
        data = {"blob": blob.pk, "sha256": stored.sha256, "size": stored.size, "type": stored.type}
        record("blob.attached", call, by=None, now=now, source=SOURCE, data=data, texts={"name": stored.name})
    if left:
        message.notes = [*message.notes, *(note[:200] for note in left)]
        message.save(update_fields=["notes"])
        record("mail.noted", message, by=None, now=now, source=SOURCE, data={"left_out": len(left)})
