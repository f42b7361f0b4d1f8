"use strict";

// Repaints the readiness stages every five seconds. Texts go in as text, never as markup.
function cell(text, kind) {
  const td = document.createElement("td");
  td.textContent = text;
  if (kind) td.className = kind;
  return td;
}

function paint(status) {
  const node = status.node;
  document.title = node.name + " - RWO";
  document.getElementById("name").textContent = node.name;
  document.getElementById("about").textContent =
    (node.site ? "site " + node.site : "no site yet") + ", RWO " + node.version + " (" + node.agent + "), " + status.overall;
  document.getElementById("stages").replaceChildren(...status.stages.map((stage) => {
    const row = document.createElement("tr");
    const what = cell(stage.reason);
    if (stage.hint) {
      const hint = document.createElement("span");
      hint.className = "hint";
      hint.textContent = stage.hint;
      what.append(hint);
    }
    row.append(cell(stage.title), cell(stage.state, stage.state), what);
    return row;
  }));
}

async function refresh() {
  try {
    const answer = await fetch("api/v1/status", { cache: "no-store" });
    paint(await answer.json());
  } catch (silent) {
    document.getElementById("about").textContent = "The node does not answer.";
  }
}

refresh();
setInterval(refresh, 5000);
