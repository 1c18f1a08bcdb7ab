"use strict";

// The film as a picture: cues as outlines, clips as bars, one lane for each who speaks. It knows nothing of the page but
// its two canvases, and tells what is pointed at and chosen. All lines are drawn anew each time: 1,500 take 3 ms.
class Timeline {
  static LANE = 44;
  static RULER = 24;
  static LEAST_SECONDS = 2;

  constructor(film, overview, data) {
    this.film = film;
    this.overview = overview;
    this.data = data;
    this.seconds = Math.max(data.seconds, 1);
    this.from = 0;
    this.to = this.seconds <= 900 ? this.seconds : 300;
    this.chosen = null;
    this.playhead = null;
    this.shown = () => true;
    this.onpoint = this.onchoose = () => {};
    this.asked = false;
    this.listen();
    new ResizeObserver(() => this.draw()).observe(film.parentElement);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.draw();
  }

  get width() { return this.film.clientWidth || 1; }
  x(time) { return (time - this.from) / (this.to - this.from) * this.width; }
  time(x) { return this.from + x / this.width * (this.to - this.from); }

  show(from, length = this.to - this.from) {
    length = Math.min(Math.max(length, Timeline.LEAST_SECONDS), this.seconds);
    this.from = Math.min(Math.max(from, 0), this.seconds - length);
    this.to = this.from + length;
    this.draw();
  }

  zoom(factor, at = this.width / 2) {
    const time = this.time(at), length = Math.min(Math.max((this.to - this.from) * factor, Timeline.LEAST_SECONDS), this.seconds);
    this.show(time - at / this.width * length, length);
  }

  choose(line) {
    this.chosen = line;
    const [start, end] = line.clip ?? line.cue, length = this.to - this.from;
    if (start < this.from || end > this.to) this.show((start + end - length) / 2);
    else this.draw();
  }

