/** The style of a review's page: light and dark, for a desk, a phone and paper. It refers to nothing outside. */
export const style = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --soft: #f4f6f8; --ink: #1c2128; --quiet: #55606d; --line: #d3d9e0; --accent: #0b5cad;
  --red: #b3261e; --red-soft: #fdecea; --amber: #855400; --amber-soft: #fdf3dc;
  --green: #17693a; --green-soft: #e5f5ea; --grey: #6b7683;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14181d; --soft: #1d232b; --ink: #e6eaef; --quiet: #a5b0bd; --line: #38424e; --accent: #7ab7f5;
    --red: #ff9c93; --red-soft: #3b1d1b; --amber: #f0be6a; --amber-soft: #362a14;
    --green: #7fd6a0; --green-soft: #17301f; --grey: #8f9baa;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 1104px; padding: 28px 32px 56px; background: var(--back); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 1.25rem; margin: 44px 0 12px; padding-top: 16px; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 24px 0 8px; }
p { margin: 8px 0; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.875em; }
pre { white-space: normal; margin: 6px 0 0; line-height: 1.45; }
pre span { display: block; white-space: pre-wrap; padding-left: 8ch; text-indent: -8ch; }
a { color: var(--accent); }
.eyebrow { color: var(--quiet); margin: 0 0 4px; font-size: 0.9375rem; }
.facts { display: flex; flex-wrap: wrap; gap: 6px 32px; margin: 16px 0; }
.facts dt { color: var(--quiet); font-size: 0.875rem; }
.facts dd { margin: 0; }
.rules div { display: flex; gap: 12px; margin: 2px 0; }
.rules dt { flex: 0 0 3em; font-weight: 600; }
.rules dd { margin: 0; }
.approval { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 16px 24px; break-inside: avoid; }
.approval dt { color: var(--quiet); font-size: 0.875rem; }
.approval dd { margin: 0; height: 2.2em; border-bottom: 1px solid var(--ink); }
.verdict { margin: 20px 0 16px; padding: 12px 16px; border-left: 6px solid; border-radius: 6px; font-size: 1.0625rem; font-weight: 600; }
.verdict p { margin: 4px 0 0; font-weight: 400; font-size: 1rem; }
.verdict.refused { color: var(--red); background: var(--red-soft); }
.verdict.attention { color: var(--amber); background: var(--amber-soft); }
.verdict.clear { color: var(--green); background: var(--green-soft); }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 10px; margin: 0; padding: 0; list-style: none; }
.counts li { border: 1px solid var(--line); border-radius: 8px; padding: 8px 12px; color: var(--quiet); font-size: 0.875rem; line-height: 1.3; }
.counts b { display: block; font-size: 1.5rem; line-height: 1.3; color: var(--ink); }
.counts .bad b { color: var(--red); } .counts .warn b { color: var(--amber); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 0; margin: 20px 0 0; list-style: none; }
nav a { display: inline-block; padding: 4px 0; }

.graph { display: none; }
.graph svg { display: block; height: auto; max-width: 100%; margin: 0 auto; }
.graph text { fill: var(--ink); font-size: 14px; }
.graph .stage { fill: var(--soft); stroke: var(--line); }
.graph .stage-title { font-size: 15px; font-weight: 600; }
.graph .stage-state, .graph .what { fill: var(--quiet); font-size: 12px; }
.graph .host { font-weight: 600; }
.graph .back { fill: var(--back); stroke: var(--line); }
.graph .strip { fill: var(--accent); }
.graph .sign { fill: var(--accent); font-weight: 700; }
.graph .done .strip, .graph .above .strip { fill: var(--green); }
.graph .done .sign, .graph .above .sign { fill: var(--green); }
.graph .unknown .strip, .graph .unverified .strip, .graph .unverified .sign, .graph .unknown .sign { fill: var(--amber); }
.graph .absent .strip, .graph .absent .sign { fill: var(--grey); }
.graph .refused .strip, .graph .refused .sign { fill: var(--red); }
.graph .unverified .back, .graph .unknown .back { stroke: var(--amber); }
.graph .refused .back { stroke: var(--red); stroke-width: 1.5; }
.graph .arrow { stroke: var(--grey); stroke-width: 2; fill: none; }
.graph .tip { fill: var(--grey); }
.timeline .bar { fill: var(--accent); }
.timeline .bar.maintenance { fill-opacity: 0.4; }
.timeline .bar.restart { fill: var(--grey); }
.timeline .bar.update { fill: var(--green); }
.timeline .bar.late { stroke: var(--red); stroke-width: 1.5; }
.timeline .bar.setup.late { fill: var(--red); }
.key { display: inline-block; width: 16px; height: 11px; border-radius: 1px; }
.key.setup { background: var(--accent); } .key.maintenance { background: var(--accent); opacity: 0.4; }
.key.restart { background: var(--grey); } .key.update { background: var(--green); }
.timeline .tick { stroke: var(--line); fill: none; }
.timeline .after-window { fill: var(--red-soft); }
.timeline .window-end { stroke: var(--red); stroke-width: 2; fill: none; }
.graph .late-text { fill: var(--red); }
.legend { color: var(--quiet); font-size: 0.875rem; margin: 0 0 12px; }
.signs { display: flex; flex-wrap: wrap; gap: 2px 20px; }
@media (min-width: 960px) { .graph.wide { display: block; } }
@media (min-width: 600px) and (max-width: 959.98px) { .graph.medium { display: block; } }
@media (max-width: 599.98px) { .graph.narrow { display: block; } .graph.narrow svg { width: 100%; max-width: 430px; } }

