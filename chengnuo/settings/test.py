import os
import tempfile
from pathlib import Path

if "CHENGNUO_DATA" not in os.environ:
    _folder = tempfile.TemporaryDirectory(prefix="chengnuo-test-")  # Removed when the process ends.
    os.environ["CHENGNUO_DATA"] = _folder.name

from .base import *
from .base import DATABASES

SECRET_KEY = "a key for tests only"  # noqa: S105
TRAIL_KEY = b"a key for the chain in tests only"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
BLOB_DIR = Path(os.environ["CHENGNUO_DATA"]) / "blobs"
DATABASES["default"]["CONN_MAX_AGE"] = 0
