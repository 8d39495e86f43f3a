from .base import *
from .base import key_file

SECRET_KEY = key_file("session").hex()
TRAIL_KEY = key_file("trail")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
