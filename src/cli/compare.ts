import { Command, InvalidArgumentError } from "commander";
import { loadConfig } from "../config.ts";
import { comparedSettings, type SettingsFlags, type SettingsRequest } from "./compared-settings.ts";
import { comparisonPage } from "./comparison-report/page.ts";
import { comparisonTable } from "./comparison-table.ts";
import { confirm } from "./confirm.ts";
import { connect } from "./connect.ts";
import { requireStore } from "./find-store.ts";
import { STRATEGY_HELP } from "./parse-strategy.ts";
import { requireFolder, writeReport } from "./report-file.ts";
import { type QuestionFlags, startComparison } from "./start-comparison.ts";
import { stopSignal } from "./stop-signal.ts";
import { type Index, watchBuild } from "./watch-build.ts";
import { type Comparison, watchComparison } from "./watch-comparison.ts";

type Options = SettingsFlags & QuestionFlags & { show?: string; report?: string; activate?: string };

export const compareCommand = new Command("compare")
	.description(
		"Ask the same questions of a vector store as it is and as other settings would make it, and say which send more of the evidence, for how many tokens. People go on being answered as before.",
	)
	.argument("<store>", "name or id of the vector store")
	.option("-q, --questions <file>", "questions with their evidence, a JSON object a line (docs/comparing.md)")
	.option("--generate <number>", "have a model write so many questions (1 to 200) from the store's documents instead")
	.option(
		"--model <name>",
		"who writes them, and whose price of sending is told; that of MODEL_ALIASES where it is left out",
	)
	.option("-c, --chunk <strategy>", `chunk settings, once for each: ${STRATEGY_HELP}`, collect, [])
	.option("--embedding-model <name>", "an embedding model of the same server, or none; once for each", collect, [])
	.option(
		"--passage-tokens <number>",
		"budget of an answer's passages; of several, each setting with each",
		collect,
		[],
	)
	.option("--no-baseline", "leave out the active settings, which the others are else measured against")
	.option("--sample <files>", "compare on so many of the files, drawn by chance beside those of the evidence")
	.option("--show <id>", "the results of an earlier comparison, vscmp_…")
	.option("--report <file>", "where the report is written; in the working directory, as vscmp_….html, by itself")
	.option("--activate <name>", "then have the store answer from the settings of that name")
	.option("-y, --yes", "ask neither before tokens are paid for nor before activating")
	.addHelpText(
		"after",
		`
Examples:
  excerpt compare manuals --questions q.jsonl --chunk static:800/400 --chunk structure:300/0
  excerpt compare manuals --questions q.jsonl --passage-tokens 1000 --passage-tokens 2000
  excerpt compare manuals --generate 50 --chunk structure:300/0 --sample 40
  excerpt compare manuals --show vscmp_… --activate structure:300/0`,
	)
	.action(async (name: string, options: Options, command: Command) => {
		const settings = settingsOf(options, command);
		await requireFolder(options.report);
		const { client, close } = await connect(loadConfig(), { worker: true });
		try {
			const store = await requireStore(client, name);
			const path = `/vector_stores/${store.id}/comparisons`;
			const started = options.show
				? await client.get<Comparison>(`${path}/${options.show}`)
				: await startComparison(client, store, settings, options);
			if (!started) return console.log("Nothing was compared.");
			const stop = stopSignal();
			const ended = await watchComparison(client, path, started, stop);
			const { id, results } = ended;
			if (!results) return console.log(describeUnfinished(ended, name));
			console.log(comparisonTable(results));
			const report = await writeReport(
				options.report ?? `${id}.html`,
				comparisonPage({ ...ended, store: name }, results),
			);
			console.log(`\n${report} shows this in plots, and all questions that differ side by side.`);
			if (!options.activate) return;
			const question = `Answer from '${options.activate}' from now on?`;
			if (!options.yes && !(await confirm(question))) return console.log("Nothing was activated.");
			const body = { settings: options.activate };
			const index = await client.post<Index>(`${path}/${id}/activate`, { body });
			await watchBuild(client, `/vector_stores/${store.id}/indexes`, name, index, stop);
		} finally {
			await close();
		}
	});

/** What is to be compared; ends the command where that makes no sense, before anything is opened. */
function settingsOf(options: Options, command: Command): SettingsRequest[] {
	const { questions, generate, sample, show, activate } = options;
	const ways = [questions, generate, show].filter((way) => way !== undefined);
	if (ways.length !== 1) {
		command.error(
			"error: give one of --questions FILE (you know where answers stand), --generate NUMBER (a model writes questions) and --show vscmp_… (what was compared before)",
		);
	}
	requireCount("generate", generate, command);
	requireCount("sample", sample, command);
	try {
		const settings = comparedSettings(options);
		const names = settings.map(({ name }) => name);
		// The settings of an earlier comparison are known to the server alone.
		if (activate !== undefined && show === undefined && !names.includes(activate)) {
			command.error(`error: --activate takes one of those compared: ${names.join(", ")}`);
		}
		return settings;
	} catch (error) {
		if (error instanceof InvalidArgumentError) command.error(`error: ${error.message}`);
		throw error;
	}
}

function requireCount(option: string, given: string | undefined, command: Command): void {
	if (given === undefined || /^[1-9]\d*$/.test(given)) return;
	command.error(`error: --${option} takes a number from 1 on, not '${given}'`);
}

function collect(value: string, former: string[]): string[] {
	return [...former, value];
}

function describeUnfinished({ id, status }: Comparison, store: string): string {
	if (status === "cancelled") return `${id} was cancelled.`;
	return `${id} is not done; the server, or the next to start, goes on with it. Its results: excerpt compare ${store} --show ${id}`;
}
