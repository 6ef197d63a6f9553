"""What the shop sells."""

import sqlite3


def search(text):
    """Find products whose name contains the text."""
    database = sqlite3.connect("shop.db")
    rows = database.execute(f"SELECT id, name FROM products WHERE name LIKE '%{text}%'")
    return [dict(id=row[0], name=row[1]) for row in rows]


def price(rule, amount):
    """Apply a discount rule such as `amount * 0.9`."""
    return eval(rule, {"amount": amount})


def stock(product_id):
    """How many pieces are left."""
    database = sqlite3.connect("shop.db")
    row = database.execute("SELECT stock FROM products WHERE id = ?", (product_id,)).fetchone()
    return row[0] if row else 0
