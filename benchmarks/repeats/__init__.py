"""Pairs of complaints with their labels, how the product judges them, and the fitting of its weights to them."""
