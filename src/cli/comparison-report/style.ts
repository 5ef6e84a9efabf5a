/**
 * The page's style, light and dark. Text has a contrast of at least 4.5 on its ground, also in the settings' colours; on
 * paper everything is light, and what is folded is printed.
 */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --raised: #f6f7f9; --ink: #1b1e24; --soft: #565d69; --line: #d8dce2;
	--mark: #ffe58a; --mark-ink: #1b1e24; --on: #fff; --c0: #565d69; --c1: #0b5fae; --c2: #b3400a; --c3: #00704f;
	--c4: #85359a; --c5: #765800; --c6: #006f85; --c7: #b0246c; }
@media screen and (prefers-color-scheme: dark) { :root { --ground: #14171c; --raised: #1d2128; --ink: #e7e9ee;
	--soft: #a3abb8; --line: #383e49; --mark: #6b5510; --mark-ink: #fff3cc; --on: #14171c; --c0: #b3bac6; --c1: #6fb4f5;
	--c2: #ff9f6b; --c3: #4fd0a4; --c4: #d9a2e3; --c5: #e0c04f; --c6: #5fcfe0; --c7: #f78fc0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 78rem; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 4rem; background: var(--ground);
	color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { margin: .5rem 0; max-width: 46rem; }
small, .meta, .facts, .place, .left-out, .nothing, footer, figcaption, caption { color: var(--soft); font-size: .86rem; }
.verdict { padding-left: 1.2rem; max-width: 46rem; }
.c0 { --hue: var(--c0); } .c1 { --hue: var(--c1); } .c2 { --hue: var(--c2); } .c3 { --hue: var(--c3); }
.c4 { --hue: var(--c4); } .c5 { --hue: var(--c5); } .c6 { --hue: var(--c6); } .c7 { --hue: var(--c7); }
.badge { display: inline-block; min-width: 1.4em; padding: 0 .35em; border-radius: 1em; background: var(--hue);
	color: var(--on); font-size: .8rem; font-weight: 600; line-height: 1.4em; text-align: center; }
.scroll { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { padding: .35rem .8rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top;
	white-space: nowrap; }
th { font-weight: 600; }
tbody th, thead td { position: sticky; left: 0; background: var(--ground); text-align: left; padding-left: 0; }
dl { max-width: 46rem; } dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1.25rem; }
figure { margin: 0; padding: .75rem; background: var(--raised); border: 1px solid var(--line); border-radius: .5rem;
	max-width: 34rem; break-inside: avoid; }
figure > strong { display: block; font-size: .95rem; }
.plot { display: block; width: 100%; height: auto; margin-top: .4rem; font: 12px system-ui, sans-serif; fill: var(--ink); }
.plot .grid { stroke: var(--line); } .plot .zero { stroke: var(--soft); stroke-width: 1.5; }
.plot .tick, .plot .label { fill: var(--soft); font-size: 11px; }
.plot text { paint-order: stroke; stroke: var(--raised); stroke-width: 3px; stroke-linejoin: round; }
.plot .number { fill: var(--hue); font-weight: 700; } .plot .value { font-variant-numeric: tabular-nums; }
.plot .dot { fill: var(--hue); stroke: var(--raised); stroke-width: 1; }
.plot .ring { fill: var(--raised); stroke: var(--hue); stroke-width: 2; }
.plot .curve { fill: none; stroke: var(--hue); stroke-width: 2; stroke-linejoin: round; }
.plot .interval { stroke: var(--hue); stroke-width: 3; stroke-linecap: round; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; list-style: none; }
.question { border-top: 1px solid var(--line); }
summary { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; padding: .6rem 0;
	cursor: pointer; }
summary::before { content: "▸"; } details[open] > summary::before { content: "▾"; }
.asked { flex: 1 1 18rem; font-weight: 600; } .shares { display: flex; flex-wrap: wrap; gap: .2rem .8rem; }
.share { font-variant-numeric: tabular-nums; white-space: nowrap; }
blockquote { margin: .5rem 0; padding: .1rem 0 .1rem .8rem; border-left: 3px solid var(--soft); max-width: 60rem; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1rem;
	padding-bottom: 1.2rem; }
.sides section { min-width: 0; }
.excerpt { margin: .5rem 0; padding: .5rem .7rem; background: var(--raised); border: 1px solid var(--line);
	border-radius: .4rem; font-size: .9rem; }
.excerpt p { margin: 0; } .text { white-space: pre-line; } .without .text { color: var(--soft); white-space: normal; }
mark { background: var(--mark); color: var(--mark-ink); padding: .05em 0; }
:focus-visible { outline: 2px solid var(--c1); outline-offset: 2px; }
@media (max-width: 40rem) { th, td { padding: .3rem .5rem; font-size: .86rem; }
	tbody th { max-width: 7.5rem; white-space: normal; } }
@page { margin: 1.5cm; }
@media print { :root { font-size: 11px; } body { max-width: none; padding: 0; } tbody th, thead td { position: static; } .scroll { overflow: visible; }
	details::details-content { content-visibility: visible; display: block; block-size: auto; }
	summary::before { content: none; } * { print-color-adjust: exact; } h2, h3, summary { break-after: avoid; } }
`;
