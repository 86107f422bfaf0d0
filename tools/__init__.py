"""Programs for the people who work on clpool; nothing in the library imports them."""
