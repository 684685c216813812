/** The only style sheet of the page. It is a constant: nothing that was read is ever in it. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5a6169; --line: #d8dce0; --paper: #ffffff; --shade: #f4f6f8; --first: #2b6cb0; --second: #e0902a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaee; --soft: #a3abb4; --line: #3a424b; --paper: #14181c; --shade: #1e242a; --first: #6aa9e9; --second: #f0ae5c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 3rem 0 .25rem; padding-top: .75rem; border-top: 2px solid var(--line); font-size: 1.3rem; }
p { margin: .4rem 0; max-width: 50rem; }
.soft, small, figcaption, summary { color: var(--soft); }
.headline { font-size: 1.1rem; font-weight: 600; }
.meaning { color: var(--soft); font-size: .92rem; }
a { color: inherit; }
ul.contents { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; padding: 0; list-style: none; }
ul.contents li { padding: .75rem .9rem; border: 1px solid var(--line); border-radius: 6px; background: var(--shade); }
ul.contents a { font-weight: 600; }
ul.contents span { display: block; font-size: .92rem; }
.scroll { overflow-x: auto; margin: 1.25rem 0 .25rem; }
table { border-collapse: collapse; min-width: 22rem; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { padding-bottom: .35rem; text-align: left; font-weight: 600; }
th, td { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: break-word; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; }
tr.total > * { font-weight: 600; }
th.number, td.number { text-align: right; }
td.number, td.instant { white-space: nowrap; }
td.long { min-width: 14rem; max-width: 30rem; }
figure { margin: 1.25rem 0 0; max-width: 42rem; overflow-x: auto; }
figcaption { font-size: .92rem; }
svg { display: block; width: 100%; min-width: 32rem; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; dominant-baseline: central; }
svg .name { text-anchor: end; }
svg .value { fill: var(--soft); }
.b0, .k0 { fill: var(--first); background: var(--first); }
.b1, .k1 { fill: var(--second); background: var(--second); }
.key { display: inline-block; width: .75em; height: .75em; margin: 0 .3em 0 .6em; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
details { margin: .35rem 0; font-size: .88rem; }
pre { overflow-x: auto; margin: .4rem 0; padding: .75rem; border: 1px solid var(--line); border-radius: 6px; background: var(--shade); font: 12px/1.45 ui-monospace, monospace; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } h2 { break-after: avoid; } figure, tr, ul.contents li { break-inside: avoid; } details:not([open]) { display: none; } .scroll { overflow: visible; } }
`;
