import { open } from "node:fs/promises";
import iconv from "iconv-lite";
import { bomOf, type Encoding, guessEncoding, statedEncoding } from "./encoding.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Source } from "./parser.ts";

const CHUNK_BYTES = 64 * 1024;

/** A file as text. `warnings` names an encoding that had to be guessed. */
export type DecodedText = { encoding: Encoding; warnings: string[]; chunks: AsyncGenerator<string> };

/**
 * Opens a file as a stream of text: BOM removed, every line end (`\r\n`, `\r`) turned into `\n`, no surrogate pair cut
 * in two. The encoding is what the user says (`source.csv.encoding`), else what the BOM says, else UTF-8 where the
 * whole file is valid UTF-8, else guessed from 64 KiB around the first byte that is not.
 * Throws `invalid_file` for an empty file, and while streaming for one with NUL characters, which text never has.
 */
export async function decode(source: Source): Promise<DecodedText> {
	const { encoding, guessed } = await detect(source);
	const warnings = guessed
		? [
				encoding.name === "utf-8"
					? "the file is not valid UTF-8 throughout; its broken characters are shown as \uFFFD"
					: `the file is not UTF-8; it was read as ${encoding.name}`,
			]
		: [];
	return { encoding, warnings, chunks: withoutNul(source, normalised(decoded(source, encoding))) };
}

async function detect(source: Source): Promise<{ encoding: Encoding; guessed: boolean }> {
	// Checking the whole file for UTF-8 takes about a millisecond per MB, and spares a Latin-1 file whose first accent
	// comes after the sample from being read as UTF-8.
	const utf8 = new TextDecoder("utf-8", { fatal: true });
	const wanted = wantedEncoding(source);
	let first: Uint8Array | undefined;
	for await (const bytes of read(source, 0)) {
		if (first === undefined) {
			first = bytes;
			if (wanted !== undefined) return { encoding: { name: wanted, bom: bomOf(bytes, wanted) }, guessed: false };
			const stated = statedEncoding(bytes);
			if (stated) return { encoding: stated, guessed: false };
		}
		try {
			utf8.decode(bytes, { stream: true });
		} catch {
			return { encoding: guessEncoding(first, bytes), guessed: true };
		}
	}
	if (first === undefined) throw invalidFile(source, "is empty");
	return { encoding: { name: "utf-8", bom: 0 }, guessed: false };
}

/** The encoding that the user names. Throws `invalid_file` for a name that nobody knows. */
function wantedEncoding(source: Source): string | undefined {
	const name = source.csv?.encoding?.trim().toLowerCase();
	if (name === undefined || name === "") return undefined;
	if (iconv.encodingExists(name)) return name.replace(/^utf(?=\d)/, "utf-");
	throw invalidFile(
		source,
		`cannot be read as ${name}: there is no such encoding; try utf-8, windows-1252 or shift_jis`,
	);
}

async function* decoded(source: Source, { name, bom }: Encoding): AsyncGenerator<string> {
	if (/^utf-(8|16le|16be)$/.test(name)) {
		const decoder = new TextDecoder(name, { ignoreBOM: true });
		for await (const bytes of read(source, bom)) yield decoder.decode(bytes, { stream: true });
		yield decoder.decode();
	} else {
		const decoder = iconv.getDecoder(name);
		for await (const bytes of read(source, bom)) yield decoder.write(bytes);
		yield decoder.end() ?? "";
	}
}

async function* normalised(texts: AsyncGenerator<string>): AsyncGenerator<string> {
	let held = "";
	for await (const text of texts) {
		const whole = held + text;
		// A final \r may be the first half of \r\n.
		held = whole.endsWith("\r") ? "\r" : "";
		const chunk = (held ? whole.slice(0, -1) : whole).replace(/\r\n?/g, "\n");
		if (chunk !== "") yield chunk;
	}
	if (held) yield "\n";
}

async function* withoutNul(source: Source, texts: AsyncGenerator<string>): AsyncGenerator<string> {
	let line = 1;
	let column = 1;
	for await (const text of texts) {
		const nul = text.indexOf("\0");
		const end = nul === -1 ? text.length : nul;
		for (let at = text.indexOf("\n"); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) {
			line++;
			column = -at;
		}
		column += end;
		if (nul !== -1) {
			throw invalidFile(
				source,
				`is not a text file: it contains NUL bytes, the first at line ${line}, column ${column}`,
			);
		}
		yield text;
	}
}

async function* read(source: Source, start: number): AsyncGenerator<Buffer> {
	const file = await open(source.path, "r");
	try {
		for (let position = start; ; ) {
			const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
			if (bytesRead === 0) return;
			position += bytesRead;
			yield buffer.subarray(0, bytesRead);
		}
	} finally {
		await file.close();
	}
}
