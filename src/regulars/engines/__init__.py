"""Where SQL runs. The only room that knows a particular engine."""
