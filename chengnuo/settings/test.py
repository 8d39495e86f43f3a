import os
import tempfile
from pathlib import Path

if "CHENGNUO_DATA" not in os.environ:
    _folder = tempfile.TemporaryDirectory(prefix="chengnuo-test-")  # Removed when the process ends.
    os.environ["CHENGNUO_DATA"] = _folder.name

from .base import *
from .base import DATABASES, GATE, MIDDLEWARE

SECRET_KEY = "a key for tests only"  # noqa: S105
TRAIL_KEY = b"a key for the chain in tests only"
FACTOR_KEY = b"a key for second factors, tests."
# Sessions made by force_login have shown nothing. The fixture `gate` puts both back for the tests of them.
SECOND_FACTOR = {}
MIDDLEWARE.remove(GATE)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
BLOB_DIR = Path(os.environ["CHENGNUO_DATA"]) / "blobs"
DATABASES["default"]["CONN_MAX_AGE"] = 0
