// The shopping cart in the browser.
const cart = { lines: [], note: "" };

function showNote() {
  const params = new URLSearchParams(window.location.search);
  cart.note = params.get("note");
  document.getElementById("note").innerHTML = cart.note;
}

function total(formula) {
  return eval(formula);
}

function showTotal() {
  const formula = document.getElementById("formula").value;
  document.getElementById("total").textContent = total(formula);
}

showNote();
showTotal();
