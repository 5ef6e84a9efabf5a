import { html } from "hono/html";
import { type EvidenceSpan, placesOf, type QuestionResult } from "../../comparison.ts";
import { describeLocation } from "../../location.ts";
import { count, shortPercent } from "../comparison-measures.ts";
import { badge, type Html } from "./badge.ts";
import { clipExcerpt, type Part } from "./clip-excerpt.ts";

type Sent = NonNullable<QuestionResult["sent"]>[number][number];

/** Characters shown on either side of evidence, and of an excerpt that holds none: there it only says what was sent instead. */
const AROUND = 200;
const WITHOUT = 90;

/** A question, its evidence, and side by side what each of the settings would send. */
export function questionSection(question: QuestionResult, names: string[]): Html {
	const { evidence, measures, answer } = question;
	const shares = measures.map(
		({ recall_in_budget }, place) =>
			html`<span class="share">${badge(place)} ${shortPercent(recall_in_budget)}</span> `,
	);
	const quotes = evidence.map(
		({ filename, location, text }) =>
			html`<blockquote>${text}<footer>${place(filename, location)}</footer></blockquote>`,
	);
	return html`<details class="question">
<summary><span class="asked">${question.question}</span> <span class="shares">${shares}</span></summary>
<h3>Evidence</h3>
${quotes}
${answer && html`<p>Answer: ${answer}</p>`}
<div class="sides">
${names.map((name, number) => side(name, number, question))}
</div>
</details>
`;
}

function side(name: string, number: number, { measures, sent, evidence }: QuestionResult): Html {
	const { recall_in_budget = 0, context_tokens = 0, reciprocal_rank = 0 } = measures[number] ?? {};
	const rank = reciprocal_rank > 0 ? `, evidence first at rank ${Math.round(1 / reciprocal_rank)}` : "";
	const excerpts = sent?.[number];
	return html`<section><h3>${badge(number)} ${name}</h3>
<p class="facts">${shortPercent(recall_in_budget)} of the evidence, ${count(context_tokens)} tokens${rank}</p>
${excerpts?.map((excerpt) => excerptBody(excerpt, evidence))}
${excerpts?.length === 0 && html`<p class="nothing">Nothing would be sent.</p>`}
</section>
`;
}

function excerptBody(excerpt: Sent, evidence: EvidenceSpan[]): Html {
	const marks = evidence
		.flatMap(placesOf)
		.filter(({ file_id, start, end }) => file_id === excerpt.file_id && start < excerpt.end && end > excerpt.start)
		.map(({ start, end }) => ({ start: start - excerpt.start, end: end - excerpt.start }));
	const parts = clipExcerpt(excerpt.text, marks, marks.length > 0 ? AROUND : WITHOUT);
	// Of long excerpts the server keeps the beginning, with a mark of its own at the end.
	const cut = excerpt.end - excerpt.start - excerpt.text.length;
	if (cut > 0) parts.push({ leftOut: cut });
	return html`<div class="${marks.length > 0 ? "excerpt" : "excerpt without"}"><p class="place">${place(excerpt.filename, excerpt.location)}</p><p class="text">${parts.map(partBody)}</p></div>
`;
}

function partBody(part: Part): Html {
	if ("leftOut" in part) return html`<span class="left-out"> […${count(part.leftOut)} characters…] </span>`;
	return part.evidence ? html`<mark>${part.text}</mark>` : html`${part.text}`;
}

function place(filename: string, location: Sent["location"]): string {
	const where = describeLocation(location);
	return where ? `${filename}, ${where}` : filename;
}
