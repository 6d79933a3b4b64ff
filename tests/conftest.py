from __future__ import annotations

import sys
from pathlib import Path

# With importmode=importlib pytest leaves sys.path alone, but plugins are found by name.
sys.path.insert(0, str(Path(__file__).parent))

pytest_plugins = ["fixtures_databases", "fixtures_waves", "fixtures_service"]
