import { posix } from "node:path";
import type { DocumentFacts, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { readOpf } from "./epub-opf.ts";
import { pageReader } from "./html.ts";
import { HtmlBlocks } from "./html-blocks.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Parser, Source } from "./parser.ts";
import { readXmlText } from "./xml.ts";
import { openZip, type Zip } from "./zip.ts";
import { resolved } from "./zip-package.ts";

/**
 * Books in EPUB 2 and 3: the chapters in reading order, each read as HTML is. `headings` run on from file to file, for
 * books are divided into files in the middle of chapters. The table of contents is left out.
 */
export const parseEpub: Parser = (source) => batched(read(source));

async function* read(source: Source): AsyncGenerator<Piece, DocumentFacts> {
	const zip = await openZip(source);
	try {
		const path = await packagePath(zip);
		const opf = path === undefined ? undefined : await zip.text(path);
		if (path === undefined || opf === undefined) {
			throw invalidFile(source, "is no EPUB book, or a damaged one: it does not say what it consists of");
		}
		const { title, chapters } = readOpf(opf);
		if (title !== undefined) source.onKnown?.({ title });
		const parts = chapters.map((href) => resolved(posix.dirname(path), href));
		const locked = await encryptedParts(zip);
		if (parts.some((part) => locked.has(part))) {
			throw invalidFile(source, "is protected by DRM; only books without copy protection can be read");
		}
		const missing = parts.filter((part) => !zip.has(part));
		const blocks = new HtmlBlocks();
		for (const part of parts) {
			const page = pageReader(blocks, true);
			page.parser.end((await zip.text(part)) ?? "");
			blocks.flush();
			yield* blocks.take();
		}
		const warnings = missing.slice(0, 20).map((part) => `the chapter ${part} is missing in the file`);
		return title === undefined ? { warnings } : { title, warnings };
	} finally {
		zip.close();
	}
}

async function packagePath(zip: Zip): Promise<string | undefined> {
	let path: string | undefined;
	readXmlText((await zip.text("META-INF/container.xml")) ?? "", {
		open(name, attributes) {
			if (name === "rootfile") path ??= attributes["full-path"];
		},
	});
	return path;
}

/** The parts that are encrypted; fonts often are, in books that anyone may read. */
async function encryptedParts(zip: Zip): Promise<Set<string>> {
	const parts = new Set<string>();
	readXmlText((await zip.text("META-INF/encryption.xml")) ?? "", {
		open(name, { URI }) {
			if (name === "CipherReference" && URI) parts.add(resolved("", URI));
		},
	});
	return parts;
}
