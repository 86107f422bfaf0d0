"""``python -m clpool``: the same as the script ``clpool``."""

import sys

from .cli.main import main

if __name__ == "__main__":
    sys.exit(main())
