import { Parser } from "htmlparser2";
import { encodingOf } from "./zip.ts";

export type XmlAttributes = Record<string, string | undefined>;

/** What a reader of XML is told. Names come without their namespace's prefix; text may come in parts. */
export type XmlHandler = {
	open?: (name: string, attributes: XmlAttributes) => void;
	text?: (text: string) => void;
	close?: (name: string) => void;
};

/**
 * Reads XML as it arrives, and after each chunk yields what the handler has made ready (`take`). Entities other than
 * XML's own are left as they stand: none is ever expanded or fetched.
 */
export async function* readXml<T>(
	bytes: AsyncIterable<Uint8Array>,
	handler: XmlHandler,
	take: () => Iterable<T>,
): AsyncGenerator<T, void> {
	const parser = parserFor(handler);
	let decoder: InstanceType<typeof TextDecoder> | undefined;
	for await (const chunk of bytes) {
		decoder ??= new TextDecoder(encodingOf(chunk));
		parser.write(decoder.decode(chunk, { stream: true }));
		yield* take();
	}
	parser.end();
	yield* take();
}

/** Reads XML that is there as a whole. */
export function readXmlText(text: string, handler: XmlHandler): void {
	parserFor(handler).end(text);
}

/** The id by which an element refers to a part: `r:id`, whatever the prefix, beside which there may be an `id`. */
export function relationshipId(attributes: XmlAttributes): string | undefined {
	const name = Object.keys(attributes).find((key) => key.endsWith(":id"));
	return name === undefined ? undefined : attributes[name];
}

/** True for the ways XML writes a switch: `1`, `true`, `on`, or the element alone. */
export function isOn(value: string | undefined): boolean {
	return value === undefined || /^(1|true|on)$/.test(value);
}

function parserFor(handler: XmlHandler): Parser {
	return new Parser(
		{
			onopentag: (name, attributes) => handler.open?.(local(name), withLocalNames(attributes)),
			ontext: (text) => handler.text?.(text),
			onclosetag: (name) => handler.close?.(local(name)),
		},
		{ xmlMode: true },
	);
}

function local(name: string): string {
	const colon = name.indexOf(":");
	return colon === -1 ? name : name.slice(colon + 1);
}

/** `w:val` is also called `val`, unless there is a `val` of its own. */
function withLocalNames(attributes: XmlAttributes): XmlAttributes {
	for (const name of Object.keys(attributes)) if (name.includes(":")) attributes[local(name)] ??= attributes[name];
	return attributes;
}
