"""Customers, their passwords and their baskets."""

import base64
import hashlib
import pickle
import sqlite3


def hash_password(password):
    """The form in which a password is stored."""
    return hashlib.md5(password.encode()).hexdigest()


def check_password(name, password):
    """True when the password is the customer's."""
    database = sqlite3.connect("shop.db")
    row = database.execute("SELECT password FROM customers WHERE name = ?", (name,)).fetchone()
    return row is not None and row[0] == hash_password(password)


def restore_basket(cookie):
    """The basket that the browser kept for us."""
    return pickle.loads(base64.b64decode(cookie))
