"""What a try to send came to when it was not plainly sent. The words are for the administrator."""


class NotSent(Exception):
    """The channel itself does not answer or does not know us; nothing was sent, and everything of it waits."""


class Later(NotSent):
    """This one was not taken now (a 4xx); the channel is well."""


class Rejected(NotSent):
    """This one will never be taken (a 5xx): a wrong address, a mailbox that is no more."""


class Unsure(Exception):
    """It may have arrived: the answer was lost after everything was handed over. Never sent again by itself."""
