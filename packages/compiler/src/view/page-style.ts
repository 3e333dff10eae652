/** How the page looks, in light and in dark, on a desk and on a phone. */

/** The style sheet. */
export const pageStyle: string = `
:root {
  --ground: #f6f7f9; --surface: #ffffff; --raised: #f0f2f5; --line: #dfe3e8; --text: #15181e; --quiet: #5a6472;
  --accent: #2b59d9; --accent-soft: #e3eaff; --lit: #fff3cf; --lit-line: #c98a00;
  --loop: #2f6fdb; --contract: #7a3fd0; --scatter: #c2561c; --sort: #0f8a7e; --routine: #6b5b2e; --repeat: #c02c66; --other: #5a6472;
  --gone: #fde4e1; --gone-text: #8f1d12; --came: #dcf5e3; --came-text: #11632f; --other-side: #fdf2cc; --other-side-text: #6f4e00;
  --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1116; --surface: #161a21; --raised: #1f2530; --line: #2b323d; --text: #e6eaf0; --quiet: #98a3b3;
    --accent: #7ea6ff; --accent-soft: #1c2c52; --lit: #3a2f10; --lit-line: #e0ad3a;
    --loop: #6aa2ff; --contract: #b28cff; --scatter: #f2935c; --sort: #4fc9ba; --routine: #c9b477; --repeat: #ff7fac; --other: #98a3b3;
    --gone: #42191a; --gone-text: #ffb4ab; --came: #12341f; --came-text: #9be7b3; --other-side: #3a2f10; --other-side-text: #f3d48a;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 56px; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.5 var(--sans); padding-bottom: 96px; }
[hidden] { display: none !important; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; margin: 0; text-align: inherit; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; border-radius: 4px; }
.top, main, nav { max-width: 1480px; margin: 0 auto; padding: 0 24px; }
.top { padding-top: 28px; }
.kind { margin: 0; color: var(--quiet); font-size: 12px; letter-spacing: .08em; text-transform: uppercase; }
h1 { margin: 2px 0 4px; font: 600 26px/1.2 var(--mono); overflow-wrap: anywhere; }
.signature { margin: 0 0 18px; font: 13px/1.6 var(--mono); color: var(--quiet); overflow-wrap: anywhere; }
.signature .type { color: var(--text); white-space: nowrap; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(158px, 1fr)); gap: 1px; margin: 0 0 8px; background: var(--line);
  border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.tile { background: var(--surface); padding: 12px 16px 14px; }
.tile dt { color: var(--quiet); font-size: 12px; }
.tile dd { margin: 0; }
.tile b { display: block; font-size: 21px; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; }
.tile span { color: var(--quiet); font-size: 12px; line-height: 1.35; display: block; }
nav { position: sticky; top: 0; z-index: 3; display: flex; gap: 4px; padding-top: 10px; padding-bottom: 10px; background: var(--ground);
  overflow-x: auto; }
nav a { color: var(--quiet); text-decoration: none; padding: 5px 12px; border-radius: 999px; white-space: nowrap; }
nav a:hover { color: var(--text); background: var(--raised); }
section { margin: 0 0 36px; }
h2 { margin: 0; font-size: 17px; font-weight: 600; }
.about-section { margin: 0 0 10px; color: var(--quiet); font-size: 13px; }
.none, .hint { color: var(--quiet); font-size: 13px; }
.hint { margin: 8px 0 0; min-height: 40px; }
.panes { display: grid; grid-template-columns: minmax(0, 1.08fr) minmax(0, 1fr); gap: 20px; align-items: start; }
.graph, .kernels { max-height: 76vh; overflow: auto; overscroll-behavior: contain; }
.graph, .scrolls, .sources { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; }
.graph { padding: 6px; }
.kernels { display: grid; gap: 8px; padding: 1px; }
.scrolls { overflow-x: auto; }

.row { display: grid; grid-template-columns: 18px minmax(0, 1fr) fit-content(40%) auto; column-gap: 8px; align-items: baseline;
  padding: 3px 8px 3px 4px; border-radius: 7px; border: 1px solid transparent; cursor: pointer; }
.row .pick { min-width: 0; line-height: 1.35; }
.row code, .last .pick { font: 12.5px/1.35 var(--mono); overflow-wrap: anywhere; }
.row .type { grid-column: 3; grid-row: 1; color: var(--quiet); font: 12px/1.4 var(--mono); text-align: right; overflow-wrap: anywhere; }
.row .chips { grid-column: 4; grid-row: 1; justify-content: flex-end; max-width: 120px; }
.row .site { grid-column: 2 / -1; grid-row: 2; color: var(--quiet); font: 11px/1.35 var(--mono); overflow-wrap: anywhere; }
.kernel:hover { border-top-color: var(--quiet); border-right-color: var(--quiet); border-bottom-color: var(--quiet); }
.row:not(.last):hover { background: var(--raised); }
.row.last { cursor: default; }
.value { color: var(--accent); }
.free, .settings { color: var(--quiet); }
.fold { width: 18px; height: 16px; line-height: 16px; text-align: center; color: var(--quiet); border-radius: 4px; transition: transform .12s; }
button.fold:hover { background: var(--raised); color: var(--text); }
.fold[aria-expanded="false"] { transform: rotate(-90deg); }
.regions { margin-left: 12px; border-left: 2px solid var(--line); padding-left: 4px; }
.region-title { color: var(--quiet); font-size: 11.5px; padding: 4px 8px 0 10px; }

.chips:empty { display: none; }
.chips { display: flex; flex-wrap: wrap; gap: 4px; }
.chip { font: 11.5px/1.5 var(--mono); padding: 0 7px; border-radius: 999px; border: 1px solid var(--line); background: var(--raised);
  color: var(--text); white-space: nowrap; max-width: 100%; overflow: hidden; text-overflow: ellipsis; }
button.chip:hover { border-color: var(--accent); }
.chip.to-kernel { font-weight: 600; border-color: currentColor; background: none; color: var(--other); }
.chip.still { border-style: dashed; }

.kernel { background: var(--surface); border: 1px solid var(--line); border-left: 4px solid var(--form, var(--other)); border-radius: 10px; padding: 9px 12px 10px;
  cursor: pointer; min-width: 0; }
.kernel > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 10px; margin-bottom: 5px; }
.kernel .number { font: 600 13px/1.4 var(--mono); }
.kernel .space { font: 12px/1.4 var(--mono); color: var(--quiet); overflow-wrap: anywhere; flex: 1 1 auto; }
.kernel .timing { flex: 1 0 100%; display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; font-size: 12.5px; font-variant-numeric: tabular-nums; }
.kernel .timing span { color: var(--quiet); }
.cost { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 7px 0 4px; color: var(--quiet); font-size: 12.5px; font-variant-numeric: tabular-nums; }
.cost span { display: inline-flex; align-items: center; gap: 7px; }
.bar { width: 64px; height: 5px; border-radius: 3px; flex: none; }
.bar .track { fill: var(--raised); } .bar .part { fill: var(--quiet); }
.bar.of-time { width: 96px; } .bar.of-time .part { fill: var(--accent); }
.lines { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 9px; margin: 0; font-size: 12.5px; }
.lines dt { color: var(--quiet); } .lines dd { margin: 0; overflow-wrap: anywhere; }
.lines .about { color: var(--quiet); margin: 0 8px 0 5px; } .lines .why { display: block; }
.lines dd > div + div { margin-top: 3px; }
.apart { margin: 6px 0 0; padding: 0 0 0 16px; color: var(--quiet); font-size: 12.5px; overflow-wrap: anywhere; }
.inside { margin-top: 8px; display: grid; gap: 6px; } .inside .region-title { padding: 0; }
.inside .kernel { background: var(--ground); }
.form-loop { --form: var(--loop); } .form-contract { --form: var(--contract); } .form-scatter { --form: var(--scatter); } .form-sort { --form: var(--sort); }
.form-routine { --form: var(--routine); } .form-repeat, .form-branch { --form: var(--repeat); }
.chip.to-loop { color: var(--loop); } .chip.to-contract { color: var(--contract); } .chip.to-scatter { color: var(--scatter); } .chip.to-sort { color: var(--sort); }
.chip.to-routine { color: var(--routine); } .chip.to-repeat, .chip.to-branch { color: var(--repeat); }

.memory { display: block; min-width: 100%; font: 11px/1 var(--sans); }
.memory .load { fill: var(--quiet); opacity: .35; } .memory .load.peak { fill: var(--accent); opacity: 1; }
.memory .column { fill: var(--accent); opacity: .1; }
.memory .grid { stroke: var(--line); stroke-width: 1; } .memory .scale, .memory .tick { fill: var(--quiet); }
.memory .scale { paint-order: stroke; stroke: var(--surface); stroke-width: 3px; pointer-events: none; }
.memory .peak-label { fill: var(--text); font-weight: 600; paint-order: stroke; stroke: var(--surface); stroke-width: 4px; }
.life { cursor: pointer; } .life rect { fill: var(--form, var(--other)); fill-opacity: .28; stroke: var(--surface); stroke-width: 1; }
.life.at-peak rect { fill-opacity: .55; } .life:hover rect { fill-opacity: .75; }
.life .in { fill: var(--text); pointer-events: none; paint-order: stroke; stroke: var(--surface); stroke-width: 2px; stroke-opacity: .55; }

.choose { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin-bottom: 10px; }
select { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 5px 8px; max-width: 100%; }
.choose label { color: var(--quiet); min-width: 0; } .verdict { color: var(--quiet); }
.diff { display: grid; grid-template-columns: minmax(max-content, 1fr) minmax(max-content, 1fr); font: 12px/1.55 var(--mono); padding: 6px 0; max-height: 76vh; overflow: auto; }
.diff div { white-space: pre; padding: 0 14px; min-height: 1.55em; }
.diff .right { border-left: 1px solid var(--line); }
.diff .gone { background: var(--gone); color: var(--gone-text); } .diff .came { background: var(--came); color: var(--came-text); }
.diff .moved { background: var(--other-side); color: var(--other-side-text); }
.diff .skip { grid-column: 1 / -1; border: 0; color: var(--quiet); background: var(--raised); padding: 2px 14px; }
.sources { padding: 8px 14px; } .sources pre { margin: 4px 0 10px; overflow-x: auto; font: 12px/1.5 var(--mono); }
.sources summary { cursor: pointer; padding: 3px 0; }

table { border-collapse: collapse; width: 100%; font-size: 12.5px; }
th, td { text-align: left; padding: 5px 12px; border-bottom: 1px solid var(--line); vertical-align: baseline; white-space: nowrap; }
thead th { color: var(--quiet); font-weight: 500; background: var(--surface); }
tbody tr { cursor: pointer; } tbody tr:hover { background: var(--raised); } tbody tr:last-child > * { border-bottom: 0; }
tbody th { font: 600 12px/1.5 var(--mono); } .figure { text-align: right; font-variant-numeric: tabular-nums; }
td.why { white-space: normal; min-width: 200px; } td .chip { margin-right: 3px; }
.role { color: var(--quiet); } .role.output { color: var(--came-text); } .role.input { color: var(--accent); } .role.temporary { color: var(--text); }

.is-chosen, .row.is-chosen:hover, tr.is-chosen:hover { background: var(--accent-soft); border-color: var(--accent); }
.is-lit, .row.is-lit:hover, tr.is-lit:hover { background: var(--lit); border-color: var(--lit-line); }
.kernel.is-chosen, .kernel.is-lit { border-left-color: var(--form, var(--other)); }
.life.is-chosen rect { fill-opacity: .7; stroke: var(--text); stroke-width: 2; } .life.is-lit rect { fill-opacity: .7; stroke: var(--lit-line); stroke-width: 2; }
.chosen { position: fixed; z-index: 4; left: 50%; bottom: 14px; transform: translateX(-50%); width: min(920px, calc(100vw - 24px)); display: flex; gap: 6px 16px;
  align-items: center; padding: 10px 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 8px 30px rgb(0 0 0 / .22); }
.chosen .what { flex: 0 1 auto; min-width: 0; } .chosen b { display: block; font: 600 13px/1.4 var(--mono); overflow-wrap: anywhere; }
.chosen .what span { display: block; color: var(--quiet); font-size: 12px; overflow-wrap: anywhere; }
.chosen .links { display: flex; flex-wrap: wrap; gap: 4px; flex: 1 1 200px; justify-content: flex-end; max-height: 84px; overflow: auto; }
.chosen .close { font-size: 20px; line-height: 1; padding: 4px 6px; color: var(--quiet); }

@media (max-width: 900px) {
  .top, main, nav { padding-left: 14px; padding-right: 14px; }
  .top { padding-top: 18px; } h1 { font-size: 21px; }
  .tiles { grid-template-columns: repeat(2, 1fr); } .tile:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .tile { padding: 9px 12px 10px; } .tile b { font-size: 18px; }
  .panes { grid-template-columns: minmax(0, 1fr); gap: 28px; }
  .graph, .kernels { max-height: none; }
  nav { gap: 0; } nav a { padding: 5px 10px; }
  .row { grid-template-columns: 18px minmax(0, 1fr) auto; }
  .row .chips { grid-column: 3; } .row .type { grid-column: 2 / -1; grid-row: 2; text-align: left; } .row .site { grid-row: 3; }
  .row.brief { grid-template-columns: 18px minmax(0, 1fr) fit-content(60%); } .row.brief .type { grid-column: 3; grid-row: 1; text-align: right; }
  .diff { grid-template-columns: minmax(max-content, 1fr); } .diff .right { border-left: 0; }
  .diff .both.left, .diff .empty { display: none; }
  .chosen { flex-wrap: wrap; padding-right: 40px; } .chosen .links { justify-content: flex-start; flex-basis: 100%; }
  .chosen .close { position: absolute; right: 8px; top: 6px; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } .fold { transition: none; } }
@media print { nav, .chosen { display: none; } .graph, .kernels, .diff { max-height: none; } }
`;
