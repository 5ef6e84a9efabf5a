/** Letters of other scripts that look like those of the tag's name; full-width and mathematical ones NFKC makes plain. */
const ALIKE: Record<string, string> = { e: "eе℮ҽ", x: "xхχ×", c: "cсϲ", p: "pрρ", r: "rгʀ", t: "tтτ" };
/** What may stand between two letters unseen. */
const UNSEEN = String.raw`[\s\p{Default_Ignorable_Code_Point}]*`;
const OPENING = String.raw`(?:[<＜﹤‹〈⟨]|&lt;?|&#0*60;?|&#x0*3c;?|\\u003c|%3c)`;
const NAME = [..."excerpt"].map(letterLike).join(UNSEEN);

/** Our tag, opened or closed, in whatever disguise: capitals, entities, full width, letters of other scripts, unseen ones between. */
const TAG = new RegExp(String.raw`${OPENING}(?=${UNSEEN}[/／⁄∕⧸\\]?${UNSEEN}${NAME})`, "giu");

/**
 * What servers turn into tokens of their own where they stand in a text: turns of a chat, calls of tools, ends of a text.
 * `<|im_start|>` and its like, DeepSeek's with wide bars, Gemma's, Llama's, Mistral's.
 */
const CHAT_TOKENS =
	/<(?=[|｜])|(?<=[|｜])>|<(?=\/?(?:s|bos|eos|unk|pad|mask|think|system|user|assistant|tool_calls?|tool_response|tools|function_calls?|start_of_turn|end_of_turn|extra_id_\d+)>)|<(?=<\/?SYS>>)|\[(?=\/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|AVAILABLE_TOOLS|TOOL_RESULTS|TOOL_CONTENT|gMASK|sMASK|SEP|CLS|MASK|PAD|UNK|BOS|EOS)\])/gi;

/** Letters that nobody sees and models read (tags, U+E0000), and marks that turn the order of what is seen round. */
const HIDDEN = /[\u{E0000}-\u{E0FFF}\u200B\u2060-\u2064\u2066-\u206F\u202A-\u202E\uFEFF]/gu;

/**
 * A document's text as it may stand in an excerpt: it cannot end or open one, cite for the model with the markers' brackets,
 * nor hold what a server takes for the turns of a chat. Only the model sees it so; quotes are the document's own.
 */
export function fence(text: string): string {
	return text
		.replaceAll(HIDDEN, "")
		.replaceAll(TAG, "(")
		.replaceAll(CHAT_TOKENS, (token) => (token === ">" ? " >" : `${token} `))
		.replaceAll(/[【〖]/g, "[")
		.replaceAll(/[】〗]/g, "]");
}

/** The same within the quotation marks of a tag, on one line: what files are called is a document's as well. */
export function fenceAttribute(text: string): string {
	return fence(text).replaceAll(/["＂]/g, "'").replaceAll("<", "‹").replaceAll(">", "›").replaceAll(/\s+/g, " ");
}

function letterLike(letter: string): string {
	return `[${ALIKE[letter] ?? letter}${wideForms(letter)}]`;
}

/** Full-width, bold, italic and other mathematical forms: what NFKC makes this letter of. */
function wideForms(letter: string): string {
	const capital = letter.toUpperCase();
	const place = letter.charCodeAt(0) - 97;
	const wide = [0xff41 + place, 0xff21 + place];
	const mathematical = Array.from({ length: 13 }, (_, style) => 0x1d400 + style * 52 + place).flatMap((code) => [
		code,
		code + 26,
	]);
	const forms = [...wide, ...mathematical].map((code) => String.fromCodePoint(code));
	return forms.filter((form) => [letter, capital].includes(form.normalize("NFKC"))).join("");
}
