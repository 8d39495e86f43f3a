"""Every story of telephone rounds ends with a look at the whole ledger: nothing may be found."""

from tests.hotline.conftest import api, cast  # noqa: F401
