"""Starting and stopping: the database of our own, its roles, and the processes. Below every other room but settings."""
