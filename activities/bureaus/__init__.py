"""Credit bureaus, which keep for years what they are told. One file a way to one."""
