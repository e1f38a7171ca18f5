"""Versions that are trained here: started, cancelled, trained again."""
