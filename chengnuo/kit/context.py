from django.http import HttpRequest

from .shell import Shell


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The template variable `shell`; it asks the database nothing until a template prints a part of it."""
    return {"shell": Shell(request)}
