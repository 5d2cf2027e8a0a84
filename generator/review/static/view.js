// The pages on screen: links to figures, where one is, what is marked, and staying in place.

import { make } from "./dom.js";
import { layOut } from "./paper.js";
import { state } from "./store.js";

const shown = new Map();

const pages = () => document.getElementById("pages");

/** Put the documents on the screen, what one looks at staying where it is; what moved, in order. */
export function show() {
  const anchor = shown.size ? anchored() : null;
  const chosen = shown.size ? where(pages().querySelector("a.figure.here")) : null;
  const room = make("div", { id: "room", "aria-hidden": "true" });
  document.body.append(room);
  const homes = state.data.documents.map((given, number) => home(given, number, room));
  room.remove();
  const names = new Set(state.data.documents.map((given) => given.name));
  for (const name of shown.keys()) if (!names.has(name)) shown.delete(name);
  pages().replaceChildren(...(homes.length ? homes : [nothing()]));
  fit();
  mark();
  const stops = showMoved();
  if (anchor) back(anchor);
  if (chosen && !pages().querySelector("a.figure.here")) found(chosen)?.classList.add("here");
  return stops;
}

/** Paper that is wider than the room for it is shown smaller. */
export function fit() {
  const style = getComputedStyle(pages());
  const room = pages().clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  for (const paper of pages().querySelectorAll(".paper")) {
    const width = parseFloat(paper.style.width) / 0.75;
    paper.style.zoom = String(Math.min(1, Math.max(0.25, room / width)));
  }
}

export function forget() {
  shown.clear();
}

function nothing() {
  return make("p", { class: "absent" }, "还没有成果：先改正旁边的问题，保存以后这里就有了。");
}

function home(given, number, room) {
  const text = JSON.stringify([given.styles, given.sections, given.why]);
  const known = shown.get(given.name);
  let body = known && known.text === text ? known.body : null;
  if (!body) {
    body = layOut(given, link, room);
    shown.set(given.name, { text, body });
  }
  for (const old of body.querySelectorAll("del.moved")) old.remove();
  for (const old of body.querySelectorAll("ins.moved")) old.replaceWith(...old.childNodes);
  for (const one of body.querySelectorAll("a[data-p]")) {
    one.dataset.d = number;
    one.dataset.f = given.figures[one.dataset.p];
    one.href = `#${number}-${one.dataset.p}`;
  }
  const title = make("h2", { class: "name", id: `document-${number}` }, given.name);
  if (!state.saved && !given.why)
    title.append(make("button", { type: "button", class: "pdf", data: { pdf: number } }, "看 PDF 页面"));
  return make("section", { class: "one", data: { number } }, title, body);
}

function link(element, place) {
  element.className = "figure";
  element.dataset.p = place;
}

/** Which figures are ticked, typed, moved, chosen. */
export function mark() {
  const values = state.data.values;
  for (const one of pages().querySelectorAll("a.figure")) {
    const path = one.dataset.f;
    const ticked = state.ticks.has(path);
    const value = values[path];
    one.classList.toggle("ticked", ticked);
    one.classList.toggle("worked", Boolean(value && value.formula));
    one.classList.toggle("asked", Boolean(state.data.figures[path]?.problems.length));
    one.classList.toggle("current", path === state.current);
    one.setAttribute("aria-label", `${state.data.figures[path]?.name ?? path} ${one.textContent}${ticked ? "，已核" : ""}`);
  }
  const count = Object.keys(state.data.figures).length;
  const done = [...state.ticks.keys()].filter((path) => path in state.data.figures).length;
  document.getElementById("progress").textContent = `已核 ${done}/${count}`;
  const meter = document.getElementById("meter");
  meter.max = Math.max(count, 1);
  meter.value = done;
}

export const links = () => [...pages().querySelectorAll("a.figure")];

export function place(document_, number) {
  return pages().querySelector(`a.figure[data-d="${document_}"][data-p="${number}"]`);
}

export function paragraph(document_, number) {
  return pages().querySelector(`section.one[data-number="${document_}"] [data-n="${number}"]`);
}

/** Bring an element into sight and say that it is the one. */
export function reveal(element) {
  if (!element) return;
  element.scrollIntoView({ block: "center", inline: "nearest" });
  for (const old of document.querySelectorAll(".here")) old.classList.remove("here");
  element.classList.add("here");
  if (element.matches("a")) element.focus({ preventScroll: true });
}

// Staying in place

function anchored() {
  const top = pages().getBoundingClientRect().top;
  const seen = links().find((one) => one.getBoundingClientRect().top >= top);
  if (!seen) return { top: scroller().scrollTop };
  return { ...where(seen), offset: seen.getBoundingClientRect().top };
}

/** Which one of the links to its figure in its document a link is. */
function where(one) {
  if (!one) return null;
  const same = links().filter((other) => key(other) === key(one));
  return { key: key(one), index: same.indexOf(one) };
}

