// Sheets of paper: what a section holds is laid out once, measured, and put on pages of its size.

import { grow, make } from "./dom.js";

const SLACK = 2;

/** The pages of a document, in an element that is not shown yet. */
export function layOut(given, linked, room) {
  const home = make("div", { class: "document" });
  if (given.why) home.append(make("p", { class: "absent" }, `${given.why}，看不到页面。`));
  let number = 0;
  for (const section of given.sections) {
    const flow = make("div", { class: "flow" });
    const [top, right, bottom, left] = section.margins;
    flow.style.width = `${section.width - left - right}pt`;
    if (section.scale && section.scale !== 1) flow.style.zoom = section.scale;
    for (const node of section.blocks) flow.append(grow(node, given.styles, linked));
    room.replaceChildren(flow);
    const parts = split(flow, (section.height - top - bottom) / 0.75);
    if (section.start) number = section.start - 1;
    parts.forEach((part, index) => {
      number += 1;
      home.append(page(given, section, part, number, index === 0, linked));
    });
    if (section.notes) home.append(notes(given, section, linked));
  }
  room.replaceChildren();
  const total = home.querySelectorAll(".paper").length;
  for (const one of home.querySelectorAll('[data-field="NUMPAGES"]')) one.textContent = total;
  return home;
}

function page(given, section, part, number, first, linked) {
  const [top, right, bottom, left, head, foot] = section.margins;
  const paper = make("div", { class: "paper", data: { page: number } });
  paper.style.width = `${section.width}pt`;
  paper.style.minHeight = `${section.height}pt`;
  // What is out of sight is not laid out; this much room it takes all the same.
  paper.style.containIntrinsicSize = `${section.width - left - right}pt ${section.height - top - bottom}pt`;
  paper.style.padding = `${top}pt ${right}pt ${bottom}pt ${left}pt`;
  if (section.name) paper.append(make("div", { class: "tab" }, `工作表“${section.name}”`));
  const body = make("div", { class: "text" }, part);
  if (section.scale && section.scale !== 1) body.style.zoom = section.scale;
  if (section.centered) body.classList.add("centered");
  paper.append(running(given, section, "header", number, first, `${head}pt`, "top", linked));
  paper.append(body);
  paper.append(running(given, section, "footer", number, first, `${foot}pt`, "bottom", linked));
  return paper;
}

function running(given, section, kind, number, first, distance, side, linked) {
  const even = section.mirrored && number % 2 === 0 && section.running[`${kind} even`];
  const blocks = first && section.first
    ? section.running[`${kind} first`]
    : even || section.running[`${kind} default`];
  const home = make("div", { class: `running ${kind}` });
  home.style[side] = distance;
  home.style.left = `${section.margins[3]}pt`;
  home.style.right = `${section.margins[1]}pt`;
  for (const node of blocks || []) home.append(grow(node, given.styles, linked));
  for (const one of home.querySelectorAll('[data-field="PAGE"]')) one.textContent = number;
  return home;
}

function notes(given, section, linked) {
  const home = make("div", { class: "notes" }, make("p", { class: "absent" }, "注"));
  for (const node of section.notes) home.append(grow(node, given.styles, linked));
  return home;
}

/** What fits on each page, in order. Everything is measured before anything is moved. */
function split(flow, height) {
  const zoom = Number(flow.style.zoom || 1);
  const room = height / zoom;
  const origin = flow.getBoundingClientRect().top;
  const measured = [...flow.children].map((block) => {
    const box = block.getBoundingClientRect();
    return { block, top: (box.top - origin) / zoom, bottom: (box.bottom - origin) / zoom };
  });
  const lines = new Map();
  for (const { block, top, bottom } of measured) {
    if (block.tagName === "TABLE") lines.set(block, rows(block, origin, zoom));
    else if (bottom - top > 40) lines.set(block, null);
  }
  const cuts = plan(measured, lines, room);
  return carry(measured, cuts);
}

function rows(table, origin, zoom) {
  return [...table.rows].map((row) => {
    const box = row.getBoundingClientRect();
    return { top: (box.top - origin) / zoom, bottom: (box.bottom - origin) / zoom };
  });
}

/** Before which block, or inside which one, each further page begins. */
function plan(measured, lines, room) {
  const cuts = [];
  let start = measured.length ? measured[0].top : 0;
  measured.forEach(({ block, top, bottom }, index) => {
    if (block.dataset.break && index > 0) {
      cuts.push({ index, at: null });
      start = top;
    }
    while (bottom - start > room + SLACK) {
      const held = lines.get(block);
      const limit = start + room;
      if (Array.isArray(held)) {
        const row = held.findIndex((one) => one.bottom > limit + SLACK && one.top > start + SLACK);
        if (row > 0) {
          cuts.push({ index, at: row });
          start = held[row].top;
          continue;
        }
      } else if (held === null && limit - top > 40) {
        cuts.push({ index, at: limit - top });
        const line = lineAt(block, limit - top);
        if (line > 0) {
          cuts[cuts.length - 1].at = line;
          start = top + line;
          continue;
        }
        cuts.pop();
      }
      if (top <= start + SLACK) break;
      cuts.push({ index, at: null });
      start = top;
    }
  });
  return cuts;
}

