from .requests import Asked
from .shell import Shell


def shell(request: Asked) -> dict[str, Shell]:
    """The template variable `shell`; it asks the database nothing until a template prints a part of it."""
    return {"shell": Shell(request)}
