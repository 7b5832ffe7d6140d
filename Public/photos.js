// Yiju: photos are sent one by one, each with its progress, and the arrow keys go from one to the next. Every page
// works without it.
"use strict";

(() => {
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || isTyping(event.target)) return;
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = rel && document.querySelector(`.photo-steps a[rel=${rel}]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });

  // RFC 9562, version 4. Made here, so that a photo whose answer was lost is not there twice when sent again.
  const newID = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  // What the server says of one photo: the page without a script would show the same.
  const told = (request) => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const texts = (selector) => [...page.querySelectorAll(selector)].map((element) => element.textContent.trim());
    const refused = texts(".errors li");
    return {
      notices: texts(".notice.amber > div > div"),
      refused: refused.length || request.status === 200 ? refused : texts(".notice p").slice(0, 1),
    };
  };

  const send = (form, file, id, progress) =>
    new Promise((resolve) => {
      const body = new FormData(form);
      for (const name of ["photo", "camera"]) body.delete(name);
      body.append("id", id);
      body.append("photo", file, file.name);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) progress.value = event.loaded / event.total;
      });
      request.addEventListener("load", () => resolve(request));
      request.addEventListener("error", () => resolve(null));
      request.send(body);
    });

  // One line a photo: its name, how far it is, what was said of it.
  const lineFor = (list, file) => {
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", file.name);
    const words = document.createElement("p");
    line.append(name, progress, words);
    list.append(line);
    return { line, progress, words };
  };

  const sendOne = async (form, list, job) => {
    const shown = job.shown ?? (job.shown = lineFor(list, job.file));
    shown.line.classList.remove("wrong");
    shown.words.textContent = "";
    const request = await send(form, job.file, job.id, shown.progress);
    // Signed out meanwhile: the sign-in page has answered.
    if (request?.responseURL && new URL(request.responseURL).pathname === "/sign-in") {
      location.assign(request.responseURL);
      return false;
    }
    const answer = request ? told(request) : { notices: [], refused: [list.dataset.failed] };
    job.isDone = request !== null && request.status === 200 && !answer.refused.length;
    job.hasNotice = answer.notices.length > 0;
    shown.progress.value = job.isDone ? 1 : 0;
    shown.line.classList.toggle("wrong", !job.isDone);
    shown.words.textContent = (job.isDone ? [list.dataset.done, ...answer.notices] : answer.refused).join(" · ");
    return true;
  };

  const ready = () => {
    const list = document.querySelector("[data-sending]");
    const form = list?.closest("form");
    if (!form) return;
    const inputs = () => [...form.querySelectorAll("input[type=file]")];
    let jobs = [];
    for (const input of inputs()) input.addEventListener("change", () => { jobs = []; });

    form.addEventListener("submit", async (event) => {
      const files = inputs().flatMap((input) => [...input.files]);
      if (!files.length) return; // the server says what is missing
      event.preventDefault();
      // A second press sends what failed again, under the same ids.
      if (!jobs.length) {
        list.replaceChildren();
        jobs = files.map((file) => ({ file, id: newID(), isDone: false }));
      }
      list.hidden = false;
      const left = jobs.filter((job) => !job.isDone);
      for (const job of left) {
        if (!(await sendOne(form, list, job))) return;
      }
      for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = false;
      // What is odd stays to be read; another press goes on.
      if (jobs.every((job) => job.isDone && !(job.hasNotice && left.includes(job)))) {
        location.assign(`${new URL(form.action).pathname}?added=${jobs.length}`);
      }
    });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
