"use strict";
// Draws every [data-chart] from the JSON that its attribute names. The table beside it says the same.
(() => {
  const INK = "#1b2433", QUIET = "#6e788b", LINE = "#e3e7ed", ACCENT = "#1b4b8a", PALE = "#a9bbd4", TARGET = "#8f5e00";
  const EQUAL = [ACCENT, TARGET, "#2e7d57", QUIET], SIGNS = ["circle", "triangle", "rect", "diamond"];
  const font = getComputedStyle(document.body).fontFamily;
  const drawn = [];

  // An interval as two stacked areas: the lower one unseen, the upper one as high as the interval is wide.
  function band(data) {
    const wide = data.high.map((v, i) => (v === null || data.low[i] === null ? null : v - data.low[i]));
    const area = { type: "line", stack: "band", symbol: "none", lineStyle: { opacity: 0 }, z: 1, silent: true, tooltip: { show: false }, stackStrategy: "all" };
    return [
      { ...area, name: `${data.name} `, data: data.low },
      { ...area, name: data.name, data: wide, itemStyle: { color: PALE }, areaStyle: { color: PALE, opacity: .35 } },
    ];
  }

  function option(data) {
    const many = data.lines.length > 1;
    const fan = data.lines.some((line) => line.look);
    const lines = data.lines.map((line, i) => {
      const own = fan ? line.look !== "before" : i === data.lines.length - 1;
      return {
        name: line.name, type: data.kind, data: line.values, connectNulls: true, barMaxWidth: data.across ? 16 : 36,
        symbol: data.equal ? SIGNS[i % SIGNS.length] : "circle", symbolSize: own || data.equal ? 6 : 4, z: own ? 3 : 2,
        lineStyle: { width: own ? 2 : 1.5, type: fan ? (line.look === "expected" ? "dotted" : "solid") : own || data.equal ? "solid" : "dashed" },
        itemStyle: { color: data.equal ? EQUAL[i % EQUAL.length] : own ? ACCENT : PALE, borderRadius: [2, 2, 0, 0] },
      };
    });
    if (data.target !== null && data.target !== undefined) {
      lines[lines.length - 1].markLine = {
        silent: true, symbol: "none", data: [{ yAxis: data.target }],
        lineStyle: { color: TARGET, type: "dashed" },
        label: { formatter: `${data.targetLabel || ""} ${data.target}`, position: "insideEndTop", color: TARGET, fontFamily: font },
      };
    }
    if (data.band) lines.unshift(...band(data.band));
    return {
      animation: false,
      textStyle: { fontFamily: font, color: INK },
      grid: { left: 8, right: 16, top: many ? 34 : 26, bottom: 4, containLabel: true },
      legend: many ? { data: [...data.lines.map((line) => line.name), ...(data.band ? [data.band.name] : [])], top: 0, right: 8, itemWidth: 16, itemHeight: 8, textStyle: { color: QUIET, fontSize: 12 } } : undefined,
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, borderColor: LINE,
        valueFormatter: (v) => (v === null || v === undefined ? "—" : `${v}${data.unit}`),
      },
      [data.across ? "yAxis" : "xAxis"]: {
        inverse: Boolean(data.across), type: "category", data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } },
        axisLabel: { color: QUIET, fontSize: 11, hideOverlap: !data.across, interval: data.across ? 0 : "auto" },
      },
      [data.across ? "xAxis" : "yAxis"]: {
        type: "value", scale: data.kind === "line", name: data.across ? "" : data.unit, nameTextStyle: { color: QUIET, fontSize: 11, align: "left" },
        nameGap: 8, splitNumber: 4, splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: QUIET, fontSize: 11 },
      },
      series: lines,
    };
  }

  function draw(root) {
    for (const box of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
      const source = document.getElementById(box.dataset.chart);
      if (!source || !window.echarts) continue;
      box.dataset.drawn = "1";
      const chart = window.echarts.init(box, null, { renderer: "canvas" });
      chart.setOption(option(JSON.parse(source.textContent)));
      drawn.push(chart);
    }
  }

  document.addEventListener("DOMContentLoaded", () => draw(document));
  document.addEventListener("htmx:afterSwap", (event) => draw(event.target));
  let wait = 0;
  window.addEventListener("resize", () => {
    clearTimeout(wait);
    wait = setTimeout(() => drawn.forEach((chart) => chart.resize()), 120);
  });
})();
