import { closeSync, openSync, readSync } from "node:fs";
import { type JsonNode, parseJson, valueNode } from "./json-node.ts";

/** Bytes of UTF-8 that can be read again and again, into a new buffer or a given one. */
export type Bytes = { size: number; read: (start: number, end: number, into?: Buffer) => Buffer };

const WINDOW = 1024 * 1024;

/** Opens a file for reading spans; reads are synchronous, for a thread of its own. */
export function openBytes(path: string, size: number): Bytes & { close: () => void } {
	const file = openSync(path, "r");
	const read = (start: number, end: number, into?: Buffer) => {
		const buffer = into ?? Buffer.allocUnsafe(end - start);
		let filled = 0;
		while (filled < end - start) {
			const count = readSync(file, buffer, filled, end - start - filled, start + filled);
			if (count === 0) break;
			filled += count;
		}
		return buffer.subarray(0, filled);
	};
	return { size, read, close: () => closeSync(file) };
}

/**
 * The JSON value in `[start, end)` as a node that parses only as much at a time as `whole` bytes hold: a larger
 * container is scanned for its members, which are spans again. Accepts and rejects what `JSON.parse` does (whatever
 * is small enough goes through it); of members with the same key, JSON.parse keeps the last, a scan yields all.
 * Throws `SyntaxError`, when the children are asked for.
 */
export function spanNode(bytes: Bytes, start: number, end: number, whole: number, held?: Buffer): JsonNode {
	const text = () => (held ?? bytes.read(start, end)).toString("utf8");
	const first = (held ?? bytes.read(start, start + 1))[0];
	if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return valueNode(parseJson(text()));
	const type = first === OPEN_OBJECT ? "object" : "array";
	if (end - start > whole) return { type, children: () => scan(bytes, start, end, whole) };
	let parsed: JsonNode | undefined;
	const children = () => {
		parsed ??= valueNode(parseJson(text()));
		return parsed.type === "scalar" ? [] : parsed.children();
	};
	return { type, children };
}

/** The span of the root value: a file's bytes without its BOM and the white space around. */
export function rootSpan(bytes: Bytes, bom: number): { start: number; end: number } {
	const [start, end] = trim((at) => bytes.read(at, at + 1)[0], bom, bytes.size);
	return { start, end };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The members of the container in `[start, end)`. All structural characters are ASCII, so bytes can be counted. */
function* scan(bytes: Bytes, start: number, end: number, whole: number): Generator<[string | number, JsonNode]> {
	const object = bytes.read(start, start + 1)[0] === OPEN_OBJECT;
	const last = bytes.read(end - 1, end)[0];
	if (last !== (object ? CLOSE_OBJECT : CLOSE_ARRAY)) throw new SyntaxError("unclosed container");
	const buffer = Buffer.allocUnsafe(Math.min(WINDOW, end - start));
	let window: Buffer = buffer.subarray(0, 0);
	let base = start + 1;
	let from = start + 1;
	let colon = -1;
	let depth = 0;
	let index = 0;
	let inString = false;

	const slice = (a: number, b: number) => (a >= base ? window.subarray(a - base, b - base) : bytes.read(a, b));
	const byteAt = (at: number) => (at >= base ? window[at - base] : bytes.read(at, at + 1)[0]);
	const member = (to: number): [string | number, JsonNode] => {
		const [a, b] = trim(byteAt, object ? colon + 1 : from, to);
		if (a === b || (object && colon < 0)) throw new SyntaxError("missing value");
		// What is inside the window is copied out of it, for the window is overwritten.
		const held = b - a <= whole && a >= base ? Buffer.from(slice(a, b)) : undefined;
		const node = spanNode(bytes, a, b, whole, held);
		if (!object) return [index++, node];
		const key: unknown = JSON.parse(slice(from, colon).toString("utf8"));
		if (typeof key !== "string") throw new SyntaxError("key is not a string");
		return [key, node];
	};

	for (let at = from; at < end - 1; ) {
		base = at;
		window = bytes.read(at, Math.min(at + buffer.length, end - 1), buffer);
		for (let i = 0; i < window.length; i++, at++) {
			const byte = window[i];
			if (inString) {
				if (byte === QUOTE) inString = false;
				else if (byte === BACKSLASH) {
					i++;
					at++;
				}
			} else if (byte === QUOTE) inString = true;
			else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
			else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
				if (--depth < 0) throw new SyntaxError("closed twice");
			} else if (depth === 0 && byte === COMMA) {
				yield member(at);
				from = at + 1;
				colon = -1;
			} else if (depth === 0 && byte === COLON && colon < 0) colon = at;
		}
	}
	if (inString || depth !== 0) throw new SyntaxError("unclosed value");
	const [a, b] = trim(byteAt, from, end - 1);
	// `{}` and `[ ]` have no member; `[1,]` lacks one.
	if (a === b && from === start + 1) return;
	yield member(end - 1);
}

function trim(byteAt: (at: number) => number | undefined, start: number, end: number): [number, number] {
	let a = start;
	let b = end;
	while (a < b && isSpace(byteAt(a))) a++;
	while (b > a && isSpace(byteAt(b - 1))) b--;
	return [a, b];
}

function isSpace(byte: number | undefined): boolean {
	return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
