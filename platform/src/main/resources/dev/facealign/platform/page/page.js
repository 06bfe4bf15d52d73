"use strict";
(() => {
  const svgNames = "http://www.w3.org/2000/svg";

  // What somebody chose stays chosen when the page is taken anew.
  const hiddenLayers = new Set();
  let chosenEpoch = null; // null: always the newest

  const start = () => {
  // The distribution's values where the pointer is.
  for (const plot of document.querySelectorAll("[data-ced]")) {
    const curves = JSON.parse(plot.dataset.ced);
    const svg = plot.querySelector("svg");
    const tip = plot.querySelector(".tip");
    const [left, right, top, bottom] = [50, 466, 16, 272];
    const last = curves[0].shares.length - 1;
    const cross = document.createElementNS(svgNames, "line");
    cross.setAttribute("class", "cross");
    cross.setAttribute("y1", top);
    cross.setAttribute("y2", bottom);
    cross.setAttribute("visibility", "hidden");
    svg.append(cross);
    let at = Math.round(last / 2);

    const show = () => {
      const x = left + ((right - left) * at) / last;
      cross.setAttribute("x1", x);
      cross.setAttribute("x2", x);
      cross.setAttribute("visibility", "visible");
      const title = document.createElement("b");
      title.textContent = "NME \u2264 " + ((10 * at) / last).toFixed(1) + " %";
      tip.replaceChildren(title);
      curves.forEach((curve, i) => {
        const row = document.createElement("div");
        const key = document.createElement("i");
        key.className = "key c" + i;
        const value = document.createElement("span");
        value.className = "value";
        value.textContent = curve.shares[at].toFixed(1) + " %";
        row.append(key, curve.name, value);
        tip.append(row);
      });
      tip.hidden = false;
      const wide = svg.getBoundingClientRect().width;
      const place = (x / 480) * wide;
      const beside = place + tip.offsetWidth + 14 > wide ? place - tip.offsetWidth - 12 : place + 12;
      tip.style.left = Math.max(0, beside) + "px";
      // The curves are high on the right, so low is where they leave room.
      tip.style.top = Math.max(0, svg.getBoundingClientRect().height * 0.83 - tip.offsetHeight) + "px";
    };
    const hide = () => {
      tip.hidden = true;
      cross.setAttribute("visibility", "hidden");
    };
    const follow = (event) => {
      const box = svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * 480;
      at = Math.max(0, Math.min(last, Math.round(((x - left) / (right - left)) * last)));
      show();
    };
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("pointermove", follow);
    svg.addEventListener("pointerdown", follow);
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("focus", () => svg.matches(":focus-visible") && show());
    svg.addEventListener("blur", hide);
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step) {
        at = Math.max(0, Math.min(last, at + step));
        show();
        event.preventDefault();
      }
    });
  }

  // Tables sorted by a column.
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.querySelectorAll("thead th")];
    heads.forEach((head, column) => {
      head.querySelector("button").addEventListener("click", () => {
        const numbers = head.classList.contains("num");
        const before = head.getAttribute("aria-sort");
        const down = before ? before === "ascending" : numbers && column > 0;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const text = (row) => row.cells[column].textContent;
        const rows = [...body.rows].sort((a, b) =>
          numbers ? Number(text(a)) - Number(text(b)) : text(a).localeCompare(text(b)));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  }

  // What is drawn on faces.
  for (const box of document.querySelectorAll("[data-layer]")) {
    const gallery = document.getElementById("gallery");
    const layer = box.dataset.layer;
    const apply = () => gallery.classList.toggle("without-" + layer, !box.checked);
    box.addEventListener("change", () => {
      hiddenLayers[box.checked ? "delete" : "add"](layer);
      apply();
    });
    box.checked = !hiddenLayers.has(layer);
    apply();
  }

  // Predictions of the epoch that a slider says.
  for (const section of document.querySelectorAll("[data-samples]")) {
    const samples = JSON.parse(section.dataset.samples);
    const slider = section.querySelector("input[type=range]");
    const shown = section.querySelector("output");
    const figures = [...section.querySelectorAll("figure")];
    const newest = samples.epochs.length - 1;

    const path = (piece, count) => {
      let text = "";
      for (let i = 0; i < count; i += 2) {
        text += piece(i);
      }
      return text;
    };
    const show = (at) => {
      shown.textContent = samples.epochs[at];
      slider.setAttribute("aria-valuetext", "epoch " + samples.epochs[at]);
      samples.faces.forEach((face, i) => {
        const { points, nme } = face.epochs[at];
        const put = (xy, k) => xy[k] / samples.parts + " " + xy[k + 1] / samples.parts;
        const draw = (name, text) => figures[i].querySelector("path." + name).setAttribute("d", text);
        draw("predicted", path((k) => "M" + put(points, k) + "h0", points.length));
        draw("difference", path((k) => "M" + put(face.truth, k) + "L" + put(points, k), points.length));
        figures[i].querySelector("b").textContent = nme + " %";
      });
    };
    slider.addEventListener("input", () => {
      const at = Number(slider.value);
      chosenEpoch = at === newest ? null : samples.epochs[at];
      show(at);
    });
    // With many epochs not all are there: the last one before.
    const later = chosenEpoch === null ? -1 : samples.epochs.findIndex((epoch) => epoch > chosenEpoch);
    const at = later < 0 ? newest : Math.max(0, later - 1);
    slider.value = at;
    show(at);
  }

  };
  start();

  // What goes on is shown as it goes on: the page is taken anew when its source has changed.
  const main = document.querySelector("main[data-live]");
  if (main) {
    // Nothing is taken away from under a finger that moves it.
    let held = false;
    addEventListener("pointerdown", () => { held = true; });
    for (const end of ["pointerup", "pointercancel", "blur"]) {
      addEventListener(end, () => { held = false; });
    }
    let before = null;
    const look = async () => {
      try {
        const now = await (await fetch(main.dataset.live, { cache: "no-store" })).text();
        if (held) {
          setTimeout(look, 200);
          return;
        }
        if (before !== null && before !== now) {
          const text = await (await fetch(location.href, { cache: "no-store" })).text();
          const page = new DOMParser().parseFromString(text, "text/html");
          const focused = document.activeElement && document.activeElement.id;
          main.replaceChildren(...page.querySelector("main").childNodes);
          document.title = page.title;
          start();
          if (focused) {
            document.getElementById(focused)?.focus();
          }
          if (!page.querySelector("main[data-live]")) {
            return;
          }
        }
        before = now;
      } catch {
        // The service is away for a moment, or for good; the next look tells.
      }
      setTimeout(look, 2000);
    };
    look();
  }

  // Nothing is folded away on paper.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));
})();
