// The shopping cart in the browser.
const cart = { lines: [], note: "", coupon: "" };

// A note from the shop, shown above the cart.
function showNote() {
  const params = new URLSearchParams(window.location.search);
  cart.note = params.get("note");
  document.getElementById("note").innerHTML = cart.note;
}

function total(formula) {
<<<<<<< HEAD
  return eval(formula);
=======
  return Number(formula);
>>>>>>> numbers-only
}

function showTotal() {
  const formula = document.getElementById("formula").value;
  document.getElementById("total").textContent = total(formula);
}

showNote();
showTotal();
