"""Letters on paper: the letters themselves with their envelope windows, and the visit plan table of a round."""
