import { readXmlText } from "./xml.ts";

/** A book's title, and its chapters' files in reading order, relative to the package file. */
export type Book = { title?: string; chapters: string[] };

/** Reads an EPUB's package file (.opf). */
export function readOpf(xml: string): Book {
	const items = new Map<string, { href: string; readable: boolean }>();
	const chapters: string[] = [];
	let title: string | undefined;
	let inTitle = false;
	readXmlText(xml, {
		open(name, attributes) {
			const { id, href, idref, properties = "" } = attributes;
			if (name === "title" && title === undefined) {
				inTitle = true;
				title = "";
			} else if (name === "item" && id && href) {
				const isPage = /html/.test(attributes["media-type"] ?? "");
				items.set(id, { href, readable: isPage && !properties.split(/\s+/).includes("nav") });
			} else if (name === "itemref" && idref) {
				const item = items.get(idref);
				if (item?.readable) chapters.push(item.href);
			}
		},
		text(words) {
			if (inTitle) title += words;
		},
		close(name) {
			if (name === "title") inTitle = false;
		},
	});
	const words = title?.replace(/\s+/g, " ").trim();
	return words ? { title: words, chapters } : { chapters };
}
