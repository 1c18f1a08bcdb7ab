(() => {
  const find = (query, within = document) => within.querySelector(query);
  const data = JSON.parse(find("#data").textContent);
  const lines = new Map(data.lines.map(line => [line.index, line]));
  const body = find("#lines tbody"), rows = new Map([...body.rows].map(row => [Number(row.id.slice(5)), row]));
  const words = new Map([...rows].map(([index, row]) => [index, `${index} ${find(".text", row).textContent}`.toLowerCase()]));
  const text = index => find(".said", rows.get(index)).textContent;
  const timeline = new Timeline(find("#film"), find("#overview"), data);

  // one player for all lines: 1,500 of a browser's own would take seconds to lay out
  const player = find("#player"), audio = find("audio", player);
  let current = null, order = data.lines;
  const source = line => {
    if (line.file) return line.file;
    const held = document.getElementById(`clip-${line.index}`);
    if (!held) return null;
    const bytes = Uint8Array.from(atob(held.textContent), letter => letter.charCodeAt(0));
    return URL.createObjectURL(new Blob([bytes], { type: "audio/mpeg" }));
  };
  const choose = (line, { scroll = true } = {}) => {
    find("tr.chosen")?.classList.remove("chosen");
    const row = rows.get(line.index);
    row.classList.add("chosen");
    timeline.choose(line);
    if (scroll) row.scrollIntoView({ block: "nearest" });
  };
  const play = (line, options) => {
    choose(line, options);
    if (current === line && !audio.ended && !audio.error) return audio.paused ? audio.play() : audio.pause();
    const address = source(line);
    if (!address) return;
    if (audio.src.startsWith("blob:")) URL.revokeObjectURL(audio.src);
    current = line;
    audio.src = address;
    player.hidden = false;
    find("a", player).textContent = `line ${line.index}`;
    find("a", player).href = `#line-${line.index}`;
    find(".said", player).textContent = text(line.index);
    audio.play().catch(() => mark());
  };
  const mark = () => {
    document.querySelectorAll(".play.playing").forEach(button => button.classList.remove("playing"));
    if (current && !audio.paused && !audio.ended)
      document.querySelectorAll(`.play[data-line="${current.index}"]`).forEach(button => button.classList.add("playing"));
  };
  const follow = () => {
    if (!current?.clip) return;
    const [start, end] = current.clip, done = audio.duration ? audio.currentTime / audio.duration : 0;
    timeline.playhead = audio.ended ? null : start + done * (end - start);
    timeline.draw();
    if (!audio.paused && !audio.ended) requestAnimationFrame(follow);
  };
  for (const kind of ["play", "pause", "ended"]) audio.addEventListener(kind, () => { mark(); follow(); });
  audio.addEventListener("error", () => {
    if (current) find(".said", player).textContent = `${current.file || "The sound"} cannot be played: is the folder beside this page?`;
    mark();
  });
  audio.addEventListener("ended", () => {
    if (!find("#on").checked) return;
    const seen = order.filter(line => line.clip && !rows.get(line.index).hidden);
    const next = seen[seen.indexOf(current) + 1];
    if (next) play(next);
  });
  document.addEventListener("click", event => {
    const button = event.target.closest(".play");
    if (button) play(lines.get(Number(button.dataset.line)), { scroll: false });
    const link = event.target.closest("a.go");
    if (link) {  // a line that a filter hides would go nowhere
      const index = Number(link.hash.slice(6));
      if (rows.get(index)?.hidden) { find("#filter").reset(); filter(); }
      if (lines.has(index)) choose(lines.get(index), { scroll: false });
    }
  });

  const hint = find("#hint"), section = find("#timeline");
  timeline.onpoint = (line, event) => {
    hint.hidden = !line;
    if (!line) return;
    const box = section.getBoundingClientRect();
    hint.textContent = `${line.index}. ${text(line.index)} (${line.clip ? `${line.speed.toFixed(2)} x` : "not spoken"}`
      + `${line.flags.length ? `; ${line.flags.join(", ")}` : ""})`;
    hint.style.top = `${event.clientY - box.top + 18}px`;
    hint.style.left = `${Math.max(0, Math.min(event.clientX - box.left + 8, box.width - hint.offsetWidth - 4))}px`;
  };
  timeline.onchoose = (line, sound) => (sound ? play : choose)(line);
  find("#nearer").onclick = () => timeline.zoom(.5);
  find("#farther").onclick = () => timeline.zoom(2);
  find("#whole").onclick = () => timeline.show(0, timeline.seconds);

  const shows = index => {
    const row = rows.get(index), flag = find("#flag").value, speaker = find("#speaker")?.value;
    const sought = find("#words").value.trim().toLowerCase(), flags = row.dataset.flags;
    return (!flag || (flag === "*" ? flags : flags.split(" ").includes(flag)))
      && (!speaker || row.dataset.speaker === speaker)
      && (!sought || (/^\d+$/.test(sought) && Number(sought) === index) || words.get(index).includes(sought));
  };
  const filter = () => {
    let count = 0;
    for (const [index, row] of rows) count += !(row.hidden = !shows(index));
    find("#count").textContent = count === 1 ? "1 line" : `${count} lines`;
    timeline.shown = line => !rows.get(line.index).hidden;
    timeline.draw();
  };
  for (const kind of ["input", "change"]) find("#filter").addEventListener(kind, filter);  // not all browsers send both
  find("#filter").addEventListener("submit", event => event.preventDefault());
  filter();  // a browser may bring back what was typed before

  let sorted = "index", sign = 1;
  document.querySelectorAll("[data-sort]").forEach(button => button.addEventListener("click", () => {
    sign = sorted === button.dataset.sort ? -sign : button.dataset.sort === "index" ? 1 : -1;
    sorted = button.dataset.sort;
    const key = line => ({ index: line.index, speed: line.clip ? line.speed : 0, shift: Math.abs(line.shift),
      length: Number(rows.get(line.index).dataset.length) })[sorted];
    order = [...data.lines].sort((one, other) => sign * (key(one) - key(other)) || one.index - other.index);
    body.append(...order.map(line => rows.get(line.index)));
  }));
})();
