import { isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import { likeliestEncoding } from "./encoding-statistics.ts";

/** What a text file is written in: a name that `TextDecoder` or iconv-lite knows, and the bytes of its BOM. */
export type Encoding = { name: string; bom: number };

const BOMS: { bytes: number[]; name: string }[] = [
	// UTF-32LE begins with the BOM of UTF-16LE, so it is asked for first.
	{ bytes: [0xff, 0xfe, 0, 0], name: "utf-32le" },
	{ bytes: [0, 0, 0xfe, 0xff], name: "utf-32be" },
	{ bytes: [0xef, 0xbb, 0xbf], name: "utf-8" },
	{ bytes: [0xff, 0xfe], name: "utf-16le" },
	{ bytes: [0xfe, 0xff], name: "utf-16be" },
];

/** Bytes of the BOM that a file in this encoding begins with: 0 where it has none. */
export function bomOf(head: Uint8Array, encoding: string): number {
	const bom = BOMS.find(({ name, bytes }) => name === encoding && bytes.every((byte, i) => head[i] === byte));
	return bom?.bytes.length ?? 0;
}

/** The encoding that the first bytes state outright: by a BOM, or as UTF-16 without one by where the NULs are. */
export function statedEncoding(head: Uint8Array): Encoding | undefined {
	for (const { bytes, name } of BOMS) {
		if (bytes.every((byte, i) => head[i] === byte)) return { name, bom: bytes.length };
	}
	const nul = [0, 0];
	for (let i = 0; i < head.length; i++) if (head[i] === 0) nul[i % 2] = (nul[i % 2] ?? 0) + 1;
	const [even = 0, odd = 0] = nul;
	if (even + odd === 0) return undefined;
	// Western text in UTF-16 has a NUL in nearly every other byte; a text file in any 8-bit encoding has none.
	const most = head.length * 0.3;
	if (odd > most && even < odd / 10) return { name: "utf-16le", bom: 0 };
	if (even > most && odd < even / 10) return { name: "utf-16be", bom: 0 };
	// Chinese has one for each line end, and some on the other side: 一 is 4E 00.
	const orders = ["utf-16le", "utf-16be"] as const;
	const name = (odd >= even ? orders : orders.toReversed()).find((order) => isUtf16Text(head, order));
	return name && { name, bom: 0 };
}

/** True where bytes read as UTF-16 give nothing but characters that texts have, among them a space or a line end. */
function isUtf16Text(bytes: Uint8Array, name: "utf-16le" | "utf-16be"): boolean {
	const whole = bytes.subarray(0, bytes.length - (bytes.length % 2));
	const text = new TextDecoder(name).decode(whole).replace(/\uFFFD$/, "");
	// Control characters but for white space; unassigned and private ones.
	return /[ \n]/.test(text) && !/(?!\s)\p{Cc}|[\uFFFD\p{Cn}\p{Co}]/u.test(text);
}

const DECLARED = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)|^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([\w-]+)/i;

/**
 * The encoding of a file that is not UTF-8 as a whole, from its `head` and a `sample` of where it is not. A sample that
 * decodes to far more proper multi-byte characters than broken ones is damaged UTF-8, which no other encoding would
 * read better. HTML and XML may declare theirs; else the bytes' statistics speak.
 */
export function guessEncoding(head: Uint8Array, sample: Uint8Array): Encoding {
	const text = new TextDecoder("utf-8").decode(sample);
	const broken = text.match(/\uFFFD/g)?.length ?? 0;
	const proper = text.match(/[^\0-\x7F\uFFFD]/gu)?.length ?? 0;
	if (proper > 4 * broken) return { name: "utf-8", bom: 0 };
	const declared = DECLARED.exec(Buffer.from(head.subarray(0, 1024)).toString("latin1"));
	for (const name of [declared?.[1] ?? declared?.[2], likeliestEncoding(sample)]) {
		if (name && iconv.encodingExists(name) && !/^utf-?8|^ascii/i.test(name)) return { name, bom: 0 };
	}
	return { name: "windows-1252", bom: 0 };
}

/** True where the bytes are UTF-8, apart from a character that the end of a sample cuts in two. */
export function isUtf8Sample(sample: Uint8Array): boolean {
	for (let cut = 0; cut < 4; cut++) if (isUtf8(sample.subarray(0, sample.length - cut))) return true;
	return false;
}
