import { readXmlText } from "./xml.ts";

/** The texts of footnotes or endnotes, by "footnote 2". The lines that separate them from the page are notes too. */
export function readNotes(xml: string, name: "footnote" | "endnote", into: Map<string, string>): void {
	let id: string | undefined;
	let inText = false;
	let text = "";
	readXmlText(xml, {
		open(element, attributes) {
			if (element === name) {
				id = attributes.type === undefined || attributes.type === "normal" ? attributes.id : undefined;
				text = "";
			} else if (element === "t") inText = true;
			else if (element === "p" || element === "tab" || element === "br") text += " ";
		},
		text(words) {
			if (inText) text += words;
		},
		close(element) {
			if (element === "t") inText = false;
			else if (element === name && id !== undefined) into.set(`${name} ${id}`, text.replace(/\s+/g, " ").trim());
		},
	});
}
