"""Names, defaults and numbers of other libraries, and adapters; each is imported by its name."""
