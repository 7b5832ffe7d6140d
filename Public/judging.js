// An expert's judgement: after each choice its consistency is asked for anew, shown above the form and not saved.
"use strict";

(() => {
  const form = document.getElementById("judgement");
  const place = document.querySelector("[data-judging]");
  if (!form || !place) return;
  let waiting = 0;
  let asking = null;

  const address = () => {
    const query = new URLSearchParams({ try: "1" });
    for (const { name, value } of form.querySelectorAll("select")) if (value !== "") query.set(name, value);
    return `${location.pathname.replace(/\/judge$/, "")}?${query}`;
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(address(), { credentials: "same-origin", signal: asking.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-judging]");
      if (fresh) place.replaceChildren(...fresh.childNodes);
    } catch {
      // Saving shows it as well.
    }
  };

  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
})();
