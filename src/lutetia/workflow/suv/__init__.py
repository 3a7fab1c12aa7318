"""Uptake values of a PET, with the rule and the facts behind them."""