.finding { border: 1px solid var(--line); border-left: 5px solid var(--accent); border-radius: 6px; padding: 10px 14px; margin: 10px 0; }
.finding p { margin: 0; font-weight: 600; }
.finding.refused { border-left-color: var(--red); } .finding.unverified { border-left-color: var(--amber); }
.badge { display: inline-block; font-size: 0.8125rem; font-weight: 600; line-height: 1.4; padding: 1px 8px; border-radius: 10px; border: 1px solid; margin-right: 6px; color: var(--accent); }
.badge.refused { color: var(--red); } .badge.unverified, .badge.unknown { color: var(--amber); }
.badge.done, .badge.above { color: var(--green); } .badge.absent { color: var(--grey); }

table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 0.9375rem; line-height: 1.4; }
th { text-align: left; font-weight: 600; font-size: 0.8125rem; color: var(--quiet); border-bottom: 2px solid var(--line); padding: 4px 10px 4px 0; }
td { vertical-align: top; padding: 10px 12px 10px 0; border-bottom: 1px solid var(--line); }
th.number { width: 3em; } th.computer { width: 24%; } th.command { width: 27%; } th.account { width: 24%; }
th.server { width: 24%; } th.nodes { width: 20%; }
td.number { color: var(--quiet); }
small { display: block; font-size: 0.875rem; color: var(--quiet); margin-top: 3px; }
td code { color: var(--ink); }
.changes { list-style: none; padding: 0; margin: 0; }
.changes li { padding: 6px 0 6px 26px; border-bottom: 1px solid var(--line); position: relative; }
.changes .mark { position: absolute; left: 4px; font-weight: 700; }
.changes .more { color: var(--green); } .changes .less { color: var(--red); } .changes .other { color: var(--accent); }
footer { margin-top: 48px; color: var(--quiet); font-size: 0.875rem; border-top: 1px solid var(--line); padding-top: 12px; }

@media (max-width: 719.98px) {
  body { padding: 20px 12px 40px; }
  h1 { font-size: 1.4375rem; }
  .counts { grid-template-columns: 1fr 1fr; }
  table, tbody, tr, td { display: block; width: auto; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  tr { border: 1px solid var(--line); border-radius: 8px; padding: 4px 12px 10px; margin: 0 0 10px; }
  td { border: 0; padding: 6px 0 0; }
  td[data-label]::before { content: attr(data-label); display: block; font-size: 0.8125rem; color: var(--quiet); }
  td.number { float: right; padding-top: 8px; }
  pre span { padding-left: 2ch; text-indent: -2ch; }
}
@page { margin: 14mm 12mm; }
@media print {
  :root {
    color-scheme: light;
    --back: #ffffff; --soft: #f4f6f8; --ink: #000000; --quiet: #444c56; --line: #b8c0c9; --accent: #0b5cad;
    --red: #a31d15; --red-soft: #fdecea; --amber: #754a00; --amber-soft: #fdf3dc;
    --green: #145c33; --green-soft: #e5f5ea; --grey: #5b6570;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  html { font-size: 12px; }
  body { padding: 0; max-width: none; font-size: 1rem; }
  pre span { padding-left: 8ch; text-indent: -8ch; }
  nav { display: none; }
  h2, h3, .legend, thead { break-after: avoid; }
  .counts { grid-template-columns: repeat(7, 1fr); }
  h2 { margin-top: 28px; }
  tr, .finding, .verdict, .counts, .changes li, .graph svg { break-inside: avoid; }
  thead { display: table-header-group; }
}
`;