/** Where, from its top, the line of a paragraph begins that no longer fits. */
function lineAt(block, limit) {
  const style = getComputedStyle(block);
  const height = parseFloat(style.lineHeight);
  if (!(height > 0)) return 0;
  const inner = parseFloat(style.paddingTop) || 0;
  const whole = Math.floor((limit - inner) / height);
  const all = Math.round(block.getBoundingClientRect().height / height);
  return whole < 2 || all - whole < 2 ? 0 : inner + whole * height;
}

/** The blocks of each page. Where paragraphs are cut is found before any is: cutting one would
 * have the browser lay out all of them again. */
function carry(measured, cuts) {
  const own = new Map();
  for (const cut of cuts) own.set(cut.index, [...(own.get(cut.index) || []), cut]);
  const pieces = new Map();
  for (const [index, held] of own) {
    const { block } = measured[index];
    const inside = held.filter((cut) => cut.at !== null).map((cut) => cut.at);
    if (inside.length) pieces.set(index, block.tagName === "TABLE" ? inside : points(block, inside));
  }
  const parts = [[]];
  measured.forEach(({ block }, index) => {
    const held = own.get(index);
    if (!held) {
      parts[parts.length - 1].push(block);
      return;
    }
    if (held.some((cut) => cut.at === null)) parts.push([]);
    const found = pieces.get(index);
    const cut = !found ? [block] : block.tagName === "TABLE" ? cutTable(block, found) : cutText(block, found);
    cut.forEach((piece, number) => {
      if (number) parts.push([]);
      parts[parts.length - 1].push(piece);
    });
  });
  return parts.filter((part, index) => part.length || index === 0);
}

/** A table in pieces; cells that go on over the cut go on as empty ones. */
function cutTable(table, at) {
  const all = [...table.rows];
  const cells = grid(all);
  const pieces = [table];
  at.forEach((first, number) => {
    const last = at[number + 1] ?? all.length;
    const next = table.cloneNode(false);
    const columns = table.querySelector("colgroup");
    if (columns) next.append(columns.cloneNode(true));
    const body = document.createElement("tbody");
    next.append(body);
    for (const row of all.slice(first, last)) body.append(row);
    for (const cell of cells.filter((one) => one.row < first && one.row + one.rows > first)) {
      const rest = cell.element.cloneNode(false);
      rest.rowSpan = cell.row + cell.rows - first;
      cell.element.rowSpan = first - cell.row;
      const behind = cells.find((one) => one.row === first && one.column > cell.column);
      all[first].insertBefore(rest, behind ? behind.element : null);
      cells.push({ ...cell, element: rest, row: first, rows: rest.rowSpan });
      cell.rows = first - cell.row;
    }
    pieces.push(next);
  });
  return pieces;
}

function grid(all) {
  const taken = all.map(() => new Set());
  const cells = [];
  all.forEach((row, number) => {
    let column = 0;
    for (const element of row.cells) {
      while (taken[number].has(column)) column += 1;
      const rows = Math.min(element.rowSpan, all.length - number);
      cells.push({ element, row: number, column, rows });
      for (let r = number; r < number + rows; r += 1)
        for (let c = column; c < column + element.colSpan; c += 1) taken[r].add(c);
      column += element.colSpan;
    }
  });
  return cells;
}

/** Where in a paragraph the lines begin that are so far from its top; how its lines are set. */
function points(block, at) {
  const spread = getComputedStyle(block).textAlign === "justify";
  return { spread, found: at.map((limit) => startOfLine(block, limit)).filter(Boolean) };
}

/** A paragraph in pieces. From the last cut to the first, so that what is before stays as it was. */
function cutText(block, { spread, found }) {
  const pieces = [];
  for (const point of found.reverse()) {
    const range = document.createRange();
    range.setStart(point.node, point.offset);
    range.setEndAfter(block.lastChild);
    const next = block.cloneNode(false);
    next.append(range.extractContents());
    next.style.textIndent = "0";
    next.style.marginTop = "0";
    next.dataset.goesOn = "1";
    block.style.marginBottom = "0";
    if (spread) block.style.textAlignLast = "justify";
    if (pieces.length) {
      next.style.marginBottom = "0";
      if (spread) next.style.textAlignLast = "justify";
    }
    pieces.unshift(next);
  }
  return [block, ...pieces];
}

function startOfLine(block, limit) {
  const top = block.getBoundingClientRect().top;
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.bottom - top <= limit + SLACK) continue;
    let low = 0;
    let high = node.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      range.setStart(node, middle);
      range.setEnd(node, middle + 1);
      const centre = range.getBoundingClientRect();
      if ((centre.top + centre.bottom) / 2 - top > limit) high = middle;
      else low = middle + 1;
    }
    if (low < node.length) return { node, offset: low };
  }
  return null;
}
