"""The only writers of the clients' room."""

from .clients import change_client, enter_client, tick, unmask_phone, unmask_resident_id, untick
from .contacts import add_contact, change_contact, end_position
from .holdings import (
    activate_agreement,
    add_policy,
    add_site,
    change_policy,
    change_site,
    draft_agreement,
    expire_agreement,
    sign_agreement,
    terminate_agreement,
)
from .imports import NotClean, import_clients, refuse_repeated

__all__ = [
    "NotClean",
    "activate_agreement",
    "add_contact",
    "add_policy",
    "add_site",
    "change_client",
    "change_contact",
    "change_policy",
    "change_site",
    "draft_agreement",
    "end_position",
    "enter_client",
    "expire_agreement",
    "import_clients",
    "refuse_repeated",
    "sign_agreement",
    "terminate_agreement",
    "tick",
    "unmask_phone",
    "unmask_resident_id",
    "untick",
]
