// Yiju: what makes pages quicker to use. Every page works without it.
"use strict";

(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  // "/" goes to the search box, or opens the menu that holds it on a phone.
  const search = () => {
    const shown = all('.search input, .filters input[type="search"]').find((input) => input.offsetParent !== null);
    if (shown) {
      shown.focus();
      shown.select();
      return;
    }
    const menu = document.querySelector(".menu");
    if (menu) {
      menu.open = true;
      menu.querySelector(".search input")?.focus();
    }
  };

  // A page about something that goes on is looked at again until it is over.
  const followed = document.querySelector("[data-follow]");
  if (followed) setTimeout(() => location.reload(), Number(followed.dataset.follow));

  // Up and down walk the rows of a table, Enter opens the row's link.
  const rowsOf = (table) => all("tbody tr", table).filter((row) => row.querySelector("[data-row-link]"));

  const walk = (event) => {
    const focused = document.activeElement;
    const table = focused?.closest(".table")?.querySelector("table[data-rows]");
    if (!table) return; // the page scrolls
    const rows = rowsOf(table);
    const at = rows.findIndex((row) => row.contains(focused));
    const next = event.key === "ArrowDown" ? at + 1 : at - 1;
    if (at < 0 && event.key === "ArrowUp") return;
    const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
    if (!row) return;
    event.preventDefault();
    row.querySelector("[data-row-link]").focus();
    row.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("focusin", (event) => {
    for (const row of all("tbody tr.current")) row.classList.remove("current");
    if (event.target.matches("[data-row-link]")) event.target.closest("tr").classList.add("current");
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape") for (const sheet of all("details.me[open], details.menu[open]")) sheet.open = false;
    if (isTyping(event.target)) return;
    if (event.key === "/") {
      event.preventDefault();
      search();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!event.target.closest("[data-map]")) walk(event);
    }
  });

  // A sheet closes when one points elsewhere.
  document.addEventListener("click", (event) => {
    for (const sheet of all("details.me[open], details.menu[open]")) {
      if (!sheet.contains(event.target)) sheet.open = false;
    }
  });

  // The theme changes at once and is remembered for a year.
  const isDark = () =>
    root.dataset.theme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);

  const themeWords = () => {
    for (const link of all("[data-theme-switch]")) {
      link.querySelector("span").textContent = isDark() ? link.dataset.light : link.dataset.dark;
    }
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    event.preventDefault();
    const theme = isDark() ? "light" : "dark";
    root.dataset.theme = theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    document.querySelector('meta[name="color-scheme"]')?.setAttribute("content", theme);
    themeWords();
    document.dispatchEvent(new CustomEvent("yiju:theme", { detail: theme }));
  });

  // Filters are sent as soon as something is chosen with the pointer; typing, and keys that walk through a choice, wait
  // for Enter. Empty ones stay out of the address.
  let byKeys = null;
  const sendFilters = (form) => {
    // The map takes the choice over and shows it in place.
    if (!form.dispatchEvent(new Event("yiju:filters", { bubbles: true, cancelable: true }))) return;
    for (const control of form.elements) {
      if (control.name && control.value === "") control.disabled = true;
    }
    form.submit();
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (event.target === byKeys) return;
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) sendFilters(form);
  });

  document.addEventListener("pointerdown", () => { byKeys = null; });

  document.addEventListener("keydown", (event) => {
    if (!event.target.matches("form[data-auto-submit] select")) return;
    if (event.key === "Enter" && event.target === byKeys) sendFilters(event.target.form);
    else byKeys = event.target;
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-auto-submit]")) {
      event.preventDefault();
      sendFilters(form);
      return;
    }
    delete form.dataset.changed;
    // A second press must not send a second act.
    if (form.method === "post") {
      setTimeout(() => { for (const button of all("button[type=submit]", form)) button.disabled = true; }, 0);
    }
  });

  // Back from the browser's memory: what was switched off for sending works again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const control of all("form[data-auto-submit] :disabled, form[method=post] button:disabled")) {
      control.disabled = false;
    }
  });

  // Signing out clears what was taken along for the field; what is not sent yet stays for its owner, who is told so.
  const forgetField = async () => {
    const known = (await indexedDB.databases?.()) ?? [];
    if (!known.some(({ name }) => name === "yiju-field")) return true;
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: "/assets/field-store.js", onload: resolve, onerror: reject });
      document.head.append(script);
    });
    const unsent = await window.yijuField.countUnsent();
    if (unsent && !confirm(window.yijuField.warning(unsent))) return false;
    await window.yijuField.forget();
    return true;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("action") !== "/sign-out") return;
    event.preventDefault();
    forgetField().catch(() => true).then((goes) => {
      if (goes) form.submit();
      else for (const button of all("button[type=submit]", form)) button.disabled = false;
    });
  });

  // Nothing typed is lost by leaving.
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) form.dataset.changed = "1";
  });

  addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-changed]")) event.preventDefault();
  });

  // Buttons that need the script appear with it.
  const copy = async (button) => {
    const word = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return; // not allowed here: the text stays selectable beside the button
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = word; }, 1600);
  };

  const ready = () => {
    for (const button of all("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
    for (const button of all("[data-copy]")) {
      button.hidden = !navigator.clipboard;
      button.addEventListener("click", () => copy(button));
    }
    for (const drop of all("[data-drop]")) fileDrop(drop);
    themeWords();
    document.querySelector("[data-focus]")?.focus();
  };

  const fileDrop = (drop) => {
    const input = drop.querySelector("input[type=file]");
    const name = drop.querySelector("[data-drop-name]");
    const show = () => {
      name.textContent = [...input.files].map((file) => `${file.name} · ${Math.ceil(file.size / 1024)} KB`).join("  ");
    };
    const over = (isOver) => (event) => {
      event.preventDefault();
      drop.classList.toggle("over", isOver);
    };
    drop.addEventListener("dragover", over(true));
    drop.addEventListener("dragleave", over(false));
    drop.addEventListener("drop", (event) => {
      over(false)(event);
      if (!event.dataTransfer?.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    input.addEventListener("change", show);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
