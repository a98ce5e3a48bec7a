"""`python -m mygenerator`: the command `mygenerator` where its script is not on the path."""

import sys

from mygenerator.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
