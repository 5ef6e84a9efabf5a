import { readXmlText } from "./xml.ts";

/** What a paragraph's style makes of it. Levels count from 1 as in HTML; 0 is the document's title. */
export type ParagraphStyle = { level?: number; list?: { id: string; depth: number } };

type Style = { name: string; basedOn?: string; outline?: number; listId?: string; depth?: number };

/** Styles refer to the ones they are based on; a longer chain is a circle. */
const LONGEST_CHAIN = 20;

/** The paragraph styles of a document by their ids, which Word translates; the names of its own it does not. */
export function paragraphStyles(xml: string): Map<string, ParagraphStyle> {
	const styles = new Map<string, Style>();
	let style: Style | undefined;
	readXmlText(xml, {
		open(name, { val, type, styleId }) {
			if (name === "style" && type === "paragraph" && styleId) {
				style = { name: "" };
				styles.set(styleId, style);
			} else if (style === undefined) return;
			else if (name === "name") style.name = val ?? "";
			else if (name === "basedOn") style.basedOn = val;
			else if (name === "outlineLvl") style.outline = Number(val);
			else if (name === "numId") style.listId = val;
			else if (name === "ilvl") style.depth = Number(val);
		},
		close(name) {
			if (name === "style") style = undefined;
		},
	});
	return new Map([...styles].map(([id, own]) => [id, resolved(own, styles)]));
}

function resolved(own: Style, styles: Map<string, Style>): ParagraphStyle {
	const found: ParagraphStyle = {};
	let listId: string | undefined;
	let depth: number | undefined;
	let style: Style | undefined = own;
	for (let i = 0; style && i < LONGEST_CHAIN; i++) {
		found.level ??= levelOf(style);
		listId ??= style.listId;
		depth ??= style.depth;
		style = style.basedOn === undefined ? undefined : styles.get(style.basedOn);
	}
	if (listId !== undefined) found.list = { id: listId, depth: depth ?? 0 };
	return found;
}

function levelOf({ name, outline }: Style): number | undefined {
	// Outline level 9 is body text.
	if (outline !== undefined) return outline < 9 ? outline + 1 : undefined;
	const heading = /^heading ([1-9])$/i.exec(name)?.[1];
	if (heading !== undefined) return Number(heading);
	return /^title$/i.test(name) ? 0 : undefined;
}
