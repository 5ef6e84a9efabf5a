import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { invalidFile } from "./invalid-file.ts";
import type { Source } from "./parser.ts";

/** A workbook of 500 sheets and a book of 3,000 chapters have been seen; more parts are an attack or no document. */
const MOST_PARTS = 20_000;
/** A part that is held as a whole. */
const LARGEST_PART = 64 * 1024 * 1024;
/** All parts that are read, inflated. */
const LARGEST_TOTAL = 2 * 1024 * 1024 * 1024;
/** Deflate packs at most 1 : 1032. Sheets and documents pack some 1 : 10, a sheet of equal rows up to 1 : 50. */
const BOMB_RATIO = 200;
const SMALL = 16 * 1024 * 1024;

/**
 * A ZIP file's parts by their names (in any case, as Office reads them), inflated within limits: a ZIP bomb fails
 * before it is inflated, for yauzl never gives more bytes than a part's entry states. Errors are `invalid_file`.
 */
export class Zip {
	readonly #source: Source;
	readonly #file: ZipFile;
	readonly #parts: Map<string, Entry>;
	#total = 0;

	constructor(source: Source, file: ZipFile, parts: Map<string, Entry>) {
		this.#source = source;
		this.#file = file;
		this.#parts = parts;
	}

	has(name: string): boolean {
		return this.#parts.has(name.toLowerCase());
	}

	/** Inflated bytes of a part; 0 where there is none. */
	size(name: string): number {
		return this.#parts.get(name.toLowerCase())?.uncompressedSize ?? 0;
	}

	/** A part's bytes as they are inflated; none where there is no such part. */
	async *stream(name: string): AsyncGenerator<Uint8Array, void> {
		const entry = this.#parts.get(name.toLowerCase());
		if (entry === undefined) return;
		if (entry.isEncrypted()) {
			throw invalidFile(this.#source, "is protected by a password; save it without one and upload it again");
		}
		const { compressedSize, uncompressedSize } = entry;
		this.#total += uncompressedSize;
		if (uncompressedSize > SMALL && uncompressedSize > BOMB_RATIO * compressedSize) throw this.#bomb();
		// Entries may share their compressed bytes, so the parts together are held against the file.
		if (this.#total > 2 * SMALL && this.#total > BOMB_RATIO * this.#source.bytes) throw this.#bomb();
		if (this.#total > LARGEST_TOTAL) throw this.#tooLarge("holds more than 2 GB");
		try {
			const bytes: Readable = await this.#file.openReadStreamPromise(entry);
			let checksum = 0;
			for await (const chunk of bytes) {
				checksum = crc32(chunk, checksum);
				yield chunk;
			}
			// Some writers leave it out.
			if (entry.crc32 !== 0 && checksum !== entry.crc32) throw new Error(`wrong checksum of ${name}`);
		} catch (error) {
			throw damaged(this.#source, error);
		}
	}

	/** A part as text, which in all our formats is UTF-8 or, rarely, UTF-16; `undefined` where there is none. */
	async text(name: string): Promise<string | undefined> {
		if (!this.has(name)) return undefined;
		if (this.size(name) > LARGEST_PART) throw this.#tooLarge(`holds a part (${name}) of more than 64 MB`);
		const bytes = Buffer.concat(await Array.fromAsync(this.stream(name)));
		return new TextDecoder(encodingOf(bytes)).decode(bytes);
	}

	close(): void {
		this.#file.close();
	}

	#bomb(): Error {
		return invalidFile(this.#source, "was not unpacked: it would grow more than two hundredfold, as ZIP bombs do");
	}

	#tooLarge(problem: string): Error {
		return invalidFile(this.#source, `${problem}; split it into smaller files, or save tables as CSV`);
	}
}

/** Opens a stored file as a ZIP; the caller closes it. Throws `invalid_file` for what is no whole ZIP file. */
export async function openZip(source: Source): Promise<Zip> {
	let file: ZipFile | undefined;
	try {
		file = await yauzl.openPromise(source.path, { autoClose: false });
		const parts = new Map<string, Entry>();
		for await (const entry of file.eachEntry()) {
			parts.set(entry.fileName.toLowerCase(), entry);
			if (parts.size > MOST_PARTS) throw invalidFile(source, `holds more than ${MOST_PARTS} parts; split it`);
		}
		return new Zip(source, file, parts);
	} catch (error) {
		file?.close();
		throw damaged(source, error);
	}
}

/** The encoding of an XML part, by its BOM. */
export function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
	return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

function damaged(source: Source, error: unknown): unknown {
	// An error of the file system is ours; `invalid_file` was said above.
	if (!(error instanceof Error) || "syscall" in error || error.name === "ExcerptError") return error;
	const problem = `is damaged (${error.message}); open it in the program it comes from, save it and upload it again`;
	return invalidFile(source, problem, error);
}
