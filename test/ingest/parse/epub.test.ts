import { describe, expect, test } from "vitest";
import { type Block, read } from "./read.ts";
import { zipped } from "./zipped.ts";

const brief = ({ kind, text, location }: Block) => [kind, text, ...(location.headings ?? [])];

function book(chapters: Record<string, string>, more: Record<string, string> = {}): Buffer {
	const names = Object.keys(chapters);
	const items = names
		.map(
			(name, i) =>
				`<item id="c${i}" href="${encodeURI(name)}" media-type="application/xhtml+xml"${name === "nav.xhtml" ? ' properties="nav"' : ""}/>`,
		)
		.join("");
	// The manifest's order is not the reading order.
	const spine = names.map((_, i) => `<itemref idref="c${names.length - 1 - i}"/>`).join("");
	return zipped({
		mimetype: "application/epub+zip",
		"META-INF/container.xml": '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
		"OEBPS/book.opf": `<package><metadata><dc:title>A &amp; B</dc:title><dc:title>Short</dc:title></metadata><manifest>${items}<item id="i" href="a.png" media-type="image/png"/></manifest><spine>${spine}<itemref idref="i"/></spine></package>`,
		...Object.fromEntries(Object.entries(chapters).map(([name, html]) => [`OEBPS/${name}`, html])),
		...more,
	});
}

describe("an EPUB file", () => {
	test("gives its chapters in reading order, headings running on from file to file", async () => {
		const { blocks, facts } = await read(
			"upload",
			book({
				"nav.xhtml": "<html><body><nav>Contents</nav></body></html>",
				"ch 2.xhtml": "<html><head><title/></head><body><p>more words</p><h2>Two</h2><p>end</p></body></html>",
				"text/ch1.xhtml":
					'<?xml version="1.0"?><html><head><script src="x.js"/><title>x</title></head><body><h1>Part <i>I</i></h1><h2>One</h2><p>words</p></body></html>',
			}),
		);
		expect(blocks.map(brief)).toEqual([
			["heading", "Part I"],
			["heading", "One", "Part I"],
			["paragraph", "words", "Part I", "One"],
			["paragraph", "more words", "Part I", "One"],
			["heading", "Two", "Part I"],
			["paragraph", "end", "Part I", "Two"],
		]);
		expect(facts).toEqual({ title: "A & B", warnings: [] });
	});

	test("with encrypted chapters is refused, with encrypted fonts read", async () => {
		const encrypted = (uri: string) => ({
			"META-INF/encryption.xml": `<encryption><enc:EncryptedData><enc:CipherData><enc:CipherReference URI="${uri}"/></enc:CipherData></enc:EncryptedData></encryption>`,
		});
		const chapters = { "a.xhtml": "<p>words</p>" };
		await expect(read("a.epub", book(chapters, encrypted("OEBPS/a.xhtml")))).rejects.toMatchObject({
			code: "invalid_file",
			message: "a.epub is protected by DRM; only books without copy protection can be read",
		});
		expect((await read("a.epub", book(chapters, encrypted("OEBPS/font.otf")))).blocks).toHaveLength(1);
	});

	test("without a package file is refused", async () => {
		await expect(read("a.epub", zipped({ mimetype: "application/epub+zip" }))).rejects.toMatchObject({
			code: "invalid_file",
		});
	});
});
