// Weights tried in the browser: the values of all ranked estates are fetched once, each drag adds them up anew.
"use strict";

(() => {
  const form = document.querySelector("form[data-weights]");
  const place = document.querySelector("[data-weights-table]");
  const said = document.querySelector("[data-weights-said]");
  if (!form || !place || !said) return;

  const english = document.documentElement.lang.startsWith("en");
  const sliders = [...form.querySelectorAll("input[type=range]")];
  const outputs = sliders.map((slider) => form.querySelector(`output[for="${slider.id}"]`));
  const taken = sliders.map((slider) => document.querySelector(`#weights-take input[name="${slider.name}"]`));
  const lists = ["in", "out"].map((name) => document.querySelector(`[data-weights-${name}]`));
  const shown = Number(form.dataset.shown);
  const body = place.querySelector("tbody");
  let data = null;
  let drawing = 0;
  let telling = 0;

  // A slider holds tenths of a percent; one that was not moved stands for the exact weight.
  const steps = sliders.map((slider) => {
    const value = slider.value;
    slider.value = slider.dataset.own;
    const own = slider.value;
    slider.value = value;
    return { own, first: value };
  });
  const exact = (slider, index) => {
    if (slider.value === steps[index].own) return Number(slider.dataset.own);
    if (slider.value === steps[index].first) return Number(slider.dataset.exact);
    return Number(slider.value);
  };

  const scores = (weights) => {
    const { values, estates } = data;
    const columns = weights.length;
    const sums = new Float64Array(estates.length);
    for (let row = 0, at = 0; row < sums.length; row += 1, at += columns) {
      let sum = 0;
      for (let column = 0; column < columns; column += 1) sum += weights[column] * values[at + column];
      sums[row] = sum;
    }
    return sums;
  };

  // Equal scores share the best of their places.
  const rank = (weights) => {
    const sums = scores(weights);
    const order = Uint32Array.from(sums.keys()).sort((a, b) => sums[b] - sums[a] || a - b);
    const places = new Uint32Array(sums.length);
    order.forEach((line, index) => {
      const before = order[index - 1];
      places[line] = index > 0 && sums[before] === sums[line] ? places[before] : index + 1;
    });
    return { sums, order, places };
  };

  const weights = () => {
    const raw = sliders.map(exact);
    const sum = raw.reduce((a, b) => a + b, 0);
    return { raw, shares: sum > 0 ? raw.map((value) => value / sum) : data.weights };
  };

  const cell = (tag, text, label, number) => {
    const made = document.createElement(tag);
    if (tag === "th") made.scope = "row";
    if (number) made.className = "n";
    if (label) made.dataset.label = label;
    if (text) made.textContent = text;
    return made;
  };

  const named = (index, isRow) => {
    const [id, name] = data.estates[index];
    if (!id) return document.createTextNode(english ? "elsewhere" : "范围以外");
    const link = document.createElement("a");
    link.href = `/evaluation/runs/${place.dataset.run}/estates/${id}`;
    link.textContent = name;
    if (isRow) link.dataset.rowLink = "";
    return link;
  };

  const row = (index, position, score) => {
    const rankBefore = data.estates[index][2];
    const line = document.createElement("tr");
    const heading = cell("th");
    heading.append(named(index, true));
    line.append(
      cell("td", String(position), english ? "New place" : "新名次", true), heading,
      cell("td", rankBefore ? String(rankBefore) : "—", english ? "Was" : "原名次", true),
      cell("td", (score * 100).toFixed(1), english ? "Need" : "需求分", true),
    );
    return line;
  };

  const item = (index, now) => {
    const line = document.createElement("li");
    const note = document.createElement("span");
    note.className = "note";
    note.textContent = `${data.official.places[index]} → ${now.places[index]}`;
    line.append(named(index, false), " ", note);
    return line;
  };

  const tell = (changed) => {
    clearTimeout(telling);
    // A screen reader hears the end of a drag, not every step of it.
    telling = setTimeout(() => {
      said.textContent = english
        ? `${changed} of the first ${data.first} are others than by the scheme's weights.`
        : `前 ${data.first} 名中有 ${changed} 个小区与方案权重下不同。`;
    }, 300);
  };

  const drawShares = ({ raw, shares }) => {
    shares.forEach((share, index) => {
      const text = `${(share * 100).toFixed(1)}\u00a0%`;
      if (outputs[index].value === text) return;
      outputs[index].value = text;
      sliders[index].setAttribute("aria-valuetext", text);
    });
    taken.forEach((field, index) => { if (field) field.value = String(raw[index]); });
  };

  const draw = () => {
    drawing = 0;
    const asked = weights();
    drawShares(asked);
    const now = rank(asked.shares);
    const lines = document.createDocumentFragment();
    for (let position = 0; position < Math.min(shown, now.order.length); position += 1) {
      const index = now.order[position];
      lines.append(row(index, now.places[index], now.sums[index]));
    }
    body.replaceChildren(lines);
    const among = (ranking, index) => ranking.places[index] <= data.first;
    const enters = [...now.order].filter((index) => among(now, index) && !among(data.official, index));
    const leaves = [...data.official.order].filter((index) => among(data.official, index) && !among(now, index));
    lists[0]?.replaceChildren(...enters.slice(0, shown).map((index) => item(index, now)));
    lists[1]?.replaceChildren(...leaves.slice(0, shown).map((index) => item(index, now)));
    tell(leaves.length);
    place.dispatchEvent(new CustomEvent("yiju:ranked", { bubbles: true }));
  };

  const ask = () => {
    if (data && !drawing) drawing = requestAnimationFrame(draw);
  };

  form.addEventListener("input", ask);
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const slider of sliders) slider.value = slider.dataset.own;
    ask();
  });

  fetch(form.dataset.weights, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
    .then((found) => {
      data = found;
      data.official = rank(data.weights);
      form.dataset.ready = "1";
      form.querySelector("button[type=submit]").hidden = true;
      ask();
    })
    .catch(() => {
      // The form still works: it is sent and answered by the server.
    });
})();
