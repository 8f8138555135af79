"""`python -m tongjian.cli` is `tongjian`."""

import sys

from tongjian.cli.main import main

sys.exit(main())
