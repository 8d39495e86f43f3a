"""What the hotline adds to the rooms below."""