function found(wanted) {
  const same = links().filter((one) => key(one) === wanted.key);
  return same[wanted.index] ?? same[0];
}

const key = (one) => `${one.closest("section.one").querySelector("h2").firstChild.textContent} ${one.dataset.f}`;

const scroller = () => {
  const home = pages();
  return home.scrollHeight > home.clientHeight + 1 && getComputedStyle(home).overflowY !== "visible"
    ? home
    : document.scrollingElement;
};

function back(anchor) {
  if (anchor.key === undefined) {
    scroller().scrollTop = anchor.top;
    return;
  }
  const now = found(anchor);
  if (now) scroller().scrollTop += now.getBoundingClientRect().top - anchor.offset;
}

// What moved

export function showMoved() {
  for (const old of pages().querySelectorAll("del.moved")) old.remove();
  for (const old of pages().querySelectorAll("ins.moved")) old.replaceWith(...old.childNodes);
  for (const old of pages().querySelectorAll(".changed")) old.classList.remove("changed");
  if (!state.moved) return [];
  const stops = [];
  for (const one of state.moved.places) {
    const element = one.p >= 0 ? place(one.d, one.p) : null;
    if (!element) continue;
    element.classList.add("changed");
    if (one.old !== null) element.before(make("del", { class: "moved", "aria-label": `原来 ${one.old}` }, one.old, " → "));
    stops.push(element);
  }
  for (const one of state.moved.paragraphs) {
    const element = paragraph(one.d, one.n);
    if (!element) continue;
    element.classList.add("changed");
    if (!element.querySelector(".changed")) words(element, one.pieces);
    if (!element.querySelector("a.changed")) stops.push(element);
  }
  return stops.sort((a, b) => (a.compareDocumentPosition(b) & 4 ? -1 : 1));
}

const SIGNS = { "-": "del", "+": "ins" };

/** Words that went are struck, words that came are underlined; a figure in them stays a link.
    `there`: which of them the page shows, `name`: what the marks are. */
function words(element, pieces, there = "+", name = "moved") {
  let at = 0;
  const jobs = [];
  for (const [kind, text] of pieces) {
    if (kind in SIGNS && kind !== there) jobs.push({ at, other: text, tag: SIGNS[kind] });
    else {
      if (kind === there) jobs.push({ at, end: at + text.length, tag: SIGNS[kind] });
      at += text.length;
    }
  }
  if (element.textContent.length < at) return;
  const shift = element.textContent.length - at; // gen's own number before the text
  for (const job of jobs.reverse()) {
    if (job.other !== undefined) insert(element, job.at + shift, make(job.tag, { class: name }, job.other));
    else wrap(element, job.at + shift, job.end + shift, job.tag, name);
  }
}

// What came back

/** Mark on the pages what came back otherwise; each passage knows the number of its difference. */
export function showReturned() {
  for (const old of pages().querySelectorAll("ins.proposed")) old.remove();
  for (const old of pages().querySelectorAll("del.proposed")) old.replaceWith(...old.childNodes);
  for (const old of pages().querySelectorAll("[data-back]")) delete old.dataset.back;
  for (const one of state.returned?.differences ?? []) {
    const element = passage(one);
    if (!element || element.dataset.back) continue;
    element.dataset.back = one.number;
    if (one.old) words(element, one.words.map(({ sign, text }) => [sign, text]), "-", "proposed");
  }
}

/** Where the page shows what a difference is about. */
export function passage(one) {
  const marked = pages().querySelector(`[data-back="${one.number}"]`);
  if (marked) return marked;
  const number = state.data.documents.findIndex((given) => given.name === one.document);
  const section = pages().querySelector(`section.one[data-number="${number}"]`);
  if (!section || !one.old) return null;
  const holding = (all) => [...all].filter((each) => each.textContent.includes(one.old));
  const links = one.path ? holding(section.querySelectorAll("a.figure")).filter((each) => each.dataset.f === one.path) : [];
  // The innermost one that holds all of it: a cell rather than its table.
  return links[0] ?? holding(section.querySelectorAll("p, td, [data-n]")).pop() ?? null;
}

function spots(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  let at = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    found.push({ node, at });
    at += node.length;
  }
  return found;
}

function insert(element, offset, made) {
  const spot = spots(element).reverse().find((one) => one.at <= offset);
  if (!spot) {
    element.prepend(made);
    return;
  }
  const inside = spot.node.parentElement.closest("a.figure");
  if (inside && made.classList.contains("proposed")) inside.after(made);
  else if (inside) inside.before(made);
  else if (offset - spot.at < spot.node.length) spot.node.splitText(offset - spot.at).before(made);
  else spot.node.after(made);
}

function wrap(element, start, end, tag, name) {
  for (const { node, at } of spots(element)) {
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, node.length);
    if (from >= to) continue;
    let part = node;
    if (to < part.length) part.splitText(to);
    if (from > 0) part = part.splitText(from);
    const made = make(tag, { class: name });
    part.replaceWith(made);
    made.append(part);
  }
}
