"""Models and versions that clients register: the same rows as those trained here, without a training."""
