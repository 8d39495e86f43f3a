"""Mail of clients: fetched from a branch's mailbox, read as hostile input, made an entry of the branch."""
