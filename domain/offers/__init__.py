"""Offers: what the book of a bank comes to for one customer."""
