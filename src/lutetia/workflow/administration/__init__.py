"""How a cycle was given, as a record that dose archives keep."""
