"""Why a model predicts what it does: how much each input feature contributes."""
