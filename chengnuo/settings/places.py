"""Where the data of this installation lies."""

import os
from pathlib import Path

HELD = "outward.held"
"""In the data folder of a restored company: while this lies there, nothing leaves it and no mail is fetched."""


def data_dir() -> Path:
    """CHENGNUO_DATA if set; else /var/lib/chengnuo for root; else the user's own folder for data.

    Root cannot keep it at home: PostgreSQL refuses to run as root, and the user it runs as may not enter /root.
    """
    if chosen := os.environ.get("CHENGNUO_DATA"):
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/chengnuo")
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "chengnuo"
