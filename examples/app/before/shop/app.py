"""The web application: routes, and nothing else."""

from flask import Flask, jsonify, request

from shop import accounts, catalogue, exports, orders

app = Flask(__name__)


@app.get("/search")
def search():
    return jsonify(catalogue.search(request.args.get("q", "")))


@app.get("/price")
def price():
    return jsonify(catalogue.price(request.args["rule"], int(request.args["amount"])))


@app.post("/login")
def login():
    ok = accounts.check_password(request.form["name"], request.form["password"])
    return jsonify(ok=ok)


@app.get("/basket")
def basket():
    return jsonify(accounts.restore_basket(request.cookies["basket"]))


@app.post("/orders")
def order():
    return jsonify(orders.place(request.get_data(as_text=True)))


@app.post("/orders/<number>/invoice")
def invoice(number):
    return jsonify(orders.print_invoice(number))


@app.post("/exports/<name>")
def export(name):
    exports.pack_orders(name)
    exports.pack_customers(name)
    return "", 204


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000, debug=True)
