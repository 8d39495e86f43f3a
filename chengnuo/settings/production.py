from .base import *
from .base import key_file

SECRET_KEY = key_file("session").hex()
TRAIL_KEY = key_file("trail")
FACTOR_KEY = key_file("factors")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
