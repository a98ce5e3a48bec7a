"""`python -m mygenerator`: the command `mygenerator`, for when its script is not on the path."""

import sys

from mygenerator.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
