// Yiju: what officers draw: the outline of an estate, the footprint of a building, the buildings of a project.
"use strict";

(() => {
  const yiju = (window.yijuMap ??= {});
  const { say, grouped, element } = yiju;

  // Why the server refused, in its own words: problem details, or the notice of a page.
  const refusalOf = async (answer) => {
    const text = await answer.text();
    if ((answer.headers.get("Content-Type") ?? "").includes("json")) {
      const { errors, title } = JSON.parse(text);
      return errors?.length ? errors.map(({ zh, en }) => say(zh, en)) : [title];
    }
    const page = new DOMParser().parseFromString(text, "text/html");
    const lines = [...page.querySelectorAll(".notice p:not(.quiet)")].map((line) => line.textContent.trim());
    return lines.length ? lines : [say(`没有保存（${answer.status}）。`, `Nothing was saved (${answer.status}).`)];
  };

  class Refused extends Error {
    constructor(lines) {
      super(lines.join(" "));
      this.lines = lines;
    }
  }

  const ask = async (path, options) => {
    let answer;
    try {
      answer = await fetch(path, { headers: { Accept: "application/json" }, ...options });
    } catch {
      throw new Refused([say("网络中断，没有保存；请重试。", "No network: nothing was saved. Try again.")]);
    }
    if (answer.redirected && new URL(answer.url).pathname === "/sign-in") {
      throw new Refused([say("登录已过期，请重新登录。", "Your session is over; please sign in again.")]);
    }
    if (!answer.ok) throw new Refused(await refusalOf(answer));
    const isJSON = (answer.headers.get("Content-Type") ?? "").includes("json");
    return isJSON ? answer.json() : {};
  };

  // The outline of an estate or the footprint of one of its buildings; one file tells how all of them are now.
  const area = (title, estate, id, path) => ({
    title, hasEvidence: true,
    async load() {
      const { features } = await ask(`/estates/${encodeURIComponent(estate)}/outline.geojson`);
      const feature = features.find((one) => one.id === id);
      if (!feature) throw new Refused([say("没有找到。", "It was not found.")]);
      return { geometry: feature.geometry, version: feature.properties.version };
    },
    save: ({ geometry, version, evidence }, post) =>
      post(path, { geometry: JSON.stringify(geometry), version, evidence }),
  });

  const outline = ({ id, name }) => area(
    say(`绘制边界：${name ?? ""}`, `Outline of ${name ?? "the estate"}`), id, id,
    `/estates/${encodeURIComponent(id)}/outline`);
  const footprint = ({ id, estate, name }) => area(
    say(`绘制楼栋轮廓：${name ?? ""}`, `Footprint of ${name ?? "the building"}`), estate, id,
    `/buildings/${encodeURIComponent(id)}/footprint`);

  // `page`: of the project.
  const encircle = ({ page, name }) => {
    const path = `${page}/buildings`;
    return {
      title: say(`圈选楼栋：${name ?? ""}`, `Buildings of ${name ?? "the project"}`), freehand: true,
      load: async () => ({ geometry: null, version: "" }),
      preview: (geometry, post) => post(path, { polygon: JSON.stringify(geometry), preview: 1 }),
      save: ({ geometry, version }, post) => post(path, { polygon: JSON.stringify(geometry), version }),
      done: () => { location.href = page; },
    };
  };

  const previewLines = ({ buildings = [], estates = [], taken = 0 }) => {
    const lines = [element("p", say(
      `范围内有 ${grouped(buildings.length)} 栋楼、${grouped(estates.length)} 个小区尚不属于本项目。`,
      `${grouped(buildings.length)} buildings and ${grouped(estates.length)} estates here are not yet the project's.`,
    ))];
    if (taken) {
      lines.push(element("p", say(`另有 ${taken} 栋属于其他进行中的项目，不会加入。`,
        `${taken} more belong to other running projects and are left out.`), "note"));
    }
    const names = [...estates, ...buildings].slice(0, 12).map(({ name }) => name);
    const more = estates.length + buildings.length - names.length;
    if (names.length) lines.push(element("p", names.join(say("、", ", ")) + (more > 0 ? "……" : ""), "note"));
    return lines;
  };

  // `city`: { map, csrf, cards, refresh(), tell(words) }. `panel`: the tools as the server laid them out.
  yiju.drawing = (city, panel) => {
    const part = (name) => panel.querySelector(`[data-draw-${name}]`);
    const tool = (name) => panel.querySelector(`[data-draw="${name}"]`);
    const evidence = part("evidence");
    let task = null;
    let shape = null;
    let version = "";
    let previewed = 0;

    const tell = (...lines) => part("words").replaceChildren(...lines);
    const refuse = (error) => {
      if (!(error instanceof Refused)) throw error;
      tell(...error.lines.map((line) => element("p", line, "refusal")));
    };
    const post = (path, fields) => ask(path, {
      method: "POST", body: new URLSearchParams({ ...fields, csrf: city.csrf }),
    });

    const changed = () => {
      const { geometry, corners, areaM2 } = shape;
      part("area").textContent = geometry
        ? say(`面积约 ${grouped(Math.round(areaM2))} m²`, `About ${grouped(Math.round(areaM2))} m²`)
        : say(`${corners} 个角点`, `${corners} corners`);
      tool("undo").disabled = !shape.canUndo;
      tool("redo").disabled = !shape.canRedo;
      tool("save").disabled = !geometry || !shape.isTouched || Boolean(task.preview);
      tell();
      if (task.preview && geometry) preview(geometry);
    };

    // The last area drawn is the one that counts.
    const preview = async (geometry) => {
      const mine = ++previewed;
      try {
        const found = await task.preview(geometry, post);
        if (mine !== previewed || !shape) return;
        version = found.version ?? version;
        tell(...previewLines(found));
        tool("save").disabled = !(found.buildings?.length || found.estates?.length);
      } catch (error) {
        if (mine === previewed && shape) refuse(error);
      }
    };

    const leave = () => {
      shape?.stop();
      shape = null;
      task = null;
      panel.hidden = true;
      document.documentElement.classList.remove("is-drawing");
      delete document.documentElement.dataset.mapDrawing;
      city.restyle();
      const url = new URL(location.href);
      for (const name of ["draw", "project"]) url.searchParams.delete(name);
      history.replaceState(history.state, "", url);
      city.map.getCanvas().focus();
    };

    const cancel = () => {
      const words = say("放弃没有保存的绘制？", "Leave without saving what was drawn?");
      if (!shape?.isTouched || confirm(words)) leave();
    };

    const save = async () => {
      const button = tool("save");
      if (button.disabled) return;
      button.disabled = true;
      try {
        const done = task.done;
        const { geometry } = shape;
        const { notices = [] } = await task.save({ geometry, version, evidence: evidence.value.trim() }, post);
        leave();
        city.refresh();
        city.tell([say("已保存。", "Saved."), ...notices.map(({ zh, en }) => say(zh, en))].join(" "));
        done?.();
      } catch (error) {
        button.disabled = false;
        refuse(error);
      }
    };

    const begin = async (next) => {
      if (shape) return;
      city.cards.close();
      task = next;
      part("title").textContent = task.title;
      evidence.closest("label").hidden = !task.hasEvidence;
      evidence.value = "";
      document.documentElement.classList.add("is-drawing");
      panel.hidden = false;
      tell(element("p", say("正在载入……", "Loading…"), "note"));
      shape = yiju.shape(city.map, { freehand: task.freehand, changed, cancel });
      city.restyle();
      shape.start(null);
      try {
        const was = await task.load();
        if (task !== next) return;
        version = was.version;
        shape.start(was.geometry);
        document.documentElement.dataset.mapDrawing = "1";
        city.map.getCanvas().focus();
      } catch (error) {
        refuse(error);
        tool("save").disabled = true;
      }
    };

    tool("undo").addEventListener("click", () => shape?.undo());
    tool("redo").addEventListener("click", () => shape?.redo());
    tool("remove").addEventListener("click", () => shape?.remove());
    tool("clear").addEventListener("click", () => shape?.clear());
    tool("save").addEventListener("click", save);
    tool("cancel").addEventListener("click", cancel);
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape") cancel(); });
    addEventListener("beforeunload", (event) => { if (shape?.isTouched) event.preventDefault(); });

    return {
      isDrawing: () => shape !== null,
      outline: (estate) => begin(outline(estate)),
      footprint: (building) => begin(footprint(building)),
      encircle: (project) => begin(encircle(project)),
    };
  };
})();
