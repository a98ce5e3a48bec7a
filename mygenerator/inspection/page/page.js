"use strict";
(() => {
  const contents = JSON.parse(document.getElementById("contents").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const at = (id) => document.getElementById(id);
  // Texts are set as text, never as markup. What moves the cursor, or turns the direction of writing, is shown escaped.
  const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  const plain = (text) => text.replace(CONTROL, (found) => "\\u" + found.charCodeAt(0).toString(16).padStart(4, "0"));
  const make = (name, attributes = {}, ...inside) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
  };
  const draw = (name, attributes = {}, text = "") => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text) element.textContent = text;
    return element;
  };
  const number = (value) => value.toLocaleString("en-US");

  // Colours: as the system says, or as chosen here.
  for (const radio of document.querySelectorAll("input[name=theme]")) {
    radio.addEventListener("change", () => { document.documentElement.dataset.theme = radio.value; });
  }

  const words = { good: "Verified", bad: "Not as it was saved", none: "Not verified" };
  at("state").textContent = words[contents.state];
  at("state").classList.add(contents.state);
  at("counted").textContent = contents.counted;
  at("again").hidden = !contents.command;
  at("unknown").hidden = Boolean(contents.command);
  at("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(contents.command);
      at("copy").textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(at("command"));
      at("copy").textContent = "Selected";
    }
  });

  // Histograms.
  const WIDTH = 290, HEIGHT = 146, LEFT = 44, BOTTOM = 34, TOP = 8;
  const histogram = ({ title, axis, bars, note }) => {
    const value = make("p", { class: "value" }, note);
    const figure = make("figure", { class: "histogram" }, make("h3", {}, plain(title)), value);
    const most = Math.max(...bars.map((bar) => bar[1]), 1);
    const total = bars.reduce((sum, bar) => sum + bar[1], 0);
    const say = ([name, count]) => `${plain(name)}: ${number(count)} (${(100 * count / total).toFixed(1)} %)`;
    const svg = draw("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", tabindex: "0",
      "aria-label": `Histogram of ${plain(title)}: ${number(bars.length)} bars, ${number(total)} in all; the arrow keys read them.`,
    });
    const room = HEIGHT - TOP - BOTTOM, step = (WIDTH - LEFT - 6) / bars.length;
    const thin = Math.min(step, 40);
    for (const part of [0, 0.5, 1]) {
      const y = TOP + room * (1 - part);
      svg.append(draw("line", { x1: LEFT, x2: WIDTH - 6, y1: y, y2: y }));
      svg.append(draw("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, number(Math.round(most * part))));
    }
    const longest = Math.max(...bars.map((bar) => plain(bar[0]).split(" to ")[0].length));
    const every = Math.max(1, Math.ceil((longest * 7 + 8) / step));
    const groups = bars.map((bar, place) => {
      const group = draw("g"), x = LEFT + place * step, height = bar[1] / most * room;
      group.append(draw("title", {}, say(bar)));
      group.append(draw("rect", { x, y: TOP, width: step, height: room }));
      group.append(draw("rect", {
        class: "bar", x: x + (step - thin * 0.82) / 2, y: TOP + room - height, width: thin * 0.82, height, rx: Math.min(2, thin / 4),
      }));
      if (place % every === 0) {
        svg.append(draw("text", { x: x + step / 2, y: HEIGHT - BOTTOM + 14, "text-anchor": "middle" }, plain(bar[0]).split(" to ")[0]));
      }
      group.addEventListener("pointerenter", () => choose(place));
      svg.append(group);
      return group;
    });
    svg.append(draw("text", { x: LEFT + (WIDTH - LEFT - 6) / 2, y: HEIGHT - 3, "text-anchor": "middle" }, axis));
    let chosen = -1;
    const choose = (place) => {
      groups[chosen]?.classList.remove("on");
      groups[place]?.classList.add("on");
      chosen = place;
      value.textContent = place < 0 ? note : say(bars[place]);
    };
    svg.addEventListener("pointerleave", () => choose(-1));
    svg.addEventListener("blur", () => choose(-1));
    svg.addEventListener("focus", () => value.setAttribute("aria-live", "polite"));
    svg.addEventListener("keydown", (event) => {
      const to = { ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: bars.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      choose(Math.min(Math.max(to, 0), bars.length - 1));
    });
    const body = make("tbody");
    for (const [name, count] of bars) body.append(make("tr", {}, make("td", {}, plain(name)), make("td", {}, number(count))));
    const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, axis), make("th", { scope: "col" }, "count")));
    figure.append(svg, make("details", {}, make("summary", {}, "As a table"),
      make("div", { class: "table", tabindex: "0", role: "group", "aria-label": `${plain(title)} as a table` }, make("table", {}, head, body))));
    return figure;
  };
  const drawn = contents.histograms.filter((each) => each.bars.length);
  const missing = contents.histograms.filter((each) => !each.bars.length);
  at("histograms").append(...drawn.map(histogram));
  at("missing").textContent = missing.map(({ title, note }) => `${plain(title)}: ${note}.`).join(" ");

  // Samples.
  const picture = (sample, scale) => {
    const { width, height } = sample;
    const frame = make("span", { class: "picture" });
    frame.style.width = `${width * scale}px`;
    frame.style.height = `${height * scale}px`;
    frame.append(make("img", { src: sample.image, alt: "", width, height, loading: "lazy", decoding: "async" }));
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    sample.bands.forEach(([x, wide, top = 0, bottom = height], place) => {
      if (wide > 0) svg.append(draw("rect", { class: place % 2 ? "gap-b" : "gap-a", x, y: top, width: wide, height: bottom - top }));
    });
    for (const [x0, y0, x1, y1] of sample.boxes ?? []) {
      svg.append(draw("rect", { class: "box", x: x0, y: y0, width: Math.max(x1 - x0, 0), height: Math.max(y1 - y0, 0) }));
    }
    frame.append(svg);
    return frame;
  };
  const gapsOf = (sample) => (sample.gaps && !sample.measured
    ? sample.gaps.filter((gap, place) => !(sample.lines ?? []).some((line) => line[1] - 1 === place))
    : sample.bands.map((band) => band[1]));
  const saysGaps = (sample) => {
    const gaps = sample.measured ? sample.bands.map((band) => band[1]) : sample.gaps ?? gapsOf(sample);
    const margins = sample.margins ? `; margins ${sample.margins.join(", ")}` : "";
    return gaps.length ? `gaps${sample.measured ? " (measured)" : ""} ${gaps.join(" ")}${margins}` : `no gaps${margins}`;
  };
  const list = at("samples");
  const cards = contents.samples.map((sample, place) => {
    const label = sample.label === "" ? "no label" : plain(sample.label);
    const card = make("button", { type: "button", class: "sample", tabindex: "-1" });
    // The blanks stand between the words of the button's name, as a screen reader says it.
    card.append(make("span", { class: "scroll" }, picture(sample, 1)), make("span", { class: "caption" },
      make("span", { class: "label" }, label), " ", make("span", { class: "file" }, plain(sample.name)), " ",
      make("span", { class: "gaps" }, saysGaps(sample))));
    card.addEventListener("click", () => open(place));
    card.addEventListener("focus", () => { current(card); });
    const item = make("li", {}, card);
    list.append(item);
    return { sample, card, item, gaps: gapsOf(sample), length: [...sample.label].length };
  });
  let visible = cards;
  const current = (card) => {
    for (const each of cards) each.card.tabIndex = each.card === card ? 0 : -1;
  };
  list.addEventListener("keydown", (event) => {
    const place = visible.findIndex((each) => each.card === document.activeElement);
    if (place < 0) return;
    const here = visible[place].item.getBoundingClientRect();
    const inRow = visible.filter((each) => Math.abs(each.item.getBoundingClientRect().top - here.top) < 2).length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: inRow, ArrowUp: -inRow, Home: -place, End: visible.length - 1 - place }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    visible[Math.min(Math.max(place + step, 0), visible.length - 1)].card.focus();
  });

  // Filters.
  const lengths = [...new Set(cards.map((each) => each.length))].sort((a, b) => a - b);
  at("by-length").append(...lengths.map((length) => make("option", { value: length }, String(length))));
  const filter = () => {
    const label = at("by-label").value, length = at("by-length").value;
    const from = at("gap-from").value, to = at("gap-to").value;
    visible = cards.filter((each) => {
      const fits = plain(each.sample.label).includes(label) && (length === "" || each.length === Number(length))
        && ((from === "" && to === "") || each.gaps.some((gap) => (from === "" || gap >= Number(from)) && (to === "" || gap <= Number(to))));
      each.item.hidden = !fits;
      return fits;
    });
    at("found").textContent = `${number(visible.length)} of ${number(cards.length)} shown here`;
    at("none").hidden = visible.length > 0;
    current(visible[0]?.card);
  };
  at("filters").addEventListener("input", (event) => {
    if (!["zoom", "always"].includes(event.target.id)) filter();
  });
  at("filters").addEventListener("reset", () => setTimeout(() => { filter(); zoom(); always(); }));
  at("filters").addEventListener("submit", (event) => event.preventDefault());
  const zoom = () => {
    const scale = Number(at("zoom").value);
    at("zoom-value").textContent = `${scale}x`;
    for (const { sample, card } of cards) {
      const frame = card.querySelector(".picture");
      frame.style.width = `${sample.width * scale}px`;
      frame.style.height = `${sample.height * scale}px`;
    }
  };
  at("zoom").addEventListener("input", zoom);
  const always = () => list.classList.toggle("always", at("always").checked);
  at("always").addEventListener("change", always);
  const widest = Math.max(...cards.map((each) => each.sample.width), 1);
  at("zoom").value = String(Math.min(Math.max(Math.floor(420 / widest), 1), 4));
  at("zoom").defaultValue = at("zoom").value;

  // One sample, enlarged.
  const dialog = at("large");
  let opened = 0;
  const open = (place) => {
    opened = place;
    const { sample } = cards[place];
    const label = sample.label === "" ? "no label" : plain(sample.label);
    at("large-title").textContent = label;
    const scale = Math.max(Math.min(1180 / sample.width, 420 / sample.height), 0.25);
    at("large-picture").replaceChildren(picture(sample, scale >= 1 ? Math.floor(scale) : scale));
    const smaller = sample.step > 1 ? `, every ${sample.step}th pixel shown` : "";
    at("large-told").textContent = `${plain(sample.name)}: ${number(sample.width)} x ${number(sample.height)} pixels${smaller}; ${saysGaps(sample)}`;
    const rows = (sample.boxes ?? []).map((box, at) => make("tr", {}, make("td", {}, String(at)),
      make("td", {}, sample.boxes.length === [...sample.label].length ? plain([...sample.label][at]) : ""), make("td", {}, box.join(", ")),
      make("td", {}, sample.gaps?.[at] === undefined ? "" : String(sample.gaps[at])),
      make("td", {}, sample.glyphs?.[at] ? plain(sample.glyphs[at].join(" ")) : "")));
    const names = ["place", "character", "box x0, y0, x1, y1", "gap after it", "glyph"];
    const head = make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))));
    at("large-table").replaceChildren(rows.length ? make("table", {}, head, make("tbody", {}, ...rows)) : make("p", { class: "note" }, "No boxes are recorded."));
    if (!dialog.open) dialog.showModal();
  };
  const go = (step) => {
    const place = visible.findIndex((each) => each === cards[opened]) + step;
    if (place >= 0 && place < visible.length) open(cards.indexOf(visible[place]));
  };
  at("before").addEventListener("click", () => go(-1));
  at("after").addEventListener("click", () => go(1));
  at("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && !event.target.closest("#large-picture, #large-table")) go(step);
  });
  dialog.addEventListener("close", () => cards[opened].card.focus());

  zoom();
  filter();
})();
