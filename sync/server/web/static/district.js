// The district's pages: news for an open page, keys, and what a browser does beside forms. Every page works without it.
(() => {
  "use strict";
  const one = (found) => document.querySelector(found);
  const all = (found) => [...document.querySelectorAll(found)];

  // News: while the page is seen, a line to the district says a number, and htmx asks for the part that is kept up to date.
  const told = one("[data-news]");
  const EVERY = 60000; // also without news: what is left of a limit grows less, and a line may be dead
  let line = null;
  let tries = 0;
  let asking = false; // htmx drops what is asked for by a part that is just being exchanged
  let again = false;
  const ask = () => {
    again = asking;
    if (asking) return;
    asking = true;
    document.body.dispatchEvent(new CustomEvent("district-news"));
  };
  const asked = () => {
    asking = false;
    if (again) ask();
  };
  const say = (words) => {
    if (!told) return;
    told.textContent = words;
    told.hidden = !words;
  };
  const hangUp = () => {
    if (line) line.close();
    line = null;
  };
  const listen = () => {
    if (!told || line || document.hidden || !window.EventSource) return;
    line = new EventSource(`${told.dataset.news}?since=${one("#live")?.dataset.seq || 0}`);
    line.addEventListener("open", () => {
      tries = 0;
      if (told.dataset.said === "lost") say("");
      told.dataset.said = "";
    });
    line.addEventListener("news", ask);
    line.addEventListener("superseded", hangUp);
    line.addEventListener("error", () => {
      if (line && line.readyState === EventSource.CLOSED) hangUp();
      tries += 1;
      if (tries < 3) return;
      told.dataset.said = "lost";
      say(told.dataset.lost);
    });
  };
  if (told) {
    listen();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) hangUp();
      else {
        ask();
        listen();
      }
    });
    window.setInterval(() => {
      if (document.hidden) return;
      ask();
      listen();
    }, EVERY);
    window.addEventListener("pagehide", hangUp);
    for (const end of ["afterSettle", "responseError", "sendError", "timeout"]) document.body.addEventListener(`htmx:${end}`, asked);
    let before = new Set();
    const rows = () => all("#live [data-row]").map((row) => row.id);
    document.body.addEventListener("htmx:beforeSwap", () => (before = new Set(rows())));
    document.body.addEventListener("htmx:afterSwap", () => {
      const fresh = rows().filter((id) => !before.has(id));
      fresh.forEach((id) => document.getElementById(id).closest("tr").classList.add("fresh"));
      if (fresh.length && told.dataset.new) say(told.dataset.new.replace("#", fresh.length));
    });
    document.body.addEventListener("htmx:responseError", (event) => {
      if (event.detail.xhr.status === 401) window.location.reload(); // nobody is signed in: nothing stays on the screen
    });
  }

  // Photos: a thumbnail opens the photo over the page; arrows walk through all of them, Escape goes back to where it was.
  const viewer = one("#viewer");
  if (viewer) {
    const photo = viewer.querySelector(".viewer-photo img");
    const [name, place] = [one("#viewer-name"), viewer.querySelector("[role=status]")];
    const links = () => all("[data-photo]");
    let at = "";
    const show = (link) => {
      const known = links();
      const number = known.indexOf(link);
      at = link.href;
      name.textContent = link.dataset.photo;
      place.textContent = viewer.dataset.of.replace("#", number + 1).replace("#", known.length);
      viewer.querySelector("a").href = at;
      for (const button of viewer.querySelectorAll("[data-step]")) button.disabled = !known[number + Number(button.dataset.step)] && button.dataset.step !== "close";
      const small = link.querySelector("img");
      photo.alt = small.alt;
      photo.src = small.currentSrc || small.src; // what is here already stands there until the photo has come
      photo.classList.add("coming");
      const whole = new Image();
      const wanted = at;
      const came = (then) => () => {
        if (wanted !== at) return;
        photo.classList.remove("coming");
        then();
      };
      whole.onload = came(() => (photo.src = wanted));
      whole.onerror = came(() => (place.textContent = viewer.dataset.failed));
      whole.src = at;
    };
    const step = (how) => {
      const known = links();
      const number = known.findIndex((link) => link.href === at);
      const next = how === "first" ? 0 : how === "last" ? known.length - 1 : number + how;
      if (known[next]) show(known[next]);
    };
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-photo]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(link);
      viewer.showModal();
    });
    viewer.addEventListener("click", (event) => {
      const button = event.target.closest("[data-step]");
      if (event.target === viewer || (button && button.dataset.step === "close")) viewer.close();
      else if (button) step(Number(button.dataset.step));
    });
    const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: "first", End: "last" };
    viewer.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in STEPS)) return;
      step(STEPS[event.key]);
      event.preventDefault();
    });
    viewer.addEventListener("close", () => {
      const last = links().find((link) => link.href === at);
      at = "";
      photo.removeAttribute("src");
      if (last) last.focus();
    });
  }

  // Keys: j and k walk the rows, a letter presses what carries it (data-key), ? shows them. They can be switched off.
  const off = one("#keys-off");
  const isOff = () => window.localStorage.getItem("keys") === "off";
  if (off) {
    off.checked = isOff();
    off.addEventListener("change", () => window.localStorage.setItem("keys", off.checked ? "off" : "on"));
  }
  const walk = (step) => {
    const rows = all("[data-row]");
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)].focus();
  };
  const press = (part) => {
    const fold = part.closest("details");
    if (part.tagName === "SUMMARY" && fold) {
      fold.open = true;
      (fold.querySelector(":is(input, select, textarea):not([type=hidden])") || part).focus();
      fold.scrollIntoView({ block: "nearest" });
    } else if (part.matches("input, select, textarea")) part.focus();
    else part.click();
  };
  const WALKS = { j: 1, k: -1 };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isOff() || one("dialog[open]")) return;
    const at = event.target;
    if (at.matches("textarea, select, input:not([type=checkbox], [type=radio])")) {
      if (event.key === "Escape" && at.type !== "search") at.blur();
      return;
    }
    const arrows = at.matches("[data-row]") ? { ArrowDown: 1, ArrowUp: -1 } : {};
    const step = WALKS[event.key] || arrows[event.key];
    const part = all("[data-key]").find((found) => found.dataset.key === event.key);
    if (step && one("[data-row]")) walk(step);
    else if (event.key === "?" && one("#keys")) one("#keys").togglePopover();
    else if (part) press(part);
    else return;
    event.preventDefault();
  });

  // A year's days: one stop of Tab, arrows within; a space or a click tells a day otherwise.
  const days = all(".year input");
  const DAYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, PageUp: -28, PageDown: 28, Home: -366, End: 366 };
  const enter = (day, focus) => {
    days.forEach((one) => (one.tabIndex = one === day ? 0 : -1));
    if (focus) day.focus();
  };
  if (days.length) {
    enter(days.find((day) => day.checked) || days[0], false);
    one(".year").addEventListener("focusin", (event) => event.target.matches("input") && enter(event.target, false));
    one(".year").addEventListener("keydown", (event) => {
      const step = DAYS[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      enter(days[Math.min(Math.max(days.indexOf(event.target) + step, 0), days.length - 1)], true);
    });
  }

  // Paper, and words that would be lost.
  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  document.addEventListener("change", (event) => {
    const { files, dataset } = event.target;
    if (!files || !dataset.most) return;
    const bytes = [...files].reduce((sum, file) => sum + file.size, 0);
    event.target.setCustomValidity(files.length > 6 ? dataset.most : bytes > 31e6 ? dataset.large : "");
    event.target.reportValidity();
  });
  let typed = false;
  document.addEventListener("input", (event) => (typed ||= Boolean(event.target.closest("form[method=post]"))));
  document.addEventListener("submit", () => (typed = false));
  window.addEventListener("beforeunload", (event) => typed && event.preventDefault());
})();
