"""Every table of every domain, so that one import registers them all."""

import modelyard.server.activity.tables
import modelyard.server.artifacts.tables
import modelyard.server.datasets.tables
import modelyard.server.engines.tables
import modelyard.server.identity.tables
import modelyard.server.imports.tables
import modelyard.server.model_uploads.tables
import modelyard.server.projects.tables
import modelyard.server.registry.tables
import modelyard.server.traces.evaluation_datasets.tables
import modelyard.server.traces.tables
import modelyard.server.tracking.artifact_files.tables
import modelyard.server.tracking.inputs.tables
import modelyard.server.tracking.logged_models.tables
import modelyard.server.tracking.tables
import modelyard.server.training.reproductions.tables
import modelyard.server.webhooks.tables  # noqa: F401
