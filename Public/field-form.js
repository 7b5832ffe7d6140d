// Yiju in the field: the form of one estate. Each answer is kept on the phone as it is given, and says so.
"use strict";

(() => {
  const field = window.yijuField;
  const { t, said } = field;
  const numeric = new Set(["integer", "decimal", "share"]);
  const textLimit = 200;
  const noteLimit = 150;

  // An element with its properties and children; what is a string becomes text, never markup.
  const element = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name in made && name !== "list") made[name] = value;
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
    return made;
  };
  field.element = element;

  field.button = (title, style, press) =>
    element("button", { type: "button", className: `button ${style}`, onclick: press }, title);

  field.pill = (text, tone) => element("span", { className: `pill ${tone}` }, text);

  field.stack = (...children) => element("div", { className: "stack" }, ...children);

  field.note = (...children) => element("p", { className: "note" }, ...children);

  // The last word on a question: the officer's, else what was taken along. Undefined text: nobody has said anything.
  field.current = (estate, key, items) => {
    const item = items.filter((item) => item.estate === estate.id && item.key === key).at(-1);
    if (item) return { text: item.text, item };
    const fact = estate.facts[key];
    return fact ? { text: fact[0], source: estate.sources[fact[1]] } : {};
  };

  field.shown = (question, text) => {
    if (text === undefined) return t("未知", "unknown");
    if (text === null || text === "") return t("不清楚", "unknown");
    const choice = question.choices.find((choice) => choice.code === text);
    if (choice) return said(choice);
    return question.unit ? `${text} ${said(question.unit)}` : text;
  };

  // A hint while there is no server to ask; only plain numbers are judged, and the answer is kept all the same.
  const doubt = (question, text) => {
    if (!numeric.has(question.kind) || !/^-?[\d,.]+$/.test(text ?? "")) return "";
    const number = Number(text.replaceAll(",", ""));
    const { minimum, maximum } = question;
    if (minimum !== null && number < minimum) return t(`一般不小于 ${minimum}，请核对`, `seldom under ${minimum}: check`);
    if (maximum !== null && number > maximum) return t(`一般不大于 ${maximum}，请核对`, `seldom over ${maximum}: check`);
    return "";
  };

  const clock = (at) => new Date(at).toTimeString().slice(0, 5);

  const stateOf = (item) => {
    switch (item?.state) {
      case "typing":
      case "ready": return [t(`${clock(item.at)} 已存在手机，未发送`, `kept at ${clock(item.at)}, not sent`), "amber"];
      case "tried": return [t("发送中，等待确认", "on its way"), "amber"];
      case "conflict": return [t("他人填了别的值，待选择", "somebody gave another value: to be decided"), "cinnabar"];
      case "refused": return [said(item.why), "cinnabar"];
      default: return null;
    }
  };

  const registeredWords = (question, { text, source }) =>
    [t("登记：", "Register: ") + field.shown(question, text), ...source.filter(Boolean)].join(" · ");

  const pillsOf = (question, item) => {
    const words = stateOf(item);
    const doubts = item && field.isUnsent(item) ? doubt(question, item.text) : "";
    return [...(words ? [field.pill(...words)] : []), ...(doubts ? [field.pill(doubts, "cinnabar")] : [])];
  };

  // The frame of a question: several choices stand under a legend, one input under a label.
  const frame = (question, id, isGroup) =>
    isGroup
      ? element("fieldset", { className: "field field-question", id }, element("legend", {}, said(question)))
      : element("div", { className: "field field-question", id },
        element("label", { htmlFor: `${id}-input` }, said(question)));

  // One question: its control, what is stored, and what became of the answer. `keep` stores; `refresh` shows anew.
  const questionView = (estate, question, look, keep) => {
    const id = `q-${question.key}`;
    const state = element("p", { className: "field-state", id: `${id}-state` });
    const registered = element("p", { className: "help" });
    const still = field.button(t("仍然如此", "Still so"), "quiet", () => keep(question, look().text));
    const unknown = field.button(t("不清楚", "Unknown"), "quiet", () => keep(question, null));
    const back = field.button(t("撤回", "Take back"), "plain", () => keep(question, undefined));
    const more = extras(estate, question, look, keep);
    const control = question.choices.length ? choices(question, id, keep) : line(question, id, keep);
    const refresh = () => {
      const { text, item, source } = look();
      control.show(text ?? "");
      unknown.setAttribute("aria-pressed", String(text === null));
      registered.textContent = source ? registeredWords(question, { text, source }) : "";
      registered.hidden = !source;
      still.hidden = !source || text === null;
      more.refresh(text);
      back.hidden = !item || item.state === "tried";
      state.replaceChildren(...pillsOf(question, item));
    };
    refresh();
    const actions = element("p", { className: "field-actions" }, unknown, still, back, ...more.views);
    const help = question.help ? [element("p", { className: "help" }, said(question.help))] : [];
    const view = frame(question, id, control.isGroup);
    view.append(control.view, ...help, registered, actions, state);
    return { view, refresh };
  };

  const choices = (question, id, keep) => {
    const radios = question.choices.map((choice) =>
      element("input", { type: "radio", name: id, value: choice.code, onchange: () => keep(question, choice.code) }));
    const view = element("div", { className: "field-choices" }, ...radios.map((radio, index) =>
      element("label", { className: "choice" }, radio, element("span", {}, said(question.choices[index])))));
    const show = (text) => { for (const radio of radios) radio.checked = radio.value === text; };
    return { view, isGroup: true, show };
  };

  // Text with a numeric keyboard, as on the other pages: "约320" must be possible.
  const line = (question, id, keep) => {
    const modes = { integer: "decimal", decimal: "decimal", share: "decimal", year: "numeric" };
    const input = element("input", {
      type: "text", id: `${id}-input`, inputMode: modes[question.kind] ?? "text", autocomplete: "off",
      maxLength: textLimit,
      className: question.kind === "text" ? "" : "n", "aria-describedby": `${id}-state`,
      oninput: () => keep(question, input.value.trim() || null, { isTyping: true }),
      onchange: () => keep(question, input.value.trim() || null),
    });
    const unit = question.unit ? [element("span", { className: "suffix" }, said(question.unit))] : [];
    const view = element("span", { className: "suffixed" }, input, ...unit);
    const show = (text) => { if (document.activeElement !== input) input.value = text; };
    return { view, show };
  };

  // A note that travels with the answer, and a photo.
  const extras = (estate, question, look, keep) => {
    const note = element("input", {
      type: "text", maxLength: noteLimit, "aria-label": t(`${question.zh}的备注`, `Note on ${question.en}`), hidden: true,
      placeholder: t("备注，与答案一起发送", "A note, sent with the answer"),
      onchange: () => keep(question, look().text, { note: note.value.trim() }),
    });
    const open = field.button(t("备注", "Note"), "plain", () => {
      note.value = look().item?.note ?? "";
      note.hidden = false;
      note.focus();
    });
    const refresh = (text) => { open.disabled = text === undefined; };
    return { views: [open, photoButton(estate, question), note], refresh };
  };

  const photoButton = (estate, question) => {
    const words = question ? t("拍照", "Photo") : t("拍小区照片", "Photo of the estate");
    const label = question ? t(`为${question.zh}拍照`, `Photo for ${question.en}`) : words;
    const input = element("input", { type: "file", accept: "image/*", capture: "environment", hidden: true });
    input.addEventListener("change", () => {
      const [file] = input.files;
      input.value = "";
      if (file) field.keepPhoto(estate, question, file);
    });
    return element("span", {}, element("button", {
      type: "button", className: "button plain", "aria-label": label, onclick: () => input.click(),
    }, words), input);
  };

  const known = (estate, questions, items) =>
    questions.filter((question) => field.current(estate, question.key, items).text !== undefined).length;
  field.known = known;

  // Of how many questions the answers are not sent.
  field.unsentOf = (estate, items) =>
    new Set(items.filter((item) => item.estate === estate.id && field.isUnsent(item)).map((item) => item.key)).size;

  const groupView = (estate, group, form, look, keep, isOpen) => {
    const questions = form.questions.filter((question) => question.group === group.number);
    const count = element("span", { className: "note" });
    const views = questions.map((question) => questionView(estate, question, () => look(question), keep));
    const refresh = (items) => {
      const done = known(estate, questions, items);
      count.textContent = ` · ${t(`已答 ${done}/${questions.length}`, `${done} of ${questions.length}`)}`;
      for (const view of views) view.refresh();
    };
    const view = element("details", { className: "disclosure card", open: isOpen },
      element("summary", {}, said(group), count),
      element("div", { className: "fields" }, ...views.map(({ view }) => view)));
    return { view: questions.length ? view : null, refresh };
  };

  // The page of an estate. `items` answers the items as they are now; `keep` stores an answer.
  field.estateView = (estate, form, items, keep) => {
    const look = (question) => field.current(estate, question.key, items());
    const progress = element("progress", { max: form.questions.length, "aria-label": t("进度", "Progress") });
    const told = field.note();
    const groups = form.groups.map((group, index) => groupView(estate, group, form, look, keep, index === 0));
    const refresh = () => {
      const now = items();
      const done = known(estate, form.questions, now);
      const mine = field.unsentOf(estate, now);
      progress.value = done;
      told.textContent = t(`已答 ${done}/${form.questions.length} 项，其中 ${mine} 项未发送`,
        `${done} of ${form.questions.length} answered, ${mine} not sent`);
      for (const group of groups) group.refresh(now);
    };
    refresh();
    const where = [estate.number, said(estate.place), estate.address].filter(Boolean).join(" · ");
    const head = element("div", { className: "card field-head" }, element("h2", { tabIndex: -1 }, estate.name),
      field.note(where), progress, told, photoButton(estate, null));
    return { view: field.stack(head, ...groups.map(({ view }) => view).filter(Boolean)), refresh };
  };
})();
