"""Questions with expected answers, kept to judge applications by."""
