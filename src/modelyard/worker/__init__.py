"""What runs beside the server: training and prediction jobs, and the plug-ins they use."""
