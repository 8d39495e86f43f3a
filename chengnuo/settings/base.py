"""Settings that every way of running shares. What a place may change comes from the environment."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from .places import data_dir
from .sign_in import origins, provider

BASE_DIR = Path(__file__).resolve().parents[2]
PROCEDURE_DIR = BASE_DIR / "procedure"
DATA_DIR = data_dir()

DEBUG = False
ALLOWED_HOSTS = os.environ.get("CHENGNUO_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "chengnuo.ledger",
    "chengnuo.people",
    "chengnuo.kit",
    "chengnuo.clients",
    "chengnuo.hotline",
    "chengnuo.plans",
    "chengnuo.support",
    "chengnuo.annual",
    "chengnuo.visits",
    "chengnuo.letters",
    "chengnuo.claims",
    "chengnuo.complaints",
    "chengnuo.satisfaction",
    "chengnuo.daily",
    "chengnuo.rounds",
    "chengnuo.site",
]
GATE = "chengnuo.people.gate.Gate"
MIDDLEWARE = [
    "chengnuo.kit.edge.content_policy",
    "chengnuo.kit.edge.asked_through_proxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chengnuo.kit.middleware.SignedIn",
    "chengnuo.kit.middleware.HostileInput",
    GATE,
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "chengnuo.site.urls"
WSGI_APPLICATION = "chengnuo.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chengnuo.kit.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "chengnuo.kit.templatetags.kit"],
        },
    }
]


def database(url: str) -> dict[str, object]:
    """A DATABASE_URL (postgres://user:password@host:port/name, or ?host=/socket/folder) as Django's dictionary.

    Other words after the `?` (sslmode, sslrootcert) are handed to the driver as they are.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL must begin with postgres://, not {parts.scheme}://")
    query = dict(parse_qsl(parts.query))
    host, port = query.pop("host", unquote(parts.hostname or "")), query.pop("port", str(parts.port or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c jit=off -c TimeZone=UTC",
            "application_name": "chengnuo",
            "connect_timeout": 5,
            **query,
        },
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgres:///chengnuo"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Staff"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "site:desk"
# What each role must have beside the password until the administrator says otherwise: any, passkey; the rest may.
SECOND_FACTOR: dict[str, str] = {"administrator": "any", "chairman": "any", "executive": "any", "centre_head": "any"}
# How long a proof of the second factor holds for signing an approval.
SIGNING_WITHIN = timedelta(minutes=int(os.environ.get("CHENGNUO_SIGNING_MINUTES", "15")))
# Where passkeys may be used from; none named: the address that the request came to.
PASSKEY_ORIGINS = origins(os.environ)
# The company's own sign-in by OpenID Connect, or None.
OIDC = provider(os.environ)
# Passwords for administrators alone: everybody else comes by the company's sign-in or a passkey.
PASSWORDS_FOR_ADMINISTRATORS_ALONE = os.environ.get("CHENGNUO_PASSWORDS") == "administrators"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "chengnuo.people.allauth_adapters.Secrets"
MFA_RECOVERY_CODE_DIGITS = 10
SOCIALACCOUNT_ADAPTER = "chengnuo.people.allauth_adapters.Companies"
# A proxy of the company's ends TLS before us: it alone reaches us, and its headers say who asked it, and how.
BEHIND_PROXY = os.environ.get("CHENGNUO_PROXY") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_PROXY
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "chengnuo.kit.errors.csrf_failure"

# The screen is Chinese whatever the browser asks for: without a catalogue English pages would be half of each.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "chengnuo" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "chengnuo" / "static"]

# How often a token may ask the API in a minute; 0 is no limit.
API_PER_MINUTE = int(os.environ.get("CHENGNUO_API_PER_MINUTE") or "600")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
BLOB_DIR = DATA_DIR / "blobs"
BLOB_MAX_BYTES = 20 * 1024 * 1024
PRINT_FONTS = BASE_DIR / "chengnuo" / "kit" / "documents" / "fonts"
# An authority of the company's own that its mail servers are signed by.
MAIL_CA = os.environ.get("CHENGNUO_MAIL_CA", "")
# Webhooks go to public addresses by https; with 1 to machines of this network as well, and there by http too.
WEBHOOK_PRIVATE = os.environ.get("CHENGNUO_WEBHOOK_PRIVATE") == "1"
# Where clients reach the pages that are theirs, if that is not the address that the staff use.
PUBLIC_URL = os.environ.get("CHENGNUO_PUBLIC_URL", "").rstrip("/")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"


def key_file(name: str) -> bytes:
    """The secret of 32 random bytes kept in DATA_DIR/keys/NAME, made on first use. It never lies in the database."""
    path = DATA_DIR / "keys" / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{name}.{os.getpid()}")
        with open(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(os.urandom(32))
        try:
            os.link(fresh, path)  # Two starters race here: the first link wins and both read it.
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_bytes()
