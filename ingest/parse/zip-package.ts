import { posix } from "node:path";
import { readXmlText } from "./xml.ts";
import type { Zip } from "./zip.ts";

/** How a part of an Office document refers to another: the last word of the type's URL, and the part's name. */
export type Relationship = { id: string; type: string; target: string };

/** What a part refers to inside the file, in order; "" is the document as a whole. */
export async function relationships(zip: Zip, part: string): Promise<Relationship[]> {
	const { dir, base } = posix.parse(part);
	const text = await zip.text(posix.join(dir, "_rels", `${base}.rels`));
	const found: Relationship[] = [];
	if (text === undefined) return found;
	readXmlText(text, {
		open(name, { Id, Type, Target, TargetMode }) {
			if (name !== "Relationship" || !Id || !Type || !Target || TargetMode === "External") return;
			found.push({ id: Id, type: Type.slice(Type.lastIndexOf("/") + 1), target: resolved(dir, Target) });
		},
	});
	return found;
}

/** The part that an Office document begins with, such as `word/document.xml`. */
export async function mainPart(zip: Zip): Promise<string | undefined> {
	return (await relationships(zip, "")).find(({ type }) => type === "officeDocument")?.target;
}

/** The title in a document's properties, if someone gave it one. */
export async function titleOf(zip: Zip): Promise<string | undefined> {
	const part = (await relationships(zip, "")).find(({ type }) => type === "core-properties")?.target;
	const text = part === undefined ? undefined : await zip.text(part);
	let inTitle = false;
	let title = "";
	readXmlText(text ?? "", {
		open: (name) => {
			inTitle = name === "title";
		},
		text: (words) => {
			if (inTitle) title += words;
		},
		close: () => {
			inTitle = false;
		},
	});
	return title.replace(/\s+/g, " ").trim() || undefined;
}

/** The name of the part that `target` means in a part in the folder `dir`. */
export function resolved(dir: string, target: string): string {
	const path = target.startsWith("/") ? target.slice(1) : posix.join(dir, target);
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}
