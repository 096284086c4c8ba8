// The tab MSFT Office 365 Integration: Save, Load Resources, and the list. Talks to its own server only.
"use strict";

const POLL_MILLISECONDS = 500;

// Every element that matches, also inside open shadow roots.
function everywhere(selector, root = document) {
  return [...root.querySelectorAll("*")].flatMap((one) => [
    ...(one.matches(selector) ? [one] : []),
    ...(one.shadowRoot ? everywhere(selector, one.shadowRoot) : []),
  ]);
}

const part = (name) => everywhere(`[data-part="${name}"]`)[0];
const inputs = () => everywhere("[data-input]");
const form = part("credentials");
const notice = part("notice");
const saveButton = part("save");
const loadButton = part("load");
const loadStatus = part("load-status");
const list = part("list");
const loadsUrl = part("resources").dataset.load;
const configured = part("configured");
const token = document.querySelector('meta[name="csrf-token"]').content;
const kinds = { ROOM: "Room", EQUIPMENT: "Equipment" };

// As components do that are drawn again: other ids, the same everything else.
function renewIds() {
  for (const input of inputs().filter((one) => one.getRootNode() !== document)) {
    const [old, id] = [input.id, `id-${crypto.getRandomValues(new Uint32Array(1))[0].toString(16)}`];
    for (const one of input.getRootNode().querySelectorAll("[id], label")) {
      if (one.htmlFor === old) one.htmlFor = id;
      if (one.id) one.id = one.id.replace(old, id);
    }
    input.setAttribute("aria-describedby", input.getAttribute("aria-describedby").replaceAll(old, id));
  }
}

async function ask(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRF-Token": token },
    body: body && JSON.stringify(body),
  });
  if (response.status === 401) {
    location.assign(location.href); // the server sends to the sign-in page and back
    return new Promise(() => {});
  }
  const answer = await response.json().catch(() => ({ message: "Something went wrong. Please try again later." }));
  return { ok: response.ok, answer };
}

function tell(kind, text) {
  notice.className = `notice ${kind}`;
  notice.textContent = text;
  notice.hidden = false;
  notice.scrollIntoView({ block: "nearest" });
}

function showFieldErrors(errors) {
  for (const input of inputs()) {
    const wrong = errors.find((error) => error.field === input.dataset.input);
    everywhere(`[data-wrong="${input.dataset.input}"]`)[0].textContent = wrong ? wrong.message : "";
    input.setAttribute("aria-invalid", wrong ? "true" : "false");
  }
  renewIds();
}

function showLoad(load) {
  loadStatus.classList.toggle("loading", load.status === "RUNNING");
  if (load.status === "RUNNING") {
    loadStatus.textContent = "Loading resources from Office 365…";
    return;
  }
  if (load.status === "FAILED") {
    loadStatus.textContent = "";
    tell("error", load.error.message);
    return;
  }
  const rows = [...load.resources, ...load.unavailable];
  const [rowTag, cellTag] = list.tBodies ? ["tr", "td"] : ["div", "span"];
  (list.tBodies ? list.tBodies[0] : list).replaceChildren(
    ...rows.map((one) => {
      const row = document.createElement(rowTag);
      row.dataset.test = "calendar-resource";
      row.classList.toggle("unavailable", Boolean(one.reason));
      const status = one.reason ? `Not available (${one.reason})` : "Loaded";
      const cells = { name: one.name, kind: kinds[one.kind] || one.kind, email: one.email, status };
      for (const [name, text] of Object.entries(cells)) {
        const cell = Object.assign(document.createElement(cellTag), { textContent: text });
        cell.dataset.test = `calendar-resource-${name}`;
        row.append(cell, " ");
      }
      return row;
    }),
  );
  list.hidden = rows.length === 0;
  const count = load.resources.length;
  loadStatus.textContent = count === 1 ? "1 resource loaded." : `${count} resources loaded.`;
}

async function follow(load) {
  showLoad(load);
  while (load.status === "RUNNING") {
    await new Promise((done) => setTimeout(done, POLL_MILLISECONDS));
    const { ok, answer } = await ask("GET", `${loadsUrl}/${encodeURIComponent(load.id)}`);
    load = ok ? answer : { status: "FAILED", error: answer };
    showLoad(load);
  }
}

async function busy(button, work) {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    tell("error", "SmartRecruiters cannot be reached. Check your connection and try again.");
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

function save() {
  busy(saveButton, async () => {
    notice.hidden = true;
    const typed = Object.fromEntries(inputs().map((one) => [one.dataset.input, one.value]));
    const { ok, answer } = await ask("PUT", form.dataset.save, typed);
    showFieldErrors(answer.errors || []);
    if (!ok) {
      tell("error", answer.message);
      return;
    }
    const secret = inputs().find((one) => one.dataset.input === "clientSecret");
    secret.value = "";
    secret.placeholder = "Saved. Enter a new one to replace it.";
    part("saved").textContent = `Saved by ${answer.savedBy} on ${answer.savedAt.slice(0, 10)}`;
    part("delegated")?.remove();
    configured.className = "badge on";
    configured.textContent = "Configured";
    list.hidden = true;
    loadStatus.textContent = "No resources loaded yet.";
    loadButton.disabled = false;
    tell("success", "Your Office 365 credentials were saved. Load the resources to check them.");
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
if (saveButton.type === "button") saveButton.addEventListener("click", save); // in a shadow root of its own

loadButton.addEventListener("click", () =>
  busy(loadButton, async () => {
    notice.hidden = true;
    list.hidden = true;
    const { ok, answer } = await ask("POST", loadsUrl);
    await follow(ok ? answer : { status: "FAILED", error: answer });
  }),
);

const latest = document.getElementById("latest-load");
if (latest) {
  const load = JSON.parse(latest.textContent);
  busy(loadButton, () => follow(load));
}
