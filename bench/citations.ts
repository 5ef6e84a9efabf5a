import { readFileSync } from "node:fs";
import { join } from "node:path";
import Papa from "papaparse";
import { chooseQuotes } from "../src/ask/cite.ts";
import { countTokens } from "../src/models/tokens.ts";
import type { ContextPassage, Location } from "../src/types.ts";
import { type Question, readLines, type Text } from "./retrieval/read-set.ts";
import { printTable } from "./table.ts";

/**
 * How well the rule tells true statements from false ones (docs/citations.md), on sets it was not written from: the written
 * answers of FeTaQA on their tables' rows, and questions of XQuAD put together with their answer, or with that of another
 * question on the same paragraph. `node bench/citations.ts [DATA]`
 */
const data = process.argv[2] ?? "../shared/data";
type Answered = Question & { answers: string[] };
type TableQuestion = Answered & { page_title: string; section_title: string };
type Case = { claim: string; excerpt: ContextPassage; kind: string; true: boolean };

const cases = [...fetaqa(), ...xquad("en", "en"), ...xquad("de", "de"), ...xquad("de", "en"), ...xquad("en", "de")];
const rows = [...Map.groupBy(cases, ({ kind }) => kind)].map(([kind, group]) => {
	const kept = group.filter(
		({ claim, excerpt }) => chooseQuotes({ own: claim, whole: claim }, [excerpt]).size > 0,
	).length;
	return [kind, String(group.length), String(kept), `${((100 * kept) / group.length).toFixed(1)} %`];
});
printTable(["statements", "", "cited", "share"], rows);

function fetaqa(): Case[] {
	const questions = readLines<TableQuestion>(join(data, "fetaqa/questions.jsonl")).slice(0, 400);
	const claims = questions.map(({ answers }) => answers[0] as string);
	const names = claims.flatMap((claim) =>
		[...claim.matchAll(/(?<=\p{Ll} )\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)+/gu)].map(String),
	);
	return questions.flatMap(({ answers, evidence, page_title, section_title }, place): Case[] => {
		const [claim] = answers as [string];
		const excerpt = tableExcerpt(evidence, `${page_title} › ${section_title}`);
		const made = (kind: string, text: string | undefined, isTrue = false): Case[] =>
			text === undefined || (!isTrue && text === claim)
				? []
				: [{ kind: `fetaqa ${kind}`, claim: text, excerpt, true: isTrue }];
		const figure = [...claim.matchAll(/(?<![\p{L}\d.,])\d+(?![\p{L}\d]|[.,]\d)/gu)].at(-1);
		const other = figure && String(Number(figure[0]) + 1 + (place % 3));
		const name = /(?<=\p{Ll} )\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)+/u.exec(claim);
		const others = names.filter((one) => one !== name?.[0] && !excerpt.text.includes(one));
		return [
			...made("true", claim, true),
			...made("another's answer", claims[(place + 7) % claims.length]),
			...made(
				"other figure",
				figure && `${claim.slice(0, figure.index)}${other}${claim.slice(figure.index + figure[0].length)}`,
			),
			...made("other name", name ? claim.replace(name[0], others[(place * 31) % others.length] as string) : undefined),
			...made(
				"denied",
				/\b(?:was|is|were|are|had|has)\b/.test(claim)
					? claim.replace(/\b(?:was|is|were|are|had|has)\b/, "$& not")
					: undefined,
			),
		];
	});
}

function xquad(asked: string, told: string): Case[] {
	const texts = new Map(readLines<Text>(join(data, `xquad/${told}/corpus.jsonl`)).map((text) => [text.id, text]));
	const questions = readLines<Answered>(join(data, `xquad/${asked}/questions.jsonl`));
	const documentOf = ({ evidence }: Answered) => evidence[0]?.doc ?? "";
	const byDocument = Map.groupBy(questions, documentOf);
	return questions.flatMap((given, place): Case[] => {
		const { question, answers } = given;
		const { text, title } = texts.get(documentOf(given).replace(asked, told)) as Text;
		const bare = question.replace(/\?\s*$/, "");
		const excerpt = excerptOf(text, title.replaceAll("_", " "), {});
		const wrong = (byDocument.get(documentOf(given)) ?? [])
			.map((one) => one.answers[0] as string)
			.filter((one) => one !== answers[0]);
		const kind = `xquad ${asked} on ${told}`;
		return [
			{ kind: `${kind} true`, claim: `${bare} ${answers[0]}`, excerpt, true: true },
			...(wrong.length > 0
				? [{ kind: `${kind} other answer`, claim: `${bare} ${wrong[place % wrong.length]}`, excerpt, true: false }]
				: []),
		];
	});
}

function tableExcerpt(evidence: Question["evidence"], title: string): ContextPassage {
	const [head = [], ...body] = Papa.parse<string[]>(
		readFileSync(join(data, "fetaqa/docs", evidence[0]?.doc ?? ""), "utf8").trim(),
	).data;
	const row = (cells: string[]) => head.map((name, place) => `${name}: ${cells[place] ?? ""}`).join("; ");
	const numbers = evidence.flatMap(({ row }) => row ?? []);
	// As a chunk holds it: the rows around come along.
	const first = Math.max(1, Math.min(...numbers) - 2);
	const rows = body.slice(first - 1, Math.max(...numbers) + 2);
	return excerptOf(rows.map(row).join("\n"), `${title}\n${head.join("; ")}`, {
		row_start: first,
		row_end: first + rows.length - 1,
	});
}

function excerptOf(text: string, context: string, location: Location): ContextPassage {
	const passage = {
		...{
			chunk_id: "",
			file_id: "",
			document_id: "",
			filename: "",
			attributes: {},
			start: 0,
			end: text.length,
			text,
			context,
		},
		...{ tokens: countTokens(text), location, score: 1, scores: { lexical: 1, dense: null, rerank: null } },
	};
	return { number: 1, passages: [passage], text, tokens: passage.tokens, score: 1 };
}
