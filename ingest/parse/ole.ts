import { open } from "node:fs/promises";
import { ExcerptError } from "../../src/errors.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Parser, Source } from "./parser.ts";

/** What a stream in an OLE file says of it. Office keeps encrypted documents in OLE files whatever they are called. */
const STREAMS: { name: string; what: string; saveAs?: string }[] = [
	{ name: "EncryptedPackage", what: "protected by a password" },
	{ name: "Workbook", what: "an old Excel workbook", saveAs: ".xlsx" },
	{ name: "Book", what: "an old Excel workbook", saveAs: ".xlsx" },
	{ name: "WordDocument", what: "an old Word document", saveAs: ".docx" },
	{ name: "PowerPoint Document", what: "an old PowerPoint presentation", saveAs: ".pptx" },
	{ name: "__properties_version1.0", what: "an Outlook message", saveAs: ".eml" },
];

/** The formats before 2007 (.xls, .doc, .ppt, .msg) and what a password protects: refused, saying what to do. */
export const refuseOle: Parser = async function* (source) {
	const names = await streamNames(source);
	const found = STREAMS.find(({ name }) => names.has(name));
	if (found && found.saveAs === undefined) {
		throw invalidFile(source, `is ${found.what}; save it without one and upload it again`);
	}
	const { what = "an Office file from before 2007", saveAs = ".xlsx, .docx or .pptx" } = found ?? {};
	throw new ExcerptError("unsupported_file", `${source.filename} is ${what}; save it as ${saveAs} and upload that`);
};

/** The names in the first sectors of the directory; more of it may lie elsewhere, but what matters comes early. */
async function streamNames(source: Source): Promise<Set<string>> {
	const file = await open(source.path, "r");
	try {
		const head = (await file.read(Buffer.alloc(512), 0, 512, 0)).buffer;
		const sectorSize = 2 ** Math.min(head.readUInt16LE(30), 12);
		const at = (head.readUInt32LE(48) + 1) * sectorSize;
		const { buffer } = await file.read(Buffer.alloc(8192), 0, 8192, at);
		const names = new Set<string>();
		for (let entry = 0; entry < buffer.length; entry += 128) {
			const length = Math.min(buffer.readUInt16LE(entry + 64), 64);
			names.add(buffer.toString("utf16le", entry, entry + Math.max(length - 2, 0)));
		}
		return names;
	} finally {
		await file.close();
	}
}
