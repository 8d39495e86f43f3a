"""What allauth asks of us: secrets that are not stored in the clear, and the one provider that the settings name."""

import base64
import hashlib
from functools import lru_cache
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Refusal

PROVIDER = "company"


class Secrets(DefaultMFAAdapter):
    """Whoever holds a copy of the database alone holds no second factor: the key lies in a file beside it."""

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def get_totp_issuer(self) -> str:
        return "Chengnuo"

    def encrypt(self, text: str) -> str:
        return _cipher(settings.FACTOR_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher(settings.FACTOR_KEY).decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            words = _("第二因素的密钥文件和数据库不配，找系统管理员重设第二因素")
            raise Refusal("factor_key_lost", words) from error


class Companies(DefaultSocialAccountAdapter):
    """The provider of the settings and no other; allauth's tables of providers stay empty. Nobody signs himself up."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[Any]:
        from allauth.socialaccount.models import SocialApp

        told = settings.OIDC
        if told is None or provider not in (None, PROVIDER) or client_id not in (None, told.client_id):
            return []
        given = {"server_url": told.issuer, "oauth_pkce_enabled": True}
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=PROVIDER,
                name=told.name,
                client_id=told.client_id,
                secret=told.secret,
                settings=given,
            )
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


@lru_cache(maxsize=1)
def _cipher(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor" + key).digest()))
