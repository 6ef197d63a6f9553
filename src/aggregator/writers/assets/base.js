// @ts-check
// Making elements. Text goes in as text nodes alone; nothing on this page is ever parsed as HTML.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

const SVG = "http://www.w3.org/2000/svg";

/** The text without what nobody sees and what turns its direction: what is read is what is there. @param {string} text */
const visible = (text) => (/^[\n -~]*$/.test(text) ? text : text.replace(INVISIBLE, ""));

/**
 * An element. Attributes of value `false`, `null` or `undefined` are left out; `onclick` and its like are listeners.
 * @param {Element} made
 * @param {Attributes} attributes
 * @param {(Child | Child[])[]} children
 */
function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : visible(String(value)));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false || child === "") continue;
    made.append(child instanceof Node ? child : document.createTextNode(visible(String(child))));
  }
  return made;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {(Child | Child[])[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function el(tag, attributes = {}, ...children) {
  return /** @type {any} */ (fill(document.createElement(tag), attributes, children));
}

/**
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {(Child | Child[])[]} children
 * @returns {Element}
 */
function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * So many items of a long list, and below them how many there are besides.
 * @template T
 * @param {T[]} all
 * @param {number} most
 * @param {(one: T) => Child} make
 * @returns {Child[]}
 */
const cutAt = (all, most, make) => [...all.slice(0, most).map(make), all.length > most && el("li", { class: "note" }, `and ${number(all.length - most)} more`)];

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

/** The element's children, anew. @param {Element} parent @param {...Child} children */
function refill(parent, ...children) {
  parent.replaceChildren();
  fill(parent, {}, children);
}

/** Say something to screen readers without moving anybody. @param {string} words */
function say(words) {
  const place = document.querySelector("dialog[open] .spoken") ?? byId("status");
  place.textContent = "";
  setTimeout(() => { place.textContent = words; }, 30);
}

/**
 * How often each value is there.
 * @template T
 * @param {Iterable<T>} values
 * @returns {Map<T, number>}
 */
function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** @param {Iterable<number>} values */
function sum(values) {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
