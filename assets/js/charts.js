// A chart is drawn from the table that stands beneath it: the table is what a screen reader and a browser without
// scripts have, and the chart cannot tell anything else. A click opens the records of the cell that was drawn.
import { BarChart, HeatmapChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, HeatmapChart, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

const TONES = { green: "--green-mark", red: "--red-mark", amber: "--amber-mark", grey: "--bar-2", accent: "--fill" };
const dark = matchMedia("(prefers-color-scheme: dark)");

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function read(table) {
  const heads = [...table.tHead.rows[0].cells];
  const columns = heads.map((head, at) => ({ at, name: head.textContent.trim(), tone: head.dataset.series, kind: head.dataset.kind }));
  const lines = [...table.tBodies[0].rows].filter((row) => row.dataset.line !== "spread");
  return {
    series: columns.filter((column) => column.tone !== undefined),
    names: lines.map((row) => row.cells[0].textContent.trim()),
    cell: (line, column) => {
      const cell = lines[line].cells[column.at];
      return {
        value: cell.dataset.value === undefined ? null : Number(cell.dataset.value),
        words: `${lines[line].cells[0].textContent.trim()} ${column.name} ${cell.textContent.trim()}`,
        url: (cell.querySelector("a") ?? lines[line].querySelector("a"))?.href,
      };
    },
  };
}

function shared() {
  const label = { color: token("--ink-3"), fontSize: 14, fontFamily: getComputedStyle(document.body).fontFamily };
  return {
    animation: false,
    textStyle: label,
    grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
    tooltip: {
      renderMode: "richText",
      formatter: (point) => point.data.words,
      backgroundColor: token("--surface"),
      borderColor: token("--line-2"),
      textStyle: { ...label, color: token("--ink") },
    },
    label,
  };
}

const axis = (label, data) => ({
  type: "category", data, axisLabel: label, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line-2") } },
});

function bars({ series, names, cell }, stacked) {
  const { label, ...base } = shared();
  const span = series[0].kind === "span";
  return {
    ...base,
    legend: { show: series.length > 1, right: 0, top: 0, icon: "rect", itemWidth: 10, itemHeight: 10, textStyle: { ...label, color: token("--ink-2") } },
    xAxis: axis(label, names),
    yAxis: {
      type: "value",
      minInterval: span ? 0 : 1,
      axisLabel: { ...label, formatter: span ? spanned : undefined },
      splitLine: { lineStyle: { color: token("--line") } },
    },
    series: series.map((column) => ({
      type: "bar",
      name: column.name,
      stack: stacked ? "all" : undefined,
      barMaxWidth: 28,
      cursor: "pointer",
      itemStyle: { color: token(TONES[column.tone] ?? "--bar") },
      data: names.map((_name, line) => cell(line, column)),
    })),
  };
}

const spanned = (seconds) => (seconds < 60 ? `${seconds}″` : seconds < 3600 ? `${+(seconds / 60).toFixed(1)}′` : `${+(seconds / 3600).toFixed(1)}h`);

function heat({ series, names, cell }) {
  const { label, ...base } = shared();
  const points = names.flatMap((_name, line) =>
    series.map((column, at) => {
      const drawn = cell(line, column);
      return { ...drawn, value: [at, names.length - 1 - line, drawn.value ?? 0] };
    }),
  );
  return {
    ...base,
    grid: { ...base.grid, top: 4 },
    xAxis: axis(label, series.map((column) => column.name)),
    yAxis: axis(label, [...names].reverse()),
    visualMap: {
      show: false,
      min: 0,
      max: Math.max(1, ...points.map((point) => point.value[2])),
      inRange: { color: [token("--sunken"), token("--fill")] },
    },
    series: [{ type: "heatmap", cursor: "pointer", itemStyle: { borderColor: token("--surface"), borderWidth: 2 }, data: points }],
  };
}

function draw(figure) {
  const table = document.getElementById(figure.dataset.table);
  const found = read(table);
  table.closest("details")?.removeAttribute("open");
  const chart = echarts.init(figure.appendChild(Object.assign(document.createElement("div"), { className: "canvas" })));
  const option = () => (figure.dataset.chart === "heat" ? heat(found) : bars(found, figure.dataset.chart === "stack"));
  chart.setOption(option());
  chart.on("click", (point) => point.data.url && location.assign(point.data.url));
  dark.addEventListener("change", () => chart.setOption(option(), true));
  new ResizeObserver(() => chart.resize()).observe(figure);
  addEventListener("beforeprint", () => chart.resize());
}

document.querySelectorAll("figure[data-chart]").forEach(draw);
