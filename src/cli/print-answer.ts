import type { Response, ResponseOutputText } from "openai/resources/responses/responses";
import type { Receipt } from "../ask/receipt.ts";
import { describeLocation } from "../location.ts";
import type { Citation } from "../types.ts";

const QUOTE_LENGTH = 160;

/** The answer with numbers where it cites, the citations below it, and the receipt in one line. */
export function printAnswer(response: Response): void {
	const parts = response.output.flatMap((item) => (item.type === "message" ? item.content : []));
	for (const part of parts) {
		if (part.type !== "output_text") continue;
		const citations = citationsOf(part);
		console.log(withNumbers(part.text, citations));
		for (const [place, citation] of citations.entries()) console.log(`  [${place + 1}] ${describeCitation(citation)}`);
	}
	const receipt = (response as Response & { receipt?: Receipt }).receipt;
	if (receipt) console.log(`  ${describeReceipt(receipt)}`);
}

function citationsOf(part: ResponseOutputText): Citation[] {
	return part.annotations.filter((annotation) => annotation.type === "file_citation") as unknown as Citation[];
}

function withNumbers(text: string, citations: Citation[]): string {
	let marked = "";
	let place = 0;
	for (const [number, { index }] of citations.entries()) {
		marked += `${text.slice(place, index)} [${number + 1}]`;
		place = index;
	}
	return marked + text.slice(place);
}

function describeCitation({ filename, location, quote }: Citation): string {
	const where = describeLocation(location);
	const flat = quote.replaceAll(/\s+/g, " ");
	return `${filename}${where && `, ${where}`}: “${flat.length > QUOTE_LENGTH ? `${flat.slice(0, QUOTE_LENGTH)}…` : flat}”`;
}

/** Tokens sent against tokens of the whole files: what the product is about. */
export function describeReceipt({ model, tokens, whole_files_tokens, cost_usd, milliseconds }: Receipt): string {
	const sent = tokens.total - tokens.output;
	const share =
		whole_files_tokens > 0
			? ` (whole files: ${number(whole_files_tokens)}, ${((100 * sent) / whole_files_tokens).toFixed(1)} %)`
			: "";
	const cost = cost_usd ? `, $${cost_usd.toFixed(5)}` : "";
	return `receipt: ${number(sent)} tokens sent${share}, ${number(tokens.output)} answered by ${model}${cost}, ${milliseconds.total} ms`;
}

function number(value: number): string {
	return value.toLocaleString("en-US");
}
