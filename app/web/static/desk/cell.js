// The chart of a price answers to the pointer: drawn anew by uPlot from the tables of the page.
// Without this script the drawing that the server made stands.
(() => {
  "use strict";
  const figure = document.querySelector("figure.course");
  const believed = [...document.querySelectorAll("table.believed tbody tr")].reverse();
  if (!figure || believed.length < 2 || !matchMedia("(min-width: 48rem)").matches) return;

  const seconds = (day) => Date.parse(`${day}T12:00:00Z`) / 1000;
  const told = [...document.querySelectorAll("table.told tbody tr")].map((row) => ({
    at: Number(row.dataset.at), price: Number(row.dataset.price), look: row.dataset.look,
  }));
  const days = believed.map((row) => seconds(row.dataset.day));
  const times = [...new Set([...days, ...told.map((one) => one.at)])].sort((a, b) => a - b);
  const at = new Map(times.map((time, index) => [time, index]));
  const empty = () => times.map(() => null);
  const line = (name) => {
    const values = empty();
    believed.forEach((row, index) => { values[at.get(days[index])] = Number(row.dataset[name]); });
    return values;
  };
  const reports = (looks) => {
    const values = empty();
    told.filter((one) => looks.includes(one.look)).forEach((one) => { values[at.get(one.at)] = one.price; });
    return values;
  };

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const accent = colour("--accent"), few = colour("--few"), wrong = colour("--wrong");
  const text = colour("--text-light"), grid = colour("--border");
  const ends = [...line("low"), ...line("high")].filter((one) => one !== null);
  const lowest = Math.min(...ends) / 1.25, highest = Math.max(...ends) * 1.25;
  const clamp = (values) => values.map((one) => one === null ? null : Math.min(Math.max(one, lowest), highest));
  const day = (moment) => new Date(moment * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  const shown = (_, value) => value == null ? "–" : value.toLocaleString("en", { maximumFractionDigits: 2 });

  // Each kind of report has a sign of its own, as on the server's drawing.
  const sign = (draw, stroke) => (plot, series, first, last) => {
    const { ctx } = plot;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = stroke;
    ctx.lineWidth = 2 * devicePixelRatio;
    for (let index = first; index <= last; index++) {
      const value = plot.data[series][index];
      if (value == null) continue;
      const x = plot.valToPos(plot.data[0][index], "x", true), y = plot.valToPos(value, "y", true);
      draw(ctx, x, y, 5 * devicePixelRatio);
    }
    ctx.restore();
    return false;
  };
  const cross = (ctx, x, y, r) => {
    ctx.beginPath();
    ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r);
    ctx.moveTo(x + r, y - r); ctx.lineTo(x - r, y + r);
    ctx.stroke();
  };
  const diamond = (ctx, x, y, r) => {
    ctx.beginPath();
    ctx.moveTo(x, y - r); ctx.lineTo(x + r, y); ctx.lineTo(x, y + r); ctx.lineTo(x - r, y);
    ctx.fill();
  };
  const bare = { paths: () => null, spanGaps: false, value: shown };
  const edge = { stroke: "transparent", spanGaps: true, points: { show: false }, value: shown };
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  const size = () => ({ width: figure.clientWidth, height: 340 });

  const plot = new uPlot({
    ...size(),
    scales: { y: { range: (_, low, high) => [Math.max(Math.min(low, lowest), 0), Math.max(high, lowest)] } },
    axes: [{ ...axis, values: (_, splits) => splits.map(day) }, { ...axis, size: 60 }],
    bands: [{ series: [3, 2], fill: `color-mix(in srgb, ${accent} 20%, transparent)` }],
    series: [
      { label: "Day", value: (_, value) => value == null ? "–" : day(value) },
      { label: "Price", stroke: accent, width: 2, spanGaps: true, points: { show: false }, value: shown },
      { ...edge, label: "from" },
      { ...edge, label: "to" },
      { ...bare, label: "● counts", stroke: accent, points: { show: true, size: 7, fill: accent } },
      { ...bare, label: "○ instead", stroke: accent, points: { show: true, size: 7, fill: colour("--bg") } },
      { ...bare, label: "◆ in doubt", stroke: few, points: { show: sign(diamond, few) } },
      { ...bare, label: "✕ out", stroke: wrong, points: { show: sign(cross, wrong) } },
    ],
  }, [times, line("price"), line("low"), line("high"), ...["counts", "instead", "doubtful", "out"].map((look) => clamp(reports([look])))], figure);
  figure.prepend(plot.root);
  figure.classList.add("live");
  addEventListener("resize", () => plot.setSize(size()));
})();
