// Elements from plain data. Texts are put in as texts and nothing else: nothing a document says
// can become markup.

const TAGS = new Set([
  "p", "span", "a", "u", "div", "table", "colgroup", "col", "tbody", "tr", "td", "img",
]);
const PICTURE = /^data:image\/(?:png|jpeg);base64,[A-Za-z0-9+/=]+$/;

export function make(tag, given = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [kind, listener] of Object.entries(value)) element.addEventListener(kind, listener);
    else if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...inside.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return element;
}

export function button(text, click, given = {}) {
  return make("button", { type: "button", on: { click }, ...given }, text);
}

/** The elements of a page. `linked` is told of each link before it goes in. */
export function grow(node, styles, linked) {
  if (typeof node === "string") return document.createTextNode(node);
  const element = document.createElement(TAGS.has(node.t) ? node.t : "span");
  if (node.s !== undefined) element.style.cssText = styles[node.s];
  if (node.colspan) element.colSpan = node.colspan;
  if (node.rowspan) element.rowSpan = node.rowspan;
  if (node.n) element.dataset.n = node.n;
  if (node.level) element.dataset.level = node.level;
  if (node.break) element.dataset.break = "1";
  if (node.head) element.dataset.head = "1";
  if (node.field) element.dataset.field = node.field;
  if (node.box) element.className = "box";
  if (node.k) {
    element.className = "loose";
    element.title = "正文里直接写的数，没有出处";
  }
  if (node.src && PICTURE.test(node.src)) element.src = node.src;
  for (const child of node.c || []) element.append(grow(child, styles, linked));
  if (node.f !== undefined) linked(element, node.f);
  return element;
}
