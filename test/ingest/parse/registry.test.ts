import { describe, expect, test } from "vitest";
import { formatOf } from "../../../ingest/parse/registry.ts";
import { read } from "./read.ts";

/** How a ZIP file begins whose first part has this name. */
const zip = (name: string) => Buffer.from(`PK\x03\x04${"\x01".repeat(26)}${name}`, "latin1");
const text = Buffer.from("Just some words.\n");

describe("formatOf", () => {
	test.each([
		["report.pdf", Buffer.from("%PDF-1.7\n"), "PDF"],
		["report.txt", Buffer.from("%PDF-1.7\n"), "PDF"],
		["about-pdf.md", Buffer.from("A PDF begins with %PDF-1.7\n"), "Markdown"],
		["table.CSV", text, "CSV"],
		["table.tsv", text, "CSV"],
		["data.json", text, "JSON"],
		["events.ndjson", text, "JSON Lines"],
		["page.htm", text, "HTML"],
		["main.rs", text, "source code"],
		["notes.txt", text, "text"],
		["README", text, "text"],
		["notes.unknown", Buffer.from("Grüße", "latin1"), "text"],
		["notes.unknown", Buffer.from("\uFEFFwide", "utf16le"), "text"],
		["build.log.1", Buffer.from("\x1b[31mred\x1b[0m\n"), "text"],
		["noise.bin", Buffer.from([1, 2, 3, 4, 0, 255]), undefined],
		["letter.docx", zip("[Content_Types].xml"), "Word"],
		["letter.bin", zip("word/document.xml"), "Word"],
		["letter.docx", zip("xl/workbook.xml"), "Excel"],
		["slides", zip("ppt/presentation.xml"), "PowerPoint"],
		["book.zip", zip("mimetypeapplication/epub+zip"), "EPUB"],
		["letter.odt", zip("mimetypeapplication/vnd.oasis"), undefined],
		["table.csv", zip("table.csv"), undefined],
		["mail.eml", text, "email"],
		["map.geojson", text, "JSON"],
		["old.xls", Buffer.from("\xd0\xcf\x11\xe0", "latin1"), "old Office"],
		["photo.txt", Buffer.from([0xff, 0xd8, 0xff, 0xe0]), "JPEG"],
		["moving.txt", Buffer.from("GIF89a"), undefined],
	])("%s that begins with %o is %s", (filename, bytes, name) => {
		expect(formatOf(filename, bytes)?.name).toBe(name);
	});
});

test("a file of an unknown type is refused with the types that can be read", async () => {
	await expect(read("letter.odt", Buffer.from("PK\x03\x04rest", "latin1"))).rejects.toMatchObject({
		code: "unsupported_file",
		message: expect.stringMatching(/^letter\.odt .*PDF \(\.pdf\), CSV \(\.csv, \.tsv/),
	});
});

test.each(["txt", "csv", "json", "jsonl", "md", "html", "py", "pdf", "xlsx", "docx", "pptx", "epub", "eml"])(
	"an empty .%s file is refused as empty",
	async (extension) => {
		await expect(read(`nothing.${extension}`, "")).rejects.toMatchObject({
			code: "invalid_file",
			message: `nothing.${extension} is empty`,
		});
	},
);

test.each(["txt", "csv", "json", "jsonl", "md", "html", "py", "xlsx", "docx", "pptx", "epub", "eml"])(
	"a .%s file of white space is refused",
	async (extension) => {
		await expect(read(`blank.${extension}`, " \n\n \n")).rejects.toMatchObject({ code: "invalid_file" });
	},
);
