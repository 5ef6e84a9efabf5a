import { isUtf8 } from "node:buffer";
import chardet from "chardet";
import iconv from "iconv-lite";

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

/** The encoding that the first bytes state outright: by a BOM, or as UTF-16 without one by where the NULs are. */
export function statedEncoding(head: Uint8Array): Encoding | undefined {
	for (const { bytes, name } of BOMS) {
		if (bytes.every((byte, i) => head[i] === byte)) return { name, bom: bytes.length };
	}
	const nul = [0, 0];
	for (let i = 0; i < head.length; i++) if (head[i] === 0) nul[i % 2] = (nul[i % 2] ?? 0) + 1;
	const [even = 0, odd = 0] = nul;
	// Western text in UTF-16 has a NUL in nearly every other byte; a text file in any 8-bit encoding has none.
	const most = head.length * 0.3;
	if (odd > most && even < odd / 10) return { name: "utf-16le", bom: 0 };
	if (even > most && odd < even / 10) return { name: "utf-16be", bom: 0 };
	return undefined;
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
	for (const name of [declared?.[1] ?? declared?.[2], chardet.detect(sample)]) {
		if (name && iconv.encodingExists(name) && !/^utf-?8|^ascii/i.test(name)) return { name, bom: 0 };
	}
	return { name: "windows-1252", bom: 0 };
}

/** True where the bytes are UTF-8, apart from a character that the end of a sample cuts in two. */
export function isUtf8Sample(sample: Uint8Array): boolean {
	for (let cut = 0; cut < 4; cut++) if (isUtf8(sample.subarray(0, sample.length - cut))) return true;
	return false;
}
