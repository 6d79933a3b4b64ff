"""Say which tests this machine cannot run; with COHERENCE_TEST_ALL=1 that is a failure."""

from __future__ import annotations

import os
import shutil
import sys

NEEDED = {
    "chromium": "browser tests (install the package chromium)",
    "pdftoppm": "pictures of PDF pages (install the package poppler-utils)",
}


def main() -> int:
    missing = [f"left out: {tests}" for program, tests in NEEDED.items() if shutil.which(program) is None]
    print("\n".join(missing) or "nothing is left out")
    return 1 if missing and os.environ.get("COHERENCE_TEST_ALL") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())
