import { open } from "node:fs/promises";
import { extname } from "node:path";
import { codeExtensions } from "./code-symbols.ts";
import { isUtf8Sample, statedEncoding } from "./encoding.ts";
import { imageFormats } from "./image-formats.ts";
import type { Format } from "./parser.ts";

const FIRST_BYTES = 64 * 1024;
const ZIP = "PK\x03\x04";

/** Every format we read: a new one is a file beside this one and a line here. Plain text comes last. */
export const formats: readonly Format[] = [
	{ name: "PDF", extensions: ["pdf"], magic: "%PDF-", load: async () => (await import("./pdf.ts")).parsePdf },
	{ name: "CSV", extensions: ["csv", "tsv", "tab"], load: async () => (await import("./csv.ts")).parseCsv },
	{
		name: "Excel",
		extensions: ["xlsx", "xlsm", "xltx"],
		part: "xl/",
		load: async () => (await import("./xlsx.ts")).parseXlsx,
	},
	{
		name: "Word",
		extensions: ["docx", "docm", "dotx"],
		part: "word/",
		load: async () => (await import("./docx.ts")).parseDocx,
	},
	{
		name: "PowerPoint",
		extensions: ["pptx", "pptm", "ppsx"],
		part: "ppt/",
		load: async () => (await import("./pptx.ts")).parsePptx,
	},
	{
		name: "EPUB",
		extensions: ["epub"],
		part: "mimetypeapplication/epub",
		load: async () => (await import("./epub.ts")).parseEpub,
	},
	{ name: "JSON", extensions: ["json", "geojson"], load: async () => (await import("./json.ts")).parseJsonFile },
	{
		name: "JSON Lines",
		extensions: ["jsonl", "ndjson"],
		load: async () => (await import("./jsonl.ts")).parseJsonLines,
	},
	{
		name: "Markdown",
		extensions: ["md", "markdown", "mdx"],
		load: async () => (await import("./markdown.ts")).parseMarkdown,
	},
	{ name: "HTML", extensions: ["html", "htm", "xhtml"], load: async () => (await import("./html.ts")).parseHtml },
	{ name: "email", extensions: ["eml"], load: async () => (await import("./email.ts")).parseEmail },
	...imageFormats,
	{ name: "source code", extensions: codeExtensions, load: async () => (await import("./code.ts")).parseCode },
	{ name: "text", extensions: ["txt", "text", "log", "rst"], load: async () => (await import("./text.ts")).parseText },
];

/** What is recognised only to be refused in words of its own. */
const REFUSED: Format = {
	name: "old Office",
	extensions: ["xls", "doc", "ppt", "msg"],
	magic: "\xd0\xcf\x11\xe0",
	load: async () => (await import("./ole.ts")).refuseOle,
};

/** Bytes that begin files which we do not read, but which could pass for text or another type by their name. */
const FOREIGN = ["\x89PNG", "\xff\xd8\xff", "GIF8", "\x1f\x8b", "\x7fELF", "Rar!", "7z\xbc\xaf"];

/**
 * The format of a file: by its first bytes, else by its name's extension, else plain text where the bytes
 * (64 KiB are plenty) are text. `undefined` for what we do not read.
 */
export function formatOf(filename: string, firstBytes: Uint8Array): Format | undefined {
	const head = Buffer.from(firstBytes.subarray(0, 64)).toString("latin1");
	const byMagic = formats.find(({ magic }) => magic !== undefined && head.trimStart().startsWith(magic));
	if (byMagic) return byMagic;
	if (REFUSED.magic && head.startsWith(REFUSED.magic)) return REFUSED;
	const extension = extname(filename).slice(1).toLowerCase();
	const byName = formats.find(({ extensions }) => extensions.includes(extension));
	if (head.startsWith(ZIP)) return zipFormat(firstBytes, byName);
	if (isForeign(head)) return undefined;
	if (byName) return byName;
	return looksLikeText(firstBytes) ? formats.find(({ name }) => name === "text") : undefined;
}

/** The format of a ZIP file: what its name says where a part agrees, else what its parts say, else its name again. */
function zipFormat(firstBytes: Uint8Array, byName: Format | undefined): Format | undefined {
	const entries = Buffer.from(firstBytes).toString("latin1").split(ZIP);
	// 26 bytes after an entry's magic comes the part's name, and then what the part holds.
	const names = entries.map((entry) => entry.slice(26, 126));
	const holds = ({ part }: Format) => part !== undefined && names.some((name) => name.startsWith(part));
	if (byName && holds(byName)) return byName;
	return formats.find(holds) ?? (byName?.part === undefined ? undefined : byName);
}

/** As `formatOf`, of a stored file. */
export async function formatOfFile(path: string, filename: string): Promise<Format | undefined> {
	const file = await open(path, "r");
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
		return formatOf(filename, buffer.subarray(0, bytesRead));
	} finally {
		await file.close();
	}
}

/** The types we read, for messages: "PDF (.pdf), CSV (.csv, .tsv, …), …". */
export function supportedTypes(): string {
	return formats
		.map(({ name, extensions }) => {
			const named = extensions.slice(0, 3).map((extension) => `.${extension}`);
			return `${name} (${[...named, ...(extensions.length > 3 ? ["…"] : [])].join(", ")})`;
		})
		.join(", ");
}

function isForeign(head: string): boolean {
	return FOREIGN.some((magic) => head.startsWith(magic));
}

function looksLikeText(bytes: Uint8Array): boolean {
	if (statedEncoding(bytes)) return true;
	// Tab, line feed, vertical tab, form feed, carriage return and escape (colours in logs) are control bytes of text.
	if (bytes.some((byte) => byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 27)) return false;
	return isUtf8Sample(bytes) || bytes.filter((byte) => byte >= 128).length < bytes.length / 4;
}
