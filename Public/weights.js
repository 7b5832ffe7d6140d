// Weights tried in the browser: the values of all ranked estates are fetched once, each drag adds them up anew.
"use strict";

(() => {
  const form = document.querySelector("form[data-weights]");
  const place = document.querySelector("[data-weights-table]");
  const said = document.querySelector("[data-weights-said]");
  if (!form || !place) return;

  const english = document.documentElement.lang.startsWith("en");
  const sliders = [...form.querySelectorAll("input[type=range]")];
  const shown = Number(form.dataset.shown);
  const body = place.querySelector("tbody");
  let data = null;
  let drawing = 0;
  let telling = 0;

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

  const order = (sums) => Uint32Array.from(sums.keys()).sort((a, b) => sums[b] - sums[a] || a - b);

  const weights = () => {
    const raw = sliders.map((slider) => Number(slider.value));
    const sum = raw.reduce((a, b) => a + b, 0);
    return sum > 0 ? raw.map((value) => value / sum) : data.weights;
  };

  const cell = (tag, text, label, number) => {
    const made = document.createElement(tag);
    if (tag === "th") made.scope = "row";
    if (number) made.className = "n";
    if (label) made.dataset.label = label;
    if (text) made.textContent = text;
    return made;
  };

  const row = (index, position, score) => {
    const [id, name, rank] = data.estates[index];
    const line = document.createElement("tr");
    const heading = cell("th");
    if (id) {
      const link = document.createElement("a");
      link.href = `/evaluation/runs/${place.dataset.run}/estates/${id}`;
      link.textContent = name;
      link.dataset.rowLink = "";
      heading.append(link);
    } else {
      heading.textContent = english ? "elsewhere" : "范围以外";
    }
    line.append(
      cell("td", String(position + 1), english ? "New place" : "新名次", true), heading,
      cell("td", rank ? String(rank) : "—", english ? "Was" : "原名次", true),
      cell("td", (score / 10).toFixed(1), english ? "Need" : "需求分", true),
    );
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

  const draw = () => {
    drawing = 0;
    const sums = scores(weights());
    const places = order(sums);
    const lines = document.createDocumentFragment();
    for (let position = 0; position < Math.min(shown, places.length); position += 1) {
      lines.append(row(places[position], position, sums[places[position]]));
    }
    body.replaceChildren(lines);
    const first = new Set(places.subarray(0, data.first));
    tell(data.official.filter((index) => !first.has(index)).length);
    place.dispatchEvent(new CustomEvent("yiju:ranked", { bubbles: true }));
  };

  const ask = () => {
    if (data && !drawing) drawing = requestAnimationFrame(draw);
  };

  form.addEventListener("input", (event) => {
    const slider = event.target;
    slider.parentElement.querySelector("output").value = Number(slider.value).toFixed(1);
    ask();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const slider of sliders) {
      slider.value = slider.dataset.own;
      slider.parentElement.querySelector("output").value = Number(slider.value).toFixed(1);
    }
    ask();
  });

  fetch(form.dataset.weights, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
    .then((found) => {
      data = found;
      data.official = [...order(scores(data.weights)).subarray(0, data.first)];
      form.dataset.ready = "1";
      form.querySelector("button[type=submit]").hidden = true;
      ask();
    })
    .catch(() => {
      // The form still works: it is sent and answered by the server.
    });
})();
