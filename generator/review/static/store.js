// What is known: from the server, or from the file itself when it was saved to be mailed.

export const state = {
  saved: false, units: [], unit: 0, data: null, ticks: new Map(), by: "", current: null,
  moved: null, token: "", returned: null,
};

function held() {
  const element = document.getElementById("data");
  return element ? JSON.parse(element.textContent) : null;
}

async function asked(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", credentials: "same-origin", ...options });
  const answer = await response.json().catch(() => ({ error: "gen 没有回答，可能已经结束。" }));
  if (!response.ok) throw new Error(answer.error || "gen 没有回答，可能已经结束。");
  return answer;
}

export async function begin() {
  const whole = held();
  state.by = kept("核对人") || "";
  if (whole) {
    state.saved = true;
    state.whole = whole;
    state.units = whole.units.map((unit) => ({ id: unit.id, label: unit.label }));
    return;
  }
  state.token = location.pathname.split("/")[1];
  await list();
}

export async function list() {
  if (state.saved) return true;
  const answer = await asked("units");
  state.units = answer.units;
  state.year = answer.year;
  return answer.complete;
}

export async function load(number) {
  const data = state.saved ? state.whole.units[number] : await asked(`unit/${number}`);
  if (state.unit !== number || !state.data) state.moved = null;
  state.unit = number;
  const fresh = state.data && state.data.id === data.id && data.version !== state.data.version;
  state.data = data;
  state.returned = null;
  state.ticks = new Map(Object.entries(data.ticks));
  if (fresh && data.moved) state.moved = data.moved;
  if (!state.by && data.by && !state.saved) state.by = data.by;
  if (state.saved) {
    own(data);
    data.returned = false; // nobody there to write it
  }
  return data;
}

/** Ticks made in a saved file stay in the browser, and count only while the figure is the same. */
function own(data) {
  const mine = JSON.parse(kept(key(data)) || "{}");
  for (const [path, tick] of Object.entries(mine)) {
    const figure = data.figures[path];
    if (!figure) continue;
    if (tick === null) state.ticks.delete(path);
    else if (tick.value === figure.value && tick.wording === figure.wording) state.ticks.set(path, tick.by);
  }
}

const key = (data) => `核对 ${data.id} ${data.year}`;

export async function tick(paths, ticked) {
  const figures = paths.map((path) => {
    const { value, wording } = state.data.figures[path];
    return { path, value, wording };
  });
  if (!state.saved) {
    const answer = await asked(`tick/${state.unit}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Gen-Token": state.token },
      body: JSON.stringify({ figures, by: state.by, ticked }),
    });
    state.ticks = new Map(Object.entries(answer.ticks));
    return;
  }
  const mine = JSON.parse(kept(key(state.data)) || "{}");
  for (const { path, value, wording } of figures) {
    mine[path] = ticked ? { value, wording, by: state.by } : null;
    if (ticked) state.ticks.set(path, state.by);
    else state.ticks.delete(path);
  }
  keep(key(state.data), JSON.stringify(mine));
}

/** What `gen review --ticks` takes in. */
export function exported() {
  const { id, year, figures } = state.data;
  const ticks = [...state.ticks].map(([path, by]) => {
    const { name, value, wording } = figures[path];
    return { name, value, wording, by };
  });
  return JSON.stringify({ gen: "核对记录", unit: id, year, ticks }, null, 1) + "\n";
}

/** What came back from Word and Excel, once it was asked for. */
export async function returned() {
  const number = state.unit;
  const answer = await asked(`returned/${number}`);
  if (number === state.unit) state.returned = answer;
}

export const take = (keys) => asked(`take/${state.unit}`, {
  method: "POST",
  headers: { "Content-Type": "application/json", "X-Gen-Token": state.token },
  body: JSON.stringify({ keys }),
});

export const against = (name) => asked(`moved/${state.unit}?against=${encodeURIComponent(name)}`);
export const waited = (number, version) => asked(`wait/${number}/${version}`);

export function keep(name, text) {
  try { localStorage.setItem(name, text); } catch { /* a browser that keeps nothing */ }
}

export function kept(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}
