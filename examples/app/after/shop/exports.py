"""Nightly exports for the bookkeeper."""

import gzip
import shutil
import subprocess


def pack_orders(name):
    """Pack the order list."""
    path = f"exports/orders-{name}.csv"
    with open(path, "rb") as plain, gzip.open(path + ".gz", "wb") as packed:
        shutil.copyfileobj(plain, packed)


def pack_customers(name):
    """Pack the customer list."""
    path = f"exports/customers-{name}.csv"
    subprocess.call("gzip --force " + path, shell=True)
