import { html } from "hono/html";

/** A piece of the page; what was put into it is escaped. */
export type Html = ReturnType<typeof html>;

/** The class of a setting's colour, by its place; the baseline's is a grey that no other has. */
export function colourOf(place: number): string {
	return place === 0 ? "c0" : `c${1 + ((place - 1) % 7)}`;
}

/** A setting's number in its colour: plots have room for nothing longer, and colours alone do not tell all readers. */
export function badge(place: number): Html {
	return html`<span class="badge ${colourOf(place)}">${place + 1}</span>`;
}
