"""Nightly exports for the bookkeeper."""

import subprocess


def pack_orders(name):
    """Pack the order list."""
    path = f"exports/orders-{name}.csv"
    subprocess.call("gzip --force " + path, shell=True)


def pack_customers(name):
    """Pack the customer list."""
    path = f"exports/customers-{name}.csv"
    subprocess.call("gzip --force " + path, shell=True)
