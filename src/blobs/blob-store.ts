import type { Readable } from "node:stream";

/** Where uploaded bytes live, by file id. */
export type BlobStore = {
	/**
	 * Stores the stream's bytes durably: when this returns, a crash loses nothing; if it throws, nothing remains.
	 * Throws `ExcerptError` (`file_too_large`) past `maxBytes`.
	 */
	write(id: string, bytes: Readable, maxBytes: number): Promise<{ bytes: number; sha256: string }>;
	read(id: string): Readable;
	/** A local file with the bytes, there until it is closed. */
	openLocal(id: string): Promise<{ path: string; close(): Promise<void> }>;
	/** No error where there is none. */
	remove(id: string): Promise<void>;
	/** The ids stored, or begun, more than `olderThanMs` ago, in batches; for the sweep of those that nobody points to. */
	list(olderThanMs: number): AsyncIterable<string[]>;
};
