import os
import tempfile
from pathlib import Path

os.environ.setdefault("CHENGNUO_DATA", tempfile.mkdtemp(prefix="chengnuo-test-"))

from .base import *
from .base import DATABASES

SECRET_KEY = "a key for tests only"  # noqa: S105
TRAIL_KEY = b"a key for the chain in tests only"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
BLOB_DIR = Path(os.environ["CHENGNUO_DATA"]) / "blobs"
DATABASES["default"]["CONN_MAX_AGE"] = 0
