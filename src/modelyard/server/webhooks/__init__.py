"""Level 8: webhooks, telling addresses of their owners what happened in a project."""
