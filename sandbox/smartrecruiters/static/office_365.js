// The tab MSFT Office 365 Integration: Save, Load Resources, and the list. Talks to its own server only.
"use strict";

const POLL_MILLISECONDS = 500;
const form = document.getElementById("credentials");
const notice = document.getElementById("notice");
const loadButton = document.getElementById("load");
const loadStatus = document.getElementById("load-status");
const table = document.getElementById("resource-table");
const loadsUrl = document.getElementById("resources").dataset.load;
const configured = document.getElementById("configured");
const token = document.querySelector('meta[name="csrf-token"]').content;
const kinds = { ROOM: "Room", EQUIPMENT: "Equipment" };

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
  for (const field of form.querySelectorAll("[data-field]")) {
    const wrong = errors.find((error) => error.field === field.dataset.field);
    field.querySelector(".wrong").textContent = wrong ? wrong.message : "";
    field.querySelector("input").setAttribute("aria-invalid", wrong ? "true" : "false");
  }
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
  table.tBodies[0].replaceChildren(
    ...rows.map((one) => {
      const row = document.createElement("tr");
      row.classList.toggle("unavailable", Boolean(one.reason));
      const status = one.reason ? `Not available (${one.reason})` : "Loaded";
      const cells = [one.name, kinds[one.kind] || one.kind, one.email, status];
      row.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
      return row;
    }),
  );
  table.hidden = rows.length === 0;
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

form.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(form.querySelector("button"), async () => {
    notice.hidden = true;
    const typed = Object.fromEntries(new FormData(form));
    const { ok, answer } = await ask("PUT", form.dataset.save, typed);
    showFieldErrors(answer.errors || []);
    if (!ok) {
      tell("error", answer.message);
      return;
    }
    form.elements.clientSecret.value = "";
    form.elements.clientSecret.placeholder = "Saved. Enter a new one to replace it.";
    document.getElementById("saved").textContent = `Saved by ${answer.savedBy} on ${answer.savedAt.slice(0, 10)}`;
    configured.className = "badge on";
    configured.textContent = "Configured";
    table.hidden = true;
    loadStatus.textContent = "No resources loaded yet.";
    loadButton.disabled = false;
    tell("success", "Your Office 365 credentials were saved. Load the resources to check them.");
  });
});

loadButton.addEventListener("click", () =>
  busy(loadButton, async () => {
    notice.hidden = true;
    table.hidden = true;
    const { ok, answer } = await ask("POST", loadsUrl);
    await follow(ok ? answer : { status: "FAILED", error: answer });
  }),
);

const latest = document.getElementById("latest-load");
if (latest) {
  const load = JSON.parse(latest.textContent);
  busy(loadButton, () => follow(load));
}
