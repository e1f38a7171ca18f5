"""One search box over models, versions and datasets."""