  draw() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => { this.asked = false; this.paint(); });
  }

  paint() {
    const style = getComputedStyle(document.body), colour = name => style.getPropertyValue(`--${name}`).trim();
    this.colours = Object.fromEntries(["natural", "soft", "hard", "beyond", "cue", "line", "ink", "faint", "lane", "focus", "card"]
      .map(name => [name, colour(name)]));
    this.paintFilm();
    this.paintOverview();
  }

  surface(canvas, height) {
    const ratio = devicePixelRatio || 1, width = canvas.clientWidth;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.height = `${height}px`;
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    return pen;
  }

  speedColour(speed) {
    const [natural, soft, hard] = this.data.speeds.map(limit => limit + 5e-4);
    return this.colours[speed <= natural ? "natural" : speed <= soft ? "soft" : speed <= hard ? "hard" : "beyond"];
  }

  paintFilm() {
    const { LANE, RULER } = Timeline, { lanes, lines } = this.data, { colours } = this;
    const height = RULER + LANE * lanes.length + 2, pen = this.surface(this.film, height);
    pen.font = "12px system-ui, sans-serif";
    this.paintRuler(pen, height);
    for (const line of lines) {
      const [start, end] = line.cue, last = Math.max(end, line.clip?.[1] ?? end);
      if (last < this.from || Math.min(start, line.clip?.[0] ?? start) > this.to) continue;
      const top = RULER + line.lane * LANE + 17, left = this.x(start), width = Math.max(this.x(end) - left, 1);
      pen.globalAlpha = this.shown(line) ? 1 : .2;
      pen.lineWidth = 1.2;
      pen.strokeStyle = line.clip ? colours.cue : colours.beyond;
      pen.setLineDash(line.clip ? [] : [4, 3]);
      pen.strokeRect(left + .6, top + .6, Math.max(width - 1.2, .4), 22);
      pen.setLineDash([]);
      if (line.clip) {
        const from = this.x(line.clip[0]), to = this.x(line.clip[1]);
        pen.fillStyle = this.speedColour(line.speed);
        pen.fillRect(from, top + 5, Math.max(to - from, 1), 13);
        if (Math.abs(line.shift) >= .0005) {
          pen.fillStyle = colours.ink;
          pen.beginPath();
          pen.moveTo(from - 4, top - 5);
          pen.lineTo(from + 4, top - 5);
          pen.lineTo(from, top + 2);
          pen.fill();
        }
      }
      if (line === this.chosen) {
        pen.strokeStyle = colours.focus;
        pen.lineWidth = 2.5;
        pen.strokeRect(left - 2, top - 2, width + 4, 27);
      }
    }
    pen.globalAlpha = 1;
    lanes.forEach((name, lane) => this.paintName(pen, name, RULER + lane * LANE + 12));
    if (this.playhead !== null) {
      pen.fillStyle = colours.focus;
      pen.fillRect(this.x(this.playhead) - 1, RULER, 2, height - RULER);
    }
  }

  paintName(pen, name, y) {
    const short = name.length > 40 ? `${name.slice(0, 39)}…` : name;
    pen.fillStyle = this.colours.card;
    pen.globalAlpha = .75;
    pen.fillRect(2, y - 11, pen.measureText(short).width + 8, 14);
    pen.globalAlpha = 1;
    pen.fillStyle = this.colours.faint;
    pen.fillText(short, 6, y);
  }

  paintRuler(pen, height) {
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
    const step = steps.find(it => it / (this.to - this.from) * this.width >= 75) ?? 7200;
    pen.strokeStyle = this.colours.line;
    pen.fillStyle = this.colours.faint;
    pen.lineWidth = 1;
    pen.beginPath();
    for (let time = Math.ceil(this.from / step) * step; time <= this.to; time += step) {
      const x = Math.round(this.x(time)) + .5;
      pen.moveTo(x, Timeline.RULER - 6);
      pen.lineTo(x, height);
      if (x + 50 < this.width) pen.fillText(Timeline.clock(time), x + 4, 15);
    }
    for (let lane = 0; lane <= this.data.lanes.length; lane++) {
      const y = Timeline.RULER + lane * Timeline.LANE + .5;
      pen.moveTo(0, y);
      pen.lineTo(this.width, y);
    }
    pen.stroke();
  }

  paintOverview() {
    const pen = this.surface(this.overview, 36), width = this.overview.clientWidth, x = time => time / this.seconds * width;
    // the fastest last, so that one hurried line is seen among a thousand others
    for (const line of [...this.data.lines].sort((one, other) => one.speed - other.speed)) {
      pen.globalAlpha = this.shown(line) ? 1 : .2;
      pen.fillStyle = line.clip ? this.speedColour(line.speed) : this.colours.beyond;
      const [start, end] = line.clip ?? line.cue;
      pen.fillRect(x(start), line.clip ? 10 : 4, Math.max(x(end) - x(start), 1), line.clip ? 16 : 28);
    }
    pen.globalAlpha = 1;
    if (this.to - this.from < this.seconds) {
      pen.strokeStyle = this.colours.focus;
      pen.lineWidth = 2;
      pen.strokeRect(x(this.from) + 1, 2, Math.max(x(this.to) - x(this.from) - 2, 4), 32);
    }
  }

  at(event) {
    const box = this.film.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    const lane = Math.floor((y - Timeline.RULER) / Timeline.LANE), near = 3 / this.width * (this.to - this.from), time = this.time(x);
    const covers = span => span && span[0] - near <= time && time <= span[1] + near;
    const own = this.data.lines.filter(line => line.lane === lane);
    return own.find(line => covers(line.clip)) ?? own.find(line => covers(line.cue));
  }

  listen() {
    const { film, overview } = this, fingers = new Map();
    let moved = 0;
    film.addEventListener("pointerdown", event => {
      fingers.set(event.pointerId, event.clientX);
      moved = 0;
      film.setPointerCapture(event.pointerId);
    });
    film.addEventListener("pointermove", event => {
      if (!fingers.has(event.pointerId)) return this.onpoint(this.at(event), event);
      const before = [...fingers.values()], last = fingers.get(event.pointerId);
      fingers.set(event.pointerId, event.clientX);
      moved += Math.abs(event.clientX - last);
      if (moved < 4) return;
      film.classList.add("held");
      this.onpoint(null, event);
      if (fingers.size === 2) {
        const after = [...fingers.values()], gap = ([a, b]) => Math.max(Math.abs(a - b), 10);
        this.zoom(gap(before) / gap(after), (after[0] + after[1]) / 2 - film.getBoundingClientRect().left);
      } else this.show(this.from - (event.clientX - last) / this.width * (this.to - this.from));
    });
    const release = event => {
      const line = fingers.size === 1 && moved < 4 && event.type === "pointerup" ? this.at(event) : null;
      fingers.delete(event.pointerId);
      film.classList.remove("held");
      if (line) this.onchoose(line, true);
    };
    film.addEventListener("pointerup", release);
    film.addEventListener("pointercancel", release);
    film.addEventListener("pointerleave", event => this.onpoint(null, event));
    film.addEventListener("wheel", event => {
      const box = film.getBoundingClientRect(), sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(event.deltaY * .0025), event.clientX - box.left);
      else if (sideways) this.show(this.from + sideways / this.width * (this.to - this.from));
      else return;
      event.preventDefault();
    }, { passive: false });
    film.addEventListener("keydown", event => this.key(event));
    const jump = event => this.show((event.clientX - overview.getBoundingClientRect().left) / overview.clientWidth * this.seconds
      - (this.to - this.from) / 2);
    overview.addEventListener("pointerdown", event => { overview.setPointerCapture(event.pointerId); jump(event); });
    overview.addEventListener("pointermove", event => { if (event.buttons) jump(event); });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      "+": () => this.zoom(.5), "=": () => this.zoom(.5), "-": () => this.zoom(2), "0": () => this.show(0, this.seconds),
      ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1),
      Enter: () => this.chosen && this.onchoose(this.chosen, true), " ": () => this.chosen && this.onchoose(this.chosen, true),
    };
    if (!(event.key in actions)) return;
    event.preventDefault();
    actions[event.key]();
  }

  step(by) {
    const lines = this.data.lines.filter(this.shown), place = lines.indexOf(this.chosen);
    const first = lines.findIndex(line => line.cue[1] >= this.from);
    const line = lines[place < 0 ? Math.max(first, 0) : Math.min(Math.max(place + by, 0), lines.length - 1)];
    if (line) this.onchoose(line, false);
  }

  static clock(seconds) {
    const two = number => String(number).padStart(2, "0"), hours = Math.floor(seconds / 3600);
    return `${hours ? `${hours}:` : ""}${hours ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(Math.floor(seconds) % 60)}`;
  }
}
