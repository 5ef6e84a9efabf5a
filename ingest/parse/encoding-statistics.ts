import chardet from "chardet";
import iconv from "iconv-lite";

const MULTI_BYTE = /^(Shift_JIS|EUC-|GB|Big5)/;

/**
 * The encoding that a sample's bytes are most likely in, by chardet's statistics of languages, with two corrections. In
 * a table or a log some words of Russian drown in English column names and numbers; so where the words that are not
 * ASCII hold hardly any ASCII letter (another script, not accents), they are judged by themselves. And short Greek or
 * Russian reads as Shift_JIS too, namely as half-width katakana, which no text is mostly made of.
 */
export function likeliestEncoding(sample: Uint8Array): string | undefined {
	const bytes = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength);
	const whole = candidates(bytes);
	if (whole[0] !== undefined && MULTI_BYTE.test(whole[0])) return whole[0];
	const words = bytes.toString("latin1").match(/[A-Za-z\x80-\xFF]*[\x80-\xFF][A-Za-z\x80-\xFF]*/g) ?? [];
	const text = words.join("");
	const isOtherScript = (text.match(/[\x80-\xFF]/g)?.length ?? 0) > 0.7 * text.length;
	const [name] = isOtherScript ? candidates(Buffer.from(words.join(" "), "latin1")) : whole;
	return name === undefined ? undefined : windowsName(name, bytes);
}

/** The encodings that chardet thinks of and that can be decoded, likeliest first. */
function candidates(bytes: Buffer): string[] {
	return chardet
		.analyse(bytes)
		.filter(({ name, confidence }) => confidence > 0 && iconv.encodingExists(name))
		.map(({ name }) => name)
		.filter((name) => name !== "Shift_JIS" || !isHalfWidth(iconv.decode(bytes, name)));
}

function isHalfWidth(text: string): boolean {
	const foreign = text.match(/[^\0-\x7F]/g)?.length ?? 0;
	return (text.match(/[\uFF61-\uFF9F]/g)?.length ?? 0) > 0.4 * foreign;
}

/** The code page of Windows that holds the ISO one and more: nobody writes the control characters that ISO has there. */
function windowsName(name: string, bytes: Buffer): string {
	if (name === "ISO-8859-1") return "windows-1252";
	if (name === "ISO-8859-9") return "windows-1254";
	if (name === "ISO-8859-8") return "windows-1255";
	// Greek is the exception: Ά is A2 on Windows and B6 in ISO. A quotation mark (A2 in ISO) stands behind a word.
	return name === "ISO-8859-7" && /\xA2[\xDC-\xFE]/.test(bytes.toString("latin1")) ? "windows-1253" : name;
}
