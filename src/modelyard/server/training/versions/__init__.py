"""Versions that are trained here: started, canceled, trained again."""
