import { html } from "hono/html";
import { colourOf, type Html } from "./badge.ts";
import type { Point } from "./place-labels.ts";
import type { Scale } from "./scale.ts";

/** Plots are drawn for a phone's width and grow no wider than their text stays in proportion. */
export const WIDTH = 360;
export const HEIGHT = 250;
/** What is left of them for the data. */
export const LEFT = 46;
export const RIGHT = WIDTH - 24;
export const TOP = 14;
export const BOTTOM = HEIGHT - 40;

type Axis = { scale: Scale; label: string; ticks?: number[]; format: (value: number) => string };
type Plot = { id: string; title: string; description: string; x: Axis; y: Axis; children: Html[] };

/** A plot with its axes: across and up, both with ticks, grid lines and what they count. */
export function plotFrame({ id, title, description, x, y, children }: Plot): Html {
	const xTicks = x.ticks ?? x.scale.ticks;
	return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${title}</title><desc id="${id}-text">${description}</desc>
${y.scale.ticks.map((tick) => html`<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${at(y.scale(tick))}" y2="${at(y.scale(tick))}"/><text class="tick" x="${LEFT - 6}" y="${at(y.scale(tick) + 4)}" text-anchor="end">${y.format(tick)}</text>`)}
${xTicks.map((tick) => html`<line class="grid" x1="${at(x.scale(tick))}" x2="${at(x.scale(tick))}" y1="${TOP}" y2="${BOTTOM}"/><text class="tick" x="${at(x.scale(tick))}" y="${BOTTOM + 16}" text-anchor="middle">${x.format(tick)}</text>`)}
<text class="label" x="${at((LEFT + RIGHT) / 2)}" y="${HEIGHT - 6}" text-anchor="middle">${x.label}</text>
<text class="label" transform="translate(11 ${at((TOP + BOTTOM) / 2)}) rotate(-90)" text-anchor="middle">${y.label}</text>
${children}
</svg>`;
}

/** A setting's number beside its point. */
export function pointLabel(place: number, { x, y }: Point): Html {
	return html`<text class="number ${colourOf(place)}" x="${at(x)}" y="${at(y + 4)}">${place + 1}</text>`;
}

/** A length in the drawing; tenths are finer than any screen. */
export function at(length: number): string {
	return length.toFixed(1);
}
