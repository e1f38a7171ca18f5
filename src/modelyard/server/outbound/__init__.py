"""Level 1: requests to other hosts, such as receivers of webhooks: where they may go, and how they are sent."""
