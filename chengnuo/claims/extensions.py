"""What this room adds to the rooms below: words of its events, search, the client's page."""
