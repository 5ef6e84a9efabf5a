import { ExcerptError } from "../../src/errors.ts";
import type { DocumentFacts, Location, Piece } from "../../src/types.ts";
import { cutAll, LONGEST_BLOCK } from "./cut.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Format, Source } from "./parser.ts";
import { formatOfFile, supportedTypes } from "./registry.ts";

/**
 * Reads a file of any format we know, and keeps every parser's promises for it: pieces are never empty nor longer than
 * 32 Ki UTF-16 units, and no text holds U+0000, which Postgres cannot store, or half a surrogate pair: both become
 * U+FFFD.
 * Throws `unsupported_file`, or `invalid_file` for a file that is empty, damaged or without any text.
 */
export async function* parse(source: Source, format?: Format): AsyncGenerator<Piece[], DocumentFacts> {
	if (source.bytes === 0) throw invalidFile(source, "is empty");
	const known = format ?? (await formatOfFile(source.path, source.filename));
	if (known === undefined) {
		const message = `${source.filename} is of a type that cannot be read; supported: ${supportedTypes()}`;
		throw new ExcerptError("unsupported_file", message);
	}
	const parser = await known.load();
	const { csv, onKnown, ...rest } = source;
	const unused =
		csv && known.name !== "CSV" ? [`the file is read as ${known.name}, so its csv options do not apply`] : [];
	const batches = parser({
		...rest,
		...(unused.length === 0 && csv && { csv }),
		...(onKnown && {
			onKnown: ({ title, ...known }) => onKnown(title === undefined ? known : { ...known, title: clean(title) }),
		}),
	});
	let blocks = false;
	try {
		for (;;) {
			const { done, value } = await batches.next();
			if (done) {
				if (!blocks) throw invalidFile(source, "holds no text");
				return cleanFacts({ ...value, warnings: [...unused, ...value.warnings] });
			}
			const batch = value.map(cleanPiece).flatMap(bounded);
			blocks ||= batch.some((piece) => piece.kind !== "gap");
			if (batch.length > 0) yield batch;
		}
	} finally {
		await batches.return({ warnings: [] });
	}
}

/** A piece as it is; nothing for an empty one, and a long one cut where it reads well. */
function bounded(piece: Piece): Piece[] {
	if (piece.text.length <= LONGEST_BLOCK) return piece.text === "" ? [] : [piece];
	return [...cutAll(piece.text)].map(({ text, gap }) => (gap ? { kind: "gap", text } : { ...piece, text }));
}

function cleanPiece(piece: Piece): Piece {
	const text = clean(piece.text);
	return piece.kind === "gap" ? { kind: "gap", text } : { ...piece, text, location: cleanLocation(piece.location) };
}

function cleanLocation(location: Location): Location {
	if (location.headings === undefined && location.json_pointer === undefined) return location;
	const cleaned = { ...location };
	if (location.headings) cleaned.headings = location.headings.map(clean);
	if (location.json_pointer) cleaned.json_pointer = clean(location.json_pointer);
	return cleaned;
}

function cleanFacts(facts: DocumentFacts): DocumentFacts {
	const cleaned: DocumentFacts = { ...facts, warnings: [...new Set(facts.warnings)].map(clean) };
	if (facts.title !== undefined) cleaned.title = clean(facts.title);
	if (facts.columns) cleaned.columns = facts.columns.map(clean);
	return cleaned;
}

function clean(text: string): string {
	const whole = text.isWellFormed() ? text : text.toWellFormed();
	return whole.includes("\0") ? whole.replaceAll("\0", "\uFFFD") : whole;
}
