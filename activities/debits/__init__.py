"""Providers that debit an account by a customer's mandate. One file a provider."""
