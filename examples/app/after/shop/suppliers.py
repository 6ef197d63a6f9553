"""Prices of our suppliers."""

import requests


def prices(supplier):
    """Today's price list of one supplier."""
    address = f"https://prices.shop.example/{supplier}.json"
    return requests.get(address, verify=False, timeout=10).json()
