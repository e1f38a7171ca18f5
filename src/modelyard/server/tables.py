"""Every table of every domain, so that one import registers them all."""

import modelyard.server.activity.tables
import modelyard.server.artifacts.tables
import modelyard.server.datasets.tables
import modelyard.server.engines.tables
import modelyard.server.projects.tables
import modelyard.server.registry.tables
import modelyard.server.tracking.tables  # noqa: F401
