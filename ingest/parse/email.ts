import { readFile } from "node:fs/promises";
import PostalMime, { type Address, type Email } from "postal-mime";
import { messageOf } from "../../src/errors.ts";
import type { DocumentFacts, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { pageReader } from "./html.ts";
import { HtmlBlocks } from "./html-blocks.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Parser, Source } from "./parser.ts";

/**
 * One email (.eml): a first block of lines From, To, Cc, Subject, Date and Attachments, then the body. Of a plain and an
 * HTML body the plain one is taken, unless it says far less. Attachments are named, not read. The title is the subject.
 */
export const parseEmail: Parser = (source) => batched(read(source));

/** The whole message is held, with its attachments decoded. Mail servers end at 25 to 50 MB. */
const LARGEST = 128 * 1024 * 1024;

async function* read(source: Source): AsyncGenerator<Piece, DocumentFacts> {
	if (source.bytes > LARGEST) throw invalidFile(source, "is larger than 128 MB; save its attachments as files");
	const email = await parsed(source);
	const head = headLines(email);
	if (email.headers.length === 0 || head.length === 0) {
		throw invalidFile(source, "is no email: it does not begin with lines such as From, To, Subject or Date");
	}
	yield { kind: "paragraph", text: head.join("\n"), location: {} };
	yield { kind: "gap", text: "\n\n" };
	yield* body(email);
	const names = attachmentNames(email);
	const warnings = names.length === 0 ? [] : [`attachments are not read (upload them as files): ${names.join(", ")}`];
	const title = oneLine(email.subject ?? "");
	return title === "" ? { warnings } : { title, warnings };
}

async function parsed(source: Source): Promise<Email> {
	const bytes = await readFile(source.path);
	try {
		return await PostalMime.parse(bytes);
	} catch (error) {
		throw invalidFile(source, `could not be read as an email: ${messageOf(error)}`, error);
	}
}

function headLines(email: Email): string[] {
	const lines: [string, string][] = [
		["From", people(email.from ? [email.from] : [])],
		["To", people(email.to)],
		["Cc", people(email.cc)],
		["Subject", oneLine(email.subject ?? "")],
		["Date", (email.date ?? "").replace(".000Z", "Z")],
		["Attachments", attachmentNames(email).join(", ")],
	];
	return lines.filter(([, value]) => value !== "").map(([name, value]) => `${name}: ${value}`);
}

function people(addresses: Address[] = []): string {
	return addresses
		.flatMap((address) => address.group ?? [address])
		.map(({ name, address }) => (name && address ? `${oneLine(name)} <${address}>` : (address ?? name)))
		.join(", ");
}

function attachmentNames(email: Email): string[] {
	return email.attachments.filter(({ related }) => !related).map(({ filename }) => oneLine(filename ?? "(unnamed)"));
}

function* body(email: Email): Generator<Piece> {
	const plain = (email.text ?? "").replace(/\r\n?/g, "\n").trim();
	const html = email.html === undefined ? [] : htmlPieces(email.html);
	const htmlLength = html.reduce((sum, { text }) => sum + text.length, 0);
	// "Your program cannot show this message" is what some senders put in place of a plain body.
	if (plain.length * 2 < htmlLength) {
		yield* html;
		return;
	}
	for (const part of plain.split(/(\n[^\S\n]*\n\s*)/)) {
		if (part.trim() === "") yield { kind: "gap", text: part };
		else yield { kind: "paragraph", text: part, location: {} };
	}
}

function htmlPieces(html: string): Piece[] {
	const blocks = new HtmlBlocks();
	pageReader(blocks, false).parser.end(html);
	blocks.flush();
	return blocks.take();
}

function oneLine(text: string): string {
	return text.replace(/\s+/g, " ").trim();
}
