"""Level 6: experiments, runs, and the params, tags and metrics of runs. Every training of a version is a run."""
