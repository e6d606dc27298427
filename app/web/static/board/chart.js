// Charts that answer to the pointer, drawn from the table below each; where the page is wide and
// nobody asked to save data. Without this script the drawing of the page stands.
const own = document.currentScript;
const figures = [...document.querySelectorAll("figure.chart")];
const isWorthIt = matchMedia("(min-width: 48rem)").matches && !navigator.connection?.saveData;

if (figures.length && isWorthIt) {
  const look = Object.assign(document.createElement("link"), { rel: "stylesheet", href: own.dataset.look });
  const plot = Object.assign(document.createElement("script"), { src: own.dataset.plot });
  plot.addEventListener("load", () => figures.forEach(enliven));
  document.head.append(look, plot);
}

function enliven(figure) {
  const table = figure.nextElementSibling.querySelector("table");
  const rows = [...table.tBodies[0].rows].reverse();
  const column = (name) => rows.map((row) => Number(row.dataset[name]));
  const days = rows.map((row) => Date.parse(row.dataset.day) / 1000);
  const [when, price] = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const colour = getComputedStyle(figure).getPropertyValue("--accent");
  const text = getComputedStyle(figure).getPropertyValue("--text-light");
  const hasBand = rows[0].dataset.low !== undefined;
  const edge = { stroke: "transparent", points: { show: false } };
  const words = (index, name) => rows[index]?.cells[name]?.textContent ?? "–";
  const day = { label: when, value: (_, __, ___, index) => (index == null ? "–" : words(index, 0)) };
  const middle = {
    label: price,
    stroke: colour,
    width: 2,
    value: (_, __, ___, index) =>
      index == null ? "–" : words(index, 1) + (hasBand ? ` (${words(index, 2)})` : ""),
  };
  const axis = { stroke: text, grid: { stroke: `${text}40` }, ticks: { show: false } };
  // The page writes days and figures in its own language: the axes show no names of months.
  const options = {
    width: figure.clientWidth,
    height: 300,
    series: hasBand ? [day, middle, { ...edge, label: "" }, { ...edge, label: "" }] : [day, middle],
    bands: hasBand ? [{ series: [3, 2], fill: `${colour}30` }] : [],
    axes: [{ ...axis, values: (_, splits) => splits.map(plain) }, axis],
    tzDate: (seconds) => new Date(seconds * 1000),
    legend: { live: true },
  };
  const data = hasBand ? [days, column("price"), column("low"), column("high")] : [days, column("price")];
  const drawn = new uPlot(options, data);
  figure.prepend(drawn.root);
  figure.classList.add("live");
  // The ends of the range are told beside the price.
  drawn.root.querySelectorAll(".u-series").forEach((row, index) => (row.hidden = index > 1));
  addEventListener("resize", () => drawn.setSize({ width: figure.clientWidth, height: 300 }));
}

function plain(seconds) {
  const day = new Date(seconds * 1000);
  return `${day.getUTCDate()}/${day.getUTCMonth() + 1}/${String(day.getUTCFullYear()).slice(2)}`;
}
